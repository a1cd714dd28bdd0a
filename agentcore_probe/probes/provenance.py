"""Where a record comes from: versions, the git revision, how far the service's clock is off."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata
from pathlib import Path

from agentcore_probe.judge.reading.case import Case
from agentcore_probe.model.exchange import Exchange


def clock_offset(exchanges: list[Exchange]) -> float | None:
    """Seconds that the service is ahead of us: the median over all answers that carry a `Date`."""
    offsets = []
    for exchange in exchanges:
        at, now = exchange.request.at, Case(exchange).now
        if exchange.response and exchange.response.header("date") and at and now:
            # `Date` is cut to the second, so a fresh answer is up to one second behind.
            offsets.append((now - at.replace(microsecond=0)).total_seconds())
    return sorted(offsets)[len(offsets) // 2] if offsets else None


def versions() -> dict[str, str]:
    """The versions of Python and of the installed libraries that carry the calls and the page, by name."""
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
        done = subprocess.run(
            ["git", "-C", str(root), "rev-parse", "--short=12", "HEAD"],
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None
