"""What resource policies and the policies of VPC endpoints say of a call, for each IAM action by itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agentcore_probe.judge.endpoint_policies import judge_by_endpoints
from agentcore_probe.judge.prediction import intended, predict
from agentcore_probe.judge.resource_policies import EVERYONE, judge_by_policies
from agentcore_probe.model.aws_shapes import from_facts
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.methods import AccessMethod, method

ACCOUNT = "123456789012"
ARN = f"arn:aws:bedrock-agentcore:us-east-1:{ACCOUNT}:runtime/orders-ABCDEFGHIJ"
ENDPOINT = f"{ARN}/runtime-endpoint/DEFAULT"
GATEWAY = f"arn:aws:bedrock-agentcore:us-east-1:{ACCOUNT}:gateway/orders-abcdefghij"
USER = f"arn:aws:iam::{ACCOUNT}:user/ann"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/App/session"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/App"
FOREIGN = "arn:aws:sts::210987654321:assumed-role/App/session"
INVOKE, COMMAND, SOCKET = (
    "InvokeAgentRuntime",
    "InvokeAgentRuntimeCommand",
    "InvokeAgentRuntimeWithWebSocketStream",
)


def statement(effect: str, principal: Any, *actions: str, **more: Any) -> dict[str, Any]:
    names = [action if "*" in action else f"bedrock-agentcore:{action}" for action in actions]
    return {"Effect": effect, "Principal": principal, "Action": names, **more}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def deployed(authorizer: str = "AWS_IAM", **policies: str | None) -> Configuration:
    """A Runtime and a Gateway with these policies: `runtime`, `endpoint`, `gateway`."""
    arns = {"runtime": ARN, "endpoint": ENDPOINT, "gateway": GATEWAY}
    jwt = {"customJWTAuthorizer": {"discoveryUrl": "https://idp.example", "allowedClients": ["c"]}}
    rules = jwt if authorizer == "CUSTOM_JWT" else None
    return from_facts(
        {
            "runtime": {"agentRuntimeArn": ARN, "authorizerConfiguration": rules},
            "gateway": {
                "gatewayArn": GATEWAY,
                "authorizerType": authorizer,
                "authorizerConfiguration": rules,
            },
            "policies": [{"resourceArn": arn, "policy": policies.get(name)} for name, arn in arns.items()],
            "otherJudges": True,
        }
    )


NOT_GATEWAY = {"ArnNotEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/gateway"}}
WITH_PATH = f"arn:aws:iam::{ACCOUNT}:role/service-role/App"

CASES: dict[str, tuple[dict[str, str], str | None, str, str | None]] = {
    "no policy, own account": ({}, SESSION, INVOKE, "open"),
    "no policy, token": ({}, EVERYONE, INVOKE, None),
    "no policy, other account": ({}, FOREIGN, INVOKE, "not-allowed"),
    "no policy, unknown caller": ({}, None, INVOKE, None),
    "role denied": (
        {"runtime": document(statement("Deny", {"AWS": ROLE}, INVOKE))},
        SESSION,
        INVOKE,
        "denied",
    ),
    "role denied at the endpoint": (
        {"endpoint": document(statement("Deny", {"AWS": ROLE}, INVOKE))},
        SESSION,
        INVOKE,
        "denied",
    ),
    "another action denied": (
        {"runtime": document(statement("Deny", {"AWS": ROLE}, INVOKE))},
        SESSION,
        COMMAND,
        "open",
    ),
    "all actions denied": (
        {"runtime": document(statement("Deny", {"AWS": ROLE}, "bedrock-agentcore:*"))},
        SESSION,
        COMMAND,
        "denied",
    ),
    "another role denied": (
        {"runtime": document(statement("Deny", {"AWS": f"{ROLE}2"}, INVOKE))},
        SESSION,
        INVOKE,
        "open",
    ),
    "user denied": ({"runtime": document(statement("Deny", {"AWS": USER}, INVOKE))}, USER, INVOKE, "denied"),
    "role of a path denied": (
        {"runtime": document(statement("Deny", {"AWS": WITH_PATH}, INVOKE))},
        SESSION,
        INVOKE,
        "unknown",
    ),
    "all but the Gateway's role denied": (
        {"runtime": document(statement("Deny", "*", INVOKE, Condition=NOT_GATEWAY))},
        SESSION,
        INVOKE,
        "denied",
    ),
    "all but the Gateway's role denied, unknown caller": (
        {"runtime": document(statement("Deny", "*", INVOKE, Condition=NOT_GATEWAY))},
        None,
        INVOKE,
        "unknown",
    ),
    "everyone denied, unknown caller": (
        {"runtime": document(statement("Deny", "*", INVOKE))},
        None,
        INVOKE,
        "denied",
    ),
    "denied outside a network": (
        {
            "runtime": document(
                statement("Deny", "*", INVOKE, Condition={"StringNotEquals": {"aws:SourceVpc": "vpc-1"}})
            )
        },
        SESSION,
        INVOKE,
        "unknown",
    ),
    "role allowed": (
        {"runtime": document(statement("Allow", {"AWS": ROLE}, INVOKE))},
        SESSION,
        INVOKE,
        "open",
    ),
    "other account allowed at the Runtime only": (
        {"runtime": document(statement("Allow", {"AWS": "210987654321"}, INVOKE))},
        FOREIGN,
        INVOKE,
        "not-allowed",
    ),
    "other account allowed": (
        {
            name: document(statement("Allow", {"AWS": "210987654321"}, INVOKE))
            for name in ("runtime", "endpoint")
        },
        FOREIGN,
        INVOKE,
        "open",
    ),
    "roles named, token": (
        {"runtime": document(statement("Allow", {"AWS": ROLE}, INVOKE))},
        EVERYONE,
        INVOKE,
        "not-allowed",
    ),
    "everyone allowed, token": (
        {"runtime": document(statement("Allow", "*", INVOKE))},
        EVERYONE,
        INVOKE,
        "open",
    ),
    "everyone allowed to invoke, token at a command": (
        {"runtime": document(statement("Allow", "*", INVOKE))},
        EVERYONE,
        COMMAND,
        "not-allowed",
    ),
    "everyone denied, token": (
        {"runtime": document(statement("Deny", {"AWS": "*"}, SOCKET))},
        EVERYONE,
        SOCKET,
        "denied",
    ),
    "policies cannot name a federated user as principal": (
        {"runtime": document(statement("Deny", {"AWS": ROLE}, INVOKE))},
        f"arn:aws:sts::{ACCOUNT}:federated-user/ann",
        INVOKE,
        "unknown",
    ),
    "not a policy": ({"runtime": "{"}, SESSION, INVOKE, None),
}
"""Policies, caller, action -> what they say of the call."""


@pytest.mark.parametrize("name", CASES)
def test_the_policies_of_a_runtime_decide_for_an_action(name: str) -> None:
    """The Runtime's and its endpoint's together."""
    policies, caller, action, expected = CASES[name]
    found = judge_by_policies(deployed(**policies), "runtime", (action,), caller)
    assert (found.verdict if found else None) == expected


def test_the_gateways_policy_is_about_the_gateway_alone() -> None:
    """And the Runtime's policies say nothing of it."""
    denial = document(statement("Deny", "*", "InvokeGateway"))
    configuration = deployed("CUSTOM_JWT", gateway=denial)
    at_gateway = judge_by_policies(configuration, "gateway", ("InvokeGateway",), EVERYONE)
    assert at_gateway is not None
    assert (at_gateway.verdict, at_gateway.by) == (
        "denied",
        (f"statement 1 of the resource policy of {GATEWAY}",),
    )
    assert judge_by_policies(configuration, "runtime", (INVOKE,), EVERYONE) is None
    assert judge_by_policies(configuration, "gateway", (INVOKE,), EVERYONE) is None


def test_a_policy_that_could_not_be_read_says_nothing() -> None:
    """Anything may be in it, and nothing is predicted from it."""
    facts = [{"resourceArn": ARN, "unreadable": "AccessDeniedException"}]
    configuration = deployed().model_copy(update={"policies": from_facts({"policies": facts}).policies})
    assert judge_by_policies(configuration, "runtime", (INVOKE,), EVERYONE) is None


def row(id: str) -> AccessMethod:
    found = method(id)
    assert found is not None
    return found


def predicted(id: str, configuration: Configuration, caller: str | None) -> tuple[Any, ...]:
    prediction = predict(row(id), configuration, None, None, caller=caller)
    return prediction.decision, prediction.cause, intended(row(id), configuration, caller=caller)


DENIED = document(statement("Deny", {"AWS": ROLE}, INVOKE))


@pytest.mark.parametrize(
    ("id", "policies", "caller", "expected"),
    [
        ("runtime-sigv4", {}, SESSION, ("accepted", "none", "accepted")),
        ("runtime-sigv4", {"runtime": DENIED}, SESSION, ("refused", "resource-policy-denied", "refused")),
        ("runtime-sigv4", {"runtime": DENIED}, USER, ("accepted", "none", "accepted")),
        ("runtime-sigv4", {"runtime": DENIED}, None, (None, "none", "accepted")),
        ("runtime-sigv4", {}, FOREIGN, ("refused", "resource-policy-denied", "accepted")),
        (
            "runtime-sigv4",
            {"runtime": document(statement("Deny", "*", INVOKE))},
            SESSION,
            ("refused", "resource-policy-denied", "accepted"),
        ),
        ("gateway-sigv4", {"runtime": DENIED}, SESSION, ("accepted", "none", "accepted")),
        ("runtime-anonymous", {"runtime": DENIED}, None, ("refused", "credential-missing", "refused")),
        ("runtime-command-sigv4", {"runtime": DENIED}, SESSION, (None, "none", "refused")),
    ],
)
def test_a_deny_of_the_caller_is_predicted_and_meant(
    id: str, policies: dict[str, str], caller: str | None, expected: tuple[Any, ...]
) -> None:
    """For its own action. One of everybody's invocations is a mistake; without a Deny, a role's permission is not known."""
    assert predicted(id, deployed(**policies), caller) == expected


def test_a_record_from_before_is_predicted_as_it_was() -> None:
    """By its authorizers alone."""
    configuration = deployed(runtime=DENIED).model_copy(update={"other_judges": None})
    assert predicted("runtime-sigv4", configuration, SESSION) == ("accepted", "none", "accepted")


FULL = document(statement("Allow", "*", "*", Resource="*"))
NAMED = document(statement("Allow", {"AWS": ROLE}, "bedrock-agentcore:*", Resource="*"))
CLOSED = document(statement("Allow", "*", "*", Resource="*"), statement("Deny", "*", COMMAND, Resource="*"))
SAMPLE = document({**statement("Allow", "*", "*"), "Action": "bedrock:InvokeGateway", "Resource": "*"})


@pytest.mark.parametrize(
    ("target", "action", "documents", "caller", "expected"),
    [
        ("runtime", INVOKE, [FULL], EVERYONE, "open"),
        ("runtime", INVOKE, [NAMED], EVERYONE, "not-allowed"),
        ("runtime", INVOKE, [NAMED], SESSION, "open"),
        ("runtime", INVOKE, [NAMED], USER, "not-allowed"),
        ("runtime", INVOKE, [NAMED], None, "unknown"),
        ("runtime", INVOKE, [CLOSED], SESSION, "open"),
        ("runtime", COMMAND, [CLOSED], SESSION, "denied"),
        ("runtime", COMMAND, [CLOSED], None, "denied"),
        ("runtime", INVOKE, [FULL, NAMED], EVERYONE, "unknown"),
        ("gateway", "InvokeGateway", [SAMPLE], EVERYONE, "unknown"),
        ("gateway", "InvokeGateway", [NAMED], EVERYONE, "not-allowed"),
        ("runtime", INVOKE, [], EVERYONE, None),
        ("runtime", INVOKE, [None], EVERYONE, None),
        ("runtime", INVOKE, ["{"], EVERYONE, None),
    ],
)
def test_the_policy_of_a_vpc_endpoint_decides(
    target: str, action: str, documents: list[str | None], caller: str | None, expected: str | None
) -> None:
    """A call goes through one of the endpoints, and they decide where they agree."""
    facts = [
        {"vpcEndpointId": f"vpce-{number}", "target": target, "policy": text}
        for number, text in enumerate(documents)
    ]
    policies = from_facts({"endpointPolicies": facts}).endpoint_policies
    configuration = deployed().model_copy(update={"endpoint_policies": policies})
    found = judge_by_endpoints(configuration, target, (action,), caller)
    assert (found.verdict if found else None) == expected


def test_a_refusal_by_the_endpoint_is_predicted() -> None:
    """Before the resource policies, which the call does not reach."""
    facts = [{"vpcEndpointId": "vpce-1", "target": "runtime", "policy": NAMED}]
    policies = from_facts({"endpointPolicies": facts}).endpoint_policies
    configuration = deployed(runtime=DENIED).model_copy(update={"endpoint_policies": policies})
    assert predicted("runtime-sigv4", configuration, USER)[:2] == ("refused", "vpc-endpoint-policy")
    assert predicted("runtime-sigv4", configuration, SESSION)[:2] == ("refused", "resource-policy-denied")


TARGETS = {
    "GATEWAY_IAM_ROLE": "AWS_IAM",
    "CALLER_IAM_CREDENTIALS": "AWS_IAM",
    "JWT_PASSTHROUGH": "CUSTOM_JWT",
    "OAUTH": "CUSTOM_JWT",
}
"""Outbound credential -> the authorizer of the Runtime behind it."""
GATEWAY_ROLE = f"arn:aws:iam::{ACCOUNT}:role/gateway"


def forwarding(credential: str, policy: str | None) -> Configuration:
    """A Gateway with IAM whose target leads to a Runtime that takes this credential."""
    target = {
        "name": "agent",
        "targetType": "AGENTCORE_RUNTIME",
        "targetConfiguration": {"http": {"agentcoreRuntime": {"arn": ARN}}},
        "credentialProviderConfigurations": [{"credentialProviderType": credential}],
    }
    jwt = {"customJWTAuthorizer": {"discoveryUrl": "https://idp.example", "allowedClients": ["c"]}}
    return from_facts(
        {
            "runtime": {
                "agentRuntimeArn": ARN,
                "authorizerConfiguration": jwt if TARGETS[credential] == "CUSTOM_JWT" else None,
            },
            "gateway": {
                "gatewayArn": GATEWAY,
                "authorizerType": "AWS_IAM",
                "roleArn": GATEWAY_ROLE,
                "runtimeTarget": "agent",
                "targets": [target],
            },
            "policies": [{"resourceArn": ARN, "policy": policy}],
            "otherJudges": True,
        }
    )


ONLY_GATEWAY = document(statement("Deny", "*", INVOKE, Condition=NOT_GATEWAY))
WITHOUT_GATEWAY = document(statement("Deny", {"AWS": GATEWAY_ROLE}, INVOKE))
NAMES_ROLE = document(statement("Allow", {"AWS": ROLE}, INVOKE))


@pytest.mark.parametrize(
    ("credential", "policy", "expected"),
    [
        ("GATEWAY_IAM_ROLE", None, ("accepted", "none")),
        ("GATEWAY_IAM_ROLE", ONLY_GATEWAY, ("accepted", "none")),
        ("GATEWAY_IAM_ROLE", WITHOUT_GATEWAY, ("refused", "resource-policy-denied")),
        ("GATEWAY_IAM_ROLE", NAMES_ROLE, ("accepted", "none")),
        ("CALLER_IAM_CREDENTIALS", None, ("accepted", "none")),
        ("CALLER_IAM_CREDENTIALS", ONLY_GATEWAY, ("refused", "resource-policy-denied")),
        ("OAUTH", None, (None, "none")),
        ("OAUTH", NAMES_ROLE, (None, "none")),
    ],
)
def test_the_runtimes_policies_decide_about_the_gateways_credential(
    credential: str, policy: str | None, expected: tuple[str | None, str]
) -> None:
    """Its role, the caller whose credentials it forwards, or a token, whoever it names."""
    prediction = predict(
        row("gateway-to-runtime-sigv4"), forwarding(credential, policy), None, None, caller=USER
    )
    assert (prediction.decision, prediction.cause) == expected
