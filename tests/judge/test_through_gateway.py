"""The Runtime through its Gateway, beside direct: predictions, what each fault does to the rows, and the conclusion."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from agentcore_probe import api
from agentcore_probe.builtin import builtin_root
from agentcore_probe.environments.load import load_environment
from agentcore_probe.judge.only_way_in import judge_only_way_in
from agentcore_probe.judge.prediction import intended, predict
from agentcore_probe.model.aws_shapes import from_facts
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.environment import Environment, GatewayTarget, LocalSetup, PassthroughCall
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.record import RunRecord
from tests.embedded import observed
from tests.judge.test_prediction import CLAIMS, ISSUER, NOW, URL, method_of, token

ENTRANCES = ("gateway-to-runtime", "gateway-passthrough")
BOUND: dict[str, Any] = {"runtime_target": "oauth", "workload_binding": True, "passthrough_target": True}
SIGNED: dict[str, Any] = {
    "runtime_authorizer": "iam",
    "gateway_authorizer": "iam",
    "passthrough_target": True,
}
ROLE: dict[str, Any] = {"runtime_target": "gateway-role", **SIGNED}
CALLER: dict[str, Any] = {"runtime_target": "caller-iam", **SIGNED}
GATEWAY = GatewayTarget(passthrough=PassthroughCall(target="status", path="/health"), only_way_in=True)

JWT, SIGV4 = "gateway-to-runtime-jwt", "gateway-to-runtime-sigv4"
ANONYMOUS = "gateway-to-runtime-anonymous"
BEHIND = "runtime-behind-gateway"
LOCKED = ("nobody-gets-in",)
FAULTS: dict[str, tuple[dict[str, Any], str, tuple[str | None, str, str], str | None, tuple[str, ...]]] = {
    "through-passthrough": (
        BOUND,
        JWT,
        ("refused", "unexpected", "binding-with-passthrough"),
        "workload-binding",
        LOCKED,
    ),
    "through-wrong-credential": (
        BOUND,
        JWT,
        ("refused", "unexpected", "outbound-credential-refused"),
        BEHIND,
        LOCKED,
    ),
    "through-no-target": (BOUND, JWT, (None, "not-applicable", "none"), None, LOCKED),
    "through-another-runtime": (BOUND, JWT, (None, "not-applicable", "none"), None, LOCKED),
    "through-provider-refused": (
        BOUND,
        JWT,
        ("refused", "unexpected", "outbound-credential-refused"),
        BEHIND,
        LOCKED,
    ),
    "through-path-fixed": (
        BOUND,
        "gateway-passthrough-jwt",
        ("undecided", "unexpected", "target-path-wrong"),
        None,
        (),
    ),
    "through-open-gateway": (
        BOUND,
        ANONYMOUS,
        ("accepted", "as-expected", "open-endpoint"),
        None,
        ("gateway-open",),
    ),
    "binding-removed": (BOUND, JWT, ("accepted", "as-expected", "none"), None, ("gateway-bypassed",)),
    "binding-elsewhere": (
        BOUND,
        JWT,
        ("refused", "unexpected", "workload-binding"),
        "workload-binding",
        LOCKED,
    ),
    "through-role-denied": (
        ROLE,
        SIGV4,
        ("refused", "unexpected", "outbound-credential-refused"),
        BEHIND,
        ("gateway-bypassed",),
    ),
    "through-caller-lost": (
        CALLER,
        SIGV4,
        ("refused", "unexpected", "caller-credentials-not-forwarded"),
        None,
        ("gateway-bypassed",),
    ),
}
"""Fault -> set-up, row; its decision, outcome and cause; who refused; and the errors of the configuration that it makes."""
SHOWN = {"through-path-fixed": True, "through-open-gateway": True, "binding-removed": False} | dict.fromkeys(
    ("through-role-denied", "through-caller-lost"), False
)
"""Fault -> whether the run shows that the Gateway is the only way in; None for the others."""


@cache
def run(fault: str | None = None, **setup: Any) -> Judgement:
    environment = Environment(
        name="t",
        entrances=ENTRANCES,
        gateway=GATEWAY,
        local=LocalSetup(**setup, faults=(fault,) if fault else ()),
    )
    return api.judge(observed(environment, controls="few"))


def claim(judgement: Judgement) -> bool | None:
    (found,) = [item for item in judgement.conclusions if item.claim == "only-through-gateway"]
    return found.shown


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(
            name, marks=[] if name in ("through-passthrough", "binding-removed") else [pytest.mark.slow]
        )
        for name in FAULTS
    ],
)
def test_each_fault_shows_in_its_row_and_in_the_conclusion(fault: str) -> None:
    """A full run over real sockets; nothing else than the fault is wrong."""
    setup, row, expected, judge, errors = FAULTS[fault]
    judgement = run(fault, **setup)
    finding = judgement.finding(row)
    assert finding is not None
    assert (finding.observed, finding.outcome, finding.diagnosis.cause) == expected
    if judge is not None:
        assert finding.diagnosis.judge == judge
    found = [problem.id for problem in judgement.configuration if problem.severity == "error"]
    assert set(errors) <= set(found)
    assert claim(judgement) is SHOWN.get(fault)
    assert judgement.verdict == "not-verified"
    (first, *others) = judgement.actions
    named = {first.id, *first.settles, *(id for other in others for id in (other.id, *other.settles))}
    assert set(errors) <= named


def test_a_bound_runtime_is_verified() -> None:
    """The built-in environment: direct calls are refused for the binding, those through the Gateway accepted."""
    environment = load_environment("local-bound", builtin_root())
    record = observed(environment)
    judgement = api.judge(record)
    assert judgement.verdict == "verified"
    assert claim(judgement) is True
    outcomes = {finding.method: finding.outcome for finding in judgement.findings}
    without_mcp = [id for id, outcome in outcomes.items() if outcome == "not-applicable"]
    assert {id for id in without_mcp if id != "runtime-cli"} == {
        *("gateway-jwt", "gateway-sigv4", "gateway-anonymous", "gateway-jwt-forged", "gateway-jwt-id-token")
    }
    direct = judgement.finding("runtime-jwt")
    assert direct is not None
    assert (direct.diagnosis.cause, direct.diagnosis.judge) == ("workload-binding", "workload-binding")
    shown = {item.claim: item.shown for item in judgement.conclusions}
    assert shown["gateway-accepts-jwt"] is shown["gateway-refuses-sigv4"] is True
    assert shown["anonymous-refused"] is shown["forged-refused"] is True
    assert shown["runtime-accepts-jwt"] is None  # the binding refused the way, not the token
    assert shown["direct-https-call-exists"] is False
    items = {item.id: item.done for item in judgement.checklist}
    assert "runtime-jwt-works" not in items  # no direct call is meant to work
    assert items["gateway-jwt-works"] is items["oauth-settings"] is True
    refused = judgement.finding("gateway-passthrough-sigv4")
    assert refused is not None
    assert refused.diagnosis.remedy is not None
    (call,) = refused.diagnosis.remedy.commands  # through the same target, not by the path of tools
    assert "/status/health" in call
    assert "-X GET" in call
    phases = [exchange.phase for exchange in record.exchanges if exchange.id.startswith("runtime-anonymous/")]
    assert phases[:2] == ["before", "after"]  # after a call that came through the Gateway
    sent = [exchange.id.rpartition("/")[0] for exchange in record.exchanges]
    assert [sent.count(id) for id in (JWT, SIGV4, ANONYMOUS)] == [2, 2, 2]
    assert sent.count("gateway-to-runtime-jwt-forged") == 2


@pytest.mark.slow
@pytest.mark.parametrize("protocol", ["MCP", "A2A", "AGUI"])
def test_every_protocol_passes_through(protocol: str) -> None:
    """The payload of the direct call, and the answer of that protocol."""
    judgement = run(protocol=protocol, **BOUND)
    assert judgement.verdict == "verified"


@pytest.mark.parametrize(("setup", "row"), [(ROLE, SIGV4), (CALLER, SIGV4)], ids=["role", "caller"])
def test_signed_calls_pass_through_to_a_runtime_with_iam(setup: dict[str, Any], row: str) -> None:
    """The direct way is open as well, which this environment does not want."""
    judgement = run(**setup)
    finding = judgement.finding(row)
    assert finding is not None
    assert (finding.predicted.decision, finding.observed) == ("accepted", "accepted")
    assert claim(judgement) is False
    (problem,) = judgement.configuration
    assert (problem.id, problem.values) == ("gateway-bypassed", {"why": "file", "methods": "runtime-sigv4"})
    assert [(action.id, action.severity) for action in judgement.actions] == [("gateway-bypassed", "open")]


def test_a_policy_against_one_caller_does_not_close_the_direct_way() -> None:
    """The caller is refused directly and passes through the Gateway, whose role signs; others may pass directly."""
    judgement = run("runtime-policy-denies-caller", **ROLE)
    direct, through = judgement.finding("runtime-sigv4"), judgement.finding(SIGV4)
    assert direct is not None
    assert through is not None
    assert (direct.diagnosis.cause, through.observed) == ("resource-policy-denied", "accepted")
    assert claim(judgement) is None


def test_an_undecided_direct_call_leaves_the_question_open() -> None:
    """The binding refuses one direct call; the other one failed, so it may have been let in another time."""
    record = observed(load_environment("local-bound", builtin_root()), controls="few")
    findings = api.judge(record).findings
    failed = [
        finding.model_copy(update={"observed": "undecided"}) if finding.method == "runtime-sigv4" else finding
        for finding in findings
    ]
    for rows, shown in ((findings, True), (failed, None)):
        (conclusion,) = judge_only_way_in(record, rows).conclusions
        assert conclusion.shown is shown


def test_a_runtime_decides_behind_a_gateway_without_an_authorizer() -> None:
    """With JWT_PASSTHROUGH, an anonymous call gets the Runtime's 401, and the forged token too."""
    judgement = run(runtime_target="jwt-passthrough", gateway_authorizer="none")
    rows = {
        finding.method: finding for finding in judgement.findings if finding.method.startswith("gateway-to")
    }
    assert {id: (row.predicted.decision, row.observed, row.outcome) for id, row in rows.items()} == {
        JWT: ("accepted", "accepted", "as-expected"),
        SIGV4: (None, "refused", "as-expected"),
        ANONYMOUS: ("refused", "refused", "as-expected"),
        "gateway-to-runtime-jwt-forged": ("refused", "refused", "as-expected"),
    }
    assert rows[ANONYMOUS].diagnosis.judge == BEHIND


def test_a_target_that_the_file_names_may_lead_elsewhere() -> None:
    """The call is made, and both its answer and the configuration say what is wrong."""
    environment = Environment(
        name="t",
        entrances=("gateway-to-runtime",),
        gateway=GatewayTarget(runtime_target="agent"),
        local=LocalSetup(**BOUND, faults=("through-another-runtime",)),
    )
    judgement = api.judge(observed(environment, controls="few"))
    finding = judgement.finding(JWT)
    assert finding is not None
    assert (finding.observed, finding.diagnosis.cause) == ("undecided", "target-of-another-runtime")
    assert "target-of-another-runtime" in [problem.id for problem in judgement.configuration]


@pytest.mark.parametrize(
    ("named", "reason", "observed_decision"),
    [(None, "runtime-target-unknown", None), ("agent", None, "accepted")],
)
def test_without_the_control_plane_the_file_names_the_target(
    named: str | None, reason: str | None, observed_decision: str | None
) -> None:
    """Otherwise it is not known where to send the call, and the report says so."""
    environment = Environment(
        name="t",
        entrances=("gateway-to-runtime",),
        gateway=GatewayTarget(runtime_target=named),
        local=LocalSetup(**BOUND, faults=("control-plane-denied",)),
    )
    finding = api.judge(observed(environment, controls="few")).finding(JWT)
    assert finding is not None
    assert (finding.reason, finding.observed) == (reason, observed_decision)


CALLERS = {
    "token": (
        BOUND,
        {
            "lead:gateway-to-runtime-jwt": (None, "accepted"),
            "lead:runtime-jwt": ("refused", "refused"),
            "lead:gateway-passthrough-jwt": (None, "accepted"),
            "machine:gateway-to-runtime-jwt": ("refused", "refused"),
            "operator:gateway-to-runtime-sigv4": ("refused", "refused"),
        },
    ),
    "role": (
        CALLER,
        {
            "operator:gateway-to-runtime-sigv4": ("accepted", "accepted"),
            "contractor:runtime-sigv4": ("refused", "refused"),
            "contractor:gateway-to-runtime-sigv4": ("refused", "refused"),
            "contractor:gateway-passthrough-sigv4": (None, "accepted"),
            "lead:gateway-to-runtime-jwt": ("refused", "refused"),
        },
    ),
}
"""Kind of caller -> set-up; and predicted and observed decision of some further callers' ways in."""


@pytest.mark.parametrize("kind", CALLERS)
def test_further_callers_pass_through_as_well(kind: str) -> None:
    """Whom the Gateway accepts is meant to get through; the Runtime's resource policy is about who signs behind it."""
    setup, ways = CALLERS[kind]
    judgement = run(identities=True, **setup)
    for way, decisions in ways.items():
        finding = judgement.finding(way)
        assert finding is not None
        assert (finding.predicted.decision, finding.observed, finding.outcome) == (*decisions, "as-expected")


GATEWAY_ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/g-0123456789"
RUNTIME_ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/agent-0123456789"
ROLE_ARN = "arn:aws:iam::123456789012:role/gateway"


def deployed(
    gateway: str, runtime: str, credential: str, binding: list[str] | None = None, **parts: Any
) -> Configuration:
    """A Gateway and a Runtime behind it; the issuer of both was read."""
    jwt = {"customJWTAuthorizer": {"discoveryUrl": URL, "allowedClients": ["c"]}}
    bound = {**jwt["customJWTAuthorizer"]}
    if binding is not None:
        bound["allowedWorkloadConfiguration"] = {"workloadIdentities": binding}  # type: ignore[assignment]
    target = {
        "name": "agent",
        "targetType": "AGENTCORE_RUNTIME",
        "targetConfiguration": {"http": {"agentcoreRuntime": {"arn": RUNTIME_ARN}}},
        "credentialProviderConfigurations": [{"credentialProviderType": credential}],
    }
    return from_facts(
        {
            "gateway": {
                "gatewayId": "g-0123456789",
                "gatewayArn": GATEWAY_ARN,
                "roleArn": ROLE_ARN,
                "authorizerType": gateway,
                "authorizerConfiguration": jwt if gateway == "CUSTOM_JWT" else None,
                "workloadIdentityDetails": {"workloadIdentityArn": "arn:x:y/workload-identity/own"},
                "targets": [target],
                "runtimeTarget": "agent",
            },
            "runtime": {
                "arn": RUNTIME_ARN,
                "authorizerConfiguration": {"customJWTAuthorizer": bound} if runtime == "JWT" else None,
            },
            "issuers": [{"discoveryUrl": URL, "issuer": ISSUER, "keys": ["k"]}],
            **parts,
        }
    )


PREDICTIONS: tuple[tuple[tuple[str, str, str, list[str] | None], str, str | None, str], ...] = (
    (("CUSTOM_JWT", "IAM", "GATEWAY_IAM_ROLE", None), JWT, "accepted", "none"),
    (("CUSTOM_JWT", "JWT", "GATEWAY_IAM_ROLE", None), JWT, "refused", "outbound-credential-refused"),
    (("AWS_IAM", "IAM", "CALLER_IAM_CREDENTIALS", None), SIGV4, "accepted", "none"),
    (("AWS_IAM", "JWT", "CALLER_IAM_CREDENTIALS", None), SIGV4, "refused", "outbound-credential-refused"),
    (("AWS_IAM", "IAM", "CALLER_IAM_CREDENTIALS", None), JWT, "refused", "bearer-on-iam"),
    (("CUSTOM_JWT", "JWT", "OAUTH", None), JWT, None, "none"),
    (("CUSTOM_JWT", "JWT", "OAUTH", ["own"]), JWT, None, "none"),
    (("CUSTOM_JWT", "JWT", "OAUTH", ["other"]), JWT, "refused", "workload-binding"),
    (("CUSTOM_JWT", "IAM", "OAUTH", None), JWT, "refused", "outbound-credential-refused"),
    (("CUSTOM_JWT", "JWT", "JWT_PASSTHROUGH", None), JWT, "accepted", "none"),
    (("CUSTOM_JWT", "JWT", "JWT_PASSTHROUGH", ["own"]), JWT, "refused", "binding-with-passthrough"),
    (("CUSTOM_JWT", "JWT", "JWT_PASSTHROUGH", None), SIGV4, "refused", "sigv4-on-jwt"),
    (("NONE", "JWT", "JWT_PASSTHROUGH", None), ANONYMOUS, "refused", "credential-missing"),
    (("NONE", "IAM", "GATEWAY_IAM_ROLE", None), ANONYMOUS, "accepted", "open-endpoint"),
    (("CUSTOM_JWT", "JWT", "A_NEWER_ONE", None), JWT, None, "none"),
    (("CUSTOM_JWT", "JWT", "OAUTH", None), "gateway-passthrough-jwt", None, "none"),
)
"""Gateway, Runtime, the target's credential and the binding; the row, its decision and the cause."""


@pytest.mark.parametrize(("parts", "row", "decision", "cause"), PREDICTIONS)
def test_the_prediction_follows_the_credential_and_the_runtime(
    parts: tuple[str, str, str, list[str] | None], row: str, decision: str | None, cause: str
) -> None:
    """The Gateway's authorizer first, then the target's credential, the Runtime's authorizer and its binding."""
    prediction = predict(method_of(row), deployed(*parts), token(), NOW)
    assert (prediction.decision, prediction.cause) == (decision, cause)


def test_nothing_is_predicted_of_another_runtime() -> None:
    """Its authorizer was not read; what is meant is still that the caller passes."""
    configuration = deployed("CUSTOM_JWT", "IAM", "GATEWAY_IAM_ROLE")
    other = RUNTIME_ARN.replace("agent-", "other-")
    assert configuration.runtime is not None
    moved = configuration.model_copy(
        update={"runtime": configuration.runtime.model_copy(update={"arn": other})}
    )
    assert predict(method_of(JWT), moved, token(), NOW).decision is None
    assert intended(method_of(JWT), moved, token(), NOW) == "accepted"
    rules = CLAIMS | {"client_id": "another"}
    assert predict(method_of(JWT), moved, token(**rules), NOW).cause == "client-not-allowed"


def record(direct: str, through: str, *, document: Any = None, **gateway: Any) -> RunRecord:
    """A record with one direct call and one through the Gateway, both signed, and this resource policy."""
    policies = [{"resourceArn": RUNTIME_ARN, "policy": None if document is None else json.dumps(document)}]
    denied = {
        "status": 403,
        "headers": {"x-amzn-RequestId": "1", "x-amzn-ErrorType": "AccessDeniedException"},
        "body": json.dumps(
            {
                "message": f"User: {ROLE_ARN} is not authorized to perform: bedrock-agentcore:InvokeAgentRuntime "
                f"on resource: {RUNTIME_ARN} with an explicit deny in a resource-based policy"
            }
        ),
    }
    fine = {"status": 200, "headers": {"x-amzn-RequestId": "1"}, "body": '{"result": "hi"}'}
    calls = {"runtime-sigv4": direct, SIGV4: through}
    return RunRecord.model_validate(
        {
            "environment": {
                "name": "t",
                "gateway": {"id": "g-0123456789", **gateway},
                "runtime": {"arn": RUNTIME_ARN},
            },
            "configuration": deployed("AWS_IAM", "IAM", "GATEWAY_IAM_ROLE", policies=policies),
            "exchanges": [
                {
                    "id": f"{id}/1",
                    "step": "invoke",
                    "request": {"url": f"https://x.example/{id}", "auth": "sigv4"},
                    "response": fine if decision == "accepted" else denied,
                    "purpose": "runtime" if id == "runtime-sigv4" else "gateway",
                }
                for id, decision in calls.items()
            ],
            "observations": [
                {"method": id, "decision": decision, "exchanges": [f"{id}/1"]}
                for id, decision in calls.items()
            ],
        }
    )


def spares(*roles: str, operator: str = "ArnNotEquals") -> dict[str, Any]:
    """A resource policy that denies everyone but these roles."""
    return {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "bedrock-agentcore:InvokeAgentRuntime",
            "Resource": RUNTIME_ARN,
            "Condition": {operator: {"aws:PrincipalArn": list(roles)}},
        },
    }


@pytest.mark.parametrize(
    ("direct", "through", "wants", "shown", "problems"),
    [
        ("refused", "accepted", {"document": spares(ROLE_ARN)}, True, []),
        ("accepted", "accepted", {"document": spares(ROLE_ARN)}, False, [("gateway-bypassed", "policy")]),
        ("accepted", "accepted", {"only_way_in": True}, False, [("gateway-bypassed", "file")]),
        ("refused", "refused", {"only_way_in": True}, None, []),  # this caller; others may get in
    ],
)
def test_the_only_way_in_is_asked_for_by_file_or_policy(
    direct: str, through: str, wants: dict[str, Any], shown: bool | None, problems: list[tuple[str, str]]
) -> None:
    """A direct call that is accepted is an error then; one that is refused for everyone closes the way."""
    judgement = api.judge(record(direct, through, **wants))
    assert claim(judgement) is shown
    found = [
        (problem.id, problem.values["why"])
        for problem in judgement.configuration
        if problem.id in ("gateway-bypassed", "nobody-gets-in")
    ]
    assert found == problems


@pytest.mark.parametrize(
    "wants",
    [
        {},
        {"only_way_in": False, "document": spares(ROLE_ARN)},
        {"document": spares(ROLE_ARN, "arn:aws:iam::123456789012:role/other")},
        {"document": spares(ROLE_ARN, operator="ArnEquals")},
        {"document": {"Statement": [{"Effect": "Allow"}, "x"]}},
    ],
)
def test_otherwise_both_ways_may_be_open(wants: dict[str, Any]) -> None:
    """Nothing is claimed and nothing is wrong."""
    judgement = api.judge(record("accepted", "accepted", **wants))
    assert "only-through-gateway" not in [item.claim for item in judgement.conclusions]
    assert "gateway-bypassed" not in [problem.id for problem in judgement.configuration]


def test_a_passthrough_target_that_is_not_deployed_is_said_to_be_unknown() -> None:
    """And no path is suggested that leads to another target."""
    environment = Environment(
        name="t",
        entrances=("gateway-passthrough",),
        gateway=GatewayTarget(passthrough=PassthroughCall(target="nobody", path="/health")),
        local=LocalSetup(),
    )
    finding = api.judge(observed(environment, controls="few")).finding("gateway-passthrough-jwt")
    assert finding is not None
    assert (finding.observed, finding.diagnosis.cause) == ("undecided", "target-unknown")
    assert finding.diagnosis.values["target"] == "nobody"
