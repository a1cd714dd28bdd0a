"""The findings of further callers (`[identities.NAME]`): what each way in should have given each of them, and what it gave.

They are made as those of the rows, with the caller's own login, token and wishes. A refusal counts only beside an
accepted call of the same target in the same run, whoever made it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.judge.findings import Comparison, make_finding, was_accepted
from agentcore_probe.model.identity import Identity, NamedIdentity
from agentcore_probe.model.judgement import Finding
from agentcore_probe.model.methods import method, wanted_of
from agentcore_probe.model.methods.policy import POLICY
from agentcore_probe.model.methods.through_gateway import GENUINE_TO_RUNTIME
from agentcore_probe.model.record import CallerRecord, Observation, RunRecord

REFUSED_AT_LOGIN = frozenset({"user-disabled"})
"""Causes of a login by which the issuer refuses a caller that it knows. Any other cause may be a mistake in the file, such
as a wrong password, and shows nothing about the caller."""


def judge_identities(record: RunRecord) -> tuple[Finding, ...]:
    """The findings of every further caller, in the order of the file."""
    return tuple(chain.from_iterable(_of_caller(caller, record) for caller in record.identities))


def _of_caller(caller: CallerRecord, record: RunRecord) -> Iterator[Finding]:
    named = (record.environment.identities or {}).get(caller.name) or NamedIdentity()
    own = as_called_by(caller, named, record)
    for observation in caller.observations:
        wanted = wanted_of(named, observation.method)
        comparison = Comparison(wanted=wanted, accepted=_is_target_open(observation, record))
        finding = make_finding(observation, own, comparison)
        yield _by_login(finding, wanted) or _by_mistake(finding, wanted) or _by_rules(finding, record)


def as_called_by(caller: CallerRecord, named: NamedIdentity, record: RunRecord) -> RunRecord:
    """The record as if this caller were the only one: causes and remedies are then about its user, token or role."""
    identity = Identity.model_construct(**{name: getattr(named, name) for name in Identity.model_fields})
    principal = {"caller": caller.principal} if caller.kind == "role" else {}
    return record.model_copy(
        update={
            "environment": record.environment.model_copy(update={"identity": identity}),
            "provenance": record.provenance.model_copy(update={"aws_login": caller.aws_login, **principal}),
            "token": caller.token,
        }
    )


def _is_target_open(observation: Observation, record: RunRecord) -> bool:
    """Whether the target of a way in accepted a genuine call of anybody in this run."""
    row = method(observation.method)
    through = GENUINE_TO_RUNTIME if row is not None and row.target == "runtime" else ()
    callers = chain.from_iterable(caller.observations for caller in record.identities)
    return row is not None and any(
        (other_row.target == row.target or other_row.id in through)
        and other_row.auth in ("jwt", "sigv4")
        and was_accepted(other, record)
        for other in chain(record.observations, callers)
        if (other_row := method(other.method)) is not None
    )


def _by_login(finding: Finding, wanted: str | None) -> Finding | None:
    """The finding of a caller whom the issuer refused at the login; None for any other."""
    if finding.observed is not None or finding.diagnosis.cause not in REFUSED_AT_LOGIN or wanted is None:
        return None
    outcome = "as-expected" if wanted == "refused" else "unexpected"
    return finding.model_copy(update={"outcome": outcome, "expected": wanted, "reason": "refused-at-login"})


def _by_mistake(finding: Finding, wanted: str | None) -> Finding | None:
    """The finding of a refusal that is wanted and has a cause that shows nothing about the caller; None for any other."""
    is_met = wanted == finding.observed == "refused" and finding.outcome == "as-expected"
    if not is_met or not CAUSES[finding.diagnosis.cause].own_mistake:
        return None
    return finding.model_copy(update={"outcome": "not-testable", "reason": "refused-by-mistake"})


def _by_rules(finding: Finding, record: RunRecord) -> Finding:
    """With the reason of a call that is accepted and must not be: the deployed rules let this caller in.

    At the tools behind a policy engine, its mode may be the reason.
    """
    is_open = finding.outcome == "unexpected" and finding.observed == "accepted" != finding.expected
    if is_open and finding.predicted.decision == "accepted":
        gateway, row = record.configuration.gateway, method(finding.method)
        only_logs = gateway is not None and gateway.policy_engine == "LOG_ONLY"
        is_of_tools = row is not None and row.entrance == POLICY
        return finding.model_copy(
            update={"reason": "engine-only-logs" if only_logs and is_of_tools else "rules-let-in"}
        )
    return finding
