"""Where a record comes from: who answered, versions, the git revision, the offset of the service's clock."""

from __future__ import annotations

import ipaddress
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

from agentcore_probe.model.exchange import CALLS, Exchange
from agentcore_probe.model.hosts import LOOPBACK
from agentcore_probe.model.partitions import is_aws_host
from agentcore_probe.model.record import Source

EMBEDDED_SERVER = "agentcore-probe-local"
"""The `server` header of the embedded AgentCore (`local.asgi.SERVER`)."""


def who_answered(exchanges: Sequence[Exchange], *, is_embedded: bool) -> Source:
    """Who answered the calls of Runtime and Gateway, by the addresses that these really reached.

    Where the calls reached several places, the one that proves least about an AWS account counts.

    Args:
        exchanges: of the run.
        is_embedded: whether this run has started an embedded AgentCore.
    """
    calls = [exchange for exchange in exchanges if exchange.purpose in CALLS and exchange.request.url]
    places_reached = {_place(exchange) for exchange in calls if exchange.peer is not None}
    if is_embedded and places_reached <= {"loopback"}:
        return "embedded"
    places = {_place(exchange) for exchange in calls}
    servers = {exchange.response.header("server") for exchange in calls if exchange.response is not None}
    if places == {"loopback"} and EMBEDDED_SERVER in servers:
        return "embedded"
    return next((place for place in _LEAST_EVIDENCE_FIRST if place in places), "aws")


_LEAST_EVIDENCE_FIRST: tuple[Source, ...] = ("loopback", "proxied", "aws")


def proxy_notes(exchanges: Sequence[Exchange]) -> tuple[str, ...]:
    """One sentence for each proxy that calls of Runtime and Gateway went through."""
    peers = {
        exchange.peer or "an unknown address"
        for exchange in exchanges
        if exchange.via_proxy and exchange.purpose in CALLS
    }
    return tuple(f"Calls went through the proxy at {peer}." for peer in sorted(peers))


def _place(exchange: Exchange) -> Source:
    """Where one call was answered, or would have been."""
    parts = urlsplit(exchange.request.url)
    host = parts.hostname or ""
    if exchange.via_proxy:
        # A tunnel (CONNECT) ends at the host, whose certificate was verified.
        return (
            "aws"
            if parts.scheme == "https" and (is_aws_host(host) or host.endswith(".on.aws"))
            else "proxied"
        )
    if exchange.peer is None:
        return "loopback" if host in LOOPBACK else "aws"
    address = exchange.peer.rpartition(":")[0].strip("[]")
    return "loopback" if _is_loopback(address) else "aws"


def _is_loopback(address: str) -> bool:
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(ip, "ipv4_mapped", None)
    return bool((mapped or ip).is_loopback)


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


@cache
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


@cache
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
