"""IAM's decision about one request, from the documents that apply to it (IAM user guide, policy evaluation logic)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from agentcore_probe.judge.policy.conditions import conditions_hold
from agentcore_probe.judge.policy.matching import (
    Request,
    matches_action,
    matches_not_principal,
    matches_principal,
    matches_resource,
)
from agentcore_probe.judge.policy.statements import Statement
from agentcore_probe.judge.policy.truth import YES, Truth, all_of, any_of, maybe, negated
from agentcore_probe.model.arn import read_arn

Outcome = Literal["allowed", "denied", "not-allowed", "depends", "unknown"]
"""`denied`: by a Deny; `not-allowed`: no Allow where one is needed; `unknown`: a document could not be read."""
Side = Literal["identity", "boundary", "resource"]


class Documents(NamedTuple):
    """The policies of one side."""

    statements: tuple[Statement, ...] = ()
    unread: tuple[str, ...] = ()
    """What could not be read, each with the action that allows it; anything may be in it."""


class Policies(NamedTuple):
    """All that decides about a request, as far as it can be seen."""

    identity: Documents
    boundary: Documents | None = None
    """None: the identity has no permissions boundary."""
    resource: Documents = Documents()


class Decision(NamedTuple):
    """What IAM would decide."""

    outcome: Outcome
    by: tuple[str, ...] = ()
    """The statements that decide, by name."""
    depends: tuple[str, ...] = ()
    """Conditions that only a request has, and documents that could not be read."""
    lacks: tuple[Side, ...] = ()
    """The sides on which an Allow is missing."""


def decide(request: Request, policies: Policies) -> Decision:
    """The decision: a Deny wins; then the sides that must allow, by the accounts of caller and resource.

    Args:
        request: one action on one resource.
        policies: its documents.
    """
    sides: dict[Side, Documents] = {"identity": policies.identity, "resource": policies.resource}
    if policies.boundary is not None:
        sides["boundary"] = policies.boundary
    denials = [
        pair for side, documents in sides.items() for pair in _effective("Deny", side, documents, request)
    ]
    certain = [statement.name for statement, truth in denials if truth.value is True]
    if certain:
        return Decision("denied", by=tuple(certain))
    allows = {side: _allows(side, documents, request) for side, documents in sides.items()}
    allowed, lacks = _combined(request, policies, allows)
    if allowed.value is False:
        return Decision("not-allowed", lacks=lacks)
    unread = [f"could not be read: {what}" for documents in sides.values() for what in documents.unread]
    free = all_of([*(negated(truth) for _, truth in denials), *(maybe(what) for what in unread)])
    result = all_of([allowed, free])
    if result.value is True:
        return Decision("allowed", by=_names(allows))
    is_unread = set(result.depends) <= set(unread)
    return Decision("unknown" if is_unread else "depends", by=_names(allows), depends=result.depends)


def decide_alone(request: Request, documents: Documents) -> Decision:
    """The decision of a policy without which nothing passes, such as a VPC endpoint's: a Deny wins, and an Allow is needed.

    Args:
        request: one action on one resource.
        documents: the policy, with principals.
    """
    denials = list(_effective("Deny", "resource", documents, request))
    certain = [statement.name for statement, truth in denials if truth.value is True]
    if certain:
        return Decision("denied", by=tuple(certain))
    allows = _allows("resource", documents, request)
    if allows.truth.value is False:
        return Decision("not-allowed", lacks=("resource",))
    result = all_of([allows.truth, *(negated(truth) for _, truth in denials)])
    outcome: Outcome = "allowed" if result.value is True else "depends"
    return Decision(outcome, by=allows.names, depends=result.depends)


class _Allows(NamedTuple):
    """What the statements of one side allow."""

    truth: Truth
    """By any statement."""
    direct: Truth
    """By one that does not merely name the caller's account."""
    names: tuple[str, ...]


def _allows(side: Side, documents: Documents, request: Request) -> _Allows:
    found = list(_effective("Allow", side, documents, request))
    unread = [maybe(f"could not be read: {what}") for what in documents.unread]
    direct = [truth for statement, truth in found if not _is_delegation(side, statement, request)]
    return _Allows(
        any_of([*(truth for _, truth in found), *unread]),
        any_of([*direct, *unread]),
        tuple(statement.name for statement, truth in found if truth.value is True),
    )


def _combined(
    request: Request, policies: Policies, allows: dict[Side, _Allows]
) -> tuple[Truth, tuple[Side, ...]]:
    """Whether the sides that must allow do, and those that do not."""
    principal, account = request.principal, read_arn(request.resource).account
    boundary = allows["boundary"].truth if policies.boundary is not None else YES
    own = YES if principal.kind == "root" else all_of([allows["identity"].truth, boundary])
    if principal.kind == "bearer":
        truth = _for_bearer(policies.resource, allows["resource"].truth)
        return truth, ("resource",) if truth.value is False else ()
    if principal.account == account:
        # A resource's Allow for a role is limited by the boundary, one for a user is not (IAM user guide).
        by_resource = allows["resource"].direct
        if principal.kind == "role":
            by_resource = all_of([by_resource, boundary])
        lacks: tuple[Side, ...] = ("boundary",) if boundary.value is False else ()
        if allows["identity"].truth.value is False and by_resource.value is not True:
            lacks = ("identity", *lacks)
        return any_of([own, by_resource]), lacks
    missing: list[Side] = [side for side in allows if allows[side].truth.value is False]
    if principal.kind == "root" and "identity" in missing:
        missing.remove("identity")
    return all_of([own, allows["resource"].truth]), tuple(missing)


def _for_bearer(resource: Documents, allowed: Truth) -> Truth:
    """Whether a caller with a token is let through: by every resource without a policy, and by an Allow for everyone."""
    if not resource.statements and not resource.unread:
        return YES
    if any(statement.effect == "Allow" for statement in resource.statements) or resource.unread:
        return allowed
    return maybe(
        "what a resource policy without an Allow means for callers with a token, which is not documented"
    )


def _effective(
    effect: str, side: Side, documents: Documents, request: Request
) -> Iterable[tuple[Statement, Truth]]:
    """The statements that apply, or may apply."""
    for statement in documents.statements:
        if statement.effect == effect:
            truth = _applies(side, statement, request)
            if truth.value is not False:
                yield statement, truth


def _applies(side: Side, statement: Statement, request: Request) -> Truth:
    return all_of(
        (
            _action(statement, request),
            _resource(side, statement, request),
            _principal(statement, request) if side == "resource" else YES,
            conditions_hold(statement, request),
        )
    )


def _action(statement: Statement, request: Request) -> Truth:
    if statement.not_actions is not None:
        return negated(matches_action(statement.not_actions, request))
    return matches_action(statement.actions or (), request)


def _resource(side: Side, statement: Statement, request: Request) -> Truth:
    if statement.resources is None and statement.not_resources is None:
        # A resource policy is about its own resource; nowhere else may the element be missing.
        return YES if side == "resource" else maybe(f"Resource, which is missing in {statement.name}")
    if statement.not_resources is not None:
        return negated(matches_resource(statement.not_resources, request))
    return matches_resource(statement.resources or (), request)


def _principal(statement: Statement, request: Request) -> Truth:
    if statement.not_principal is not None:
        return matches_not_principal(statement.not_principal, request.principal)
    if statement.principal is None:
        return maybe(f"Principal, which is missing in {statement.name}")
    return matches_principal(statement.principal, request.principal)[0]


def _is_delegation(side: Side, statement: Statement, request: Request) -> bool:
    if side != "resource" or statement.not_principal is not None:
        return False
    return matches_principal(statement.principal, request.principal)[1] and request.principal.kind != "root"


def _names(allows: dict[Side, _Allows]) -> tuple[str, ...]:
    return tuple(name for side in allows.values() for name in side.names)
