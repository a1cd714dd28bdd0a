"""Redirect URIs in shared records: those of known MCP clients stay, others lose their names."""

from __future__ import annotations

import pytest

from agentcore_probe.sharing.client_urls import share_redirect_uri
from agentcore_probe.sharing.pseudonyms import Pseudonyms


@pytest.mark.parametrize(
    "uri",
    [
        "https://claude.ai/api/mcp/auth_callback",
        "cursor://anysphere.cursor-mcp/oauth/callback",
        "http://localhost:3118/callback",
        "http://localhost/callback",
    ],
)
def test_the_uri_of_a_known_client_stays(uri: str) -> None:
    """With any port, and without one."""
    assert share_redirect_uri(uri, Pseudonyms()) == uri


def test_what_varies_by_user_becomes_a_pseudonym() -> None:
    """The id of a connector, which is the same throughout one record."""
    pseudonyms = Pseudonyms()
    shared = share_redirect_uri("https://chatgpt.com/connector/oauth/acme-42", pseudonyms)
    assert shared == f"https://chatgpt.com/connector/oauth/{pseudonyms.pseudonym('name', 'acme-42')}"


@pytest.mark.parametrize(
    "uri",
    [
        "https://portal.acme.test/zqcallback",
        "http://localhost:3118/zqacme",
        "http://localhost:3118/callback/../zqacme",
        "https://claude.ai.acme.test/api/mcp/auth_callback",
    ],
)
def test_the_words_of_any_other_uri_are_omitted(uri: str) -> None:
    """Also where it only looks like that of a client."""
    assert "acme" not in share_redirect_uri(uri, Pseudonyms())
