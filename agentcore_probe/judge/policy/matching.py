"""Whether a statement's action, resource and principal are those of a request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from agentcore_probe.judge.policy.truth import NO, YES, Truth, any_of, maybe, negated
from agentcore_probe.model.arn import read_arn
from agentcore_probe.regex import regex

_VARIABLE = regex(r"\$\{([^{}]*)\}")
_LITERAL_VARIABLES = {"$": "$"}
"""`${*}` and `${?}` are no wildcards; what has them counts as not known."""


class Principal(NamedTuple):
    """Who calls: a user, a role (any of its sessions), the account's root user; or a caller with a bearer token."""

    arn: str
    """`*` for a caller with a bearer token, whom IAM does not know."""

    @property
    def account(self) -> str:
        """The account's id; empty for a caller with a bearer token."""
        return read_arn(self.arn).account

    @property
    def kind(self) -> str:
        """`user`, `role`, `root`, or `bearer`."""
        return "bearer" if self.arn == "*" else read_arn(self.arn).resource.partition("/")[0]


@dataclass(frozen=True)
class Request:
    """One action on one resource."""

    principal: Principal
    action: str
    """`bedrock-agentcore:InvokeAgentRuntime`"""
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)
    """The condition keys whose values are known, in lower case."""


def matches_action(patterns: Iterable[str], request: Request) -> Truth:
    """Whether one of the patterns is the request's action, whose case does not matter."""
    action = request.action.lower()
    return YES if any(glob(pattern.lower(), action) for pattern in patterns) else NO


def matches_resource(patterns: Iterable[str], request: Request) -> Truth:
    """Whether one of the patterns is the request's resource."""
    return any_of(like_arn(pattern, request.resource, request) for pattern in patterns)


def like_arn(pattern: str, arn: str, request: Request) -> Truth:
    """Whether a pattern with wildcards and policy variables is an ARN, part by part."""
    filled = with_variables(pattern, request)
    if filled is None:
        return maybe(f"the policy variable in {pattern}")
    parts, others = filled.split(":", 5), arn.split(":", 5)
    if len(parts) < 6 or len(others) < 6:
        return YES if glob(filled, arn) else NO
    return YES if all(glob(*pair) for pair in zip(parts, others, strict=True)) else NO


def with_variables(pattern: str, request: Request) -> str | None:
    """The pattern with its policy variables filled in; None where the value of one is not known."""
    values = {**request.context, **_LITERAL_VARIABLES}
    if any(name.lower() not in values for name in _VARIABLE.findall(pattern)):
        return None
    return _VARIABLE.sub(lambda match: values[match[1].lower()], pattern)


def matches_principal(statement_principal: Any, principal: Principal) -> tuple[Truth, bool]:
    """Whether a resource policy's Principal is the caller, and whether it names only the caller's account.

    An account in Principal does not allow anything to its users and roles by itself in the same account: it leaves the
    decision to their own policies (IAM user guide, AWS JSON policy elements: Principal).
    """
    if statement_principal == "*":
        return YES, False
    if not isinstance(statement_principal, Mapping):
        return NO, False
    entries = statement_principal.get("AWS", ())
    values = [entries] if isinstance(entries, str) else list(entries)
    found = [_entry(str(value), principal) for value in values]
    direct = any_of(truth for truth, is_account in found if not is_account)
    if direct.value is True:
        return YES, False
    if any(truth.value is True for truth, is_account in found if is_account):
        return YES, True
    return direct, False


def _entry(value: str, principal: Principal) -> tuple[Truth, bool]:
    if value == "*":
        return YES, False
    if principal.kind == "bearer":
        return NO, False
    if value == principal.arn:
        return YES, False
    if value == principal.account or re.fullmatch(rf"arn:[\w-]+:iam::{principal.account}:root", value):
        return YES, True
    session = re.fullmatch(r"arn:[\w-]+:sts::(\d{12}):assumed-role/([^/]+)/(.+)", value)
    if session and (session[1], session[2]) == (principal.account, principal.arn.rpartition("/")[2]):
        return maybe(f"the name of the role's session, which must be {session[3]}"), False
    return NO, False


def matches_not_principal(statement_principal: Any, principal: Principal) -> Truth:
    """Whether the caller is outside a NotPrincipal.

    A role is left out only if its session is listed too, and its account (same source), which depends on the session.
    """
    listed, is_account = matches_principal(statement_principal, principal)
    if listed.value is False:
        return YES
    if principal.kind == "role" or is_account or listed.value is None:
        return maybe("NotPrincipal, which must list the account, the role and the session")
    return negated(listed)


def glob(pattern: str, text: str) -> bool:
    """Whether `text` is `pattern`, in which `*` is any characters and `?` is any one."""
    place = begin = 0
    star, retry = -1, 0
    while place < len(text):
        if begin < len(pattern) and pattern[begin] == "*":
            star, retry = begin, place
            begin += 1
        elif begin < len(pattern) and pattern[begin] in ("?", text[place]):
            begin, place = begin + 1, place + 1
        elif star >= 0:
            retry += 1
            begin, place = star + 1, retry
        else:
            return False
    return not pattern[begin:].strip("*")
