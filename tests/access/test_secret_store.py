"""Secrets are read from where they are stored, and no error message contains one."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from agentcore_probe.access.aws import Aws, AwsKeys
from agentcore_probe.access.secret_store import SecretStore
from agentcore_probe.errors import InputError, StoppedError
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.identity import SecretReference
from agentcore_probe.secret import Secret
from tests.access.servers import http_answer, json_answer, recording
from tests.processes import still_running

VALUE = "correct horse battery"


def store(
    endpoints: dict[str, str] | None = None,
    embedded: dict[str, Secret] | None = None,
    stop: threading.Event | None = None,
) -> SecretStore:
    keys = AwsKeys("AKIAIOSFODNN7EXAMPLE", Secret("secret-access-key", "aws secret key"))
    aws = Aws(Environment(name="t", region="us-east-1", endpoints=endpoints or {}), keys)
    return SecretStore(aws, embedded or {}, stop or threading.Event())


def reference(source: Any, name: str, **fields: Any) -> SecretReference:
    return SecretReference(source=source, name=name, **fields)


def python(code: str) -> SecretReference:
    """A command that runs `code`."""
    return reference("command", sys.executable, arguments=("-c", code))


def test_a_variable_is_read_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A password may begin or end with a space."""
    monkeypatch.setenv("T_SECRET", f" {VALUE} ")
    assert store().read(reference("env", "T_SECRET"), "password").reveal() == f" {VALUE} "


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
@pytest.mark.parametrize("begin", ["", "\ufeff"])
def test_spaces_of_a_password_are_kept(tmp_path: Path, begin: str, end: str) -> None:
    """A line break at the end and a byte order mark are not part of it."""
    (tmp_path / "password").write_bytes(f"{begin} {VALUE} {end}".encode())
    in_file = store().read(reference("file", str(tmp_path / "password")), "password")
    printed = store().read(
        python(f"import sys; sys.stdout.buffer.write({f'{begin} {VALUE} {end}'.encode()!r})"), "x"
    )
    assert in_file.reveal() == printed.reveal() == f" {VALUE} "


def test_a_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one in the home directory."""
    (tmp_path / "password").write_text(f"{VALUE}\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in (str(tmp_path / "password"), "~/password"):
        assert store().read(reference("file", name), "password").reveal() == VALUE


def test_the_output_of_a_command_is_read() -> None:
    """Standard output only."""
    code = f"import sys; print({VALUE!r}); print('warning', file=sys.stderr)"
    assert store().read(python(code), "password").reveal() == VALUE


def test_a_secret_in_memory_is_returned_as_it_is() -> None:
    """The embedded AgentCore's."""
    secret = Secret(VALUE, "password")
    assert store(embedded={"password": secret}).read(reference("embedded", "password"), "x") is secret


@pytest.mark.parametrize(
    ("source", "answer", "key"),
    [
        ("ssm", {"Parameter": {"Value": VALUE}}, None),
        ("secretsmanager", {"SecretString": VALUE}, None),
        ("secretsmanager", {"SecretString": f'{{"password": "{VALUE}"}}'}, "password"),
    ],
)
def test_a_secret_is_read_from_aws(source: str, answer: dict[str, Any], key: str | None) -> None:
    """A parameter, a secret, or one key of a secret's JSON."""
    requests: list[bytes] = []
    with recording(requests, json_answer(answer)) as url:
        secret = store({source: url}).read(reference(source, "app/password", key=key), "password")
    assert secret.reveal() == VALUE
    assert b'"app/password"' in requests[0]
    assert (b'"WithDecryption": true' in requests[0]) == (source == "ssm")


def failure(reference: SecretReference, endpoints: dict[str, str] | None = None) -> str:
    """The error of a secret that cannot be read."""
    with pytest.raises(InputError) as caught:
        store(endpoints).read(reference, "password")
    return caught.value.line()


def test_a_variable_that_is_not_set_has_a_hint() -> None:
    """How to set it without showing it."""
    assert failure(reference("env", "T_UNSET")) == (
        "env T_UNSET: the variable T_UNSET for the password is not set. "
        "Set it without showing it: read -rs T_UNSET; export T_UNSET"
    )


def test_a_secret_in_place_of_a_variable_name_is_not_shown() -> None:
    """People write the secret itself into the file."""
    assert VALUE not in failure(reference("env", VALUE))


def test_errors_of_files(tmp_path: Path) -> None:
    """Missing, empty, not text."""
    (tmp_path / "empty").write_text(" \n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    assert failure(reference("file", f"{tmp_path}/missing")).endswith(
        "cannot be read: No such file or directory"
    )
    assert failure(reference("file", f"{tmp_path}/empty")).endswith("the password is empty")
    assert failure(reference("file", f"{tmp_path}/binary")).endswith("cannot be read: it is not UTF-8")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (f"print({VALUE!r}); raise SystemExit(3)", "ended with status 3"),
        ("import sys; sys.stdout.buffer.write(b'\\xff')", "failed: its output is not UTF-8"),
    ],
)
def test_a_command_that_fails_has_a_reason_without_its_output(code: str, reason: str) -> None:
    """What it printed may be the secret."""
    command = python(code)
    message = failure(command)
    assert message == f"command {command.name}: the command for the password {reason}"


def test_a_command_that_does_not_exist_has_a_reason() -> None:
    """The system's own."""
    message = failure(reference("command", "/nonexistent/command"))
    assert message.endswith("the command for the password failed: No such file or directory")


def test_a_refusal_of_aws_is_the_reason() -> None:
    """By its error code."""
    denied = json_answer({"__type": "AccessDeniedException"}, status="400 Bad Request")
    with recording([], denied) as url:
        message = failure(reference("ssm", "app/password"), {"ssm": url})
    assert message == "ssm app/password: the password cannot be read: AccessDeniedException"


@pytest.mark.parametrize("source", ["ssm", "secretsmanager"])
def test_an_answer_of_another_shape_is_not_a_secret(source: str) -> None:
    """A proxy may answer with a page of its own."""
    with recording([], http_answer(b"<html>proxy</html>")) as url, pytest.raises(InputError):
        store({source: url}).read(reference(source, "app/password"), "password")


@pytest.mark.parametrize("text", [VALUE, '{"user": "x"}', f'["{VALUE}"]'])
def test_a_missing_key_of_a_managed_secret_is_named(text: str) -> None:
    """And the rest of its value is not shown."""
    with recording([], json_answer({"SecretString": text})) as url:
        message = failure(reference("secretsmanager", "app", key="password"), {"secretsmanager": url})
    assert message == "secretsmanager app: the value for the password is not JSON with the key 'password'"


def test_a_command_ends_with_the_run(tmp_path: Path) -> None:
    """And so do the processes that it has started."""
    stop, pid = threading.Event(), tmp_path / "pid"
    line = f"sleep 60 & echo $! > {pid}; wait"

    def stop_after_its_start() -> None:
        while not pid.exists() or not pid.read_text().endswith("\n"):
            time.sleep(0.01)
        stop.set()

    threading.Thread(target=stop_after_its_start, daemon=True).start()
    start = time.monotonic()
    with pytest.raises(StoppedError):
        store(stop=stop).read(reference("command", "/bin/sh", arguments=("-c", line)), "token")
    assert time.monotonic() - start < 30
    with contextlib.suppress(psutil.NoSuchProcess):
        child = psutil.Process(int(pid.read_text()))
        assert still_running([child], 10) == []
