"""Claims about the environment, each carried by observations or withheld.

A claim is shown, its contrary is shown, or this run does not show it. "Method mismatch" on a
signed call carries that SigV4 is refused; it never carries that a JWT is accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from agentcore_probe.model.configuration import Configuration, JwtAuthorizer
from agentcore_probe.model.judgement import Conclusion, Finding
from agentcore_probe.model.record import RunRecord

Findings = dict[str, Finding]


def conclude(record: RunRecord, findings: Iterable[Finding]) -> tuple[Conclusion, ...]:
    """Every claim, in reading order."""
    by_method = {finding.method: finding for finding in findings}
    return tuple(claim(record, by_method) for claim in _CLAIMS)


def _claimed(id: str, shown: bool | None, carriers: Iterable[Finding]) -> Conclusion:
    carriers = [] if shown is None else list(carriers)
    return Conclusion(
        claim=id,
        shown=shown,
        carried_by=tuple(finding.method for finding in carriers),
        evidence=tuple(id for finding in carriers for id in finding.diagnosis.evidence[:1]),
    )


def _accepts(id: str, method: str) -> Callable[[RunRecord, Findings], Conclusion]:
    def claim(_: RunRecord, findings: Findings) -> Conclusion:
        finding = findings.get(method)
        observed = finding.observed if finding else None
        shown = {"accepted": True, "refused": False}.get(observed or "")
        other = findings.get(f"{method}-id-token")
        if shown is False and other is not None and other.observed == "accepted":
            shown = None  # this token was refused, and another one was accepted
        return _claimed(id, shown, [finding] if finding else [])

    return claim


def _refuses_sigv4(id: str, methods: tuple[str, ...]) -> Callable[[RunRecord, Findings], Conclusion]:
    def claim(_: RunRecord, findings: Findings) -> Conclusion:
        rows = [findings[each] for each in methods if each in findings]
        accepted = [row for row in rows if row.observed == "accepted"]
        # A target that refuses everybody refuses SigV4 too, unless it says that the method is the reason.
        refused = [
            row
            for row in rows
            if row.diagnosis.cause == "sigv4-on-jwt"
            and (row.outcome == "as-expected" or "said" in row.diagnosis.values)
        ]
        shown = False if accepted else True if refused else None
        return _claimed(id, shown, accepted or refused)

    return claim


def _all_refused(id: str, suffix: str) -> Callable[[RunRecord, Findings], Conclusion]:
    """Every row of that kind was refused, each beside its accepted twin; one acceptance shows the contrary."""

    def claim(_: RunRecord, findings: Findings) -> Conclusion:
        rows = [row for id, row in findings.items() if id.endswith(suffix) and row.observed is not None]
        accepted = [row for row in rows if row.observed == "accepted"]
        credited = [row for row in rows if row.observed == "refused" and row.outcome == "as-expected"]
        shown = False if accepted else True if rows and len(credited) == len(rows) else None
        return _claimed(id, shown, accepted or credited)

    return claim


def _direct_call(_: RunRecord, findings: Findings) -> Conclusion:
    """The Runtime's own URL exists where its authorizer, or what stands behind it, answered."""
    rows = [findings[each] for each in ("runtime-jwt", "runtime-anonymous") if each in findings]
    answered = [row for row in rows if row.observed in ("accepted", "refused")]
    return _claimed("direct-https-call-exists", True if answered else None, answered)


def _same_trust(record: RunRecord, findings: Findings) -> Conclusion:
    """Both accepted the same token, or the deployed rules say the same or differ."""
    id = "same-issuer-and-client"
    rows = [findings[each] for each in ("gateway-jwt", "runtime-jwt") if each in findings]
    if len(rows) == 2 and all(row.observed == "accepted" for row in rows):
        return _claimed(id, True, rows)
    runtime, gateway = record.configuration.runtime, record.configuration.gateway
    one = runtime.authorizer.jwt if runtime and runtime.authorizer else None
    other = gateway.authorizer.jwt if gateway and gateway.authorizer else None
    if one is None or other is None:
        return _claimed(id, None, ())
    return _claimed(id, False if _disagree(record.configuration, one, other) else None, rows)


def _disagree(configuration: Configuration, one: JwtAuthorizer, other: JwtAuthorizer) -> bool:
    """Whether the rules say that no token can be good for both: other issuers, or no client in common."""
    issuers = [configuration.issuer_of(each) for each in (one, other)]
    read = [each.issuer for each in issuers if each is not None and each.issuer]
    if len(read) == 2 and read[0] != read[1]:
        return True
    both_list = bool(one.allowed_clients and other.allowed_clients)
    return both_list and not set(one.allowed_clients) & set(other.allowed_clients)


_CLAIMS: tuple[Callable[[RunRecord, Findings], Conclusion], ...] = (
    _accepts("gateway-accepts-jwt", "gateway-jwt"),
    _accepts("runtime-accepts-jwt", "runtime-jwt"),
    _refuses_sigv4("runtime-refuses-sigv4", ("runtime-sigv4", "runtime-cli")),
    _refuses_sigv4("gateway-refuses-sigv4", ("gateway-sigv4",)),
    _same_trust,
    _all_refused("anonymous-refused", "-anonymous"),
    _all_refused("forged-refused", "-forged"),
    _direct_call,
)
