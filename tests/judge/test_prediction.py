"""What a method must get, and what it is meant to get, by configuration and claims."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agentcore_probe.judge.prediction import intended, predict
from agentcore_probe.model.aws_shapes import from_facts
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.exchange import TokenFacts
from agentcore_probe.model.methods import METHODS, AccessMethod, is_invocation

URL = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI/.well-known/openid-configuration"
ISSUER = URL.removesuffix("/.well-known/openid-configuration")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
CLAIMS = {"iss": ISSUER, "exp": NOW.timestamp() + 3600, "client_id": "c", "token_use": "access"}
CONFIGURED = [row for row in METHODS if row.fixed_prediction is None]

every_configured_method = pytest.mark.parametrize("row", CONFIGURED, ids=lambda row: row.id)


def token(**claims: Any) -> TokenFacts:
    return TokenFacts(header={"kid": "k"}, claims={**CLAIMS, **claims})


def gateway(authorizer: str, **rules: Any) -> Configuration:
    """A Gateway with this authorizer, and rules for a JWT one; its issuer was read."""
    jwt = {"discoveryUrl": URL, "allowedClients": ["c"], **rules}
    return from_facts(
        {
            "gateway": {
                "gatewayId": "g",
                "authorizerType": authorizer,
                "authorizerConfiguration": {"customJWTAuthorizer": jwt}
                if authorizer == "CUSTOM_JWT"
                else None,
            },
            "issuers": [{"discoveryUrl": URL, "issuer": ISSUER, "keys": ["k"]}],
        }
    )


def method_of(id: str) -> AccessMethod:
    return next(method for method in METHODS if method.id == id)


@every_configured_method
def test_nothing_is_predicted_from_a_configuration_that_is_not_known(row: AccessMethod) -> None:
    """What is meant follows from the credential alone: controls are refused, tokens accepted."""
    assert predict(row, Configuration(), token(), NOW).decision is None
    meant = row.meant or ("refused" if row.control else "accepted" if row.auth == "jwt" else None)
    assert intended(row, Configuration()) == meant


def test_a_fixed_prediction_needs_no_configuration() -> None:
    """A raw ARN reaches no authorizer, whatever is deployed."""
    for configuration in (Configuration(), gateway("NONE"), gateway("CUSTOM_JWT")):
        prediction = predict(method_of("runtime-jwt-raw-arn"), configuration, token(), NOW)
        assert (prediction.decision, prediction.cause) == ("undecided", "arn-not-encoded")
        assert [check.id for check in prediction.because] == ["arn-not-encoded"]
        assert intended(method_of("runtime-jwt-raw-arn"), configuration) == "undecided"


@pytest.mark.parametrize(
    ("authorizer", "decisions"),
    [
        ("NONE", {"jwt": "accepted", "sigv4": "accepted", "none": "accepted", "forged-jwt": "accepted"}),
        ("AWS_IAM", {"jwt": "refused", "sigv4": "accepted", "none": "refused", "forged-jwt": "refused"}),
        ("AUTHENTICATE_ONLY", {"jwt": "refused", "sigv4": "accepted", "none": "refused", "forged-jwt": "refused"}),
        ("CUSTOM_JWT", {"jwt": "accepted", "sigv4": "refused", "none": "refused", "forged-jwt": "refused"}),
    ],
)  # fmt: skip
def test_each_kind_of_authorizer_accepts_its_credential(authorizer: str, decisions: dict[str, str]) -> None:
    """With a valid token, what is predicted is also what is meant."""
    configuration = gateway(authorizer)
    for method in CONFIGURED:
        if method.target == "gateway" and method.auth in decisions and is_invocation(method):
            assert predict(method, configuration, token(), NOW).decision == decisions[method.auth]
            assert intended(method, configuration, token(), NOW) == decisions[method.auth]


@pytest.mark.parametrize(
    ("claims", "rules", "cause"),
    [
        ({"exp": NOW.timestamp() - 3600}, {}, "token-expired"),
        ({"iss": "https://example.com"}, {}, "issuer-mismatch"),
        ({"client_id": "d"}, {}, "client-not-allowed"),
        ({"client_id": None, "token_use": "id"}, {}, "id-token-sent"),
        ({}, {"allowedAudience": ["a"]}, "audience-not-allowed"),
        ({}, {"allowedScopes": ["s"]}, "scope-missing"),
    ],
)
def test_a_token_that_breaks_a_rule_is_predicted_to_be_refused(
    claims: dict[str, Any], rules: dict[str, Any], cause: str
) -> None:
    """By the rule's cause; the authorizer is still meant to accept this environment's token."""
    configuration = gateway("CUSTOM_JWT", **rules)
    prediction = predict(method_of("gateway-jwt"), configuration, token(**claims), NOW)
    assert (prediction.decision, prediction.cause) == ("refused", cause)
    assert intended(method_of("gateway-jwt"), configuration, token(**claims), NOW) == "accepted"


@pytest.mark.parametrize(
    ("claims", "offset"),
    [
        ({"exp": NOW.timestamp() + 40}, 0),
        ({"exp": NOW.timestamp() - 20}, 0),
        ({"nbf": NOW.timestamp() + 2}, 0),
        ({"exp": NOW.timestamp() - 3600}, -7200),
        ({"nbf": NOW.timestamp() + 3600}, 7200),
    ],
)
def test_a_time_within_a_leeway_predicts_nothing(claims: dict[str, Any], offset: int) -> None:
    """A service may be lenient, and a `Date` header may be wrong: only two clocks that agree are certain."""
    sent_at = NOW + timedelta(seconds=offset)
    prediction = predict(method_of("gateway-jwt"), gateway("CUSTOM_JWT"), token(**claims), NOW, sent_at)
    assert prediction.decision is None


@pytest.mark.parametrize(
    ("method", "decision"),
    [("gateway-jwt", "accepted"), ("gateway-anonymous", "refused"), ("gateway-sigv4", "refused")],
)
def test_something_behind_the_authorizer_none_decides_about_callers(method: str, decision: str) -> None:
    """What an interceptor decides cannot be predicted; only the environment's caller is meant to be accepted."""
    configuration = from_facts(
        {
            "gateway": {
                "authorizerType": "NONE",
                "interceptorConfigurations": [{"interceptionPoints": ["REQUEST"]}],
            }
        }
    )
    assert predict(method_of(method), configuration, None, NOW).decision is None
    assert intended(method_of(method), configuration) == decision


def test_an_id_token_is_meant_to_get_what_its_claims_say() -> None:
    """Its row is there to see whether the rules distinguish it."""
    id_token = token(client_id=None, token_use="id", aud="c")
    by_client, by_audience = (
        gateway("CUSTOM_JWT"),
        gateway("CUSTOM_JWT", allowedClients=[], allowedAudience=["c"]),
    )
    assert intended(method_of("gateway-jwt-id-token"), by_client, id_token, NOW) == "refused"
    assert intended(method_of("gateway-jwt-id-token"), by_audience, id_token, NOW) == "accepted"


def test_an_acceptance_is_predicted_only_if_all_that_is_needed_is_known() -> None:
    """Without the time or the signing keys, a token may be refused for them."""
    configuration = gateway("CUSTOM_JWT")
    assert predict(method_of("gateway-jwt"), configuration, token(), NOW).decision == "accepted"
    assert predict(method_of("gateway-jwt"), configuration, token(), None).decision is None
    assert predict(method_of("gateway-jwt"), configuration, None, NOW).decision is None
    without_key_id = TokenFacts(claims=CLAIMS)
    assert predict(method_of("gateway-jwt"), configuration, without_key_id, NOW).decision is None
