"""Requests and answers as facts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import ValidationError

from agentcore_probe.model.exchange import Exchange, Request, Response, Timings


def test_header_names_are_case_insensitive() -> None:
    """In requests and answers."""
    headers = {"Content-Type": "application/json", "X-Empty": ""}
    for message in (Request(headers=headers), Response(headers=headers)):
        assert message.header("content-TYPE") == "application/json"
        assert message.header("x-empty") == ""
        assert message.header("accept") is None


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ('{"method": "initialize"}', {"method": "initialize"}),
        ("[1]", {}),
        ("not JSON", {}),
        pytest.param("[" * 100_000, {}, id="nested"),
        ("", {}),
        (None, {}),
    ],
)
def test_the_fields_of_a_body(body: str | None, fields: dict[str, Any]) -> None:
    """A body that is not a JSON object has none."""
    assert Request(body=body).fields == fields


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 1, 1, 12, tzinfo=UTC),
        datetime(2026, 1, 1, 12),  # noqa: DTZ001
        datetime(2026, 1, 1, 14, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_times_are_in_utc(at: datetime) -> None:
    """A time without a zone counts as UTC."""
    assert Request(at=at).model_dump(mode="json")["at"] == "2026-01-01T12:00:00Z"


def test_the_total_is_the_sum_of_the_phases_that_occurred() -> None:
    """A reused connection has no `connect`."""
    assert Timings(first_byte=20.5, rest=1.5).total == 22.0
    assert Timings().total == 0


def test_facts_are_immutable_and_strict() -> None:
    """A key that this version does not know is an error and not ignored."""
    exchange = Exchange(id="t/1", step="s", request=Request())
    with pytest.raises(ValidationError):
        exchange.step = "other"
    with pytest.raises(ValidationError):
        Exchange.model_validate({"id": "t/1", "step": "s", "request": {}, "verdict": "verified"})
