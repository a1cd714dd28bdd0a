"""What a run did not try is said beside the verdict."""

from __future__ import annotations

from typing import Any

import pytest

from agentcore_probe.judge.judge import judge
from agentcore_probe.judge.not_tried import not_tried
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.exchange import Exchange, Request
from agentcore_probe.model.identity import Identity, SecretReference
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.model.record import Observation, RunRecord
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


def untried(environment: Environment, **rows: dict[str, str]) -> RunRecord:
    """A run whose rows left out these controls."""
    observations = tuple(
        Observation(method=method.replace("_", "-"), decision="refused", facts={"untried": controls})
        for method, controls in rows.items()
    )
    run = record({"control": "anonymous"})
    return run.model_copy(update={"environment": environment, "observations": observations})


def line_of(run: RunRecord, language: str = "en") -> str:
    return View(run, judge(run), messages(language)).not_tried() or ""


def test_controls_that_were_left_out_are_counted_for_each_reason() -> None:
    """Each kind once, whatever the number of targets; the reader sees which run is complete."""
    few = {"hs512-der": "few-controls", "kid-missing": "few-controls", "expired": "no-expired-token"}
    run = untried(
        Environment(name="t"),
        gateway_jwt_forged=few,
        runtime_jwt_forged={**few, "hs256-public-key": "no-public-key", "hs256-der": "no-matching-key"},
        runtime_anonymous={"placeholder": "no-answer"},
    )
    line = line_of(run)
    assert "2 kinds of forged tokens (--controls few)" in line
    assert "1 kind of forged tokens (the issuer's public key could not be read)" in line
    assert "1 kind of forged tokens (the issuer has no key that fits the token)" in line
    assert "1 kind of calls without a valid credential (the first control got no response)" in line
    assert "the environment file names none" in line
    assert "偽造トークン 2 種類（--controls few）" in line_of(run, "ja")


@pytest.mark.parametrize(
    ("reason", "phrase"),
    [
        ("token-not-expired", "has not expired"),
        ("token-unreadable", "cannot be read"),
        ("no-answer", "names one that was not sent"),
    ],
)
def test_an_expired_token_that_is_named_but_not_sent_is_not_missing(reason: str, phrase: str) -> None:
    """The environment names one, so the reason is another one."""
    reference = SecretReference(source="env", name="EXPIRED_TOKEN")
    environment = Environment(name="t", identity=Identity(expired_token=reference))
    line = line_of(untried(environment, gateway_jwt_forged={"expired": reason}))
    assert phrase in line
    assert "names none" not in line


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_one_line_in_every_language(language: str) -> None:
    """Below the verdict of page, terminal and Markdown."""
    run = record({"control": "anonymous", "phase": "before"})
    line = View(run, judge(run), messages(language)).not_tried()
    assert line is not None
    assert "Gateway" in line
    assert "\n" not in line
