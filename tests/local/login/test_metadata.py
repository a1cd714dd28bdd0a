"""The metadata of the embedded authorization server: where it is served, and what it lists."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from agentcore_probe.model.environment import LocalSetup, LoginFeature
from tests.embedded import started
from tests.local.callers import Facts
from tests.local.login.callers import FEATURES, TIMEOUT, base_url, metadata

SWITCHED: dict[LoginFeature, tuple[str, Any]] = {
    "registration": ("registration_endpoint", "{base}/oauth2/register"),
    "client-metadata": ("client_id_metadata_document_supported", True),
    "s256": ("code_challenge_methods_supported", ["S256"]),
    "iss": ("authorization_response_iss_parameter_supported", True),
}


def statuses(facts: Facts) -> dict[str, int]:
    """How each URL is answered at which a client may look for the metadata (docs/agentcore.md section 12.2)."""
    pool, base = facts["identity"]["pool_id"], base_url(facts)
    paths = {
        "rfc8414": f"/.well-known/oauth-authorization-server/{pool}",
        "rfc8414-appended": f"/{pool}/.well-known/oauth-authorization-server",
        "openid-inserted": f"/.well-known/openid-configuration/{pool}",
        "openid": f"/{pool}/.well-known/openid-configuration",
        "rfc8414-root": "/.well-known/oauth-authorization-server",
    }
    return {name: requests.get(base + path, timeout=TIMEOUT).status_code for name, path in paths.items()}


def test_with_everything_both_documents_are_served_and_equal() -> None:
    """The issuer is where the resource metadata says that it is."""
    with started(LocalSetup(login_server=FEATURES)) as facts:
        found = statuses(facts)
        base, pool = base_url(facts), facts["identity"]["pool_id"]
        oauth = requests.get(f"{base}/.well-known/oauth-authorization-server/{pool}", timeout=TIMEOUT).json()
        openid = metadata(facts)
        gateway = facts["gateway"]["url"].removesuffix("/mcp")
        resource = requests.get(f"{gateway}/.well-known/oauth-protected-resource", timeout=TIMEOUT).json()
    assert (found["rfc8414"], found["openid"], found["rfc8414-root"]) == (200, 200, 404)
    assert oauth == openid
    assert resource["authorization_servers"] == [openid["issuer"]] == [facts["identity"]["issuer"]]
    assert openid["response_types_supported"] == ["code"]
    assert openid["authorization_endpoint"] == facts["identity"]["authorization_endpoint"]
    for member, value in SWITCHED.values():
        assert openid[member] == (value.format(base=base) if isinstance(value, str) else value)


@pytest.mark.parametrize("feature", SWITCHED)
def test_each_feature_has_its_own_member(feature: LoginFeature) -> None:
    """Of one feature alone, the document has the member of that one only."""
    with started(LocalSetup(login_server=(feature,))) as facts:
        document, found = metadata(facts), statuses(facts)
    assert {member for member, _ in SWITCHED.values()} & document.keys() == {SWITCHED[feature][0]}
    # Without RFC 8414, as Cognito answers.
    assert (found["rfc8414"], found["rfc8414-appended"], found["openid"]) == (400, 400, 200)


def test_without_a_login_server_everything_is_cognitos() -> None:
    """AWS's issuer, a list of clients, and no further members."""
    with started(LocalSetup()) as facts:
        document, found = metadata(facts), statuses(facts)
        registered = requests.post(f"{base_url(facts)}/oauth2/register", json={}, timeout=TIMEOUT)
    assert list(document) == [
        "issuer",
        "jwks_uri",
        "response_types_supported",
        "scopes_supported",
        "subject_types_supported",
        "id_token_signing_alg_values_supported",
        "authorization_endpoint",
        "token_endpoint",
        "device_authorization_endpoint",
        "token_endpoint_auth_methods_supported",
    ]
    assert document["issuer"] == f"https://cognito-idp.us-east-1.amazonaws.com/{facts['identity']['pool_id']}"
    assert (found["rfc8414"], found["rfc8414-appended"], registered.status_code) == (404, 404, 404)
    assert "issuer" not in facts["identity"]
