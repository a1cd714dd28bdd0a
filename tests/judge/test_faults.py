"""Each fault of the embedded AgentCore, in a full run: the row, its outcome and its cause."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from agentcore_probe import api
from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.local.login_faults import FAULTS as LOGIN
from agentcore_probe.model.environment import Environment, GatewayTarget, Limits, LocalSetup, ToolCall
from agentcore_probe.model.forgeries import ANONYMOUS_CONTROLS, FORGERIES, ControlLevel
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.methods import METHODS, is_invocation
from agentcore_probe.model.methods import method as find_method
from agentcore_probe.model.record import RunRecord
from tests.embedded import observed, recorded
from tests.entrances.oracle import worlds
from tests.judge.labelled import CASES
from tests.judge.test_actions import check
from tests.judge.test_policy_rows import FAULTS as POLICY_ENGINE
from tests.judge.test_through_gateway import FAULTS as THROUGH_GATEWAY
from tests.promises.figures import FIGURES

EXPECTED: dict[str, tuple[str, str, str]] = {
    "runtime-audience-rule": ("runtime-jwt", "unexpected", "audience-not-allowed"),
    "runtime-other-client": ("runtime-jwt", "unexpected", "client-not-allowed"),
    "runtime-scope-rule": ("runtime-jwt", "unexpected", "scope-missing"),
    "runtime-claim-rule": ("runtime-jwt", "unexpected", "custom-claim-mismatch"),
    "runtime-no-rule": ("runtime-jwt", "as-expected", "none"),
    "runtime-other-issuer": ("runtime-jwt", "unexpected", "issuer-mismatch"),
    "runtime-workload-binding": ("runtime-jwt", "not-testable", "workload-binding"),
    "issuer-differs": ("gateway-jwt", "unexpected", "issuer-mismatch"),
    "rejects-with-403": ("runtime-jwt-forged", "as-expected", "signature-invalid"),
    "refuses-everything": ("runtime-anonymous", "not-testable", "credential-missing"),
    "accepts-everything": ("runtime-anonymous", "unexpected", "open-endpoint"),
    **dict.fromkeys(
        (
            "takes-signature",
            *(f"takes-{forgery.id}" for forgery in FORGERIES if forgery.key_type in (None, "RSA")),
        ),
        ("runtime-jwt-forged", "unexpected", "open-endpoint"),
    ),
    **dict.fromkeys(
        (
            "takes-expired",
            *(f"takes-{forgery.id}" for forgery in FORGERIES if forgery.key_type not in (None, "RSA")),
        ),
        ("runtime-jwt", "as-expected", "none"),
    ),
    **{
        f"takes-{control.id}": ("runtime-anonymous", "unexpected", "open-endpoint")
        for control in ANONYMOUS_CONTROLS
    },
    "tools-list-open": ("gateway-anonymous", "unexpected", "open-endpoint"),
    "tools-call-open": ("gateway-jwt", "as-expected", "none"),
    "open-after-first-accepted": ("runtime-anonymous", "unexpected", "cached-authorization"),
    "raw-arn-routed": ("runtime-jwt-raw-arn", "unexpected", "none"),
    "runtime-policy-names-role": ("runtime-jwt", "unexpected", "resource-policy-denied"),
    "runtime-policy-denies-caller": ("runtime-sigv4", "not-testable", "resource-policy-denied"),
    "runtime-policy-gateway-only": ("runtime-sigv4", "not-testable", "resource-policy-denied"),
    "runtime-policy-public": ("runtime-sigv4", "as-expected", "none"),
    "runtime-policy-one-door": ("runtime-sigv4", "not-testable", "resource-policy-denied"),
    "gateway-policy-denies": ("gateway-jwt", "unexpected", "resource-policy-denied"),
    "vpc-endpoint-denies": ("runtime-sigv4", "unexpected", "vpc-endpoint-policy"),
    "gateway-debug": ("gateway-jwt", "as-expected", "none"),
    "gateway-interceptor-alone": ("gateway-sigv4", "as-expected", "authenticate-only"),
    "runtime-identity-headers": ("runtime-jwt", "as-expected", "none"),
    "registration-open": ("runtime-jwt", "as-expected", "none"),
    "runtime-deleted": ("runtime-jwt", "unexpected", "runtime-not-found"),
    "endpoint-just-created": ("runtime-jwt", "unexpected", "endpoint-propagating"),
    "deploying": ("runtime-jwt", "unexpected", "resource-not-ready"),
    "runtime-updating": ("runtime-jwt", "unexpected", "resource-not-ready"),
    "runtime-failed": ("runtime-jwt", "unexpected", "resource-not-ready"),
    "endpoint-renamed": ("runtime-jwt", "unexpected", "qualifier-not-found"),
    "version-behind": ("runtime-jwt", "as-expected", "none"),
    "mmdsv2-off": ("runtime-jwt", "unexpected", "mmdsv2-required"),
    "container-failed": ("runtime-jwt", "unexpected", "container-failed"),
    "container-silent": ("runtime-jwt", "unexpected", "gateway-timeout"),
    "payload-rejected": ("runtime-jwt", "unexpected", "payload-rejected"),
    "denied-by-policy": ("runtime-jwt", "unexpected", "resource-policy-denied"),
    "throttled": ("runtime-jwt", "error", "throttled"),
    "quota-exceeded": ("runtime-jwt", "unexpected", "quota-exceeded"),
    "session-conflict": ("runtime-jwt", "unexpected", "session-conflict"),
    "service-fault": ("runtime-jwt", "error", "service-fault"),
    "gateway-other-client": ("gateway-jwt", "unexpected", "client-not-allowed"),
    "gateway-scope-rule": ("gateway-jwt", "unexpected", "insufficient-scope"),
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
    "login-second-factor": ("runtime-jwt", "not-testable", "mfa-required"),
    "login-not-confirmed": ("runtime-jwt", "not-testable", "user-not-confirmed"),
    "login-reset-required": ("runtime-jwt", "not-testable", "password-reset-required"),
    "login-client-gone": ("runtime-jwt", "not-testable", "client-not-found"),
    "token-expired": ("runtime-jwt", "unexpected", "token-expired"),
    "token-near-expiry": ("runtime-jwt", "unexpected", "token-near-expiry"),
    "token-not-yet-valid": ("runtime-jwt", "unexpected", "token-not-yet-valid"),
    "keys-rotated": ("runtime-jwt", "unexpected", "signing-key-unknown"),
    "iam-policy-denies": ("runtime-sigv4", "unexpected", "iam-not-allowed"),
    "iam-key-gone": ("runtime-sigv4", "not-testable", "aws-key-unknown"),
    "iam-key-replaced": ("runtime-sigv4", "not-testable", "aws-signature-invalid"),
    "iam-session-expired": ("runtime-sigv4", "not-testable", "aws-token-expired"),
    "service-clock-ahead": ("runtime-sigv4", "not-testable", "aws-clock-skew"),
    "control-plane-denied": ("runtime-sigv4", "not-testable", "sigv4-on-jwt"),
    "answers-late": ("runtime-jwt", "as-expected", "none"),
    "wire-no-such-name": ("runtime-jwt-raw-arn", "error", "dns-failure"),
    **dict.fromkeys(
        ("client-secret-denied", "login-names-another-issuer"), ("runtime-jwt", "as-expected", "none")
    ),
    "wire-refused": ("runtime-jwt", "error", "connect-failure"),
    "wire-hang": ("runtime-jwt", "error", "timeout"),
    "wire-drip": ("runtime-jwt", "error", "timeout"),
    "wire-reset": ("runtime-jwt", "error", "connection-reset"),
    "wire-close": ("runtime-sigv4", "error", "connection-reset"),
    "wire-truncated": ("runtime-jwt", "error", "answer-truncated"),
    "wire-wrong-length": ("runtime-anonymous", "unexpected", "open-endpoint"),
    "wire-not-http": ("runtime-jwt", "error", "answer-not-http"),
    "wire-bad-utf8": ("runtime-jwt", "as-expected", "none"),
    "wire-deep-json": ("runtime-jwt", "as-expected", "none"),
    "wire-gzip-bomb": ("runtime-jwt", "error", "answer-too-large"),
    "wire-endless-events": ("runtime-jwt", "unexpected", "conversation-incomplete"),
    "wire-tangle": ("runtime-jwt", "unexpected", "refused-unexplained"),
    "wire-flood": ("runtime-jwt", "error", "answer-too-large"),
    "wire-header-bomb": ("runtime-jwt", "error", "answer-not-http"),
    "wire-redirect": ("runtime-jwt", "error", "answer-not-from-aws"),
    "wire-portal": ("runtime-jwt", "error", "answer-not-from-aws"),
    "wire-bad-gateway": ("runtime-jwt", "error", "answer-not-from-aws"),
    "wire-too-many-requests": ("runtime-jwt", "error", "throttled"),
    "wire-tls-untrusted": ("runtime-jwt", "error", "tls-failure"),
    "wire-tls-expired": ("runtime-jwt", "error", "tls-failure"),
    "wire-tls-wrong-name": ("runtime-jwt", "error", "tls-failure"),
    # WebSocket and shell
    "ws-not-served": ("runtime-ws-jwt", "unexpected", "ws-not-served"),
    "ws-unchecked": ("runtime-ws-anonymous", "unexpected", "open-endpoint"),
    "ws-subprotocol-ignored": ("runtime-ws-jwt-subprotocol", "unexpected", "ws-subprotocol-refused"),
    "ws-denied-by-policy": ("runtime-ws-sigv4", "as-expected", "resource-policy-denied"),
    "ws-presigned-late": ("runtime-ws-presigned", "unexpected", "ws-presigned-expired"),
    "shell-allowed": ("runtime-shell-sigv4", "unexpected", "shell-open"),
    "shell-denied-by-policy": ("runtime-shell-sigv4", "as-expected", "resource-policy-denied"),
    "shell-validated-first": ("runtime-shell-jwt", "error", "content-checked-first"),
    "shell-opens": ("runtime-shell-jwt", "unexpected", "shell-open"),
    "shell-unchecked": ("runtime-shell-anonymous", "unexpected", "open-endpoint"),
    "shells-full": ("runtime-shell-jwt", "unexpected", "shell-limit-reached"),
    # The login of MCP clients
    **dict.fromkeys(LOGIN, ("gateway-jwt", "as-expected", "none")),
    "metadata-missing": ("gateway-anonymous", "unexpected", "credential-missing"),
    "challenge-renamed": ("gateway-anonymous", "unexpected", "challenge-header-renamed"),
    "scope-refused": ("runtime-jwt", "unexpected", "scope-missing"),
}
"""Fault -> the row that shows it, that row's outcome, and the cause."""

IAM = {
    "iam-policy-denies", "iam-key-gone", "iam-key-replaced", "iam-session-expired", "service-clock-ahead",
    "runtime-policy-denies-caller", "runtime-policy-public", "runtime-policy-one-door", "runtime-policy-gateway-only",
    "vpc-endpoint-denies",
    "gateway-interceptor-alone",
    "ws-denied-by-policy", "ws-presigned-late", "shell-allowed", "shell-denied-by-policy",
}  # fmt: skip
"""Faults that need an IAM authorizer."""

LONG = {"wire-deep-json"}
"""A run reads megabytes of brackets: only `make promises` runs it."""

TESTED_ELSEWHERE = {
    "answers-late", "wire-tangle", "takes-signature", "takes-expired", "tools-list-open",
    *(f"takes-{forgery.id}" for forgery in FORGERIES), *(f"takes-{control.id}" for control in ANONYMOUS_CONTROLS),
    "runtime-failed", "tools-call-open", "open-after-first-accepted", "login-not-confirmed", "login-temporary-password", "login-reset-required",
    "client-secret-denied", "login-names-another-issuer", *LOGIN,
}  # fmt: skip
"""Faults with tests of their own (`test_in_parallel`, `local/test_login_faults`, `flows/test_logins`, `test_patterns_are_linear`, `test_every_probe_can_fail`), and logins
that fail like others: only `make promises` runs them here."""

QUICK = frozenset([name for name in EXPECTED if name not in TESTED_ELSEWHERE | LONG][::14])
"""Every fourteenth of the others, over all kinds: for `make test`."""

TOOLS: dict[str, tuple[ToolCall, tuple[str, ...]]] = {
    "tool-failed": (ToolCall(name="echo-tool___echo"), ()),
    "target-unknown": (ToolCall(name="orders___list"), ()),
    "search-disabled": (
        ToolCall(name="x_amz_bedrock_agentcore_search", arguments={"query": "ping"}),
        ("gateway-no-search",),
    ),
}
"""Cause -> the tool call that has it, and the faults that it needs."""

CONFIGURATION = {
    "runtime-audience-rule": "audience-with-cognito",
    "runtime-no-rule": "authorizer-without-rule",
    "version-behind": "version-behind",
    "mmdsv2-off": "mmdsv2-off",
    "gateway-target-failed": "target-not-ready",
    "gateway-authenticate-only": "gateway-authenticate-only",
    "runtime-policy-public": "resource-policy-public",
    "runtime-policy-one-door": "deny-leaves-entrances",
    "gateway-debug": "gateway-debug",
    "gateway-interceptor-alone": "authenticate-only-interceptor",
    "runtime-identity-headers": "identity-headers",
    "registration-open": "registration-in-vain",
    "deploying": "gateway-not-ready",
    "runtime-updating": "runtime-not-ready",
    "login-flow-disabled": "login-flow-off",
    "login-client-secret": "login-secret-missing",
}
"""Fault -> the finding about the deployed configuration, which needs no call."""


@pytest.fixture(autouse=True)
def _without_the_aws_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes a second for each run and has tests of its own."""
    monkeypatch.setenv("PATH", "/nonexistent")


ENDLESS = {"wire-hang", "wire-drip", "wire-endless-events"}
"""Faults that last as long as the time limit."""


def _entrances(fault: str) -> tuple[str, ...]:
    """The entrance of the row that a fault is found in, where only a file that asks for it has it."""
    row = find_method(EXPECTED[fault][0]) if fault in EXPECTED else None
    return () if row is None or is_invocation(row) else (row.entrance,)


def run(*, tool: ToolCall | None = None, experiments: bool = True, **setup: Any) -> Judgement:
    seconds = 5 if ENDLESS.isdisjoint(setup.get("faults", ())) else 1.5
    environment = Environment(
        name="t",
        local=LocalSetup(**setup),
        gateway=GatewayTarget(tool=tool),
        entrances=tuple({entrance for fault in setup.get("faults", ()) for entrance in _entrances(fault)})
        or None,
        limits=Limits(seconds=seconds),
    )
    # A fault that a single control finds needs them all; the others are found by the calls that all runs make.
    needs_all = not TESTED_ELSEWHERE.isdisjoint(setup.get("faults", ()))
    controls: ControlLevel = "all" if needs_all else "few"
    return api.judge(observed(environment, experiments=experiments, controls=controls))


run_once = cache(run)
"""The same for tests that read one run."""


def test_every_fault_is_in_the_table() -> None:
    """A fault without an expected row, here or in the oracle's table, fails the build."""
    import subprocess
    import sys

    listed = subprocess.run(
        [sys.executable, "-m", "agentcore_probe", "local", "--list-faults"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    names = {line.split()[0] for line in listed.splitlines()}
    # Missing permissions are tested in promises/test_least_privilege.py.
    # Those of further entrances are in the oracle, those of a Gateway that leads to the Runtime in test_through_gateway.py,
    # those of a policy engine in test_policy_rows.py.
    elsewhere = {fault for world in worlds() if (local := world.environment.local) for fault in local.faults}
    elsewhere |= THROUGH_GATEWAY.keys() | POLICY_ENGINE.keys()
    assert {
        name for name in names if not name.startswith("without-")
    } - elsewhere == EXPECTED.keys() - elsewhere


@pytest.mark.parametrize(
    "fault",
    [pytest.param(name, marks=[] if name in QUICK else [pytest.mark.slow]) for name in EXPECTED],
)
def test_a_run_finds_the_cause_of_a_fault(fault: str) -> None:
    """A full run, over real sockets."""
    method, outcome, cause = EXPECTED[fault]
    authorizer = "iam" if fault in IAM else "jwt"
    judgement = run(faults=(fault,), runtime_authorizer=authorizer, gateway_authorizer=authorizer)
    finding = judgement.finding(method)
    assert finding is not None
    assert (finding.outcome, finding.diagnosis.cause) == (outcome, cause)
    check(judgement)
    FIGURES["faults of the service and the network, each named"] += 1
    if outcome == "unexpected":
        assert judgement.verdict == "not-verified"
    if fault in CONFIGURATION:
        assert CONFIGURATION[fault] in [problem.id for problem in judgement.configuration]


def test_a_forged_token_at_an_iam_target_is_the_wrong_kind_of_credential() -> None:
    """That is what the answer says; its signature was not checked."""
    finding = run(faults=("control-plane-denied",), runtime_authorizer="iam").finding("runtime-jwt-forged")
    assert finding is not None
    assert finding.diagnosis.cause == "bearer-on-iam"


def test_a_forged_token_without_an_answer_is_an_error_of_the_run() -> None:
    """Whatever the other forged tokens got."""
    facts = recorded(LocalSetup()).facts()
    (exchange,) = [exchange for exchange in facts["exchanges"] if exchange["id"] == "runtime-jwt-forged/3"]
    del exchange["response"]
    exchange["fault"] = {"kind": "timeout", "detail": "1 s"}
    (row,) = [row for row in facts["observations"] if row["method"] == "runtime-jwt-forged"]
    row["decision"] = "undecided"
    finding = api.judge(RunRecord.model_validate(facts)).finding("runtime-jwt-forged")
    assert finding is not None
    assert (finding.outcome, finding.diagnosis.cause) == ("error", "timeout")


def test_an_id_token_that_meets_the_rules_is_expected_to_be_accepted() -> None:
    """What it should get follows from its claims and the time, not from its kind."""
    finding = run(faults=("runtime-audience-rule",)).finding("runtime-jwt-id-token")
    assert finding is not None
    assert (finding.expected, finding.observed, finding.outcome) == ("accepted", "accepted", "as-expected")


@pytest.mark.parametrize("cause", TOOLS)
def test_a_failed_tool_call_is_unexpected(cause: str) -> None:
    """Although the call was authorized."""
    tool, faults = TOOLS[cause]
    finding = run(tool=tool, faults=faults).finding("gateway-jwt")
    assert finding is not None
    assert (finding.observed, finding.outcome) == ("accepted", "unexpected")
    assert finding.diagnosis.cause == cause


def test_an_unsupported_mcp_version_is_found() -> None:
    """Without the control plane, the run tries a handshake, which this Gateway's version does not have."""
    finding = run(faults=("gateway-stateless", "control-plane-denied")).finding("gateway-jwt")
    assert finding is not None
    assert finding.diagnosis.cause == "protocol-version-unsupported"


def test_every_cause_has_a_test() -> None:
    """A fault of the embedded AgentCore, a labelled case, or a cell of the oracle's table."""
    by_fault = {cause for _, _, cause in EXPECTED.values()} | TOOLS.keys()
    by_case = {case["then"]["cause"] for case in CASES.values()}
    by_cell = {word for world in worlds() for cell in world.cells.values() for word in cell.split()}
    assert CAUSES.keys() - by_fault - by_case - by_cell == set()


@pytest.mark.parametrize("target", ["runtime", "gateway"])
def test_a_target_that_refuses_everything_proves_nothing(target: str) -> None:
    """A refusal counts only with an accepted counterpart."""
    judgement = run_once(faults=("refuses-everything",))
    rows = [row for row in judgement.findings if row.method.startswith(target) and row.observed == "refused"]
    assert len(rows) >= 4
    assert "as-expected" not in {row.outcome for row in rows}
    assert judgement.verdict == "not-verified"


@pytest.mark.parametrize("target", ["runtime", "gateway"])
def test_a_target_that_accepts_everything_fails_every_control(target: str) -> None:
    """Each of its rows is unexpected."""
    judgement = run_once(faults=("accepts-everything",))
    for method in METHODS:
        if not method.control or method.target != target or not is_invocation(method):
            continue
        finding = judgement.finding(method.id)
        assert finding is not None
        assert (finding.observed, finding.outcome) == ("accepted", "unexpected")
        assert finding.diagnosis.cause == "open-endpoint"
    shown = {conclusion.claim: conclusion.shown for conclusion in judgement.conclusions}
    assert shown["anonymous-refused"] is False
    assert shown["forged-refused"] is False


def test_each_forged_token_is_refused_and_supports_the_claim() -> None:
    """Every forgery that fits an RSA key, for each target, each an exchange of its own; the first one also before."""
    record = recorded(LocalSetup())
    for method in ("runtime-jwt-forged", "gateway-jwt-forged"):
        exchanges = [exchange for exchange in record.exchanges if exchange.id.startswith(f"{method}/")]
        ids = [forgery.id for forgery in FORGERIES if forgery.key_type in (None, "RSA")]
        assert {exchange.forged for exchange in exchanges} == set(ids)
        assert [exchange.phase for exchange in exchanges] == ["before", *["after"] * (len(exchanges) - 1)]
        assert {exchange.response.status for exchange in exchanges if exchange.response} == {401}
    conclusions = {conclusion.claim: conclusion for conclusion in api.judge(record).conclusions}
    assert conclusions["forged-refused"].shown is True
    assert set(conclusions["forged-refused"].carried_by) == {"runtime-jwt-forged", "gateway-jwt-forged"}


def test_one_changed_factor_proves_the_cause() -> None:
    """Only the qualifier is changed, and the call is accepted."""
    judgement = run(faults=("endpoint-renamed",))
    finding = judgement.finding("runtime-jwt")
    assert finding is not None
    diagnosis = finding.diagnosis
    assert (diagnosis.cause, diagnosis.confidence) == ("qualifier-not-found", "proven")
    assert diagnosis.evidence == ("runtime-jwt/1", "runtime-jwt/3")  # the second repeats the first


def test_no_experiment_is_made_if_they_are_off() -> None:
    """The cause stays probable, and the experiment that would prove it is named."""
    finding = run(faults=("endpoint-renamed",), experiments=False).finding("runtime-jwt")
    assert finding is not None
    assert (finding.diagnosis.confidence, finding.diagnosis.experiment) == ("probable", "qualifier")


def test_an_experiment_that_changes_nothing_is_reported() -> None:
    """The other token is refused like the first, so the token is not the cause."""
    finding = run_once(faults=("refuses-everything",)).finding("runtime-jwt")
    assert finding is not None
    assert finding.diagnosis.confidence == "possible"
    assert finding.diagnosis.tried == ("runtime-jwt-id-token/1",)


def test_at_most_six_extra_calls_are_made() -> None:
    """However much is open after the run."""
    record = recorded(LocalSetup(faults=("refuses-everything",)))
    assert len(record.experiments()) <= 6


def test_the_raw_arn_alone_is_proven_by_the_encoded_call() -> None:
    """With `--only`, its counterparts are called, too: without an accepted one, a 404 is no evidence."""
    record = observed(Environment(name="t", local=LocalSetup()), only="runtime-jwt-raw-arn")
    finding = api.judge(record).finding("runtime-jwt-raw-arn")
    assert finding is not None
    assert finding.outcome == "as-expected"
    diagnosis = finding.diagnosis
    assert (diagnosis.cause, diagnosis.confidence) == ("arn-not-encoded", "proven")
    assert diagnosis.evidence == ("runtime-jwt-raw-arn/1", "runtime-jwt/1")


def test_an_unencoded_arn_of_a_runtime_that_does_not_exist_proves_nothing() -> None:
    """Its 404 would be the same with the ARN encoded; the ARN is named where the Runtime was not found."""
    judgement = run(faults=("runtime-deleted",))
    finding, jwt = judgement.finding("runtime-jwt-raw-arn"), judgement.finding("runtime-jwt")
    assert finding is not None
    assert (finding.outcome, finding.reason) == ("not-testable", "no-encoded-call")
    assert jwt is not None
    assert jwt.diagnosis.values["arn"].endswith(":runtime/local_agent-LOCALAGENT")
    assert jwt.diagnosis.values["account"] == "123456789012"


def test_an_open_gateway_is_expected_to_accept_and_is_reported() -> None:
    """The authorizer NONE accepts every call, as expected; it is an error of the configuration."""
    judgement = run(gateway_authorizer="none")
    finding = judgement.finding("gateway-anonymous")
    assert finding is not None
    assert (finding.observed, finding.diagnosis.cause) == ("accepted", "open-endpoint")
    assert [problem.id for problem in judgement.configuration] == ["gateway-open"]
