"""Clients register themselves at the embedded authorization server, as RFC 7591 says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from agentcore_probe.model.environment import LocalSetup
from tests.embedded import started
from tests.local.callers import Facts
from tests.local.login.callers import REDIRECT, TIMEOUT, authorize, base_url, register


@pytest.fixture(scope="module")
def facts() -> Iterator[Facts]:
    """An embedded AgentCore whose authorization server registers clients."""
    with started(LocalSetup(login_server=("registration",))) as ready:
        yield ready


def test_the_answer_names_what_was_registered(facts: Facts) -> None:
    """The redirect URIs as they were sent, and nothing that the server does not do (RFC 7591 section 3.2.1)."""
    uris = [REDIRECT, "https://client.example/callback?x=1", "cursor://anysphere.cursor-mcp/oauth/callback"]
    grants = ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"]
    answer = register(facts, redirect_uris=uris, grant_types=grants, client_name="c", software_id="s")
    client = answer.json()
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    assert client["redirect_uris"] == uris
    assert client["grant_types"] == ["authorization_code", "refresh_token"]
    assert (client["client_name"], client["software_id"]) == ("c", "s")
    assert "client_secret" not in client
    for uri in uris:
        assert "Sign in" in authorize(facts, client["client_id"], redirect_uri=uri).text


def test_a_client_that_names_no_method_gets_a_secret(facts: Facts) -> None:
    """The default is `client_secret_basic` (RFC 7591 section 2); 0 means that the secret does not expire."""
    client = register(facts, token_endpoint_auth_method=None).json()
    assert client["token_endpoint_auth_method"] == "client_secret_basic"
    assert (len(client["client_secret"]) > 30, client["client_secret_expires_at"]) == (True, 0)


def test_the_scopes_of_a_client_are_those_that_the_server_lists(facts: Facts) -> None:
    """The answer says which, whatever was asked for."""
    registered = set(register(facts, scope="openid gateway/admin").json()["scope"].split())
    listed = requests.get(facts["identity"]["discovery_url"], timeout=TIMEOUT).json()["scopes_supported"]
    assert registered == set(listed)
    assert "gateway/admin" not in registered


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"redirect_uris": None}, "invalid_redirect_uri"),
        ({"redirect_uris": []}, "invalid_redirect_uri"),
        ({"redirect_uris": REDIRECT}, "invalid_redirect_uri"),
        ({"redirect_uris": [7]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["/callback"]}, "invalid_redirect_uri"),
        ({"redirect_uris": [f"{REDIRECT}#part"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["http://client.example/callback"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["javascript:alert(1)"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["http://[::1/callback"]}, "invalid_redirect_uri"),
        ({"token_endpoint_auth_method": "private_key_jwt"}, "invalid_client_metadata"),
        ({"token_endpoint_auth_method": ["none"]}, "invalid_client_metadata"),
        ({"grant_types": ["client_credentials"]}, "invalid_client_metadata"),
        ({"response_types": ["token"]}, "invalid_client_metadata"),
        ({"response_types": 7}, "invalid_client_metadata"),
    ],
)
def test_metadata_that_is_not_accepted_has_the_documented_error(
    facts: Facts, changes: dict[str, Any], error: str
) -> None:
    """RFC 7591 section 3.2.2."""
    answer = register(facts, **changes)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"[" * 100_000])
def test_a_body_that_is_not_an_object_is_refused(facts: Facts, body: bytes) -> None:
    """A client's own mistake, not the server's."""
    headers = {"Content-Type": "application/json"}
    answer = requests.post(f"{base_url(facts)}/oauth2/register", body, headers=headers, timeout=TIMEOUT)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client_metadata")


def test_a_form_is_no_registration(facts: Facts) -> None:
    """The metadata is sent as JSON (RFC 7591 section 3.1)."""
    answer = requests.post(f"{base_url(facts)}/oauth2/register", {"redirect_uris": REDIRECT}, timeout=TIMEOUT)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client_metadata")


def test_without_the_feature_nobody_registers() -> None:
    """Neither the metadata nor the path has it."""
    with started(LocalSetup(login_server=("s256",))) as facts:
        document = requests.get(facts["identity"]["discovery_url"], timeout=TIMEOUT).json()
        answer = register(facts)
    assert "registration_endpoint" not in document
    assert answer.status_code == 404
