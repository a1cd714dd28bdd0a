"""Where a record comes from: versions, the git revision, the offset of the service's clock."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib import metadata
from pathlib import Path

from agentcore_probe.model.exchange import Exchange


def clock_offset(exchanges: Sequence[Exchange]) -> float | None:
    """Seconds that the service's clock is ahead of ours: the median of all answers with a `Date`, or None."""
    offsets = []
    for exchange in exchanges:
        sent_at, service_time = exchange.request.at, _date(exchange)
        if sent_at and service_time:
            # `Date` has no fractions of a second, so those of `sent_at` must not count.
            offsets.append((service_time - sent_at.replace(microsecond=0)).total_seconds())
    return sorted(offsets)[len(offsets) // 2] if offsets else None


def _date(exchange: Exchange) -> datetime | None:
    """The time in the answer's `Date` header; None where there is none, or it is not a date."""
    date = exchange.response.header("date") if exchange.response else None
    try:
        return parsedate_to_datetime(date).astimezone(UTC) if date else None
    except (ValueError, TypeError, OverflowError):
        return None


def versions() -> dict[str, str]:
    """The versions of Python and of the installed libraries that send requests and make the page, by name."""
    packages = ("boto3", "botocore", "requests", "urllib3", "papermill", "nbconvert")
    python = ".".join(str(part) for part in sys.version_info[:3])
    return {"python": python, **{name: version for name in packages if (version := _version(name))}}


def _version(package: str) -> str | None:
    """The installed version; None where the extra that brings the package is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def revision() -> str | None:
    """The git revision of the checkout that this code runs from, or None."""
    root = Path(__file__).resolve().parents[2]
    if not (root / ".git").exists():
        return None
    try:
        process = subprocess.run(
            ["git", "-C", str(root), "rev-parse", "--short=12", "HEAD"],
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return process.stdout.strip() or None
