"""What IAM and the check of a signature say: which policy refused which action, or what is wrong with the signature."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentcore_probe.judge.behind_target import INVOKES, SENDS_TOKEN, runtime_target
from agentcore_probe.judge.endpoint_policies import judge_by_endpoints
from agentcore_probe.judge.needed_actions import needed_actions
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.resource_policies import EVERYONE, PolicyVerdict, judge_by_policies
from agentcore_probe.judge.rules.match import Match, Rule
from agentcore_probe.judge.rules.targets import called_target
from agentcore_probe.model.oauth_discovery import RESOURCE_METADATA
from agentcore_probe.regex import regex

_DENIED = regex(
    r"not authorized to perform:? (?P<action>[\w-]{1,40}:\w{1,80})(?: on resource: (?P<resource>arn:[^\s'\"]{1,400}))?",
    re.I,
)
_FAULTS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "aws-clock-skew",
        ("RequestExpired", "RequestTimeTooSkewed"),
        (r"signature expired", r"signature not yet current", r"request has expired"),
    ),
    (
        "aws-token-expired",
        ("ExpiredToken",),
        (r"security token .{0,60}expired", r"your aws session token has expired"),
    ),
    (
        "aws-key-unknown",
        ("UnrecognizedClient", "InvalidClientTokenId", "InvalidAccessKeyId"),
        (r"security token included in the request is invalid",),
    ),
    (
        "aws-signature-invalid",
        ("InvalidSignature", "SignatureDoesNotMatch", "IncompleteSignature"),
        (
            r"request signature we calculated does not match",
            r"credential should be scoped to (?:a valid region|correct service)",
        ),
    ),
)
"""Cause -> the error types and the sentences of SigV4 that name it, whichever of the two is at hand."""


def signature_fault(case: Case) -> str | None:
    """The cause that an error of SigV4 names, or None."""
    answer = case.answer
    by_sentence = next((cause for cause, _, sentences in _FAULTS if answer.message_matches(*sentences)), None)
    return by_sentence or next((cause for cause, types, _ in _FAULTS if answer.is_type(*types)), None)


def denied_by_iam(case: Case) -> Match | None:
    """IAM's refusal, by the kind of policy that it names; None if the message is not IAM's."""
    answer = case.answer
    if not answer.message_matches(r"not authorized to perform", r"explicit deny"):
        return None
    denied = _DENIED.search(answer.message)
    policy = answer.refusing_policy or "caller"
    values = {"message": answer.message, "policy": policy}
    if denied is not None:
        values |= {"action": denied["action"], "resource": (denied["resource"] or "").rstrip(".,;")}
    kind = policy.lower()
    if kind.startswith("resource-based"):
        return Match("resource-policy-denied", values=values)
    if kind.startswith("vpc endpoint"):
        return Match("vpc-endpoint-policy", values=values)
    is_harness = ":harness/" in values.get("resource", "")
    if re.search(r"AgentRuntime|StopRuntimeSession", values.get("action", "")) and not is_harness:
        values["part"] = "runtime"
    return Match("iam-not-allowed", values=values)


def policy_of_token(case: Case) -> Match | None:
    """A refused token with which nothing is wrong, and a policy of IAM that refuses every token.

    By the answer, or by the deployed policies, since its wording is not known: a Deny is a certain reason, a policy that names
    other principals a possible one.
    """
    if case.auth == "bearer" and (case.configuration.other_judges or case.exchange.purpose is None):
        named = denied_by_iam(case)
        if named is not None and named.cause != "iam-not-allowed":
            return named
        if (match := _by_deployed_policies(case)) is not None:
            return match
    if case.address.is_vpc_endpoint and case.answer.status == 403 and not case.answer.message:
        return Match("vpc-endpoint-policy", "possible", {"kind": "bearer"})
    return None


def _by_deployed_policies(case: Case) -> Match | None:
    for cause, found in _verdicts(case):
        if found is not None and found.verdict in ("denied", "not-allowed"):
            values = {
                "message": case.answer.message,
                "action": found.action,
                "kind": found.verdict,
                "statement": ", ".join(found.by),
            }
            return Match(cause, "probable" if found.verdict == "denied" else "possible", values)
    return None


def _verdicts(case: Case) -> Iterator[tuple[str, PolicyVerdict | None]]:
    """What the policies say of a token: the endpoint's, the target's, and those of a Runtime to which a Gateway passes it on."""
    configuration, actions = case.configuration, needed_actions(case)
    yield "vpc-endpoint-policy", judge_by_endpoints(configuration, case.service, actions, EVERYONE)
    yield "resource-policy-denied", judge_by_policies(configuration, case.service, actions, EVERYONE)
    target, own = called_target(case), runtime_target(configuration)
    is_own = case.service == "gateway" and target is not None and own is not None and target.name == own.name
    if is_own and target is not None and set(target.credentials) & set(SENDS_TOKEN):
        yield "resource-policy-denied", judge_by_policies(configuration, "runtime", INVOKES, EVERYONE)


def endpoint_policy(case: Case) -> Match | None:
    """A 403 of a VPC endpoint to a document that anyone may read: only the endpoint's policy refuses it."""
    is_document = RESOURCE_METADATA in case.address.path
    if not (case.address.is_vpc_endpoint and is_document and case.answer.status == 403):
        return None
    values = {
        "message": case.answer.message,
        "action": "bedrock-agentcore:GetRuntimeProtectedResourceMetadata",
        "kind": "document",
    }
    return Match("vpc-endpoint-policy", values=values)


RULES: tuple[Rule, ...] = (endpoint_policy,)
