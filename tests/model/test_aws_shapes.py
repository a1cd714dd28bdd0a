"""Configurations from the answers of the AWS API."""

from __future__ import annotations

from typing import Any

import pytest

from agentcore_probe.model.aws_shapes import UNEXPECTED, from_answers, from_facts
from agentcore_probe.model.configuration import Authorizer, Configuration, CustomClaim, Issuer, JwtAuthorizer

JWT = {
    "customJWTAuthorizer": {
        "discoveryUrl": "https://issuer.invalid/.well-known/openid-configuration",
        "allowedClients": ["client-1"],
        "allowedAudience": ["aud-1"],
        "allowedScopes": ["gateway/invoke"],
        "customClaims": [
            {
                "inboundTokenClaimName": "department",
                "inboundTokenClaimValueType": "STRING_ARRAY",
                "authorizingClaimMatchValue": {
                    "claimMatchValue": {"matchValueStringList": ["a", "b"]},
                    "claimMatchOperator": "CONTAINS_ANY",
                },
            },
            {
                "inboundTokenClaimName": "tier",
                "authorizingClaimMatchValue": {"claimMatchValue": {"matchValueString": "gold"}},
            },
        ],
        "allowedWorkloadConfiguration": {
            "hostingEnvironments": [{"arn": "arn:gateway"}],
            "workloadIdentities": ["workload-1"],
        },
    }
}


def test_nothing_is_assumed_about_missing_parts() -> None:
    """Without facts, every part is None."""
    assert from_facts({}) == Configuration()


def test_all_rules_of_a_jwt_authorizer_are_read() -> None:
    """Custom claims compare a text or a list; a workload is an ARN or a name."""
    runtime = from_facts({"runtime": {"authorizerConfiguration": JWT}}).runtime
    assert runtime is not None
    assert runtime.authorizer == Authorizer(
        type="CUSTOM_JWT",
        jwt=JwtAuthorizer(
            discovery_url="https://issuer.invalid/.well-known/openid-configuration",
            allowed_clients=("client-1",),
            allowed_audience=("aud-1",),
            allowed_scopes=("gateway/invoke",),
            custom_claims=(
                CustomClaim(name="department", operator="CONTAINS_ANY", values=("a", "b")),
                CustomClaim(name="tier", operator="EQUALS", values=("gold",)),
            ),
            workload_binding=("arn:gateway", "workload-1"),
        ),
    )


@pytest.mark.parametrize(
    ("facts", "authorizer"),
    [
        ({"authorizerConfiguration": None}, Authorizer(type="AWS_IAM")),
        ({"authorizerConfiguration": {}}, Authorizer(type="AWS_IAM")),
        ({"status": "READY"}, None),
        ({"unreadable": "AccessDeniedException"}, None),
    ],
)
def test_a_runtime_without_jwt_requires_iam_only_where_that_was_read(
    facts: dict[str, Any], authorizer: Authorizer | None
) -> None:
    """A missing key means that the authorizer is not known."""
    runtime = from_facts({"runtime": facts}).runtime
    assert runtime is not None
    assert runtime.authorizer == authorizer


@pytest.mark.parametrize(
    ("facts", "type_name"),
    [
        ({"authorizerType": "NONE"}, "NONE"),
        ({"authorizerType": "AWS_IAM"}, "AWS_IAM"),
        ({"authorizerConfiguration": JWT}, "CUSTOM_JWT"),
        ({"authorizerType": "QUANTUM"}, None),
        ({}, None),
    ],
)
def test_the_authorizer_of_a_gateway(facts: dict[str, Any], type_name: str | None) -> None:
    """A type that is newer than this program is not known."""
    gateway = from_facts({"gateway": {"gatewayId": "g", **facts}}).gateway
    assert gateway is not None
    assert (gateway.authorizer.type if gateway.authorizer else None) == type_name


def test_settings_of_a_gateway_are_off_or_not_known() -> None:
    """They are off where the protocol configuration was read without them."""
    unknown = from_facts({"gateway": {"gatewayId": "g"}}).gateway
    off = from_facts(
        {"gateway": {"gatewayId": "g", "protocolConfiguration": {}, "interceptorConfigurations": []}}
    ).gateway
    assert unknown is not None
    assert off is not None
    assert (unknown.sessions, unknown.streaming, unknown.search_type, unknown.interceptors) == (None,) * 4
    assert (off.sessions, off.streaming, off.search_type, off.interceptors) == (False, False, "NONE", False)


@pytest.mark.parametrize(
    ("facts", "has_secret"),
    [
        ({"ClientSecret": True}, True),
        ({"ExplicitAuthFlows": []}, False),
        ({"ClientId": "c"}, None),
        ({"ExplicitAuthFlows": [], "unreadable": "x"}, None),
    ],
)
def test_whether_a_client_has_a_secret(facts: dict[str, Any], has_secret: bool | None) -> None:
    """Known where the secret was reported, or where the client was read completely."""
    client = from_facts({"client": facts}).client
    assert client is not None
    assert client.has_secret is has_secret


def test_one_discovery_document_is_an_issuer_too() -> None:
    """A case file has `issuer` and `keys` at its top level."""
    assert from_facts({"issuer": "i", "keys": ["k"], "issuers": [{"discoveryUrl": "d"}]}).issuers == (
        Issuer(discovery_url="d"),
        Issuer(issuer="i", keys=("k",)),
    )


def test_a_part_of_another_shape_leaves_the_others() -> None:
    """It becomes unreadable; an issuer keeps its discovery URL."""
    configuration = from_answers(
        {
            "runtime": {"endpoints": "DEFAULT", "requestHeaderConfiguration": 7},
            "gateway": {"gatewayId": "g", "status": "READY"},
            "issuers": [{"discoveryUrl": "bad", "keys": 7}, {"discoveryUrl": "good", "issuer": "i"}],
        }
    )
    assert configuration.runtime is not None
    assert configuration.runtime.unreadable == UNEXPECTED
    assert configuration.gateway is not None
    assert configuration.gateway.status == "READY"
    assert configuration.issuers == (
        Issuer(discovery_url="bad", unreadable=UNEXPECTED),
        Issuer(discovery_url="good", issuer="i"),
    )


def test_a_target_shows_its_type_its_endpoint_and_how_it_identifies_itself() -> None:
    """What decides about the path and the caller behind a Gateway (docs/agentcore.md sections 11.10 and 11.11)."""
    target = {
        "name": "desk",
        "targetType": "PASSTHROUGH",
        "targetConfiguration": {"http": {"passthrough": {"endpoint": "https://example.org/x"}}},
        "credentialProviderConfigurations": [{"credentialProviderType": "OAUTH"}, {}],
    }
    domains = {"defaultDomain": "mcp.acme.example", "alternateDomains": ["tools.acme.example"]}
    gateway = from_facts({"gateway": {"targets": [target], "domainOverride": domains}}).gateway
    assert gateway is not None
    deployed = gateway.target("desk")
    assert deployed is not None
    assert (deployed.type, deployed.endpoint, deployed.credentials) == (
        "PASSTHROUGH",
        "https://example.org/x",
        ("OAUTH",),
    )
    assert gateway.domains == ("mcp.acme.example", "tools.acme.example")
    assert gateway.target("other") is None


def test_the_advertised_names_of_scopes_are_read() -> None:
    """By the name that a token needs."""
    rules = {"customJWTAuthorizer": {"allowedScopes": ["read"], "advertisedScopeMapping": {"read": "a/read"}}}
    runtime = from_facts({"runtime": {"authorizerConfiguration": rules}}).runtime
    assert runtime is not None
    assert runtime.authorizer is not None
    assert runtime.authorizer.jwt is not None
    assert runtime.authorizer.jwt.advertised_scopes == {"read": "a/read"}
