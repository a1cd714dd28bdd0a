"""Each fault of the embedded AgentCore, in a full run: the row, its outcome and its cause."""

from __future__ import annotations

import pytest

from agentcore_probe import api
from agentcore_probe.model.environment import Environment, LocalSetup
from agentcore_probe.model.judgement import Judgement

EXPECTED: dict[str, tuple[str, str, str]] = {
    "runtime-audience-rule": ("runtime-jwt", "unexpected", "audience-not-allowed"),
    "runtime-other-client": ("runtime-jwt", "unexpected", "client-not-allowed"),
    "runtime-scope-rule": ("runtime-jwt", "unexpected", "scope-missing"),
    "runtime-claim-rule": ("runtime-jwt", "unexpected", "custom-claim-mismatch"),
    "runtime-no-rule": ("runtime-jwt", "as-expected", "none"),
    "runtime-other-issuer": ("runtime-jwt", "unexpected", "issuer-mismatch"),
    "runtime-workload-binding": ("runtime-jwt", "as-expected", "workload-binding"),
    "issuer-differs": ("gateway-jwt", "unexpected", "issuer-mismatch"),
    "rejects-with-403": ("runtime-jwt", "as-expected", "none"),
    "refuses-everything": ("runtime-anonymous", "not-testable", "credential-missing"),
    "accepts-everything": ("runtime-anonymous", "unexpected", "open-endpoint"),
    "runtime-deleted": ("runtime-jwt", "unexpected", "runtime-not-found"),
    "endpoint-just-created": ("runtime-jwt", "unexpected", "endpoint-propagating"),
    "runtime-updating": ("runtime-jwt", "unexpected", "resource-not-ready"),
    "endpoint-renamed": ("runtime-jwt", "unexpected", "qualifier-not-found"),
    "version-behind": ("runtime-jwt", "as-expected", "none"),
    "mmdsv2-off": ("runtime-jwt", "unexpected", "mmdsv2-required"),
    "container-failed": ("runtime-jwt", "unexpected", "container-failed"),
    "throttled": ("runtime-jwt", "error", "throttled"),
    "quota-exceeded": ("runtime-jwt", "unexpected", "quota-exceeded"),
    "session-conflict": ("runtime-jwt", "unexpected", "session-conflict"),
    "service-fault": ("runtime-jwt", "error", "service-fault"),
    "gateway-other-client": ("gateway-jwt", "unexpected", "client-not-allowed"),
    "gateway-target-failed": ("gateway-jwt", "unexpected", "target-not-ready"),
    "gateway-sessions": ("gateway-jwt", "as-expected", "none"),
    "gateway-session-gone": ("gateway-jwt", "unexpected", "gateway-session-expired"),
    "gateway-stateless": ("gateway-jwt", "as-expected", "none"),
    "gateway-no-search": ("gateway-jwt", "as-expected", "none"),
    "gateway-authenticate-only": ("gateway-sigv4", "as-expected", "authenticate-only"),
    "login-flow-disabled": ("runtime-jwt", "not-testable", "auth-flow-disabled"),
    "login-client-secret": ("runtime-jwt", "not-testable", "secret-hash-missing"),
    "login-wrong-password": ("runtime-jwt", "not-testable", "wrong-password"),
    "login-temporary-password": ("runtime-jwt", "not-testable", "password-change-required"),
    "control-plane-denied": ("runtime-sigv4", "not-testable", "sigv4-on-jwt"),
}
"""Fault -> the row that shows it, that row's outcome, and the cause."""

CONFIGURATION = {
    "runtime-audience-rule": "audience-with-cognito",
    "runtime-no-rule": "authorizer-without-rule",
    "version-behind": "version-behind",
    "mmdsv2-off": "mmdsv2-off",
    "gateway-target-failed": "target-not-ready",
    "gateway-authenticate-only": "gateway-authenticate-only",
    "runtime-updating": "runtime-not-ready",
}
"""Fault -> what is seen in the deployed configuration without a call."""


@pytest.fixture(autouse=True)
def _without_the_aws_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes a second a run and has tests of its own."""
    monkeypatch.setenv("PATH", "/nonexistent")


def run(**setup: object) -> Judgement:
    return api.judge(api.observe(Environment(name="t", local=LocalSetup(**setup))))  # type: ignore[arg-type]


def test_every_fault_is_in_the_table() -> None:
    """A fault without an expected row fails the build."""
    import subprocess
    import sys

    listed = subprocess.run(
        [sys.executable, "-m", "agentcore_probe", "local", "--list-faults"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert {line.split()[0] for line in listed.splitlines()} == EXPECTED.keys()


@pytest.mark.parametrize("fault", EXPECTED)
def test_a_fault_is_named_by_its_row(fault: str) -> None:
    """The full run, over real sockets, finds the cause."""
    method, outcome, cause = EXPECTED[fault]
    judgement = run(faults=(fault,))
    finding = judgement.finding(method)
    assert finding is not None
    assert (finding.outcome, finding.diagnosis.cause) == (outcome, cause)
    if outcome == "unexpected":
        assert judgement.verdict == "not-verified"
    if fault in CONFIGURATION:
        assert CONFIGURATION[fault] in [each.id for each in judgement.configuration]


def test_an_open_gateway_is_accepted_and_loud() -> None:
    """NONE: everybody passes, which is expected and an error of the configuration."""
    judgement = run(gateway_authorizer="none")
    finding = judgement.finding("gateway-anonymous")
    assert finding is not None
    assert (finding.observed, finding.diagnosis.cause) == ("accepted", "open-endpoint")
    assert [each.id for each in judgement.configuration] == ["gateway-open"]
