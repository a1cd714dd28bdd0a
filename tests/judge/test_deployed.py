"""What is risky beside the authorizers: each finding by its fields, and nothing of it in an early record."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agentcore_probe.judge.configuration import check_configuration
from agentcore_probe.model.aws_shapes import from_facts
from agentcore_probe.model.environment import Environment, RuntimeTarget
from agentcore_probe.model.identity import Identity, SecretReference
from agentcore_probe.model.judgement import ConfigurationFinding
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.report.messages import messages
from tests.judge.test_resource_policies import (
    ARN,
    COMMAND,
    ENDPOINT,
    GATEWAY,
    INVOKE,
    ROLE,
    document,
    statement,
)

POOL = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI/.well-known/openid-configuration"
RULES: dict[str, Any] = {"discoveryUrl": POOL, "allowedClients": ["c"]}
BOUND = {**RULES, "allowedWorkloadConfiguration": {"hostingEnvironments": [{"arn": GATEWAY}]}}


def found(facts: dict[str, Any], **tables: Any) -> dict[str, ConfigurationFinding]:
    environment = Environment(name="t", **tables)
    findings = check_configuration(from_facts({**facts, "otherJudges": True}), environment)
    return {finding.id: finding for finding in findings}


def runtime(rules: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    authorizer = None if rules is None else {"customJWTAuthorizer": rules}
    return {"runtime": {"agentRuntimeArn": ARN, "authorizerConfiguration": authorizer, **more}}


def gateway(kind: str = "AWS_IAM", **more: Any) -> dict[str, Any]:
    facts = {"gatewayArn": GATEWAY, "gatewayId": "orders-abcdefghij", "authorizerType": kind, **more}
    return {"gateway": {"interceptorConfigurations": [], **facts}}


def policy(resource: str, *statements: dict[str, Any]) -> dict[str, Any]:
    return {"policies": [{"resourceArn": resource, "policy": document(*statements)}]}


def target(kind: str, *credentials: str, arn: str | None = None) -> dict[str, Any]:
    http = {"agentcoreRuntime": {"arn": arn}} if arn else {}
    return {
        "name": "agent",
        "status": "READY",
        "targetType": kind,
        "targetConfiguration": {"http": http},
        "credentialProviderConfigurations": [{"credentialProviderType": name} for name in credentials],
    }


TO_RUNTIME = "AGENTCORE_RUNTIME"
INTERCEPTOR = [{"interceptor": {"lambda": {"arn": "arn:aws:lambda:us-east-1:123456789012:function:x"}}}]
REGISTERING = {
    "issuers": [{"discoveryUrl": POOL, "registration_endpoint": "https://x.example/oauth2/register"}]
}
EVERYONE = {"Effect": "Allow", "Principal": "*"}


def user_pool(**settings: Any) -> dict[str, Any]:
    return {"userPools": [{"Id": "us-east-1_AbCdEfGhI", **settings}]}


RISKS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "details of errors": ("gateway-debug", gateway(exceptionLevel="DEBUG"), gateway()),
    "everyone at a Runtime with IAM": (
        "resource-policy-public",
        runtime() | policy(ENDPOINT, statement("Allow", "*", INVOKE)),
        runtime() | policy(ENDPOINT, statement("Allow", {"AWS": ROLE}, INVOKE)),
    ),
    "everyone, in a list": (
        "resource-policy-public",
        runtime() | policy(ARN, statement("Allow", {"AWS": [ROLE, "*"]}, "bedrock-agentcore:*")),
        runtime()
        | policy(ARN, statement("Allow", "*", INVOKE, Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})),
    ),
    "everyone at a Gateway with IAM": (
        "resource-policy-public",
        gateway() | policy(GATEWAY, statement("Allow", "*", "InvokeGateway")),
        gateway("CUSTOM_JWT", authorizerConfiguration={"customJWTAuthorizer": RULES})
        | policy(GATEWAY, statement("Allow", "*", "InvokeGateway")),
    ),
    "invocations denied, commands not": (
        "deny-leaves-entrances",
        runtime() | policy(ARN, statement("Deny", {"AWS": ROLE}, INVOKE)),
        runtime() | policy(ARN, statement("Deny", {"AWS": ROLE}, "bedrock-agentcore:InvokeAgentRuntime*")),
    ),
    "a binding that passes the token on": (
        "binding-passthrough",
        runtime(BOUND) | gateway(targets=[target(TO_RUNTIME, "JWT_PASSTHROUGH", arn=ARN)]),
        runtime(BOUND) | gateway(targets=[target(TO_RUNTIME, "OAUTH", arn=ARN)]),
    ),
    "a binding without a target": (
        "binding-without-target",
        runtime(BOUND) | gateway(targets=[target(TO_RUNTIME, "OAUTH", arn=f"{ARN}2")]),
        runtime(BOUND) | gateway(targets=[target(TO_RUNTIME, "OAUTH")]),
    ),
    "a binding to another Gateway": (
        "binding-without-target",
        runtime(BOUND) | gateway(targets=[]),
        runtime(BOUND) | gateway(targets=[]) | gateway(targets=[], gatewayArn=f"{GATEWAY}2"),
    ),
    "nobody before a passthrough": (
        "passthrough-open",
        gateway("NONE", targets=[target("PASSTHROUGH", "GATEWAY_IAM_ROLE")]),
        gateway("NONE", targets=[target("PASSTHROUGH", "JWT_PASSTHROUGH")]),
    ),
    "an interceptor alone": (
        "authenticate-only-interceptor",
        gateway("AUTHENTICATE_ONLY", interceptorConfigurations=INTERCEPTOR),
        gateway(
            "AUTHENTICATE_ONLY",
            interceptorConfigurations=INTERCEPTOR,
            policyEngineConfiguration={"mode": "ENFORCE"},
        ),
    ),
    "an interceptor before Runtimes that judge": (
        "authenticate-only-interceptor",
        gateway("AUTHENTICATE_ONLY", interceptorConfigurations=INTERCEPTOR, targets=[target("LAMBDA")]),
        gateway(
            "AUTHENTICATE_ONLY",
            interceptorConfigurations=INTERCEPTOR,
            targets=[target(TO_RUNTIME, "CALLER_IAM_CREDENTIALS", arn=ARN)],
        ),
    ),
    "credentials of callers who do not sign": (
        "caller-iam-unsigned",
        gateway(
            "CUSTOM_JWT",
            authorizerConfiguration={"customJWTAuthorizer": RULES},
            targets=[target(TO_RUNTIME, "CALLER_IAM_CREDENTIALS", arn=ARN)],
        ),
        gateway(targets=[target(TO_RUNTIME, "CALLER_IAM_CREDENTIALS", arn=ARN)]),
    ),
    "a user in a header": (
        "identity-headers",
        runtime(requestHeaderConfiguration={"requestHeaderAllowlist": ["X-Trace", "X-User-Id"]}),
        runtime(
            requestHeaderConfiguration={
                "requestHeaderAllowlist": [
                    "Authorization", "X-Amzn-Bedrock-AgentCore-Runtime-User-Id", "X-Useragent-Hint", "X-Request-Id",
                ]
            }
        ),
    ),
    "clients that register in vain": (
        "registration-in-vain",
        runtime(RULES) | REGISTERING,
        runtime({"discoveryUrl": POOL, "allowedScopes": ["a"]}) | REGISTERING,
    ),
    "clients that register in vain at a pool whose document was not read": (
        "registration-in-vain",
        runtime(RULES) | user_pool(DcrConfiguration={"EnableStatus": "Enabled"}, Domain="d"),
        runtime(RULES) | user_pool(DcrConfiguration={"EnableStatus": "Disabled"}, Domain="d"),
    ),
    "registration without an endpoint": (
        "registration-without-domain",
        user_pool(DcrConfiguration={"EnableStatus": "Enabled"}),
        user_pool(DcrConfiguration={"EnableStatus": "Enabled"}, CustomDomain="login.example.com"),
    ),
    "a policy without an app client": (
        "client-metadata-policy-without-client",
        user_pool(CIMDPolicies=[{"CIMDPolicyId": "p1", "PolicyName": "orders"}]),
        user_pool(CIMDPolicies=[{"CIMDPolicyId": "p1", "PolicyName": "orders", "ClientId": "1example"}]),
    ),
}  # fmt: skip
"""Risk -> the finding, the facts with it, and the nearest facts without it."""


@pytest.mark.parametrize("risk", RISKS)
def test_a_risk_is_found_by_its_fields(risk: str) -> None:
    """And not where one of them differs."""
    id, facts, harmless = RISKS[risk]
    assert id in found(facts)
    assert id not in found(harmless)


@pytest.mark.parametrize("risk", RISKS)
def test_an_early_record_has_no_such_finding(risk: str) -> None:
    """Although it may have the same fields: its page stays what it was."""
    id, facts, _ = RISKS[risk]
    findings = check_configuration(from_facts(facts), Environment(name="t"))
    assert id not in {finding.id for finding in findings}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("risk", RISKS)
def test_a_finding_has_its_sentences(risk: str, language: str) -> None:
    """With its values filled in, and with what to do."""
    id, facts, _ = RISKS[risk]
    text, values = messages(language), found(facts)[id].values
    sentence = text(f"deployed-{id}", values)
    assert "{" not in sentence
    assert all(value in sentence for name, value in values.items() if name != "target")
    assert text(f"deployed-{id}.fix", values)


@pytest.mark.parametrize(
    ("source", "is_copy"),
    [("env", True), ("file", True), ("ssm", True), ("secretsmanager", False), ("command", False)],
)
def test_a_copy_of_a_rotated_secret_is_found(source: Any, is_copy: bool) -> None:
    """In a variable, a file or a parameter; what a command prints may be the current one."""
    secret = SecretReference(source=source, name="x")
    identity = Identity(flow="client-credentials", client_id="c", client_secret=secret, scope="a/b")
    facts = {
        "client": {
            "ClientId": "c",
            "ClientSecretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:x",
        }
    }
    assert ("secret-copied" in found(facts, identity=identity)) is is_copy
    own = {"client": {"ClientId": "c", "ClientSecret": True}}
    assert "secret-copied" not in found(own, identity=identity)


@pytest.mark.parametrize(
    ("entrances", "policies", "actions"),
    [
        (None, [], None),
        (("runtime-command",), [], "bedrock-agentcore:InvokeAgentRuntimeCommand"),
        (("runtime-command",), [statement("Deny", "*", COMMAND)], None),
        (("runtime-command",), [statement("Allow", "*", INVOKE)], None),
        (
            ("runtime-command",),
            [statement("Allow", "*", "bedrock-agentcore:*")],
            "bedrock-agentcore:InvokeAgentRuntimeCommand",
        ),
    ],
)
def test_every_token_may_run_commands_unless_a_policy_denies_it(
    entrances: tuple[str, ...] | None, policies: list[dict[str, Any]], actions: str | None
) -> None:
    """It is said where the file asks for the entrance, and the policies are known."""
    text = document(*policies) if policies else None
    facts = runtime(RULES) | {"policies": [{"resourceArn": ARN, "policy": text}]}
    tables: dict[str, Any] = {"runtime": RuntimeTarget(arn=ARN), "entrances": entrances}
    finding = found(facts, **tables).get("commands-for-every-token")
    assert (finding.values["actions"] if finding else None) == actions
    unread = runtime(RULES) | {"policies": [{"resourceArn": ARN, "unreadable": "AccessDeniedException"}]}
    assert "commands-for-every-token" not in found(unread, **tables)


def test_a_check_of_prowler_is_named_only_where_there_is_one() -> None:
    """By its number."""
    text = messages("en")
    named = {
        id: text(f"deployed-{id}", found(facts)[id].values).partition("prowler #")[2][:5]
        for id, facts, _ in RISKS.values()
    }
    assert {id: number for id, number in named.items() if number} == {
        "gateway-debug": "12627",
        "resource-policy-public": "12622",
        "authenticate-only-interceptor": "12625",
    }


def test_a_policy_that_is_none_is_no_finding() -> None:
    """And stops nothing."""
    facts = runtime() | {"policies": [{"resourceArn": ARN, "policy": json.dumps({"Statement": [{}]})}]}
    assert "resource-policy-public" not in found(facts)
