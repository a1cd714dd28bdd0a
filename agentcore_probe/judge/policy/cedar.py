"""What Cedar policies give a caller for a tool, by Cedar's own engine (docs/agentcore.md section 4.3).

Never concludes more than is known. A claim may become a tag in several forms: where the forms get different results,
nothing is predicted. The same holds for a policy whose text is not known or not Cedar, for an evaluation with an error, and
for a list of tools whose policies depend on arguments.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

from agentcore_probe.model.policy_engine import DeployedPolicy, PolicyDecision

_ACTION, _GATEWAY = "AgentCore::Action", "AgentCore::Gateway"
_GROUPS = ("CallTool", "Mcp")
"""The groups of actions that every tool belongs to, the smaller one first (AWS guide to the policies' schema)."""
_DECIMAL_PLACES = 4


class Principal(NamedTuple):
    """A caller as policies see it."""

    type: str
    id: str
    tags: Mapping[str, str]
    """Its claims; empty for an IAM caller, which has none."""


def principals_of_token(claims: Mapping[str, Any]) -> tuple[Principal, ...]:
    """The forms that a token's caller may have; none where it has no `sub`.

    A number or a truth value becomes its JSON text, and so does a list or an object, with or without spaces; `sub` is the id,
    and may be a tag as well.

    Args:
        claims: of the token, unmasked.
    """
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject:
        return ()
    forms: list[Principal] = []
    for separators, has_subject in product(((",", ":"), (", ", ": ")), (True, False)):
        tags = {
            name: value if isinstance(value, str) else json.dumps(value, separators=separators)
            for name, value in claims.items()
            if value is not None and (has_subject or name != "sub")
        }
        form = Principal("AgentCore::OAuthUser", subject, tags)
        if form not in forms:
            forms.append(form)
    return tuple(forms)


def principals_of_role(arn: str) -> tuple[Principal, ...]:
    """The forms that an IAM caller may have: its session, the role in STS's form and in IAM's.

    Args:
        arn: as sts:GetCallerIdentity names it.
    """
    ids = [arn]
    if ":assumed-role/" in arn:
        role = arn.rpartition("/")[0]
        ids += [role, role.replace(":sts:", ":iam:").replace(":assumed-role/", ":role/")]
    return tuple(Principal("AgentCore::IamEntity", id, {}) for id in ids)


class Evaluation(NamedTuple):
    """What the policies give for one call."""

    decision: PolicyDecision | None
    by: tuple[str, ...] = ()
    """The names of the policies that decide."""
    why: str | None = None
    """Why nothing is predicted: a reason id."""
    has_error: bool = False
    """Whether a policy could not be evaluated."""


class CedarPolicies:
    """The enforced policies of an engine, which only log ones are not.

    Args:
        policies: of the engine.
        gateway: the Gateway's ARN.

    Attributes:
        unknown: the names of the enforced policies whose text is not known or not Cedar.

    Raises:
        ImportError: cedarpy is not installed.
    """

    def __init__(self, policies: Iterable[DeployedPolicy], gateway: str) -> None:
        self._gateway = gateway
        enforced = [policy for policy in policies if policy.is_enforced]
        known = [policy for policy in enforced if _is_cedar(policy.text)]
        self.unknown = tuple(policy.name for policy in enforced if policy not in known)
        self._names = [policy.name for policy in known]
        self._text = "\n".join(policy.text or "" for policy in known)

    def call(self, principals: Sequence[Principal], tool: str, arguments: Mapping[str, Any]) -> Evaluation:
        """What a call of a tool gets.

        Args:
            principals: the forms of the caller.
            tool: `TARGET___TOOL`.
            arguments: of the call.
        """
        return self._agreed(self._first_without_error(principal, tool, arguments) for principal in principals)

    def listing(self, principals: Sequence[Principal], tool: str) -> Evaluation:
        """Whether a tool is in the list, where the arguments are not known yet."""
        return self._agreed(self._evaluate(principal, tool, None) for principal in principals)

    def _first_without_error(
        self, principal: Principal, tool: str, arguments: Mapping[str, Any]
    ) -> Evaluation:
        """Policies are checked against the tool's schema when they are made: of two types of a number, theirs fits."""
        found = [self._evaluate(principal, tool, {"input": form}) for form in _forms_of(arguments)]
        return next((one for one in found if not one.has_error), found[0])

    def _agreed(self, evaluations: Iterable[Evaluation]) -> Evaluation:
        """The one result of all forms."""
        found = list(evaluations)
        if len({one.decision for one in found}) != 1:
            return Evaluation(None, why=next((one.why for one in found if one.why), "policy-form-unknown"))
        by = tuple(dict.fromkeys(name for one in found for name in one.by))
        return found[0]._replace(by=by)

    def _evaluate(self, principal: Principal, tool: str, context: Mapping[str, Any] | None) -> Evaluation:
        """One evaluation; without a context it is not known, and policies that need it are left open."""
        import cedarpy

        try:
            request: dict[str, Any] = {
                "principal": _uid(principal.type, principal.id),
                "action": _uid(_ACTION, tool),
                "resource": _uid(_GATEWAY, self._gateway),
            }
            entities = _entities(principal, tool, self._gateway)
            if context is None:
                result: Any = cedarpy.is_authorized_partial(request, self._text, entities)
            else:
                result = cedarpy.is_authorized({**request, "context": dict(context)}, self._text, entities)
        except (ValueError, TypeError):
            return Evaluation(None, why="policy-not-evaluated", has_error=True)
        if result.decision == cedarpy.Decision.NoDecision:
            is_open = context is None and bool(result.diagnostics.nontrivial_residuals)
            return Evaluation(
                None,
                why="policy-depends-on-arguments" if is_open else "policy-not-evaluated",
                has_error=not is_open,
            )
        # A partial evaluation's reasons are all policies that apply, with the permits that a forbid beats.
        deciding = (
            result.diagnostics.reasons if context is not None else result.diagnostics.must_be_determining
        )
        by = self._names_of(deciding)
        decision: PolicyDecision = "permit" if result.decision == cedarpy.Decision.Allow else "deny"
        return self._known(Evaluation(decision, by, has_error=bool(result.diagnostics.errors)))

    def _names_of(self, ids: Iterable[str]) -> tuple[str, ...]:
        """The policies in the order of the engine. Cedar numbers those of a text (`policy0`), and names them in any order."""
        places = sorted(int(id.removeprefix("policy")) for id in ids)
        return tuple(self._names[place] for place in places)

    def _known(self, found: Evaluation) -> Evaluation:
        """The result, if nothing that is not known can change it.

        Only a forbid that applies beats every policy that is not known. Cedar ignores a policy whose evaluation has an error,
        and AWS's guide says that such a request is denied.
        """
        is_forbidden = found.decision == "deny" and found.by
        if self.unknown and not is_forbidden:
            return found._replace(decision=None, by=(), why="policy-text-unknown")
        if found.has_error and found.decision == "permit":
            return found._replace(decision=None, by=(), why="policy-error")
        return found


def _is_cedar(text: str | None) -> bool:
    """Whether a text is one Cedar statement. Dogwood's temporal policies and guardrails are not."""
    import cedarpy

    if text is None:
        return False
    try:
        policies = cedarpy.PolicySet.from_str(text)
    except ValueError:
        return False
    return len(policies) == 1 and not policies.templates()


def _uid(type: str, id: str) -> str:
    """An entity in Cedar's syntax.

    Raises:
        ValueError: the id has characters that a text cannot name.
    """
    if not id.isprintable():
        raise ValueError("an id with characters that are not printable")
    escaped = id.replace("\\", "\\\\").replace('"', '\\"')
    return f'{type}::"{escaped}"'


def _entities(principal: Principal, tool: str, gateway: str) -> list[dict[str, Any]]:
    """Everything that a request names: a partial evaluation takes an entity that is missing as not known."""
    group, root = _GROUPS
    return [
        {
            "uid": {"type": principal.type, "id": principal.id},
            "attrs": {"id": principal.id},
            "tags": dict(principal.tags),
            "parents": [],
        },
        _entity(_ACTION, tool, group),
        _entity(_ACTION, group, root),
        _entity(_ACTION, root),
        _entity(_GATEWAY, gateway),
    ]


def _entity(type: str, id: str, *groups: str) -> dict[str, Any]:
    parents = [{"type": type, "id": group} for group in groups]
    return {"uid": {"type": type, "id": id}, "attrs": {}, "parents": parents}


def _forms_of(arguments: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """The arguments as Cedar's values. The tool's schema says whether a whole number is a Long or a Decimal."""
    forms = [_values(arguments, whole_is_decimal=whole) for whole in (False, True)]
    return forms[:1] if forms[0] == forms[1] else forms


def _values(value: Any, *, whole_is_decimal: bool) -> Any:
    if isinstance(value, Mapping):
        members = {name: _values(member, whole_is_decimal=whole_is_decimal) for name, member in value.items()}
        return {name: member for name, member in members.items() if member is not None}
    if isinstance(value, list):
        return [_values(item, whole_is_decimal=whole_is_decimal) for item in value]
    if isinstance(value, float) or (
        whole_is_decimal and isinstance(value, int) and not isinstance(value, bool)
    ):
        return {"__extn": {"fn": "decimal", "arg": f"{value:.{_DECIMAL_PLACES}f}"}}
    return value
