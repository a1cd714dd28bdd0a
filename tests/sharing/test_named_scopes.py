"""The scopes of challenges and documents are found as names, whatever a server sends."""

from __future__ import annotations

import pytest

from agentcore_probe.model.exchange import Exchange, Request, Response
from agentcore_probe.sharing.named_scopes import named_scopes


def scopes(body: str = "", challenge: str = "") -> list[str]:
    """Of an answer with this body and challenge."""
    headers = {"WWW-Authenticate": challenge} if challenge else {}
    request = Request(method="GET", url="https://gateway.example/mcp")
    response = Response(status=401, headers=headers, body=body)
    return list(
        named_scopes(
            Exchange(id="x/1", step="challenge", purpose="gateway", request=request, response=response)
        )
    )


def test_a_challenge_and_a_document_name_scopes() -> None:
    """In one text separated by spaces, and as a list."""
    assert scopes(challenge='Bearer scope="acme/read acme/write", error="x"') == ["acme/read", "acme/write"]
    assert scopes('{"scopes_supported": ["openid", "acme/read", 7]}') == ["openid", "acme/read"]


@pytest.mark.parametrize(
    "body",
    [
        '"scopes_supported"',
        '["scopes_supported"]',
        '{"scopes_supported": {}}',
        '{"x": {"scopes_supported": []}}',
        "[" * 99999 + '"scopes_supported"',
    ],
)
def test_any_other_body_names_none(body: str) -> None:
    """Without an error."""
    assert scopes(body) == []
