"""Claims about the environment, each with the observations that support it.

A run shows that a claim is true, or that it is false, or neither. "Method mismatch" in response to a signed call
shows that SigV4 is refused; it never shows that a JWT is accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from agentcore_probe.model.configuration import Configuration, JwtAuthorizer
from agentcore_probe.model.judgement import Conclusion, Finding
from agentcore_probe.model.methods import METHODS, Target, entrance_of, is_invocation, is_public, method
from agentcore_probe.model.methods.through_gateway import GENUINE_TO_RUNTIME, TO_RUNTIME
from agentcore_probe.model.record import RunRecord

_Findings = dict[str, Finding]
_Claim = Callable[[RunRecord, _Findings], Conclusion]


def conclude(record: RunRecord, findings: Iterable[Finding]) -> tuple[Conclusion, ...]:
    """Every claim, in reading order."""
    by_method = {finding.method: finding for finding in findings}
    return tuple(claim(record, by_method) for claim in _CLAIMS)


def _conclusion(claim: str, is_supported: bool | None, support: Iterable[Finding]) -> Conclusion:
    support = [] if is_supported is None else list(support)
    return Conclusion(
        claim=claim,
        shown=is_supported,
        carried_by=tuple(finding.method for finding in support),
        evidence=tuple(id for finding in support for id in finding.diagnosis.evidence[:1]),
    )


def _rows(findings: _Findings, auth: Collection[str], target: Target | None = None) -> list[Finding]:
    """The findings of the methods that send such a credential, to `target` or to both, in reading order.

    A method whose result does not depend on what is deployed reaches no authorizer and supports no claim. Claims about
    a target are about the entrances of every run. A Gateway without MCP has none: calls to a Runtime behind it, as far
    as the Gateway itself decided, show what it accepts.
    """
    is_without_mcp = any(row.reason == "gateway-without-mcp" for row in findings.values())
    methods = (
        method
        for method in METHODS
        if method.auth in auth
        and target in (None, method.target)
        and method.fixed_prediction is None
        and (is_invocation(method) or (is_without_mcp and method.entrance == TO_RUNTIME))
    )
    return [
        row
        for method in methods
        if (row := findings.get(method.id)) is not None
        and not (method.entrance == TO_RUNTIME and "by" in row.diagnosis.values)
    ]


def _further_rows(findings: _Findings, auth: Collection[str], target: Target | None = None) -> list[Finding]:
    """The findings of such methods at the entrances that the environment file asks for, without those that do not apply.

    They bear on claims about every call: a target that accepts a credential at one entrance does not refuse it.
    """
    methods = (
        method
        for method in METHODS
        if method.auth in auth
        and target in (None, method.target)
        and not is_invocation(method)
        and not is_public(method)
    )
    return [
        row
        for method in methods
        if (row := findings.get(method.id)) is not None
        and row.outcome != "not-applicable"
        and "by" not in row.diagnosis.values
    ]


def _observed(rows: Iterable[Finding], decision: str) -> list[Finding]:
    return [row for row in rows if row.observed == decision]


def _merged(rows: Iterable[Finding], further: Iterable[Finding]) -> list[Finding]:
    """Each once."""
    return list({row.method: row for row in (*rows, *further)}.values())


def _is_inferred(row: Finding, record: RunRecord) -> bool:
    """Whether an acceptance is probable at most: the service answered about what an invalid request lacks."""
    sent = method(row.method)
    if sent is None or not entrance_of(sent).invalid_on_purpose:
        return False
    answers = [found.response for id in row.diagnosis.evidence[:1] if (found := record.exchange(id))]
    statuses = [answer.status for answer in answers if answer is not None and answer.status is not None]
    return not any(status < 400 for status in statuses)


def _accepts_jwt(claim: str, target: Target) -> _Claim:
    def conclusion(_: RunRecord, findings: _Findings) -> Conclusion:
        rows = _rows(findings, ("jwt",), target)
        accepted, refused = _observed(rows, "accepted"), _observed(rows, "refused")
        if accepted:
            return _conclusion(claim, True, accepted)
        if target == "runtime" and any(id in findings for id in GENUINE_TO_RUNTIME):
            # The binding refused the way, not the token.
            refused = [row for row in refused if row.diagnosis.cause != "workload-binding"]
        if _observed(_rows(findings, ("id-token",), target), "accepted"):
            # This token was refused, and another one was accepted: JWTs are not refused as such.
            return _conclusion(claim, None, ())
        return _conclusion(claim, False if refused else None, refused)

    return conclusion


def _is_reached_through_gateway(findings: _Findings) -> bool:
    return any(id in findings and findings[id].observed == "accepted" for id in GENUINE_TO_RUNTIME)


def _refuses_sigv4(claim: str, target: Target) -> _Claim:
    def conclusion(record: RunRecord, findings: _Findings) -> Conclusion:
        rows = _rows(findings, ("sigv4",), target)
        let_in = _observed(_further_rows(findings, ("sigv4",), target), "accepted")
        accepted = _merged(_observed(rows, "accepted"), let_in)
        if accepted and all(_is_inferred(row, record) for row in accepted):
            return _conclusion(claim, None, ())
        # A target that refuses everything refuses SigV4, too, unless it says that the method is the reason.
        refused = [
            row
            for row in rows
            if row.diagnosis.cause == "sigv4-on-jwt"
            and (row.outcome == "as-expected" or "said" in row.diagnosis.values)
        ]
        return _conclusion(claim, False if accepted else True if refused else None, accepted or refused)

    return conclusion


def _all_refused(claim: str, auth: str) -> _Claim:
    """Every control that was sent was refused by every target; one acceptance shows the contrary.

    A target that exists and was not tested, or whose refusals prove nothing, leaves the claim open.
    """

    def conclusion(record: RunRecord, findings: _Findings) -> Conclusion:
        rows = [row for row in _rows(findings, (auth,)) if row.reason not in _NO_TARGET]
        rows = _merged(rows, _further_rows(findings, (auth,)))
        accepted = _observed(rows, "accepted")
        if accepted and all(_is_inferred(row, record) for row in accepted):
            return _conclusion(claim, None, ())
        proven = [row for row in _observed(rows, "refused") if row.outcome == "as-expected"]
        is_complete = (
            bool(rows) and len(proven) == len(rows) and _targets_of(record) <= set(map(_target, rows))
        )
        is_supported = False if accepted else is_complete or None
        result = _conclusion(claim, is_supported, accepted or proven)
        return result.model_copy(update={"controls": _controls(record, result.carried_by)})

    return conclusion


_NO_TARGET = ("no-gateway", "no-runtime", "gateway-without-mcp", "no-runtime-target")
"""Reasons of rows whose target the environment does not have, or which has no such entrance."""


def _controls(record: RunRecord, methods: Collection[str]) -> tuple[str, ...]:
    """The controls that each of these methods sent, each once, in the order of sending.

    A control that one target did not get is not part of a claim about every target.
    """
    by_method = [
        dict.fromkeys(
            exchange.forged or exchange.control or "anonymous" for exchange in record.of(observation)
        )
        for observation in record.observations
        if observation.method in methods
    ]
    first, *others = by_method or [{}]
    return tuple(control for control in first if all(control in controls for controls in others))


def _direct_call(_: RunRecord, findings: _Findings) -> Conclusion:
    """The Runtime's own URL exists if its authorizer, or the agent behind it, responded there.

    A Runtime that lets calls through its Gateway only responds there, too, but nobody can call it there.
    """
    rows = [
        row for row in _rows(findings, ("jwt", "none"), "runtime") if row.observed in ("accepted", "refused")
    ]
    bound = [row for row in rows if row.diagnosis.cause == "workload-binding"]
    if bound and _is_reached_through_gateway(findings) and not _observed(rows, "accepted"):
        return _conclusion("direct-https-call-exists", False, bound)
    return _conclusion("direct-https-call-exists", True if rows else None, rows)


def _same_trust(record: RunRecord, findings: _Findings) -> Conclusion:
    """Both targets accepted the same token, or the deployed rules say that no token can be valid for both."""
    claim = "same-issuer-and-client"
    rows = _rows(findings, ("jwt",))
    accepted = _observed(rows, "accepted")
    if any(_takes_anyone(record, findings, target) for target in _TARGETS):
        return _conclusion(claim, None, ())
    if {_target(row) for row in accepted} == {"gateway", "runtime"}:
        return _conclusion(claim, True, accepted)
    runtime, gateway = record.configuration.runtime, record.configuration.gateway
    one = runtime.authorizer.jwt if runtime and runtime.authorizer else None
    other = gateway.authorizer.jwt if gateway and gateway.authorizer else None
    if one is None or other is None:
        return _conclusion(claim, None, ())
    return _conclusion(claim, False if _exclude_each_other(record.configuration, one, other) else None, rows)


_TARGETS: tuple[Target, ...] = ("gateway", "runtime")


def _targets_of(record: RunRecord) -> set[Target | None]:
    """The targets that the environment has."""
    parts = {"gateway": record.environment.gateway, "runtime": record.environment.runtime}
    return {target for target in _TARGETS if parts[target] is not None}


def _takes_anyone(record: RunRecord, findings: _Findings, target: Target) -> bool:
    """Whether an acceptance by `target` shows nothing of its trust, since it checks no token or accepts a control."""
    authorizer = record.configuration.authorizer(target)
    if authorizer is not None and authorizer.type == "NONE":
        return True
    return bool(_observed(_rows(findings, ("none", "forged-jwt"), target), "accepted"))


def _target(finding: Finding) -> Target | None:
    row = method(finding.method)
    return row.target if row else None


def _exclude_each_other(configuration: Configuration, one: JwtAuthorizer, other: JwtAuthorizer) -> bool:
    """Whether no token can be valid for both authorizers: other issuers, or no client in common."""
    issuers = [configuration.issuer_of(authorizer) for authorizer in (one, other)]
    names = [issuer.issuer for issuer in issuers if issuer is not None and issuer.issuer]
    if len(names) == 2 and names[0] != names[1]:
        return True
    both_list = bool(one.allowed_clients and other.allowed_clients)
    return both_list and not set(one.allowed_clients) & set(other.allowed_clients)


_CLAIMS: tuple[_Claim, ...] = (
    _accepts_jwt("gateway-accepts-jwt", "gateway"),
    _accepts_jwt("runtime-accepts-jwt", "runtime"),
    _refuses_sigv4("runtime-refuses-sigv4", "runtime"),
    _refuses_sigv4("gateway-refuses-sigv4", "gateway"),
    _same_trust,
    _all_refused("anonymous-refused", "none"),
    _all_refused("forged-refused", "forged-jwt"),
    _direct_call,
)
