"""The command entrance, and every entrance whose requests are invalid on purpose (docs/agentcore.md sections 11.0 and 11.2)."""

from __future__ import annotations

from agentcore_probe.judge.decision import decision
from agentcore_probe.judge.invalid_requests import (
    NOT_THE_REQUEST,
    control_with_such_answer,
    controls_of,
    is_about_content,
    row_of,
)
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules.match import Match, Rule
from agentcore_probe.judge.rules.url import is_route_404
from agentcore_probe.model.judgement import Confidence

_COMMAND = "runtime-command"


def content_first(case: Case) -> Match | None:
    """A control learns that its request is invalid, so the answer says nothing about anybody's authorization."""
    if not is_about_content(case) or decision(case) != "undecided":
        return None
    control = None if case.is_control else control_with_such_answer(case)
    if control is None and case.answer.from_aws is None and not case.answer.error_type:
        return None  # perhaps not the service's answer
    return Match(
        "content-checked-first",
        "probable",
        {"status": str(case.answer.status)},
        evidence=(control.id,) if control else (),
    )


def command_missing(case: Case) -> Match | None:
    """The service looked for the command, or answered without one: the caller may run commands."""
    status = case.answer.status
    if not _is_command(case) or case.is_control or status is None:
        return None
    names_another = case.answer.message_matches(NOT_THE_REQUEST)
    is_answered = 200 <= status < 300
    if names_another or not (is_answered or is_about_content(case)) or decision(case) != "accepted":
        return None
    confidence: Confidence = "probable" if any(controls_of(case)) else "possible"
    return Match("command-missing", confidence, {"status": str(status), "credential": case.auth})


def not_served(case: Case) -> Match | None:
    """No such path: agents that were deployed before 2026-03-17 lack it. What they answer is not documented."""
    if not _is_command(case) or not (case.answer.status == 405 or is_route_404(case)):
        return None
    return Match("command-not-served", "possible", {"status": str(case.answer.status)})


def _is_command(case: Case) -> bool:
    row = row_of(case)
    return row is not None and row.entrance == _COMMAND


RULES: tuple[Rule, ...] = (content_first, command_missing, not_served)
"""Before the rules about URLs and content, which would take such an answer for a mistake."""
