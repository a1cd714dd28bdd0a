"""The Cognito user pool in a URL."""

from __future__ import annotations

import pytest

from agentcore_probe.model.pool import Pool, pool_of

ISSUER = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI"


@pytest.mark.parametrize(
    "url",
    [
        ISSUER,
        f"{ISSUER}/",
        f"{ISSUER}/.well-known/openid-configuration",
        "http://127.0.0.1:1/us-east-1_AbCdEfGhI",
    ],
)
def test_an_issuer_or_discovery_url_names_its_pool(url: str) -> None:
    """On any host: the embedded Cognito is on this machine."""
    assert pool_of(url) == Pool("us-east-1_AbCdEfGhI", "us-east-1")


@pytest.mark.parametrize(
    "url",
    ["https://login.example.invalid/realms/agents", f"{ISSUER}/oauth2", "https://h.invalid/us-east-1_", ""],
)
def test_other_urls_name_none(url: str) -> None:
    """Those of other identity providers."""
    assert pool_of(url) is None
