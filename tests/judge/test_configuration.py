"""What is wrong in the deployed configuration, found without a call."""

from __future__ import annotations

from typing import Any

import pytest

from agentcore_probe.judge.configuration import check_configuration
from agentcore_probe.model.aws_shapes import from_facts
from agentcore_probe.model.environment import Environment, GatewayTarget, RuntimeTarget
from agentcore_probe.model.exchange import TokenFacts
from agentcore_probe.model.identity import Identity, SecretReference

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/my_agent-ABCDEFGHIJ"
URL = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI/.well-known/openid-configuration"
SECRET = SecretReference(source="env", name="X")
JWT = {"customJWTAuthorizer": {"discoveryUrl": URL, "allowedClients": ["c"]}}


def findings(facts: dict[str, Any], **tables: Any) -> set[str]:
    environment = Environment(name="t", **tables)
    return {finding.id for finding in check_configuration(from_facts(facts), environment)}


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
        (
            {"runtime": {"arn": ARN, "unreadable": "another-resource", "describedArn": "a"}},
            "another-resource",
        ),
        ({"gateway": {"gatewayId": "g", "unreadable": "another-resource"}}, "another-resource"),
        ({"issuers": [{"discoveryUrl": URL, "unreadable": "not JSON"}]}, "issuer-unreadable"),
        ({"issuers": [{"discoveryUrl": URL, "unreadable": "jwks: HTTP 404"}]}, "issuer-without-keys"),
        ({"issuers": [{"discoveryUrl": URL, "unreadable": "jwks: no jwks_uri"}]}, "issuer-without-keys"),
    ],
)
def test_a_risk_is_a_finding(facts: dict[str, Any], id: str) -> None:
    """By its field alone."""
    assert id in findings(facts)


@pytest.mark.parametrize(
    "more",
    [
        {"interceptorConfigurations": [{"interceptor": {}}]},
        {"policyEngineConfiguration": {"mode": "ENFORCE"}, "interceptorConfigurations": []},
    ],
)
def test_an_open_gateway_behind_a_guard_is_not_a_finding(more: dict[str, Any]) -> None:
    """An interceptor or an enforcing policy may replace the authorizer."""
    assert "gateway-open" not in findings(gateway("NONE", **more))


@pytest.mark.parametrize(
    ("credentials", "is_open"), [(["JWT_PASSTHROUGH"], False), (["GATEWAY_IAM_ROLE"], True), ([], True)]
)
def test_a_gateway_that_leaves_tokens_to_its_runtimes_is_not_open(
    credentials: list[str], is_open: bool
) -> None:
    """Each Runtime's own authorizer gets the caller's token; with another credential, anyone gets in."""
    target = {
        "name": "a",
        "status": "READY",
        "targetType": "AGENTCORE_RUNTIME",
        "credentialProviderConfigurations": [{"credentialProviderType": name} for name in credentials],
    }
    facts = gateway("NONE", interceptorConfigurations=[], targets=[target])
    assert ("gateway-open" in findings(facts)) is is_open


@pytest.mark.parametrize(
    ("headers", "stripped"), [(None, True), (["X-Other"], True), (["authorization"], False)]
)
def test_a_removed_authorization_header_counts_if_the_agent_needs_it(
    headers: list[str] | None, stripped: bool
) -> None:
    """And only then."""
    facts = {"runtime": {"requestHeaderConfiguration": {"requestHeaderAllowlist": headers}}}
    needs = RuntimeTarget(arn=ARN, forwards_authorization=True)
    assert ("authorization-stripped" in findings(facts, runtime=needs)) is stripped
    assert "authorization-stripped" not in findings(facts, runtime=RuntimeTarget(arn=ARN))


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
def test_a_login_that_cannot_succeed_is_found_before_it_is_tried(
    client: dict[str, Any], identity: Identity, id: str
) -> None:
    """By the app client's settings."""
    assert id in findings({"client": {"ClientId": "c", **client}}, identity=identity)


def test_client_credentials_need_a_token_endpoint() -> None:
    """The discovery document has it."""
    facts = {"issuers": [{"discoveryUrl": URL, "issuer": "i", "keys": ["k"]}]}
    assert "no-token-endpoint" in findings(facts, identity=MACHINE)


def test_an_answer_about_another_resource_is_an_error_with_both_arns() -> None:
    """What was asked for, and what was described."""
    facts = {"runtime": {"arn": ARN, "unreadable": "another-resource", "describedArn": "arn:other"}}
    (finding,) = check_configuration(from_facts(facts), Environment(name="t"))
    assert finding.severity == "error"
    assert finding.values == {"target": "runtime", "requested": ARN, "described": "arn:other"}


def test_unknown_configuration_is_not_a_finding() -> None:
    """Nothing is guessed."""
    assert (
        findings({}, identity=PASSWORD, runtime=RuntimeTarget(arn=ARN, forwards_authorization=True)) == set()
    )
    assert findings({"runtime": {"unreadable": "AccessDeniedException"}}) == set()


@pytest.mark.parametrize(
    ("url", "token", "is_error"),
    [
        (URL, None, True),
        (URL, TokenFacts(claims={"aud": "c"}), False),
        (URL, TokenFacts(claims={"client_id": "c"}), True),
        ("https://example.okta.com/oauth2/default/.well-known/openid-configuration", None, False),
    ],
)
def test_an_audience_rule_fits_tokens_that_have_an_audience(
    url: str, token: TokenFacts | None, is_error: bool
) -> None:
    """Cognito's access tokens have none, unless a trigger adds it."""
    rules = {"customJWTAuthorizer": {"discoveryUrl": url, "allowedAudience": ["c"]}}
    configuration = from_facts({"runtime": {"authorizerConfiguration": rules}})
    ids = {finding.id for finding in check_configuration(configuration, Environment(name="t"), token)}
    assert ("audience-with-cognito" in ids) is is_error


@pytest.mark.parametrize(
    ("facts", "is_another"),
    [
        ({"runtime": {"agentRuntimeArn": ARN}}, False),
        ({"runtime": {"agentRuntimeArn": ARN.replace("123456789012", "999999999999")}}, True),
        ({"gateway": {"gatewayId": "g-abcdefghij"}}, False),
        ({"gateway": {"gatewayId": "g-zzzzzzzzzz"}}, True),
        ({"gateway": {}, "runtime": {}}, False),
    ],
)
def test_the_control_plane_must_describe_what_it_was_asked_for(
    facts: dict[str, Any], is_another: bool
) -> None:
    """An answer about another account's Runtime, or another Gateway, explains nothing of this environment."""
    tables = {"runtime": RuntimeTarget(arn=ARN), "gateway": GatewayTarget(id="g-abcdefghij")}
    assert ("another-resource" in findings(facts, **tables)) is is_another


def test_an_issuer_without_keys_is_found() -> None:
    """Its document was read and names no key set; one that could not be read has its own finding."""
    issuer = {"discoveryUrl": URL, "issuer": URL}
    assert "issuer-without-keys" in findings({"issuers": [issuer]})
    assert "issuer-without-keys" not in findings(
        {"issuers": [{**issuer, "jwks_uri": "https://x/k", "keys": []}]}
    )
    assert "issuer-without-keys" not in findings(
        {"issuers": [{"discoveryUrl": URL, "unreadable": "HTTP 404"}]}
    )
