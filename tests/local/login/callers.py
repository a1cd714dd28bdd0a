"""MCP clients and persons that log in at a running embedded AgentCore, given its facts (`local --json`)."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import httpx2
import requests
from mcp import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import (
    AuthorizationCodeResult,
    OAuthClientInformationFull,
    OAuthClientMetadata,
    OAuthToken,
)

from agentcore_probe.model.environment import LoginFeature
from tests.local.callers import Facts

TIMEOUT = 10
FEATURES: tuple[LoginFeature, ...] = ("registration", "client-metadata", "server-metadata", "s256", "iss")
REDIRECT = "http://127.0.0.1:40123/callback"
VERIFIER = "a-verifier-of-at-least-forty-three-characters"
_DIGEST = hashlib.sha256(VERIFIER.encode()).digest()
CHALLENGE = base64.urlsafe_b64encode(_DIGEST).rstrip(b"=").decode()


def base_url(facts: Facts) -> str:
    """Where the authorization server is."""
    return str(facts["endpoints"]["cognito-idp"])


def metadata(facts: Facts) -> dict[str, Any]:
    """The authorization server's discovery document."""
    document: dict[str, Any] = requests.get(facts["identity"]["discovery_url"], timeout=TIMEOUT).json()
    return document


def register(facts: Facts, **changes: Any) -> requests.Response:
    """Registers a public client; a member that is None is left out."""
    asked = {"redirect_uris": [REDIRECT], "token_endpoint_auth_method": "none", **changes}
    body = {name: value for name, value in asked.items() if value is not None}
    return requests.post(f"{base_url(facts)}/oauth2/register", json=body, timeout=TIMEOUT)


def authorize(facts: Facts, client_id: str, **changes: str | None) -> requests.Response:
    """An authorization request: the login page, an error page, or the redirect to the client."""
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": REDIRECT,
        "scope": "openid",
        "state": "s",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **changes,
    }
    query = urlencode({name: value for name, value in asked.items() if value is not None})
    return _open(f"{base_url(facts)}/oauth2/authorize?{query}")


def _open(url: str) -> requests.Response:
    """The page at a URL; redirects are followed as long as they do not lead to a client."""
    response = requests.get(url, timeout=TIMEOUT, allow_redirects=False)
    while response.is_redirect and response.headers["location"].startswith("/"):
        url = urljoin(url, response.headers["location"])
        response = requests.get(url, timeout=TIMEOUT, allow_redirects=False)
    return response


def sign_in(facts: Facts, page: requests.Response) -> dict[str, str]:
    """The parameters with which the browser returns to the client after the login page, or without one."""
    if not page.is_redirect:
        hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page.text)
        form = {html.unescape(name): html.unescape(value) for name, value in hidden}
        form |= {name: facts["identity"][name] for name in ("username", "password")}
        page = requests.post(f"{base_url(facts)}/login", form, timeout=TIMEOUT, allow_redirects=False)
    return returned(page)


def returned(response: requests.Response) -> dict[str, str]:
    """The parameters of a redirect to the client."""
    return dict(parse_qsl(urlsplit(response.headers["location"]).query))


def redeem(facts: Facts, client_id: str, code: str, /, **changes: str) -> requests.Response:
    """Asks for the tokens of a code."""
    form = {
        "grant_type": "authorization_code",
        "client_id": client_id,
        "code": code,
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
        **changes,
    }
    return requests.post(f"{base_url(facts)}/oauth2/token", form, timeout=TIMEOUT)


class McpLogin:
    """The Python MCP SDK, whose person signs in without a browser; it lists the tools of a server.

    Args:
        facts: what `local --json` prints.
        client_id: the id that it is given; None: it registers itself.
        client_metadata_url: of its metadata document.
    """

    def __init__(
        self, facts: Facts, *, client_id: str | None = None, client_metadata_url: str | None = None
    ) -> None:
        self._facts = facts
        self._metadata_url = client_metadata_url
        self._returned: Mapping[str, str] = {}
        self.tokens: OAuthToken | None = None
        self.client: OAuthClientInformationFull | None = None
        if client_id is not None:
            self.client = OAuthClientInformationFull.model_validate(
                {"client_id": client_id, "redirect_uris": [REDIRECT], "token_endpoint_auth_method": "none"}
            )

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.client = client_info

    async def _show(self, url: str) -> None:
        self._returned = sign_in(self._facts, _open(url))

    async def _come_back(self) -> AuthorizationCodeResult:
        return AuthorizationCodeResult.model_validate(self._returned)

    async def list_tools(self, url: str) -> list[str]:
        """The names of the tools on the first page."""
        asked = OAuthClientMetadata.model_validate(
            {"redirect_uris": [REDIRECT], "client_name": "test", "token_endpoint_auth_method": "none"}
        )
        provider = OAuthClientProvider(
            url, asked, self, self._show, self._come_back, client_metadata_url=self._metadata_url
        )
        async with (
            httpx2.AsyncClient(auth=provider, trust_env=False, timeout=TIMEOUT) as http,
            Client(streamable_http_client(url, http_client=http)) as client,
        ):
            return [tool.name for tool in (await client.list_tools()).tools]
