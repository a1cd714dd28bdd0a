"""A person logs in with a browser: the authorization code grant with PKCE (RFC 6749 section 4.1, RFC 7636, RFC 8252)."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from agentcore_probe.flows.flow import (
    FlowDraft,
    LoginEndpoints,
    LoginFacts,
    LoginSteps,
    NoTokens,
    PreparedLogin,
    Tokens,
    checked_person,
    client_findings,
    client_secret_keys,
    cognito_client_allows,
    oauth_problems,
    read_tokens,
)
from agentcore_probe.flows.person import AskPerson, OpenBrowser, TryAuthorization
from agentcore_probe.flows.requests import oauth_request
from agentcore_probe.model.configuration import ClientConfiguration, Configuration
from agentcore_probe.model.identity import REDIRECT_URI, Identity
from agentcore_probe.model.judgement import ConfigurationFinding
from agentcore_probe.model.token import unverified_facts
from agentcore_probe.secret import Secret

_GRANT = "code"
ANY_PORT = "http://127.0.0.1/callback"
"""The redirect URI where none is named: a port that is free, as RFC 8252 section 7.3 allows. Cognito and Auth0 want
one port, which `redirect_uri` then names."""


class AuthorizationCode:
    """`flow = "authorization-code"`."""

    id = "authorization-code"
    preference = 40
    required_keys: tuple[str, ...] = ()

    def log_in(self, login: PreparedLogin, endpoints: LoginEndpoints) -> LoginSteps:
        """The authorization request in the person's browser, then one request to the token endpoint."""
        if login.client_id is None:
            return NoTokens("no-client-id")
        page, endpoint = endpoints.endpoint("authorization_endpoint"), endpoints.token_endpoint()
        if page is None or endpoint is None:
            return NoTokens("no-token-endpoint" if endpoint is None else "no-authorization-endpoint")
        opened = yield AskPerson(login.identity.redirect_uri or ANY_PORT)
        attempt = Attempt(str(opened["redirect_uri"]))
        url = attempt.url(page, login, login.identity.scope or "openid")
        if (yield TryAuthorization(url)).get("refused"):
            return NoTokens("no-token")
        returned = yield OpenBrowser(url, attempt.state)
        if not is_from_issuer(returned, endpoints.document()):
            return NoTokens("issuer-mismatch")
        code = returned.get("code")
        if not code:
            return without_code(returned)
        form = attempt.form(str(code), login)
        response = yield oauth_request("token", endpoint, login, endpoints, form)
        return attempt.check(
            read_tokens(response, access="access_token", id="id_token"), login.identity.username
        )

    def check_settings(
        self, identity: Identity, configuration: Configuration
    ) -> Iterator[ConfigurationFinding]:
        """The app client must allow the grant and the scopes, and list the redirect URI."""
        client = configuration.client
        if client is None or client.unreadable is not None:
            return
        uri = identity.redirect_uri or ANY_PORT
        listed = client.callback_urls
        problems = {
            **oauth_problems(client, identity, _GRANT),
            "redirect-uri-not-listed": listed is not None and uri not in listed,
        }
        yield from client_findings(
            client, problems, grant=_GRANT, redirect=uri, listed=", ".join(listed or ()) or "none"
        )

    def is_allowed(self, facts: LoginFacts) -> bool | None:
        """Drafted for a Cognito client that is known to allow it and to return to this machine."""
        return bool(
            cognito_client_allows(facts, lambda client: _allows_grant(client) and bool(_uris(client)))
        )

    def draft(self, facts: LoginFacts) -> FlowDraft:
        """With an address of this machine that the client lists, and the scopes that it may request."""
        client = facts.client or ClientConfiguration()
        uris = _uris(client)
        return FlowDraft(
            {"redirect_uri": uris[0] if uris else None, "scope": " ".join(client.oauth_scopes or ()) or None},
            client_secret_keys(facts),
            ("Log in with your browser when the run asks you to.",),
        )


FLOW = AuthorizationCode()


def _random() -> str:
    return secrets.token_urlsafe(24)


@dataclass(frozen=True)
class Attempt:
    """What one login makes up, so that only its own answer is accepted."""

    redirect_uri: str
    nonce: str | None = field(default_factory=_random)
    """None: no ID token is asked for."""
    state: str = field(default_factory=_random)
    verifier: Secret = field(default_factory=lambda: Secret(secrets.token_urlsafe(32), "code verifier"))

    def url(self, page: str, login: PreparedLogin, scope: str | None) -> str:
        """The authorization request (RFC 6749 section 4.1.1, RFC 7636 section 4.3).

        Args:
            page: the authorization endpoint.
            login: the client, and what the token shall be for.
            scope: what is asked for; None leaves it to the server.
        """
        parameters = {
            "response_type": "code",
            "client_id": login.client_id,
            "redirect_uri": self.redirect_uri,
            **login.wanted,
            "scope": scope,
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": self._challenge(),
            "code_challenge_method": "S256",
            "login_hint": login.identity.username,
        }
        query = urlencode({name: value for name, value in parameters.items() if value is not None})
        return f"{page}{'&' if '?' in page else '?'}{query}"

    def form(self, code: str, login: PreparedLogin) -> dict[str, str | Secret | None]:
        """The token request without the client's authentication (RFC 6749 section 4.1.3, RFC 7636 section 4.5)."""
        return {
            "grant_type": "authorization_code",
            "code": Secret(code, "authorization code"),
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
            "resource": login.identity.resource,
        }

    def check(self, tokens: Tokens | NoTokens, username: str | None) -> Tokens | NoTokens:
        """The tokens, unless the ID token is of another login (OpenID Connect Core 3.1.3.7) or they name another person.

        Args:
            tokens: what the token endpoint gave.
            username: who was to log in, if that is named.
        """
        id = tokens.id if isinstance(tokens, Tokens) and self.nonce is not None else None
        if id is not None and unverified_facts(id.reveal()).claims.get("nonce") != self.nonce:
            return NoTokens("nonce-mismatch")
        return checked_person(tokens, username)

    def _challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.reveal().encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def is_from_issuer(returned: Mapping[str, Any], document: Mapping[str, Any]) -> bool:
    """Whether a redirect is the issuer's own, as far as it says so (RFC 9207 section 2.4)."""
    issuer = returned.get("iss")
    if issuer is None:
        return document.get("authorization_response_iss_parameter_supported") is not True
    return bool(issuer == document.get("issuer"))


def without_code(returned: Mapping[str, Any]) -> NoTokens:
    """Why there is no token after a redirect without a code: its error says it, if it has one."""
    return NoTokens("no-token" if "error" in returned else "no-code")


def _allows_grant(client: ClientConfiguration) -> bool:
    return bool(client.oauth_enabled) and _GRANT in (client.oauth_flows or ())


def _uris(client: ClientConfiguration) -> list[str]:
    """The listed redirect URIs at which this machine can listen."""
    return [uri for uri in client.callback_urls or () if REDIRECT_URI.fullmatch(uri)]
