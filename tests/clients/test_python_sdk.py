"""What the table says of the Python SDK, asked of the installed SDK: another version that behaves otherwise is noticed."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import Any

import anyio
import httpx2
import pytest
from mcp.client.auth import OAuthFlowError, OAuthRegistrationError
from mcp.client.auth.oauth2 import OAuthContext
from mcp.client.auth.utils import (
    build_oauth_authorization_server_metadata_discovery_urls,
    build_protected_resource_metadata_discovery_urls,
    create_client_registration_request,
    create_oauth_metadata_request,
    get_client_metadata_scopes,
    handle_auth_metadata_response,
    handle_registration_response,
    should_use_client_metadata_url,
    validate_authorization_response_iss,
    validate_metadata_issuer,
)
from mcp.shared.auth import OAuthClientMetadata, OAuthMetadata, ProtectedResourceMetadata
from mcp.shared.auth_utils import check_resource_allowed
from pydantic import AnyHttpUrl, AnyUrl

from agentcore_probe.clients.python_sdk import CLIENT
from agentcore_probe.model.oauth_discovery import resource_metadata_urls, server_metadata_urls

_SERVER = "https://gw.example/mcp"
_ISSUER = "https://login.example/pool"


def _metadata(**more: Any) -> OAuthMetadata:
    endpoints = {"authorization_endpoint": f"{_ISSUER}/a", "token_endpoint": f"{_ISSUER}/t"}
    return OAuthMetadata.model_validate({"issuer": _ISSUER, **endpoints, **more})


def _resource(**more: Any) -> ProtectedResourceMetadata:
    return ProtectedResourceMetadata.model_validate(
        {"resource": _SERVER, "authorization_servers": [_ISSUER], **more}
    )


def test_the_table_is_of_the_installed_version() -> None:
    """A new version is read before its number is written into the table."""
    assert version("mcp") == CLIENT.version


@pytest.mark.parametrize(
    "server", [_SERVER, "https://gw.example", "https://gw.example/runtimes/a%3Ab/invocations"]
)
def test_the_resource_metadata_is_looked_for_at_the_challenge_then_at_the_well_known_urls(
    server: str,
) -> None:
    """`resource_lookup`: a failure at the URL of the challenge does not end the search."""
    challenge = "https://gw.example/here"
    assert CLIENT.resource_lookup == "challenge-then-well-known"
    found = build_protected_resource_metadata_discovery_urls(challenge, server)
    assert found == [challenge, *resource_metadata_urls(server)]


@pytest.mark.parametrize("issuer", [_ISSUER, "https://login.example", "https://login.example/a/b/"])
def test_the_server_metadata_is_looked_for_as_the_revision_says(issuer: str) -> None:
    """`revision`."""
    assert CLIENT.revision
    found = build_oauth_authorization_server_metadata_discovery_urls(issuer, _SERVER)
    assert found == list(server_metadata_urls(issuer, CLIENT.revision))


def test_without_resource_metadata_the_origin_is_the_authorization_server() -> None:
    """`falls_back_to_origin`: with one document, that of 2025-03-26."""
    assert CLIENT.falls_back_to_origin
    found = build_oauth_authorization_server_metadata_discovery_urls(None, _SERVER)
    assert found == list(server_metadata_urls("https://gw.example", "2025-03-26"))


@pytest.mark.parametrize(
    ("resource", "fits"),
    [
        (_SERVER, True),
        ("https://gw.example/", True),
        ("https://gw.example/mcp/", True),
        ("https://gw.example/mcp/target", False),
        ("https://gw.example/mc", False),
        ("https://other.example/mcp", False),
    ],
)
def test_the_resource_must_cover_the_url(resource: str, fits: bool) -> None:
    """`checks_resource`: a parent fits, and `resource_must_equal` is not said of it."""
    assert CLIENT.checks_resource
    assert not CLIENT.resource_must_equal
    assert check_resource_allowed(requested_resource=_SERVER, configured_resource=resource) is fits


@pytest.mark.parametrize("issuer", [f"{_ISSUER}/", "https://login.example", _ISSUER.upper()])
def test_another_issuer_is_refused(issuer: str) -> None:
    """`checks_issuer`: byte for byte."""
    assert CLIENT.checks_issuer
    validate_metadata_issuer(_metadata(), _ISSUER)
    with pytest.raises(OAuthFlowError, match="issuer mismatch"):
        validate_metadata_issuer(_metadata(), issuer)


@pytest.mark.parametrize(
    "listed",
    [{}, {"code_challenge_methods_supported": ["plain"]}, {"response_types_supported": ["token"]}],
    ids=["no list", "no S256", "no code"],
)
def test_lists_of_methods_and_of_response_types_are_not_judged(listed: dict[str, Any]) -> None:
    """`needs_s256_listed`, `refuses_list_without_s256` and `checks_response_type`: the document is taken as it is."""
    assert (CLIENT.needs_s256_listed, CLIENT.refuses_list_without_s256, CLIENT.checks_response_type) == (
        False,
        False,
        False,
    )
    document = _metadata(**listed).model_dump(mode="json", exclude_unset=True)
    answer = httpx2.Response(200, content=json.dumps(document))
    goes_on, metadata = anyio.run(handle_auth_metadata_response, answer)
    assert goes_on
    assert metadata


@pytest.mark.parametrize(
    ("status", "body", "goes_on"),
    [
        (500, "", False),
        (503, "", False),
        (404, "", True),
        (302, "", True),
        (200, "{}", True),
        (200, "<html>", True),
    ],
)
def test_which_answers_end_the_search_for_the_server(status: int, body: str, goes_on: bool) -> None:
    """`server_error` and `malformed_metadata`: no answer without metadata ends the login here."""
    assert (CLIENT.server_error, CLIENT.malformed_metadata) == ("no-metadata", "skipped")
    assert (CLIENT.skipped_server_errors, CLIENT.required_members) == ((), ())
    assert CLIENT.required_openid_members == ()
    answer = httpx2.Response(status, text=body)
    assert anyio.run(handle_auth_metadata_response, answer) == (goes_on, None)


def test_a_relative_url_in_the_challenge_ends_the_login() -> None:
    """`relative_metadata_url`: it is requested as it is, which no HTTP client can."""
    assert CLIENT.relative_metadata_url == "stops"
    (first, *_) = build_protected_resource_metadata_discovery_urls("/here", _SERVER)
    with httpx2.Client() as http, pytest.raises(httpx2.UnsupportedProtocol):
        http.send(create_oauth_metadata_request(first))


def test_a_metadata_document_comes_before_registration() -> None:
    """`registrations`: only where the server advertises it, and the program has one."""
    assert CLIENT.registrations == ("client-metadata", "dynamic")
    document = "https://client.example/metadata.json"
    advertised = _metadata(client_id_metadata_document_supported=True)
    assert should_use_client_metadata_url(advertised, document)
    assert not should_use_client_metadata_url(advertised, CLIENT.client_metadata_url)
    assert not should_use_client_metadata_url(_metadata(), document)


def test_it_registers_at_the_origin_where_no_endpoint_is_listed() -> None:
    """`registers_at_origin`: of the MCP server, whose answer then ends the login."""
    assert CLIENT.registers_at_origin
    client = OAuthClientMetadata(redirect_uris=[AnyUrl("http://localhost:3030/callback")])
    request = create_client_registration_request(_metadata(), client, "https://gw.example")
    assert str(request.url) == "https://gw.example/register"
    with pytest.raises(OAuthRegistrationError, match="Registration failed: 404"):
        anyio.run(handle_registration_response, httpx2.Response(404, text="no", request=request))


def test_scopes_come_from_the_first_source_that_has_any() -> None:
    """`scope_sources`, in order; an empty list of one is no reason to look at the next."""
    assert CLIENT.scope_sources == ("challenge", "resource-metadata", "server-metadata")
    resource, server = _resource(scopes_supported=["r"]), _metadata(scopes_supported=["s", "t"])
    assert get_client_metadata_scopes("c", resource, server) == "c"
    assert get_client_metadata_scopes(None, resource, server) == "r"
    assert get_client_metadata_scopes(None, _resource(), server) == "s t"
    assert get_client_metadata_scopes(None, _resource(), _metadata()) is None
    assert get_client_metadata_scopes(None, _resource(scopes_supported=[]), server) == ""


def test_offline_access_is_added_where_it_is_listed() -> None:
    """`asks_offline_access`: by a client that may use refresh tokens, as the default one may."""
    assert CLIENT.asks_offline_access
    client = OAuthClientMetadata(redirect_uris=[AnyUrl("http://localhost:3030/callback")])
    server = _metadata(scopes_supported=["offline_access"])
    assert get_client_metadata_scopes("c", _resource(), server, client.grant_types) == "c offline_access"


def test_the_issuer_of_the_redirect_is_compared() -> None:
    """`checks_iss`: where it is there, and it must be there where it is advertised."""
    assert CLIENT.checks_iss
    validate_authorization_response_iss(_ISSUER, _metadata())
    validate_authorization_response_iss(None, _metadata())
    with pytest.raises(OAuthFlowError, match="iss mismatch"):
        validate_authorization_response_iss("https://other.example", _metadata())
    with pytest.raises(OAuthFlowError, match="missing iss"):
        validate_authorization_response_iss(
            None, _metadata(authorization_response_iss_parameter_supported=True)
        )


def test_the_resource_is_sent_once_the_metadata_was_read() -> None:
    """`sends_resource`: with the value of the metadata; a missing document and an old protocol send none."""
    assert CLIENT.sends_resource
    assert not CLIENT.can_omit_resource
    context = OAuthContext(
        server_url=_SERVER,
        client_metadata=OAuthClientMetadata(redirect_uris=[AnyUrl("http://localhost:3030/callback")]),
        storage=None,  # type: ignore[arg-type]  # not read here
        redirect_handler=None,
        callback_handler=None,
    )
    assert not context.should_include_resource_param(None)
    context.protected_resource_metadata = _resource(resource=AnyHttpUrl("https://gw.example"))
    assert context.should_include_resource_param(None)
    assert context.get_resource_url().rstrip("/") == "https://gw.example"
