"""Reads the record at a location: in a file, or in an object of S3."""

from __future__ import annotations

from pathlib import Path

from agentcore_probe.errors import RecordError
from agentcore_probe.storage.location import S3Location, read_location
from agentcore_probe.store import RecordFile, read_record_file, record_in


def read_record_at(location: str | Path) -> RecordFile:
    """The record in a `record.json` or a `report.html`, and whether it has a digest.

    Args:
        location: the file's path, or `s3://bucket/key`.

    Raises:
        InputError: the location is malformed.
        RecordError: there is no record, or it does not match its digest.
        ReportError: the object cannot be read.
    """
    place = read_location(location)
    if isinstance(place, Path):
        return read_record_file(place)
    from agentcore_probe.storage.s3 import S3Storage

    content = S3Storage(S3Location(place.bucket, "")).read(place.prefix)
    if content is None:
        raise RecordError("cannot be read: there is no such object", where=str(place))
    return record_in(content, where=str(place))
