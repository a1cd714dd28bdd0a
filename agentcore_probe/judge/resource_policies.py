"""What the resource policies of Runtime, endpoint and Gateway say of a call, by IAM's logic (docs/agentcore.md section 6.1).

They decide for each IAM action by itself, so that one entrance may be closed while another is open. The caller's own policies
are not read: a decision follows only where they do not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from agentcore_probe.judge.policy.context import known_context
from agentcore_probe.judge.policy.evaluation import Decision, Documents, Policies, decide
from agentcore_probe.judge.policy.matching import Principal, Request
from agentcore_probe.judge.policy.statements import InvalidPolicy, read_policy
from agentcore_probe.model.configuration import Configuration, ResourcePolicy
from agentcore_probe.regex import regex

PREFIX = "bedrock-agentcore:"
"""Of IAM actions without a prefix."""
EVERYONE = "*"
"""The principal of a caller with a token."""
_OF_GATEWAY = PREFIX + "InvokeGateway"
_OWN = Documents(unread=("the caller's own policies",))
_SESSION = regex(r"arn:(?P<partition>[\w-]+):sts::(?P<account>\d{12}):assumed-role/(?P<role>[^/]+)/.+")
_IS_PRINCIPAL = regex(r"arn:[\w-]+:(?:iam::\d{12}:(?:user/|role/|root$)|sts::\d{12}:assumed-role/)")
_PATH = regex(r":role/([\w+=,.@/-]+/)")

Verdict = Literal["denied", "not-allowed", "open", "unknown"]
"""An explicit Deny; no Allow where one is needed; no policy refuses the call; it depends on what is not known."""


class PolicyVerdict(NamedTuple):
    """What the policies say of a call."""

    verdict: Verdict
    action: str
    """The action that decides, with its prefix."""
    by: tuple[str, ...] = ()
    """The statements that decide, or what it depends on."""


def judge_by_policies(
    configuration: Configuration, target: str, actions: Iterable[str], caller: str | None
) -> PolicyVerdict | None:
    """What the resource policies say; the strictest of all actions that a call needs.

    Args:
        configuration: has the policies.
        target: `runtime` or `gateway`.
        actions: the call's IAM actions.
        caller: `*` for a caller with a token, else the caller's ARN; None where it is not known.

    Returns:
        None where nothing was read that says something about the call.
    """
    policies = _policies_of(target, configuration)
    caller = principal_of(caller)
    if not policies or any(policy.unreadable is not None for policy in policies):
        return None
    if caller in (EVERYONE, None) and not any(policy.document for policy in policies):
        return None
    try:
        documents = {policy.resource: _documents(policy) for policy in policies}
    except InvalidPolicy:
        return None
    found = [_verdict(action, documents, caller) for action in concerned_actions(target, actions)]
    return min(found, key=lambda one: _STRICTEST_FIRST.index(one.verdict)) if found else None


_STRICTEST_FIRST: tuple[Verdict, ...] = ("denied", "not-allowed", "unknown", "open")


def with_prefix(action: str) -> str:
    """An IAM action with its prefix, as `bedrock-agentcore:InvokeGateway`."""
    return action if ":" in action else PREFIX + action


def principal_of(caller: str | None) -> str | None:
    """The caller, if it is everyone with a token, or a principal that policies name; else None."""
    return caller if caller == EVERYONE or _IS_PRINCIPAL.match(caller or "") else None


def concerned_actions(target: str, actions: Iterable[str]) -> list[str]:
    """The actions on the target itself, with their prefixes; others are on what is behind it.

    Args:
        target: `runtime` or `gateway`.
        actions: of a call.
    """
    names = map(with_prefix, actions)
    return [
        name for name in names if (name == _OF_GATEWAY) == (target == "gateway") and name.startswith(PREFIX)
    ]


def _policies_of(target: str, configuration: Configuration) -> list[ResourcePolicy]:
    """Those of the Runtime and its endpoint, or of the Gateway."""
    kind = {"runtime": ":runtime/", "gateway": ":gateway/"}.get(target)
    return [policy for policy in configuration.policies or () if kind is not None and kind in policy.resource]


def _documents(policy: ResourcePolicy) -> Documents:
    """The statements of one policy.

    Raises:
        InvalidPolicy: it is none.
    """
    name = f"the resource policy of {policy.resource}"
    return Documents(read_policy(policy.document, name)) if policy.document else Documents()


def _verdict(action: str, documents: dict[str, Documents], caller: str | None) -> PolicyVerdict:
    """The verdict about one action; unknown where it differs with what is not known of the caller."""
    verdicts = [
        _strictest(action, documents, principal)
        for principal in possible_principals(caller, documents.values())
    ]
    if len({verdict.verdict for verdict in verdicts}) == 1 and (
        caller is not None or verdicts[0].verdict == "denied"
    ):
        return verdicts[0]
    return PolicyVerdict("unknown", action)


def _strictest(action: str, documents: dict[str, Documents], principal: Principal) -> PolicyVerdict:
    """The verdict about one principal: the strictest of all resources."""
    decisions = [
        decide(
            Request(principal, action, arn, known_context(principal, arn)),
            Policies(Documents() if principal.kind in ("bearer", "root") else _OWN, None, own),
        )
        for arn, own in documents.items()
    ]
    verdicts = [_as_verdict(action, decision) for decision in decisions]
    return min(verdicts, key=lambda one: _STRICTEST_FIRST.index(one.verdict))


def _as_verdict(action: str, decision: Decision) -> PolicyVerdict:
    """A decision about one resource. That the caller's own policies were not read says nothing against the call."""
    if decision.outcome == "denied":
        return PolicyVerdict("denied", action, decision.by)
    if decision.outcome == "not-allowed":
        return PolicyVerdict("not-allowed", action)
    if decision.outcome == "depends":
        return PolicyVerdict("unknown", action, decision.depends)
    return PolicyVerdict("open", action, decision.by)


def possible_principals(caller: str | None, documents: Iterable[Documents]) -> Iterator[Principal]:
    """Who the caller may be. STS does not name the path of a session's role: each path in the policies is tried.

    Of an unknown caller, only what is said of everybody counts.

    Args:
        caller: as `principal_of` gives it.
        documents: the policies.
    """
    session = _SESSION.fullmatch(caller or "")
    if session is None:
        yield Principal(caller or EVERYONE)
        return
    texts = [repr(statement) for part in documents for statement in part.statements]
    for path in dict.fromkeys(["", *(path for text in texts for path in _PATH.findall(text))]):
        yield Principal(f"arn:{session['partition']}:iam::{session['account']}:role/{path}{session['role']}")
