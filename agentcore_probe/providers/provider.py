"""What is specific to an identity provider: the record, and the small types that it uses."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from agentcore_probe.model.sentence import Sentence

Claims = Mapping[str, Any]


class OAuthError(NamedTuple):
    """An error response of a token endpoint (RFC 6749 section 5.2); each condition that is set must hold."""

    cause: str
    """What it means, an id in `judge.causes`."""
    code: str | None = None
    """The value of `error`."""
    description: str | None = None
    """A regular expression, in any case, for a part of the message."""
    status: int | None = None
    ambiguous: bool = False
    """Whether the provider uses it for other reasons, too."""

    def matches(self, code: str, description: str, status: int | None) -> bool:
        """Whether a response is this error.

        Args:
            code: the response's `error`; empty if it has none.
            description: the response's message; empty if it has none.
            status: the response's HTTP status, if known.
        """
        return (
            self.code in (None, code)
            and self.status in (None, status)
            and (self.description is None or re.search(self.description, description, re.I) is not None)
        )


def _unknown(_: Claims) -> bool | None:
    return None


def issuer_by_standard(url: str) -> str | None:
    """The issuer whose document is at a discovery URL (OpenID Connect Discovery 1.0 section 4, RFC 8414 section 3)."""
    base, mark, rest = url.partition("/.well-known/")
    name, slash, path = rest.partition("/")
    is_document = mark and name in ("openid-configuration", "oauth-authorization-server")
    return f"{base}{slash}{path}" if is_document else None


def _no_audience(_audience: str, _claims: Claims) -> bool:
    return False


def _not_recognized(_: Claims) -> bool:
    return False


class McpLogin(NamedTuple):
    """What a provider does with the login of an MCP client; None: not established (docs/agentcore.md section 12.4)."""

    registration: Literal["none", "open", "with-token", "by-policy"] | None = None
    """Whether a client can register itself where the metadata lists a `registration_endpoint`: not at all; anyone can; only
    with a token that clients do not have; policies decide."""
    resource: Literal["accepted", "must-be-registered", "by-setting"] | None = None
    """What becomes of the parameter `resource`: it refuses no login; it must be an identifier that the provider knows; a
    setting decides."""
    resource_sets_audience: bool | None = None
    """Whether the access token's `aud` is then that resource."""
    allows_any_loopback_port: bool | None = None
    """Whether a loopback redirect URI may have another port than the registered one (RFC 8252 section 7.3)."""


class Provider(NamedTuple):
    """What is specific to an identity provider. What it has in common with all is in `generic`."""

    id: str
    recognizes: Callable[[str], bool]
    """Whether an issuer or discovery URL is the provider's."""
    name: str = ""
    """What it is called in a sentence; empty if it has no name of its own."""
    issuer_of: Callable[[str], str | None] = issuer_by_standard
    """The issuer of a discovery URL, as far as the URL alone shows it."""
    client_claims: tuple[str, ...] = ()
    """Claims of an access token that name the client."""
    scope_claims: tuple[str, ...] = ()
    """Claims of an access token that list its scopes."""
    personal_claims: tuple[str, ...] = ()
    """Claims that name a person."""
    is_id_token: Callable[[Claims], bool | None] = _unknown
    """Whether claims are an ID token's, by a mark of this provider; None if they do not have the mark."""
    is_shared_audience: Callable[[str, Claims], bool] = _no_audience
    """Whether an audience is in the tokens of every client, so that a rule on it would accept them all."""
    is_machine: Callable[[Claims], bool | None] = _unknown
    """Whether the claims of an access token are a client's own, without a user; None if they do not show it."""
    access_tokens_have_audience: bool = True
    """Whether access tokens have `aud` without further setup."""
    access_tokens_have_client_id: bool = True
    """Whether access tokens have `client_id`, which `allowedClients` compares, without further setup."""
    token_paths: tuple[str, ...] = ()
    """How the paths of its token endpoints end."""
    oauth_errors: tuple[str, ...] = ()
    """Values of `error` in its token endpoint's responses."""
    errors: tuple[OAuthError, ...] = ()
    """What the codes of its token endpoint mean, where its words (`sentences`) do not say it."""
    api_errors: tuple[str, ...] = ()
    """Error types of its login API that AgentCore does not have, without the word Exception."""
    error_type_keys: tuple[str, ...] = ()
    """Where the JSON of an error has its type."""
    sentences: tuple[Sentence, ...] = ()
    """What it says in words that nobody else uses."""
    error_message_keys: tuple[str, ...] = ()
    """Where the JSON of an error has its message."""
    recognizes_metadata: Callable[[Claims], bool] = _not_recognized
    """Whether a metadata document of an authorization server has marks of this provider, whatever its address."""
    mcp_login: McpLogin = McpLogin()


def host_is_in(url: str, *domains: str) -> bool:
    """Whether a URL's host is one of `domains` or below one; never raises."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def endpoint_path(document: Claims, name: str = "authorization_endpoint") -> str:
    """The path of an endpoint in a metadata document; empty where there is none. Never raises.

    Args:
        document: the metadata of an authorization server.
        name: the endpoint's member.
    """
    try:
        return urlsplit(str(document.get(name) or "")).path
    except ValueError:
        return ""
