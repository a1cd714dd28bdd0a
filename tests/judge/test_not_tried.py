"""What a run did not try is said beside the verdict."""

from __future__ import annotations

from typing import Any

import pytest

from agentcore_probe.judge.judge import judge
from agentcore_probe.judge.not_tried import not_tried
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.exchange import Exchange, Request
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.messages import messages
from agentcore_probe.report.view import View


def record(*controls: dict[str, Any]) -> RunRecord:
    exchanges = tuple(
        Exchange(id=f"gateway-anonymous/{number}", step="invoke", request=Request(), **control)
        for number, control in enumerate(controls, start=1)
    )
    return RunRecord(environment=Environment(name="t"), exchanges=exchanges)


def gaps(*controls: dict[str, Any]) -> list[str]:
    return [gap.id for gap in not_tried(record(*controls))]


def test_a_run_that_sent_nothing_lists_nothing() -> None:
    """Its rows say why."""
    assert gaps() == []


def test_what_no_run_tries_is_always_listed() -> None:
    """Another client's token, and the other access methods."""
    assert gaps({"control": "expired", "phase": "after"}) == ["another-client", "other-access-methods"]


def test_a_genuine_expired_token_is_listed_unless_it_was_sent() -> None:
    """A forged token shows nothing about `exp`."""
    assert "expired-token" in gaps({"forged": "expired"})


@pytest.mark.parametrize(
    ("phases", "is_listed"), [(("before",), True), (("before", "after"), False), ((None,), False)]
)
def test_controls_that_were_not_sent_again_are_listed(phases: tuple[Any, ...], is_listed: bool) -> None:
    """Nothing was accepted, so a cache could not be noticed."""
    listed = gaps(*({"control": "anonymous", "phase": phase} for phase in phases))
    assert ("controls-after" in listed) is is_listed


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_one_line_in_every_language(language: str) -> None:
    """Below the verdict of page, terminal and Markdown."""
    run = record({"control": "anonymous", "phase": "before"})
    line = View(run, judge(run), messages(language)).not_tried()
    assert line is not None
    assert "Gateway" in line
    assert "\n" not in line
