"""Who decides about a caller: the authorizer, or another judge, which may refuse a caller whom the authorizer accepted.

The policy engine and the workload binding are known by their own words, also inside a 200 (docs/agentcore.md sections 2.2
and 4.3). `who_judged` names the judge of every decision.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from agentcore_probe.judge.causes import Cause
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.sentences import agentcore, find_sentences
from agentcore_probe.model.decision import Decision
from agentcore_probe.model.judgement import Confidence, JudgedBy
from agentcore_probe.model.sentence import FoundSentence
from agentcore_probe.regex import regex


class Judge(NamedTuple):
    """The words of one judge."""

    cause: str
    decision: Decision
    words: re.Pattern[str]


JUDGES = (
    Judge(
        "policy-denied",
        "refused",
        regex(
            r"tool execution denied|not allowed due to policy enforcement|AuthorizeActionException\b", re.I
        ),
    ),
    Judge(
        "policy-evaluation-failed",
        "undecided",
        regex(
            r"(?:^|InternalServerException[\s:-]{1,5})policy evaluation failed(?: for (?P<step>[\w/ -]{1,60}))?",
            re.I,
        ),
    ),
    Judge("workload-binding", "refused", regex(r"transaction token required", re.I)),
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


_SESSION_HEADER = "x-amzn-bedrock-agentcore-policy-session-id"


def lacks_policy_session(case: Case) -> bool:
    """Whether a temporal policy could not be evaluated, since the request has no session id. The error's form is not known."""
    answer = case.answer
    if case.service != "gateway" or case.exchange.request.header(_SESSION_HEADER) is not None:
        return False
    return answer.message_matches(r"policy.?session") and answer.status not in (401, 403, 409)


def judges_decision(case: Case) -> Decision | None:
    """The decision of a judge other than the authorizer; None if none speaks."""
    judged = verdict(case)
    if judged is None and lacks_policy_session(case):
        return "undecided"
    if judged is None:
        consents = case.answer.rpc_code == CONSENT_REQUIRED and not case.is_control
        return "accepted" if consents else None
    # A control that reaches the policy engine was not refused by the authorizer, which is what it is about.
    is_policys = judged[0].cause == "policy-denied"
    return "undecided" if is_policys and case.is_control else judged[0].decision


def other_judge(case: Case, cause: Cause) -> JudgedBy | None:
    """Who refused, where the cause or the answer names somebody else than the called target's authorizer.

    Args:
        case: an exchange.
        cause: its cause.
    """
    if cause.judge is not None and cause.decision == "refused":
        return cause.judge
    return "runtime-behind-gateway" if case.is_of_runtime_behind else None


def who_judged(case: Case, cause: Cause, confidence: Confidence, decided: Decision) -> JudgedBy | None:
    """Who took a decision; None where nobody did, or where the answer does not show who it was.

    Args:
        case: an exchange.
        cause: its cause.
        confidence: of the cause. Several judges fit where a policy of IAM is a possible one only.
        decided: what the answer shows of authorization (`judge.decision`).
    """
    if case.answer.from_aws is False or case.service not in ("runtime", "gateway", "harness", "registry"):
        return None
    if decided == "accepted":
        return cause.judge if cause.judge == "container" else None
    if decided != "refused":
        return None
    other = other_judge(case, cause)
    if confidence == "possible" and other in ("resource-policy", "vpc-endpoint-policy"):
        return None
    if other is not None or cause.id in _BY_NOBODY_KNOWN:
        return other
    if cause.id == "refused-inside-200":
        return "container" if case.service == "runtime" else None
    return "authorizer" if cause.group in ("credential", "sockets") else None


_BY_NOBODY_KNOWN = (
    "refused-unexplained",
    "cached-authorization",
    "answers-differ",
    "credential-lost-on-the-way",
)
"""Causes of a refusal that do not say who refused."""
