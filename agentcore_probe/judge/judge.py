"""RunRecord -> Judgement: a pure function. The same facts always mean the same."""

from __future__ import annotations

from collections.abc import Iterable

from agentcore_probe.judge.checklist import checklist
from agentcore_probe.judge.conclusions import conclude
from agentcore_probe.judge.configuration import inspect
from agentcore_probe.judge.expectations import stale_expectations
from agentcore_probe.judge.findings import make_finding
from agentcore_probe.model.judgement import ConfigurationFinding, Finding, Judgement, Verdict
from agentcore_probe.model.methods import order
from agentcore_probe.model.record import RunRecord


def judge(record: RunRecord) -> Judgement:
    """What `record` means. Total: any record gives a judgement."""
    observations = sorted(record.observations, key=lambda each: (order(each.method), each.method))
    findings = tuple(make_finding(observation, record) for observation in observations)
    deployed = inspect(record.configuration, record.environment, record.token)
    expectations = stale_expectations(record, findings)
    return Judgement(
        findings=findings,
        conclusions=conclude(record, findings),
        checklist=checklist(record, findings),
        configuration=deployed,
        expectations=expectations,
        verdict=_verdict(findings, _errors(deployed, record), stale=bool(expectations)),
    )


def _errors(deployed: Iterable[ConfigurationFinding], record: RunRecord) -> int:
    """How many errors of the deployed configuration nobody wants: an expected open door is no error."""
    expected = record.environment.expect.get("gateway-anonymous")
    wanted_open = expected is not None and expected.decision == "accepted"
    return sum(
        each.severity == "error" and not (wanted_open and each.id == "gateway-open") for each in deployed
    )


def _verdict(findings: Iterable[Finding], errors: int, *, stale: bool) -> Verdict:
    """Verified only where all that applies came out as expected, by expectations that hold, and nothing is wrong."""
    outcomes = [finding.outcome for finding in findings if finding.outcome != "not-applicable"]
    if "unexpected" in outcomes or (errors and outcomes):
        return "not-verified"
    if stale or not outcomes or any(outcome != "as-expected" for outcome in outcomes):
        return "inconclusive"
    return "verified"
