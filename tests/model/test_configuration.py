"""What is deployed: rules, authorizers, issuers."""

from __future__ import annotations

import pytest

from agentcore_probe.model.configuration import (
    Authorizer,
    Configuration,
    CustomClaim,
    GatewayConfiguration,
    Issuer,
    JwtAuthorizer,
    RuntimeConfiguration,
)


@pytest.mark.parametrize(
    ("authorizer", "has_rule"),
    [
        (JwtAuthorizer(discovery_url="d"), False),
        (JwtAuthorizer(allowed_clients=("c",)), True),
        (JwtAuthorizer(allowed_audience=("a",)), True),
        (JwtAuthorizer(allowed_scopes=("s",)), True),
        (JwtAuthorizer(custom_claims=(CustomClaim(name="n"),)), True),
        (JwtAuthorizer(workload_binding=("w",)), True),
    ],
)
def test_an_authorizer_without_a_rule_accepts_any_token_of_its_issuer(
    authorizer: JwtAuthorizer, has_rule: bool
) -> None:
    """Each kind of rule counts."""
    assert authorizer.has_rule is has_rule


def test_the_claims_of_rules_are_those_of_both_targets() -> None:
    """They stay readable in the record, since the report compares them."""

    def authorizer(*names: str) -> Authorizer:
        claims = tuple(CustomClaim(name=name) for name in names)
        return Authorizer(type="CUSTOM_JWT", jwt=JwtAuthorizer(custom_claims=claims))

    configuration = Configuration(
        runtime=RuntimeConfiguration(authorizer=authorizer("email", "tier")),
        gateway=GatewayConfiguration(authorizer=authorizer("tier", "name")),
    )
    assert configuration.claims_of_rules == {"email", "tier", "name"}
    assert Configuration(runtime=RuntimeConfiguration()).claims_of_rules == frozenset()


def test_the_authorizer_of_a_target() -> None:
    """None where the part was not read, or the name is not that of a target."""
    iam = Authorizer(type="AWS_IAM")
    configuration = Configuration(runtime=RuntimeConfiguration(authorizer=iam))
    assert configuration.authorizer("runtime") == iam
    assert configuration.authorizer("gateway") is None
    assert configuration.authorizer("client") is None


def test_the_issuer_that_an_authorizer_trusts() -> None:
    """By its discovery URL, else the one whose URL is not known."""
    first, second, without_url = Issuer(discovery_url="a"), Issuer(discovery_url="b"), Issuer(issuer="i")
    configuration = Configuration(issuers=(first, second, without_url))
    assert configuration.issuer_of(JwtAuthorizer(discovery_url="b")) is second
    assert configuration.issuer_of(JwtAuthorizer(discovery_url="c")) is without_url
    assert configuration.issuer_of(None) is without_url
    assert Configuration(issuers=(first,)).issuer_of(JwtAuthorizer(discovery_url="c")) is None
