"""Finds expectations of the environment file that are not met or out of date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from agentcore_probe.model.decision import Decision
from agentcore_probe.model.environment import Expectation
from agentcore_probe.model.judgement import ExpectationFinding, ExpectationProblem, Finding
from agentcore_probe.model.methods import method
from agentcore_probe.model.record import RunRecord


def check_expectations(record: RunRecord, findings: Iterable[Finding]) -> tuple[ExpectationFinding, ...]:
    """Expectations that have expired, are not met, or name an unknown method (in a record of another version)."""
    return tuple(_check(record, {finding.method: finding for finding in findings}))


def _check(record: RunRecord, findings: dict[str, Finding]) -> Iterator[ExpectationFinding]:
    ended = record.provenance.ended or record.provenance.started
    for id, expectation in record.environment.expect.items():
        observed = findings[id].observed if id in findings else None
        problem = _problem(id, expectation, observed, ended.date() if ended else None)
        if problem is not None:
            yield ExpectationFinding(
                method=id,
                problem=problem,
                line=f"[expect.{id}]",
                wanted=expectation.decision,
                observed=observed,
                until=expectation.until,
            )


def _problem(
    id: str, expectation: Expectation, observed: Decision | None, today: date | None
) -> ExpectationProblem | None:
    if method(id) is None:
        return "unknown-method"
    if observed not in (None, expectation.decision):
        return "not-met"
    if expectation.until and today and today > expectation.until:
        return "expired"
    return None
