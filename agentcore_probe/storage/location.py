"""Reads locations that are URLs: `s3://bucket/prefix`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from agentcore_probe.errors import InputError

_URL = re.compile(r"\A[A-Za-z][A-Za-z0-9+.-]+:/")
"""How the location of a bucket begins. One letter before the colon is a drive: `C:/reports`."""
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
"""The names of buckets, and of access points' aliases."""


class S3Location(NamedTuple):
    """A place in a bucket."""

    bucket: str
    prefix: str
    """What the keys begin with, without a slash at its end; empty: the whole bucket."""

    def __str__(self) -> str:
        return "/".join(filter(None, (f"s3://{self.bucket}", self.prefix)))


def read_location(location: str | Path) -> Path | S3Location:
    """The folder or the place in a bucket that a location means.

    Raises:
        InputError: it is a URL, and not one of a place in a bucket.
    """
    if isinstance(location, Path) or not _URL.match(location):
        return Path(location)
    scheme, _, rest = location.partition("://")
    if scheme != "s3":
        raise InputError(
            "is neither a path nor a place in S3",
            where=location,
            hint="Write s3://BUCKET/PREFIX, or a path",
        )
    bucket, _, prefix = rest.partition("/")
    if not _BUCKET.fullmatch(bucket):
        raise InputError(
            f"{bucket!r} is not a valid bucket name",
            where=location,
            hint="Write s3://BUCKET/PREFIX; for an access point, its alias",
        )
    prefix = prefix.rstrip("/")
    parts = prefix.split("/") if prefix else []
    if not all(part and not part.startswith(".") and part.isprintable() for part in parts):
        raise InputError(
            "a part of the prefix is empty, begins with a dot or cannot be printed",
            where=location,
            hint="Write s3://BUCKET/PREFIX, such as s3://my-reports/agentcore",
        )
    return S3Location(bucket, prefix)
