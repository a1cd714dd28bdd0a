"""A place in a bucket of S3 as storage: whole objects, one call for each, as the AWS login of boto3."""

from __future__ import annotations

import contextlib
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import botocore.config
from botocore.exceptions import BotoCoreError, ClientError

from agentcore_probe import store
from agentcore_probe.access import aws_login
from agentcore_probe.access.aws_session import open_session
from agentcore_probe.errors import ProbeError, ReportError
from agentcore_probe.model.record import AwsLogin
from agentcore_probe.secret import register
from agentcore_probe.storage.location import S3Location
from agentcore_probe.storage.s3_errors import Call, error_code, login_error, storage_error

OPERATIONS = frozenset({"PutObject", "GetObject", "ListObjectsV2", "DeleteObjects", "HeadBucket"})
"""All that is ever called. HeadBucket is botocore's own: it looks for the region of a bucket that is elsewhere."""
_CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".ipynb": "application/x-ipynb+json",
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
    ".svg": "image/svg+xml",
}
_OTHER_CONTENT_TYPE = "text/plain; charset=utf-8"
"""Of `latest`, which has no ending."""
_SECONDS = 60
"""How long S3 may take to answer."""
_ATTEMPTS = 5
"""How often an object is read again after its transfer broke off, or written again after another writer was faster."""
_REMOVED_AT_ONCE = 1000
"""The most that DeleteObjects takes."""
_WRITER = "agentcore-probe-write"
"""The key of an object's metadata that says which write made it."""


class _Object(NamedTuple):
    content: bytes
    etag: str
    writer: str | None
    """Which write made it (`_WRITER`); None: another program's, or one that was not conditional."""


class S3Storage:
    """The objects below a prefix of a bucket. Safe to use from several threads.

    Login, region, endpoint, proxy and retries are those of boto3: `AWS_PROFILE`, `AWS_REGION`, `AWS_ENDPOINT_URL_S3`,
    `AWS_MAX_ATTEMPTS`.

    Args:
        place: bucket and prefix.
    """

    folder = None

    def __init__(self, place: S3Location) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._made: Any = None
        self._login_problem: AwsLogin | None = None

    @property
    def location(self) -> str:
        """`s3://bucket/prefix`."""
        return str(self._place)

    def where(self, name: str) -> str:
        """`s3://bucket/prefix/name`."""
        return f"{self.location}/{name}"

    def check(self) -> None:
        """Lists one object, which needs bucket, region, login and `s3:ListBucket`.

        Raises:
            ReportError: one of them is missing.
        """
        with self._client("used", "", "s3:ListBucket") as client:
            client.list_objects_v2(Bucket=self._place.bucket, Prefix=self._key(""), MaxKeys=1)

    def names(self, prefix: str = "") -> list[str]:
        """The names of all objects that begin with `prefix`, sorted; a part that begins with a dot is left out.

        Raises:
            ReportError: they cannot be listed.
        """
        top = len(self._key(""))
        found: list[str] = []
        with self._client("listed", prefix, "s3:ListBucket") as client:
            pages = client.get_paginator("list_objects_v2").paginate(
                Bucket=self._place.bucket, Prefix=self._key(prefix)
            )
            for page in pages:
                found += (entry["Key"][top:] for entry in page.get("Contents", ()))
        return sorted(name for name in found if _is_file(name))

    def read(self, name: str) -> bytes | None:
        """The content of an object; None where there is none.

        Raises:
            ReportError: it cannot be read.
        """
        found = self._get(name)
        return found.content if found is not None else None

    def write(self, name: str, content: str | bytes) -> None:
        """Writes an object: S3 shows it whole, or not at all.

        Raises:
            SecretLeakError: `content` contains a registered secret.
            ReportError: it cannot be written.
        """
        self._put(name, content)

    def write_new(self, name: str, content: str | bytes) -> bool:
        """Writes an object, unless there is one already; whether it did. S3 decides between writers (`If-None-Match`).

        Raises:
            SecretLeakError: `content` contains a registered secret.
            ReportError: it cannot be written.
        """
        for _ in range(_ATTEMPTS):
            if self._put_if(name, content, IfNoneMatch="*"):
                return True
            if self._get(name) is not None:
                return False  # else the other writer was removed again
        raise self._contended(name)

    def update(self, name: str, change: Callable[[bytes | None], str | bytes | None]) -> None:
        """Replaces an object by what `change` makes of its content, unless another writer replaced it meanwhile: then again.

        Raises:
            SecretLeakError: the new content contains a registered secret.
            ReportError: it cannot be read or written.
        """
        for _ in range(_ATTEMPTS):
            found = self._get(name)
            content = change(found.content if found is not None else None)
            if content is None:
                return
            condition = {"IfMatch": found.etag} if found is not None else {"IfNoneMatch": "*"}
            if self._put_if(name, content, **condition):
                return
        raise self._contended(name)

    def remove(self, names: Iterable[str]) -> None:
        """Removes objects; in a bucket with versions, the versions stay.

        Raises:
            ReportError: one cannot be removed.
        """
        left = list(names)
        while left:
            batch, left = left[:_REMOVED_AT_ONCE], left[_REMOVED_AT_ONCE:]
            keys = [{"Key": self._key(name)} for name in batch]
            with self._client("removed", batch[0], "s3:DeleteObject") as client:
                answer = client.delete_objects(
                    Bucket=self._place.bucket, Delete={"Objects": keys, "Quiet": True}
                )
                for refused in answer.get("Errors", ()):
                    raise ClientError({"Error": refused}, "DeleteObjects")

    def _key(self, name: str) -> str:
        return f"{self._place.prefix}/{name}" if self._place.prefix else name

    def _get(self, name: str) -> _Object | None:
        with self._client("read", name, "s3:GetObject") as client:
            for attempt in range(1, _ATTEMPTS + 1):
                try:
                    answer = client.get_object(Bucket=self._place.bucket, Key=self._key(name))
                except ClientError as error:
                    if error_code(error) == "NoSuchKey":
                        return None
                    raise
                try:
                    # botocore repeats the request, but not the transfer of the answer's body.
                    content = answer["Body"].read()
                except BotoCoreError:
                    if attempt == _ATTEMPTS:
                        raise
                    continue
                return _Object(content, str(answer["ETag"]), answer.get("Metadata", {}).get(_WRITER))
        raise AssertionError("every attempt returns or raises")

    def _put(self, name: str, content: str | bytes, **arguments: Any) -> None:
        data = store.checked(content, where=self.where(name))
        with self._client("written", name, "s3:PutObject") as client:
            client.put_object(
                Bucket=self._place.bucket,
                Key=self._key(name),
                Body=data,
                ContentType=_CONTENT_TYPES.get(PurePosixPath(name).suffix, _OTHER_CONTENT_TYPE),
                CacheControl="no-cache",  # a browser asks whether there is a newer one
                **arguments,
            )

    def _put_if(self, name: str, content: str | bytes, **condition: str) -> bool:
        """Writes an object on a condition; whether it was met."""
        writer = uuid.uuid4().hex
        try:
            self._put(name, content, Metadata={_WRITER: writer}, **condition)
        except _NotMetError:
            # botocore repeats a request whose answer was lost; the first one may have been this very write.
            found = self._get(name)
            return found is not None and found.writer == writer
        return True

    def _contended(self, name: str) -> ReportError:
        return ReportError(
            "cannot be written: other writers kept replacing it",
            where=self.where(name),
            hint="Run the command again",
        )

    @contextlib.contextmanager
    def _client(self, verb: str, name: str, action: str) -> Iterator[Any]:
        """The client, for one call in the block; its errors become this storage's.

        Raises:
            _NotMetError: the condition of the call is not met.
            ReportError: the call failed.
        """
        bucket = self._place.bucket
        resource = bucket if action == "s3:ListBucket" else f"{bucket}/{self._key('*')}"
        call = Call(verb, self.where(name).rstrip("/"), action, resource)
        with self._lock:
            if self._made is None and self._login_problem is None:
                self._made, self._login_problem = _open_client()
        if self._login_problem is not None:
            raise login_error(self._login_problem, call)
        try:
            yield self._made
        except ClientError as error:
            if error_code(error) in _NOT_MET and verb == "written":
                raise _NotMetError from None
            raise storage_error(error, call) from None
        except BotoCoreError as error:
            raise storage_error(error, call) from None


_NOT_MET = ("PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey", "412")
"""What S3 says where the condition of a write is not met: also that another write is under way, or the object is gone."""


class _NotMetError(Exception):
    """The condition of a write is not met."""


def _is_file(name: str) -> bool:
    """Whether a key is that of a file: consoles make keys that end with a slash and look like folders."""
    return not name.endswith("/") and not any(part.startswith(".") for part in name.split("/"))


def _open_client() -> tuple[Any, AwsLogin | None]:
    """The client of S3 and None, or None and why there are no AWS credentials."""
    opened = open_session(None, None, {}, seconds=_SECONDS, on_prompt=lambda _: None, endpoints={})
    try:
        if opened.error is not None:
            return None, aws_login.read_error(opened.error, opened.files, {})
        with opened.lock:
            credentials = opened.session.get_credentials()
            if credentials is None:
                return None, aws_login.no_credentials(opened.core)
            frozen = credentials.get_frozen_credentials()
        register(frozen.secret_key or "", "aws secret key")
        if frozen.token:
            register(frozen.token, "aws session token")
        client = opened.session.client(
            "s3",
            config=botocore.config.Config(
                connect_timeout=10,
                read_timeout=_SECONDS,
                retries={"mode": "standard"},
                max_pool_connections=32,
            ),
        )
    except ProbeError:
        raise
    except Exception as error:  # noqa: BLE001  (a credential process may end in any exception)
        return None, aws_login.read_error(error, opened.core, {})
    client.meta.events.register("before-call", _refuse_unlisted)
    return client, None


def _refuse_unlisted(model: Any, **_: object) -> None:
    if model.name not in OPERATIONS:
        raise ProbeError(f"s3:{model.name} is not among the operations that a storage may call")
