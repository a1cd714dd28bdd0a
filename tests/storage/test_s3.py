"""A place in a bucket: what an object is like, and what is done where S3 or the connection fails."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from agentcore_probe.errors import ExitCode, ProbeError, ReportError, SecretLeakError
from agentcore_probe.storage import Storage
from agentcore_probe.storage.s3 import OPERATIONS
from tests import s3

Open = Callable[..., Storage]


def error_of(call: Callable[[], object]) -> str:
    """The line of a call's error, which ends a command with 5."""
    with pytest.raises(ReportError) as caught:
        call()
    assert caught.value.exit_code == ExitCode.REPORT
    return caught.value.line()


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("report.html", "text/html; charset=utf-8"),
        ("record.json", "application/json"),
        ("report.ipynb", "application/x-ipynb+json"),
        ("badge.svg", "image/svg+xml"),
        ("history/month=2026-11/1.parquet", "application/vnd.apache.parquet"),
        ("latest", "text/plain; charset=utf-8"),
    ],
)
def test_a_browser_shows_an_object_as_what_it_is(
    open_s3: Open, s3_port: int, name: str, content_type: str
) -> None:
    """And asks whether there is a newer one."""
    open_s3().write(name, "x")
    found = s3.client(s3_port).head_object(Bucket=s3.BUCKET, Key=f"test/{name}")
    assert (found["ContentType"], found["CacheControl"]) == (content_type, "no-cache")


def test_a_whole_bucket_is_a_place_too(open_s3: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its keys begin with nothing; a key that a console made for a folder is not a file."""
    from agentcore_probe.storage import open_storage

    below = open_s3(prefix="whole")
    whole = open_storage(f"s3://{s3.BUCKET}")
    whole.write("whole/folder/", "")
    whole.write("whole/x", "1")
    assert whole.names("whole/") == ["whole/x"]
    assert whole.where("x") == f"s3://{s3.BUCKET}/x"
    assert below.names() == ["x"]


def test_no_update_of_many_writers_gets_lost(open_s3: Open) -> None:
    """Each adds its own line to what the others wrote."""
    storage = open_s3(prefix="update")
    together = threading.Barrier(3)

    def add(number: int) -> None:
        first = [together.wait]

        def change(before: bytes | None) -> bytes:
            if first:
                first.pop()()
            return (before or b"") + b"%d\n" % number

        storage.update("lines", change)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(add, range(3)))
    assert sorted((storage.read("lines") or b"").split()) == [b"0", b"1", b"2"]


def test_one_of_many_writers_has_a_new_name(open_s3: Open) -> None:
    """All try at the same moment."""
    storage = open_s3(prefix="new")
    together = threading.Barrier(4)

    def write(number: int) -> bool:
        together.wait()
        return storage.write_new("name", str(number))

    with ThreadPoolExecutor(4) as pool:
        written = list(pool.map(write, range(4)))
    assert written.count(True) == 1
    assert storage.read("name") == str(written.index(True)).encode()


def test_a_write_whose_answer_is_lost_was_made(open_s3: Open, s3_port: int) -> None:
    """botocore repeats it, and finds the name taken, by itself."""
    with s3.relay(s3_port, s3.lose_answer, of="record.json") as server:
        storage = open_s3(server.port, prefix="lost")
        assert storage.write_new("record.json", "content")
        assert [request.split()[0] for request in server.requests] == ["PUT", "PUT", "GET"]
        assert not storage.write_new("record.json", "content")


def test_a_busy_s3_is_asked_again(open_s3: Open, s3_port: int) -> None:
    """As boto3 does."""
    with s3.relay(s3_port, s3.slow_down_once) as server:
        storage = open_s3(server.port, prefix="busy")
        storage.write("x", "1")
        assert len(server.requests) == 2
        assert storage.read("x") == b"1"


@pytest.mark.slow
def test_an_s3_that_stays_busy_is_an_error(open_s3: Open, s3_port: int) -> None:
    """Which says how often it was asked."""
    with s3.relay(s3_port, s3.slow_down) as server:
        storage = open_s3(server.port, prefix="busy", AWS_MAX_ATTEMPTS="3")
        line = error_of(lambda: storage.write("x", "2"))
    assert (
        "/busy/x: cannot be written: S3 answered SlowDown 3 times. Run the command again in a minute" in line
    )


def test_an_upload_that_breaks_off_leaves_what_was_there(open_s3: Open, s3_port: int) -> None:
    """Half an object is none."""
    with s3.relay(s3_port, s3.cut_upload) as server:
        storage = open_s3(server.port, prefix="cut", AWS_MAX_ATTEMPTS="1")
        line = error_of(lambda: storage.write("x", "1" * 100_000))
        assert line.startswith(f"s3://{s3.BUCKET}/cut/x: cannot be written: S3 did not answer (reset: ")
        assert "AWS_ENDPOINT_URL_S3" in line
        assert storage.names() == []


def test_a_download_that_breaks_off_is_read_again(open_s3: Open, s3_port: int) -> None:
    """Never half of it is returned."""
    content = b"0123456789" * 10_000
    with s3.relay(s3_port) as server:
        storage = open_s3(server.port, prefix="half")
        storage.write("x", content)
        server.fault = s3.cut_answer
        assert storage.read("x") == content
        assert len(server.requests) == 3


def test_what_cannot_be_reached_is_named(open_s3: Open) -> None:
    """With the reason of the connection."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        storage = open_s3(closed.getsockname()[1], AWS_MAX_ATTEMPTS="1")
        line = error_of(storage.names)
    assert line.startswith(f"s3://{s3.BUCKET}/test: cannot be listed: S3 did not answer (connect: ")


def test_no_login_is_said_before_anything_is_sent(open_s3: Open, s3_port: int) -> None:
    """With the cause that doctor explains; nothing is asked twice."""
    with s3.relay(s3_port) as server:
        storage = open_s3(server.port, AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None)
        expected = "there are no AWS credentials (aws-credentials-missing). See what is missing with: agentcore-probe doctor"
        assert error_of(storage.check) == f"s3://{s3.BUCKET}/test: cannot be used: {expected}"
        assert (
            error_of(lambda: storage.write("x", "1"))
            == f"s3://{s3.BUCKET}/test/x: cannot be written: {expected}"
        )
        missing = open_s3(server.port, AWS_PROFILE="reports")
        assert "(aws-profile-missing, profile reports)" in error_of(missing.check)
        assert server.requests == []


def test_the_key_of_the_login_is_not_written(open_s3: Open) -> None:
    """Nor anywhere else by this process, once the bucket was used."""
    storage = open_s3(prefix="key", AWS_SESSION_TOKEN="IQoJb3JpZ2luX2VjEXAMPLETOKEN")
    storage.check()
    for value, kind in (
        (s3.KEYS[1], "aws secret key"),
        ("IQoJb3JpZ2luX2VjEXAMPLETOKEN", "aws session token"),
    ):
        with pytest.raises(SecretLeakError, match=f"it would contain the {kind}"):
            storage.write("report.html", f"the key is {value}")
    assert storage.names() == []


@pytest.mark.parametrize(
    ("status", "code", "message", "line"),
    [
        (404, "NoSuchBucket", "", "there is no bucket reports-of-a-team. Create it"),
        (
            403,
            "AccessDenied",
            "Access Denied",
            "may not call s3:PutObject: it is denied. Allow s3:PutObject on reports-of-a-team/test/* in",
        ),
        (
            403,
            "AccessDenied",
            "User: arn:aws:iam::123456789012:user/x is not authorized to perform: kms:GenerateDataKey on resource: "
            "arn:aws:kms:us-east-1:123456789012:key/1 because no identity-based policy allows the action",
            "may not call kms:GenerateDataKey: it is denied. Allow kms:GenerateDataKey on arn:aws:kms:us-east-1:123456789012:key/1 in",
        ),
        (
            403,
            "AccessDenied",
            'User: u is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::b/x" with an explicit deny in a '
            "resource-based policy",
            "it is denied by an explicit deny. Allow s3:PutObject on arn:aws:s3:::b/x in",
        ),
        (403, "InvalidAccessKeyId", "", "AWS does not accept the credentials (InvalidAccessKeyId). See"),
        (400, "ExpiredToken", "", "AWS does not accept the credentials (ExpiredToken). See"),
        (400, "AuthorizationHeaderMalformed", "", "the bucket is in another region. Set AWS_REGION"),
        (
            501,
            "NotImplemented",
            "A header is not\nimplemented.",
            "S3 answered NotImplemented: A header is not implemented",
        ),
    ],
)
def test_each_refusal_says_what_to_do(  # noqa: PLR0917  (parameters)
    open_s3: Open, s3_port: int, status: int, code: str, message: str, line: str
) -> None:
    """In one line that names the object."""
    with s3.relay(s3_port, lambda relay: relay.error(status, code, message)) as server:
        storage = open_s3(server.port)
        assert f"s3://{s3.BUCKET}/test/x: cannot be written: " in (
            text := error_of(lambda: storage.write("x", "1"))
        )
    assert line in text


def test_a_bucket_of_another_region_is_found(open_s3: Open, s3_port: int) -> None:
    """By botocore, as for every client; where it cannot, the error names the region."""

    def elsewhere(relay: s3.Relay) -> bool:
        return relay.error(301, "PermanentRedirect", x_amz_bucket_region="eu-central-1")

    with s3.relay(s3_port, elsewhere) as server:
        line = error_of(lambda: open_s3(server.port).write("x", "1"))
    assert "the bucket is in eu-central-1. Set AWS_REGION=eu-central-1" in line


def test_an_answer_that_is_not_s3s_is_an_error(open_s3: Open, s3_port: int) -> None:
    """Such as the page of a network's login."""

    def portal(relay: s3.Relay) -> bool:
        relay.answer(200, b"<html>Log in</b>", {"Content-Type": "text/html"})
        return True

    with s3.relay(s3_port, portal) as server:
        storage = open_s3(server.port, AWS_MAX_ATTEMPTS="1")
        assert "cannot be listed: S3 answered 500. Run" in error_of(storage.names)
        assert "cannot be removed: S3 answered 500. Run" in error_of(lambda: storage.remove(["x"]))


def test_only_these_operations_are_called(open_s3: Open) -> None:
    """Any other is refused before it is sent."""
    storage: Any = open_s3()
    with (
        storage._client("used", "", "") as client,
        pytest.raises(ProbeError, match="s3:DeleteBucket is not among"),
    ):
        client.delete_bucket(Bucket=s3.BUCKET)
    assert {"PutObject", "GetObject", "ListObjectsV2", "DeleteObjects", "HeadBucket"} == OPERATIONS


@pytest.mark.slow
def test_many_objects_are_listed_and_removed(open_s3: Open) -> None:
    """More than one answer has."""
    storage = open_s3(prefix="many")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: storage.write(f"{number:04}", "x"), range(1001)))
    assert len(storage.names()) == 1001
    storage.remove(storage.names())
    assert storage.names() == []
