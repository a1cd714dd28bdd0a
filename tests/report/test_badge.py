"""Badges: what they say, that they are valid XML without anything to load, and that readers see all of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import get_args
from xml.etree import ElementTree as ET

import pytest

from agentcore_probe.report.badge import environment_badge, fleet_badge
from agentcore_probe.report.exports.result import State

SVG = "{http://www.w3.org/2000/svg}"
TODAY = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)


def texts(badge: str) -> list[str]:
    """The two fields; that the title and the name for screen readers say the same is checked."""
    root = ET.fromstring(badge)  # noqa: S314  (our own)
    fields = [text.text or "" for text in root.iter(f"{SVG}text")]
    title = root.findtext(f"{SVG}title")
    assert (root.get("role"), root.get("aria-label")) == ("img", title)
    assert title == ": ".join(fields)
    return fields


def test_a_badge_says_the_verdict_and_the_day_of_the_run() -> None:
    """In words, so that neither a colour nor an old picture misleads."""
    assert texts(environment_badge("prod", "not-verified", TODAY)) == ["prod", "not verified 2026-11-30"]
    badge = environment_badge("sample", "not-verified", None, "recorded")
    assert texts(badge) == ["sample", "not verified undated, recorded"]


@pytest.mark.parametrize("state", get_args(State))
def test_every_state_has_words(state: State) -> None:
    """Of its own."""
    assert texts(environment_badge("prod", state, TODAY))[1].endswith("2026-11-30")
    badges = {environment_badge("prod", other, TODAY) for other in get_args(State)}
    assert len(badges) == len(get_args(State))


def test_who_answered_is_part_of_the_badge_unless_it_is_aws() -> None:
    """An embedded AgentCore proves nothing about an account."""
    assert texts(environment_badge("local", "verified", TODAY, "embedded")) == [
        "local",
        "verified 2026-11-30, not AWS",
    ]


@pytest.mark.parametrize(
    ("environments", "message"),
    [
        (
            [("verified", TODAY)] * 58 + [("not-verified", TODAY)] * 2 + [("error", TODAY)],
            "58 verified, 2 not, 1 could not run 2026-11-30",
        ),
        ([("verified", TODAY), ("verified", TODAY - timedelta(9))], "2 verified 2026-11-21 to 2026-11-30"),
        ([("verified", None)], "1 verified"),
        ([("not-verified", TODAY)], "1 not verified 2026-11-30"),
        ([], "no environments"),
    ],
)
def test_the_badge_of_all_counts_and_has_the_first_and_the_last_day(
    environments: list[tuple[State, datetime | None]], message: str
) -> None:
    """So that environments that have not run for long are seen."""
    assert texts(fleet_badge(environments)) == ["AgentCore access", message]


def test_a_badge_contains_what_it_shows() -> None:
    """Names are escaped; there is nothing to load and no script."""
    badge = environment_badge('<script>&"', "verified", TODAY)
    assert texts(badge)[0] == '<script>&"'
    assert "<script" not in badge
    assert re.findall(r"(?:href|src|style|url\()", badge) == []
    assert re.findall(r"https?://[^\"]+", badge) == ["http://www.w3.org/2000/svg"]
