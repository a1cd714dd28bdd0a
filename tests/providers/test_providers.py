"""What is specific to each identity provider, and what the readers make of all of them together."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from agentcore_probe import providers
from agentcore_probe.judge.reading.answer import Answer
from agentcore_probe.judge.rules.login import oauth_error
from agentcore_probe.judge.token_rules import is_id_token, scopes
from agentcore_probe.model.environment import LocalSetup
from agentcore_probe.providers import PROVIDERS, find_provider, provider_of_metadata
from agentcore_probe.providers.provider import Provider
from tests.embedded import started

from .metadata import DOCUMENTS, OTHERS

ENTRA = "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555"


@pytest.mark.parametrize(
    ("url", "id"),
    [
        ("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI", "cognito"),
        ("http://127.0.0.1:9000/us-east-1_AbCdEfGhI/.well-known/openid-configuration", "cognito"),
        (f"{ENTRA}/v2.0", "entra"),
        ("https://sts.windows.net/11111111-2222-3333-4444-555555555555/", "entra"),
        ("https://example.okta.com/oauth2/default/.well-known/openid-configuration", "okta"),
        ("https://example.eu.auth0.com/", "auth0"),
        ("https://sso.example.com/auth/realms/main/.well-known/openid-configuration", "keycloak"),
        ("https://sso.example.com/realms/main", "keycloak"),
        ("https://auth.pingone.eu/11111111-2222-3333-4444-555555555555/as", "ping"),
        ("https://accounts.google.com", "google"),
        ("https://notokta.com/oauth2/default", "generic"),
        ("https://okta.com.example.com/", "generic"),
        ("https://[", "generic"),
        ("", "generic"),
    ],
)
def test_a_provider_is_recognized_by_its_url(url: str, id: str) -> None:
    """By the host or the path; a host that only resembles it is not enough."""
    assert find_provider(url).id == id


def test_only_one_provider_recognizes_a_url() -> None:
    """So that the order of the registry does not matter; the standards fit every URL."""
    assert len({provider.id for provider in PROVIDERS}) == len(PROVIDERS) >= 8
    for url in (f"{ENTRA}/v2.0", "https://example.okta.com", "https://h/realms/r"):
        assert next(provider.id for provider in PROVIDERS if provider.recognizes(url)) == "generic"
        assert sum(provider.recognizes(url) for provider in PROVIDERS) == 2


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"token_use": "id", "client_id": "c"}, True),  # Cognito
        ({"token_use": "access", "nonce": "n"}, False),
        ({"typ": "ID", "scope": "openid"}, True),  # Keycloak
        ({"typ": "Bearer", "nonce": "n"}, False),
        ({"typ": "JWT", "nonce": "n"}, True),  # no mark of a provider
        ({"scp": ["a"], "nonce": "n"}, False),
        ({"client_id": "c", "at_hash": "h"}, False),
        ({"aud": "c"}, False),
    ],
)
def test_an_id_token_is_recognized_by_a_providers_mark_first(claims: dict[str, Any], expected: bool) -> None:
    """Then by what only one kind of token has."""
    assert is_id_token(claims) is expected


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"scope": "a b"}, ["a", "b"]),
        ({"scp": ["a", "b"]}, ["a", "b"]),
        ({"scope": "a", "scp": ["b"]}, ["a"]),
        ({}, []),
    ],
)
def test_scopes_are_read_from_either_claim(claims: dict[str, Any], expected: list[str]) -> None:
    """The standard claim takes precedence."""
    assert scopes(claims) == expected


def cause_of(code: str, description: str = "", status: int = 400) -> str | None:
    match = oauth_error(code, description, status, "unknown")
    return match.cause if match else None


@pytest.mark.parametrize(
    ("code", "description", "status"),
    [
        ("invalid_client", "", 401),
        ("unauthorized_client", "Invalid client or Invalid client credentials", 401),
        ("unauthorized_client", "AADSTS700016: Application with identifier 'x' was not found", 400),
        ("access_denied", "Unauthorized", 401),
    ],
)
def test_providers_refuse_an_unknown_client_in_different_words(
    code: str, description: str, status: int
) -> None:
    """Each is the same cause."""
    assert cause_of(code, description, status) == "oauth-client-invalid"


def test_a_client_without_a_grant_is_not_an_unknown_client() -> None:
    """Auth0 uses one code for both, with different statuses; the code alone does not tell a missing grant."""
    match = oauth_error("access_denied", "", 403, "unknown")
    assert match is not None
    assert (match.cause, match.confidence) == ("oauth-grant-not-allowed", "possible")
    assert cause_of("unauthorized_client", "grant type not allowed") == "oauth-grant-not-allowed"


def test_a_refused_scope_is_recognized_by_code_or_message() -> None:
    """Some providers have only the message."""
    assert cause_of("invalid_scope") == "oauth-scope-invalid"
    assert cause_of("invalid_request", "Invalid scope: a/b") == "oauth-scope-invalid"
    assert cause_of("invalid_request", "no scope") is None


@pytest.mark.parametrize(
    ("code", "description", "cause"),
    [
        # Entra has one code for many reasons; the number tells them apart
        ("invalid_request", "AADSTS9010010: The resource parameter provided", "resource-parameter-rejected"),
        ("invalid_request", "AADSTS50011: The redirect URI", "redirect-uri-mismatch"),
        ("invalid_grant", "AADSTS65001: The user or administrator has not consented", "oauth-scope-invalid"),
        ("invalid_grant", "AADSTS50076: Due to a configuration change", "mfa-required"),
        ("invalid_grant", "AADSTS50126: Error validating credentials", "wrong-password"),
        (
            "invalid_grant",
            "AADSTS54005: OAuth2 Authorization code was already redeemed",
            "oauth-grant-invalid",
        ),
        (
            "invalid_client",
            "AADSTS7000222: The provided client secret keys are expired",
            "oauth-client-invalid",
        ),
        # One number is the beginning of another
        ("invalid_client", "AADSTS500113: No reply address is registered", "redirect-uri-mismatch"),
        # Auth0, Keycloak, Cognito
        ("access_denied", "Service not enabled within domain: https://api", "resource-parameter-rejected"),
        ("access_denied", 'Client is not authorized to access "https://api"', "oauth-grant-not-allowed"),
        ("invalid_grant", "Invalid user credentials", "wrong-password"),
        ("invalid_client", "invalid_client_secret", "oauth-client-invalid"),
        # The code alone
        ("invalid_grant", "", "oauth-grant-invalid"),
        ("invalid_target", "", "resource-parameter-rejected"),
        ("invalid_redirect_uri", "", "client-registration-refused"),
    ],
)
def test_a_providers_own_words_count_before_the_code(code: str, description: str, cause: str) -> None:
    """A code of RFC 6749 is for many reasons."""
    assert cause_of(code, description) == cause


def test_a_url_as_client_id_that_is_unknown_is_named() -> None:
    """No secret or registration is wrong there, but the policy for such URLs."""
    match = oauth_error("invalid_client", "", 400, "https://claude.ai/oauth/mcp-oauth-client-metadata")
    assert match is not None
    assert match.cause == "cimd-url-not-allowed"


def test_audiences_of_every_login_are_not_a_rule() -> None:
    """Keycloak's default, and Auth0's user info endpoint."""
    claims = {"iss": "https://example.auth0.com/"}

    def is_shared(audience: str) -> bool:
        return any(provider.is_shared_audience(audience, claims) for provider in PROVIDERS)

    assert is_shared("account")
    assert is_shared("https://example.auth0.com/userinfo")
    assert not is_shared("https://api.example.com")


def test_cognito_and_oauth_do_not_share_error_types() -> None:
    """An answer without a URL is assigned to a service by them."""
    types = {error for provider in PROVIDERS for error in provider.api_errors}
    assert not any(Answer(error_type=error).is_type(*types) for error in providers.OAUTH_ERRORS)


def test_a_new_provider_needs_only_what_differs() -> None:
    """Every field but the URL has a neutral default."""
    provider = Provider("new", lambda url: "new" in url)
    assert provider.is_id_token({"nonce": "n"}) is None
    assert not provider.is_shared_audience("account", {})
    assert provider.access_tokens_have_audience


@pytest.mark.parametrize(
    ("url", "issuer"),
    [
        (
            "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_A/.well-known/openid-configuration",
            "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_A",
        ),
        ("https://example.eu.auth0.com/.well-known/openid-configuration", "https://example.eu.auth0.com/"),
        (f"{ENTRA}/v2.0/.well-known/openid-configuration", f"{ENTRA}/v2.0"),
        (
            f"{ENTRA}/.well-known/openid-configuration",
            "https://sts.windows.net/11111111-2222-3333-4444-555555555555/",
        ),
        ("https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration", None),
        ("https://idp.example.com/.well-known/oauth-authorization-server/t", "https://idp.example.com/t"),
        ("https://idp.example.com/realms/a", None),
    ],
)
def test_a_discovery_url_shows_its_issuer(url: str, issuer: str | None) -> None:
    """As far as it does: a document of all tenants is of no issuer."""
    assert find_provider(url).issuer_of(url) == issuer


@pytest.mark.parametrize(
    ("id", "machine", "user"),
    [
        ("cognito", {"token_use": "access", "client_id": "c"}, {"token_use": "access", "username": "u"}),
        ("auth0", {"sub": "c@clients", "gty": "client-credentials"}, {"sub": "auth0|1"}),
        ("entra", {"roles": ["r"]}, {"scp": "a", "roles": ["r"]}),
        ("okta", {"cid": "c", "sub": "c"}, {"cid": "c", "sub": "a@example.com"}),
        ("keycloak", {"preferred_username": "service-account-c"}, {"preferred_username": "u"}),
    ],
)
def test_a_token_shows_whether_there_is_a_user(
    id: str, machine: dict[str, Any], user: dict[str, Any]
) -> None:
    """By what the provider writes into it."""
    (provider,) = (provider for provider in PROVIDERS if provider.id == id)
    assert provider.is_machine(machine) is True
    assert provider.is_machine(user) is False


@pytest.mark.parametrize("id", DOCUMENTS)
def test_a_document_shows_its_provider_at_any_address(id: str) -> None:
    """And only that one."""
    document = DOCUMENTS[id]
    assert provider_of_metadata("https://login.example.com", document).id == id
    assert [provider.id for provider in PROVIDERS if provider.recognizes_metadata(document)] == [id]


@pytest.mark.parametrize("name", OTHERS)
def test_a_document_without_a_mark_is_of_no_provider(name: str) -> None:
    """A server that keeps to the standards, and values of other types."""
    assert [provider.id for provider in PROVIDERS if provider.recognizes_metadata(OTHERS[name])] == []
    assert provider_of_metadata("https://login.example.com", OTHERS[name]).id == "generic"


def test_every_mark_is_tested_with_a_document() -> None:
    """Of each provider that has marks."""
    without = Provider("new", lambda _: False).recognizes_metadata
    marked = {provider.id for provider in PROVIDERS if provider.recognizes_metadata is not without}
    assert marked == set(DOCUMENTS)


def test_the_address_counts_before_the_document() -> None:
    """A proxy in front of a provider may publish another's document."""
    assert provider_of_metadata("https://example.okta.com", DOCUMENTS["auth0"]).id == "okta"


@pytest.mark.parametrize(
    "setup",
    [
        LocalSetup(),
        LocalSetup(login_server=("registration", "client-metadata", "server-metadata", "s256", "iss")),
    ],
)
def test_the_embedded_documents_have_no_mark_of_a_provider(setup: LocalSetup) -> None:
    """They are at an address of Cognito's form, and keep to the standards."""
    with started(setup) as facts:
        document = httpx.get(facts["identity"]["discovery_url"], trust_env=False).json()
    assert [provider.id for provider in PROVIDERS if provider.recognizes_metadata(document)] == []
    assert provider_of_metadata(document["issuer"], document).id == "cognito"
