"""Finds expectations of the environment file that no longer hold, with the line to remove."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agentcore_probe.model.judgement import ExpectationFinding, Finding
from agentcore_probe.model.methods import method
from agentcore_probe.model.record import RunRecord


def stale_expectations(record: RunRecord, findings: Iterable[Finding]) -> tuple[ExpectationFinding, ...]:
    """Expectations that are expired, no longer true, or about an unknown method."""
    return tuple(_stale(record, {finding.method: finding for finding in findings}))


def _stale(record: RunRecord, findings: dict[str, Finding]) -> Iterator[ExpectationFinding]:
    ended = record.provenance.ended or record.provenance.started
    for id, expectation in record.environment.expect.items():
        line = f"[expect.{id}]"
        finding = findings.get(id)
        if method(id) is None:
            yield ExpectationFinding(method=id, problem="unknown-method", line=line)
        elif expectation.until and ended and ended.date() > expectation.until:
            yield ExpectationFinding(method=id, problem="expired", line=line)
        elif finding and finding.outcome != "not-testable" and finding.observed != expectation.decision:
            yield ExpectationFinding(method=id, problem="no-longer-true", line=line)
