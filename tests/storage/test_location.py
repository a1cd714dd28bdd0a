"""Locations: a folder or a place in a bucket."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentcore_probe.errors import ExitCode, InputError
from agentcore_probe.storage.location import S3Location, read_location


@pytest.mark.parametrize(
    ("location", "place"),
    [
        ("reports", Path("reports")),
        ("./s3:/x", Path("s3:/x")),
        ("C:/reports", Path("C:/reports")),
        (Path("s3://bucket"), Path("s3:/bucket")),
        ("s3://my-bucket", S3Location("my-bucket", "")),
        ("s3://my.bucket-1/", S3Location("my.bucket-1", "")),
        ("s3://my-bucket/a/b c/", S3Location("my-bucket", "a/b c")),
    ],
)
def test_a_location_is_a_folder_or_a_place_in_a_bucket(location: str | Path, place: object) -> None:
    """A slash at the end means nothing."""
    assert read_location(location) == place


@pytest.mark.parametrize(
    ("location", "problem"),
    [
        ("s3:/bucket/x", "neither a path nor a place in S3"),
        ("S3://bucket/x", "neither a path nor a place in S3"),
        ("https://bucket.s3.amazonaws.com/x", "neither a path nor a place in S3"),
        ("gs://bucket/x", "neither a path nor a place in S3"),
        ("s3://", "'' is not a valid bucket name"),
        ("s3:///x", "'' is not a valid bucket name"),
        ("s3://My_Bucket/x", "'My_Bucket' is not a valid bucket name"),
        ("s3://ab/x", "'ab' is not a valid bucket name"),
        ("s3://arn:aws:s3:us-east-1:123456789012:accesspoint/x", "for an access point, its alias"),
        ("s3://bucket/a//b", "a part of the prefix is empty"),
        ("s3://bucket/../b", "begins with a dot"),
        ("s3://bucket/a\nb", "cannot be printed"),
    ],
)
def test_a_malformed_location_is_an_input_error(location: str, problem: str) -> None:
    """Which names it, and how a location is written."""
    with pytest.raises(InputError, match=problem) as caught:
        read_location(location)
    assert (caught.value.where, caught.value.exit_code) == (location, ExitCode.USAGE)
    assert "s3://BUCKET/PREFIX" in str(caught.value.hint)


def test_a_location_is_written_as_a_url() -> None:
    """Without a slash at its end."""
    assert [str(S3Location("b", prefix)) for prefix in ("", "x/y")] == ["s3://b", "s3://b/x/y"]
