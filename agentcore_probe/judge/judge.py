"""RunRecord -> Judgement: a pure function. The same facts always mean the same."""

from __future__ import annotations

from collections.abc import Iterable

from agentcore_probe.judge.checklist import checklist
from agentcore_probe.judge.conclude import conclude
from agentcore_probe.judge.deployed import inspect
from agentcore_probe.judge.expectations import stale
from agentcore_probe.judge.find import find
from agentcore_probe.model.judgement import Finding, Judgement, Verdict
from agentcore_probe.model.methods import order
from agentcore_probe.model.record import RunRecord


def judge(record: RunRecord) -> Judgement:
    """What `record` means. Total: any record gives a judgement."""
    observations = sorted(record.observations, key=lambda each: (order(each.method), each.method))
    findings = tuple(find(observation, record) for observation in observations)
    return Judgement(
        findings=findings,
        conclusions=conclude(record, findings),
        checklist=checklist(record, findings),
        configuration=inspect(record.configuration, record.environment),
        expectations=stale(record, findings),
        verdict=_verdict(findings),
    )


def _verdict(findings: Iterable[Finding]) -> Verdict:
    """Verified only where every row that applies was tried and came out as expected."""
    outcomes = [finding.outcome for finding in findings if finding.outcome != "not-applicable"]
    if "unexpected" in outcomes:
        return "not-verified"
    if not outcomes or any(outcome != "as-expected" for outcome in outcomes):
        return "inconclusive"
    return "verified"
