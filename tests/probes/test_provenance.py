"""Where a record comes from: the service's clock, versions, the revision."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from importlib import metadata

import pytest

from agentcore_probe.model.exchange import Exchange, Fault, Request, Response
from agentcore_probe.probes.provenance import clock_offset, revision, versions

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


def test_versions_and_revision_are_those_of_this_process() -> None:
    """The revision only where the code runs from a checkout."""
    assert versions()["requests"] == metadata.version("requests")
    assert re.fullmatch(r"3\.\d+\.\d+", versions()["python"])
    assert revision() is None or re.fullmatch(r"[0-9a-f]{12}", revision() or "")
