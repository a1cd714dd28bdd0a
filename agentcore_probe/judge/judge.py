"""RunRecord -> Judgement: a pure function, so the same facts always give the same judgement."""

from __future__ import annotations

from collections.abc import Iterable

from agentcore_probe.judge.actions import actions
from agentcore_probe.judge.checklist import checklist
from agentcore_probe.judge.conclusions import conclude
from agentcore_probe.judge.configuration import check_configuration
from agentcore_probe.judge.expectations import check_expectations
from agentcore_probe.judge.findings import findings_of, tools_of
from agentcore_probe.judge.identities import judge_identities
from agentcore_probe.judge.login_chain import login_chains
from agentcore_probe.judge.not_tried import not_tried
from agentcore_probe.judge.only_way_in import judge_only_way_in
from agentcore_probe.judge.policy_rows import check_tools
from agentcore_probe.model.judgement import ConfigurationFinding, Finding, Judgement, Verdict
from agentcore_probe.model.methods import METHODS, is_public
from agentcore_probe.model.record import RunRecord


def judge(record: RunRecord) -> Judgement:
    """What `record` means. Every valid record gives a judgement.

    Args:
        record: the facts.
    """
    findings = findings_of(record)
    tools = tools_of(record)
    deployed = (
        *check_configuration(record.configuration, record.environment, record.token),
        *check_tools(tools, record),
    )
    expectations = check_expectations(record, findings)
    identities = judge_identities(record)
    only_way_in = judge_only_way_in(record, (*findings, *identities))
    deployed = (*deployed, *only_way_in.problems)
    errors = configuration_errors(deployed, record)
    verdict = _verdict(
        (*findings, *identities), has_errors=bool(errors), has_failed_expectations=bool(expectations)
    )
    return Judgement(
        findings=findings,
        conclusions=(*conclude(record, findings), *only_way_in.conclusions),
        checklist=checklist(record, findings),
        configuration=deployed,
        expectations=expectations,
        not_tried=not_tried(record),
        verdict=verdict,
        actions=actions(record, (*findings, *identities), errors, expectations)
        if verdict != "verified"
        else (),
        only=record.provenance.only,
        identities=identities,
        tools=tools,
        login_chains=login_chains(record),
    )


def configuration_errors(
    deployed: Iterable[ConfigurationFinding], record: RunRecord
) -> tuple[ConfigurationFinding, ...]:
    """The errors of the deployed configuration, except a Gateway that is open as expected."""
    expected = {"gateway-open"} if _expects_open_gateway(record) else set()
    return tuple(error for error in deployed if error.severity == "error" and error.id not in expected)


def _expects_open_gateway(record: RunRecord) -> bool:
    """Whether the environment file expects that the Gateway accepts a call without a credential."""
    expectations = (
        record.environment.expect.get(method.id)
        for method in METHODS
        if method.target == "gateway" and method.auth == "none" and not is_public(method)
    )
    return any(expected is not None and expected.decision == "accepted" for expected in expectations)


def _verdict(findings: Iterable[Finding], *, has_errors: bool, has_failed_expectations: bool) -> Verdict:
    """Verified only if every row that applies is as expected, every expectation is met and in date and nothing is misconfigured.

    Args:
        findings: every row, and every way in of further callers.
        has_errors: whether the deployed configuration has an error.
        has_failed_expectations: whether an expectation of the environment file is not met or out of date.
    """
    outcomes = [finding.outcome for finding in findings if finding.outcome != "not-applicable"]
    if "unexpected" in outcomes or (has_errors and outcomes):
        return "not-verified"
    if has_failed_expectations or not outcomes or any(outcome != "as-expected" for outcome in outcomes):
        return "inconclusive"
    return "verified"
