"""Where a record comes from: the service's clock, versions, the revision."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

import pytest

from agentcore_probe.local import asgi as local_asgi
from agentcore_probe.model.exchange import Exchange, Fault, Purpose, Request, Response
from agentcore_probe.probes.provenance import (
    EMBEDDED_SERVER,
    clock_offset,
    proxy_notes,
    revision,
    versions,
    who_answered,
)

SENT_AT = datetime(2026, 1, 1, 12, 0, 0, 900_000, tzinfo=UTC)


def exchange(date: str | None) -> Exchange:
    response = Response(status=200, headers={"date": date} if date else {})
    return Exchange(id="t/1", step="s", request=Request(at=SENT_AT), response=response)


@pytest.mark.parametrize(
    ("dates", "offset"),
    [
        (["Thu, 01 Jan 2026 12:00:00 GMT"], 0.0),
        (["Thu, 01 Jan 2026 12:05:00 GMT"], 300.0),
        (
            [
                "Thu, 01 Jan 2026 11:00:00 GMT",
                "Thu, 01 Jan 2026 12:00:02 GMT",
                "Thu, 01 Jan 2026 12:00:01 GMT",
            ],
            1.0,
        ),
        ([None, "Thu, 01 Jan 2026 12:00:01 GMT"], 1.0),
        (["yesterday"], None),
        ([None], None),
        ([], None),
    ],
)
def test_the_offset_is_the_median_of_the_answers_with_a_date(
    dates: list[str | None], offset: float | None
) -> None:
    """In whole seconds, as `Date` has them."""
    assert clock_offset([exchange(date) for date in dates]) == offset


def test_a_request_without_an_answer_shows_no_clock() -> None:
    """Its fault has no date."""
    failed = Exchange(id="t/1", step="s", request=Request(at=SENT_AT), fault=Fault(kind="dns"))
    assert clock_offset([failed]) is None


AWS_URL = "https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/x/invocations"
LOCAL_URL = "http://127.0.0.1:9000/mcp"


def call(url: str, peer: str | None, purpose: Purpose = "runtime", **more: Any) -> Exchange:
    """A call that reached `peer`, with an answer where it did."""
    server = more.pop("server", None)
    headers = {"server": server} if server else {}
    return Exchange(
        id="runtime-jwt/1",
        step="s",
        request=Request(url=url),
        response=Response(status=200, headers=headers) if peer else None,
        peer=peer,
        purpose=purpose,
        **more,
    )


EMBEDDED: dict[str, Any] = {"server": "agentcore-probe-local"}


@pytest.mark.parametrize(
    ("exchanges", "is_embedded", "source"),
    [
        ([call(AWS_URL, "52.1.2.3:443")], False, "aws"),
        ([call(AWS_URL, None)], False, "aws"),
        ([], False, "aws"),
        ([], True, "embedded"),
        ([call(LOCAL_URL, "127.0.0.1:9000")], True, "embedded"),
        ([call("https://no-such-name.invalid/", None), call(LOCAL_URL, "127.0.0.1:9000")], True, "embedded"),
        ([call(LOCAL_URL, "127.0.0.1:9000", **EMBEDDED)], False, "embedded"),
        ([call(LOCAL_URL, "127.0.0.1:9000")], False, "loopback"),
        ([call("https://127.0.0.1:9000/mcp", "127.0.0.1:9000")], False, "loopback"),
        ([call("https://emulator.invalid/mcp", "127.0.0.53:443")], False, "loopback"),
        ([call("https://emulator.invalid/mcp", "[::1]:443")], False, "loopback"),
        ([call("https://emulator.invalid/mcp", "[::ffff:127.0.0.1]:443")], False, "loopback"),
        ([call(LOCAL_URL, None)], False, "loopback"),
        ([call(AWS_URL, "52.1.2.3:443"), call(LOCAL_URL, "127.0.0.1:9000", **EMBEDDED)], False, "loopback"),
        ([call(AWS_URL, "52.1.2.3:443"), call(LOCAL_URL, "127.0.0.1:9", "discovery")], False, "aws"),
        ([call(AWS_URL, "10.0.0.9:3128", via_proxy=True)], False, "aws"),
        ([call(AWS_URL, "127.0.0.1:3128", via_proxy=True)], False, "aws"),
        ([call("https://amazonaws.com.invalid/", "10.0.0.9:3128", via_proxy=True)], False, "proxied"),
        ([call(AWS_URL.replace("https", "http"), "10.0.0.9:3128", via_proxy=True)], False, "proxied"),
    ],
)
def test_who_answered_follows_from_the_addresses_that_were_reached(
    exchanges: list[Exchange], is_embedded: bool, source: str
) -> None:
    """Whatever the endpoint was configured by; the call that proves least counts."""
    assert who_answered(exchanges, is_embedded=is_embedded) == source


def test_a_proxy_is_noted() -> None:
    """Once, by its address, if a call of a target went through it."""
    exchanges = [
        call(AWS_URL, "10.0.0.9:3128", via_proxy=True),
        call(AWS_URL, "10.0.0.9:3128", "gateway", via_proxy=True),
        call(AWS_URL, "10.0.0.8:3128", "discovery", via_proxy=True),
        call(AWS_URL, "52.1.2.3:443"),
    ]
    assert proxy_notes(exchanges) == ("Calls went through the proxy at 10.0.0.9:3128.",)


def test_the_embedded_agentcore_names_itself() -> None:
    """By the header that a run recognizes."""
    assert EMBEDDED_SERVER == local_asgi.SERVER


def test_versions_and_revision_are_those_of_this_process() -> None:
    """The revision only where the code runs from a checkout."""
    assert versions()["requests"] == metadata.version("requests")
    assert re.fullmatch(r"3\.\d+\.\d+", versions()["python"])
    assert revision() is None or re.fullmatch(r"[0-9a-f]{12}", revision() or "")
