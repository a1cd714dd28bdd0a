"""Clients whose id is the URL of their metadata document: it is read at the beginning of each login."""

from __future__ import annotations

import time
from collections.abc import Iterator

import anyio
import jwt
import pytest

from agentcore_probe.local.login import client_metadata
from agentcore_probe.local.login.client_metadata import is_document_url, read_client
from agentcore_probe.model.environment import LocalSetup
from tests.embedded import started
from tests.local.callers import Facts
from tests.local.login.callers import (
    McpLogin,
    authorize,
    metadata,
    redeem,
    sign_in,
)
from tests.local.login.documents import Documents, documents


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """Where the documents are."""
    with documents() as url:
        yield url


@pytest.fixture(scope="module")
def facts() -> Iterator[Facts]:
    """An embedded AgentCore whose authorization server reads the metadata of clients."""
    with started(LocalSetup(login_server=("client-metadata", "server-metadata", "s256"))) as ready:
        yield ready


def test_a_client_logs_in_with_its_url(facts: Facts, site: str) -> None:
    """Its token has the URL as `client_id`."""
    url = f"{site}/client.json"
    assert metadata(facts)["client_id_metadata_document_supported"] is True
    code = sign_in(facts, authorize(facts, url))["code"]
    token = redeem(facts, url, code).json()["access_token"]
    assert jwt.decode(token, options={"verify_signature": False})["client_id"] == url


def test_the_mcp_sdk_logs_in_with_its_url(facts: Facts, site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the bare URL of the Gateway to its tools. The SDK wants https, which loopback has no certificate for."""
    monkeypatch.setattr("mcp.client.auth.oauth2.is_valid_client_metadata_url", lambda _: True)
    login = McpLogin(facts, client_metadata_url=f"{site}/client.json")
    assert "echo-tool___echo" in anyio.run(login.list_tools, facts["gateway"]["url"])
    assert login.client is not None
    assert login.client.client_id == f"{site}/client.json"


def test_a_loopback_redirect_without_a_port_stands_for_any(facts: Facts, site: str) -> None:
    """As in the documents of clients that listen on a free port (RFC 8252 section 7.3)."""
    url = f"{site}/any-port.json"
    page = authorize(facts, url, redirect_uri="http://localhost:40999/callback")
    other = authorize(facts, url, redirect_uri="http://127.0.0.1:40999/callback")
    assert "Sign in" in page.text
    assert "redirect_mismatch" in other.text


@pytest.mark.parametrize(
    "name", ["other-id", "secret", "key", "no-redirect", "machine", "large", "redirect", "text", "missing"]
)
def test_a_document_that_is_not_accepted_leads_to_the_error_page(facts: Facts, site: str, name: str) -> None:
    """The browser stays there: where such a client would return to is not known."""
    answer = authorize(facts, f"{site}/{name}.json")
    assert (answer.status_code, "invalid_client" in answer.text) == (400, True)


def test_a_document_is_read_again_at_each_login(
    facts: Facts, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that has changed its redirect URI no longer lets the old one in."""
    url = f"{site}/client.json"
    assert "Sign in" in authorize(facts, url).text
    monkeypatch.setitem(
        Documents.members, "/client.json", {"redirect_uris": ["https://client.example/callback"]}
    )
    assert "redirect_mismatch" in authorize(facts, url).text


def test_a_slow_document_is_given_up(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A login does not wait longer than its limit."""
    monkeypatch.setattr(client_metadata, "SECONDS", 0.2)
    began = time.monotonic()
    assert anyio.run(read_client, f"{site}/slow.json") is None
    assert time.monotonic() - began < 1.5


@pytest.mark.parametrize(
    ("client_id", "is_one"),
    [
        ("https://client.example/client.json", True),
        ("https://client.example:8443/c?v=1", True),
        ("http://127.0.0.1:8000/client.json", True),
        ("http://localhost/client.json", True),
        ("http://client.example/client.json", False),
        ("https://client.example", False),
        ("https://client.example/", False),
        ("https://client.example/a/../client.json", False),
        ("https://client.example/client.json#part", False),
        ("https://user@client.example/client.json", False),
        ("https://client.example:port/client.json", False),
        ("https://[::1/client.json", False),
        ("https://client.example/cl\u00efent.json", False),
        ("7clientclientclientclient0", False),
        ("", False),
    ],
)
def test_which_client_ids_are_urls_of_documents(client_id: str, is_one: bool) -> None:
    """By the draft's rules; http for this machine only."""
    assert is_document_url(client_id) is is_one


def test_without_the_feature_a_url_is_no_client(site: str) -> None:
    """It is not read either."""
    with started(LocalSetup(login_server=("registration",))) as facts:
        answer = authorize(facts, f"{site}/client.json")
        document = metadata(facts)
    assert "invalid_client" in answer.text
    assert "client_id_metadata_document_supported" not in document
