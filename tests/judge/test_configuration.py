"""What is wrong in the deployed configuration, seen without a call."""

from __future__ import annotations

from typing import Any

import pytest

from agentcore_probe.judge.configuration import inspect
from agentcore_probe.model.aws_shapes import from_facts
from agentcore_probe.model.environment import Environment, Identity, RuntimeTarget, SecretReference

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/my_agent-ABCDEFGHIJ"
URL = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI/.well-known/openid-configuration"
SECRET = SecretReference(source="env", name="X")
JWT = {"customJWTAuthorizer": {"discoveryUrl": URL, "allowedClients": ["c"]}}


def found(facts: dict[str, Any], **environment: Any) -> set[str]:
    given = Environment(name="t", **environment)
    return {each.id for each in inspect(from_facts(facts), given)}


def gateway(kind: str, **more: Any) -> dict[str, Any]:
    return {"gateway": {"gatewayId": "g", "authorizerType": kind, **more}}


@pytest.mark.parametrize(
    ("facts", "id"),
    [
        (gateway("NONE", interceptorConfigurations=[]), "gateway-open"),
        (gateway("AUTHENTICATE_ONLY", interceptorConfigurations=[]), "gateway-authenticate-only"),
        (gateway("AWS_IAM", status="CREATING"), "gateway-not-ready"),
        (gateway("AWS_IAM", targets=[{"name": "a", "status": "FAILED"}]), "target-not-ready"),
        ({"runtime": {"requireMMDSV2": False}}, "mmdsv2-off"),
        ({"runtime": {"status": "UPDATE_FAILED"}}, "runtime-not-ready"),
        (
            {"runtime": {"endpoints": [{"name": "DEFAULT", "liveVersion": "1", "targetVersion": "2"}]}},
            "version-behind",
        ),
        (
            {"runtime": {"authorizerConfiguration": {"customJWTAuthorizer": {"discoveryUrl": URL}}}},
            "authorizer-without-rule",
        ),
        (
            {
                "runtime": {
                    "authorizerConfiguration": {
                        "customJWTAuthorizer": {"discoveryUrl": URL, "allowedAudience": ["c"]}
                    }
                }
            },
            "audience-with-cognito",
        ),
        (
            {
                "runtime": {"authorizerConfiguration": JWT},
                **gateway(
                    "CUSTOM_JWT",
                    authorizerConfiguration={
                        "customJWTAuthorizer": {"discoveryUrl": f"{URL}2", "allowedClients": ["c"]}
                    },
                ),
            },
            "issuers-differ",
        ),
    ],
)
def test_a_risk_is_seen(facts: dict[str, Any], id: str) -> None:
    """Each by its field alone."""
    assert id in found(facts)


@pytest.mark.parametrize(
    "more",
    [
        {"interceptorConfigurations": [{"interceptor": {}}]},
        {"policyEngineConfiguration": {"mode": "ENFORCE"}, "interceptorConfigurations": []},
    ],
)
def test_an_open_gateway_with_a_guard_behind_it_is_no_finding(more: dict[str, Any]) -> None:
    """An interceptor or an enforcing policy may do the authorizer's work."""
    assert "gateway-open" not in found(gateway("NONE", **more))


@pytest.mark.parametrize(
    ("headers", "stripped"), [(None, True), (["X-Other"], True), (["authorization"], False)]
)
def test_a_stripped_authorization_counts_where_the_agent_needs_it(
    headers: list[str] | None, stripped: bool
) -> None:
    """And only there."""
    facts = {"runtime": {"requestHeaderConfiguration": {"requestHeaderAllowlist": headers}}}
    needs = RuntimeTarget(arn=ARN, forwards_authorization=True)
    assert ("authorization-stripped" in found(facts, runtime=needs)) is stripped
    assert "authorization-stripped" not in found(facts, runtime=RuntimeTarget(arn=ARN))


PASSWORD = Identity(username="u", password=SECRET)
MACHINE = Identity(flow="client-credentials", client_secret=SECRET, scope="a/b")


@pytest.mark.parametrize(
    ("client", "identity", "id"),
    [
        ({"ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"]}, PASSWORD, "login-flow-off"),
        ({"ExplicitAuthFlows": [], "ClientSecret": True}, PASSWORD, "login-secret-missing"),
        (
            {"ExplicitAuthFlows": []},
            PASSWORD.model_copy(update={"client_secret": SECRET}),
            "login-secret-unexpected",
        ),
        ({"AllowedOAuthFlowsUserPoolClient": False}, MACHINE, "oauth-off"),
        ({"AllowedOAuthFlows": ["code"]}, MACHINE, "oauth-grant-off"),
        ({"AllowedOAuthScopes": ["a/c"]}, MACHINE, "oauth-scope-off"),
    ],
)
def test_a_login_that_cannot_work_is_seen_before_it_is_tried(
    client: dict[str, Any], identity: Identity, id: str
) -> None:
    """From the app client's settings."""
    assert id in found({"client": {"ClientId": "c", **client}}, identity=identity)


def test_client_credentials_need_a_token_endpoint() -> None:
    """Which the discovery document names."""
    facts = {"issuers": [{"discoveryUrl": URL, "issuer": "i", "keys": ["k"]}]}
    assert "no-token-endpoint" in found(facts, identity=MACHINE)


def test_what_is_not_known_is_no_finding() -> None:
    """Nothing is guessed."""
    assert found({}, identity=PASSWORD, runtime=RuntimeTarget(arn=ARN, forwards_authorization=True)) == set()
    assert found({"runtime": {"unreadable": "AccessDeniedException"}}) == set()
