"""Judges beside the authorizer, known by their own words: the policy engine and the workload binding.

They refuse a caller whom the authorizer accepted, also inside a 200 (docs/agentcore.md sections 2.2 and 4.3).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.sentences import agentcore, find_sentences
from agentcore_probe.model.environment import Decision
from agentcore_probe.model.sentence import FoundSentence


@dataclass(frozen=True)
class Judge:
    """The words of one judge."""

    cause: str
    decision: Decision
    words: re.Pattern[str]


JUDGES = (
    Judge(
        "policy-denied",
        "refused",
        re.compile(
            r"tool execution denied|not allowed due to policy enforcement|AuthorizeActionException\b", re.I
        ),
    ),
    Judge(
        "policy-evaluation-failed",
        "undecided",
        re.compile(
            r"(?:^|InternalServerException[\s:-]{1,5})policy evaluation failed(?: for (?P<step>[\w/ -]{1,60}))?",
            re.I,
        ),
    ),
    Judge("workload-binding", "refused", re.compile(r"transaction token required", re.I)),
)
"""Every judge. -32002 alone does not show a policy engine: an MCP Runtime uses it for AccessDenied, too."""

CONSENT_REQUIRED = -32042
"""MCP's "URL elicitation required": the user has to log in at the service behind a tool."""


def verdict(case: Case) -> tuple[Judge, re.Match[str]] | None:
    """The judge that speaks in an answer, with its words; None if none does."""
    text = judged_text(case)
    for judge in JUDGES:
        if text and (words := judge.words.search(text)):
            return judge, words
    return None


def judged_text(case: Case) -> str:
    """What an answer says of the call: its error, a failed tool's text, or a tool's result inside a harness's stream."""
    answer, response = case.answer, case.exchange.response
    if answer.tool_error:
        return answer.tool_text
    status = answer.status
    if answer.failed or status is None or status >= 400:
        return answer.message
    body = response.body if response else ""
    return body[:65_536] if "/harnesses/" in case.address.path or '"toolResult"' in body else ""


_CLOSINGS = tuple(row for row in agentcore.SENTENCES if row.cause == "ws-limit-exceeded")


def closing(case: Case) -> FoundSentence | None:
    """The close of a WebSocket at a limit, which only an accepted one reaches; None if there is none."""
    fault = case.exchange.fault
    return next(find_sentences(fault.detail, _CLOSINGS), None) if fault is not None else None


def judges_decision(case: Case) -> Decision | None:
    """The decision of a judge other than the authorizer; None if none speaks."""
    judged = verdict(case)
    if judged is None:
        consents = case.answer.rpc_code == CONSENT_REQUIRED and not case.is_control
        return "accepted" if consents else None
    # A control that reaches the policy engine was not refused by the authorizer, which is what it is about.
    is_policys = judged[0].cause == "policy-denied"
    return "undecided" if is_policys and case.is_control else judged[0].decision
