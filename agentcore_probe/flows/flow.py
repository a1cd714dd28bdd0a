"""What a login flow is: the protocol, and the records that it shares with its callers."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from agentcore_probe.flows.person import PersonStep
from agentcore_probe.model.configuration import ClientConfiguration, Configuration
from agentcore_probe.model.identity import Identity
from agentcore_probe.model.judgement import ConfigurationFinding
from agentcore_probe.model.pool import pool_of
from agentcore_probe.model.token import unverified_facts
from agentcore_probe.secret import Secret

PLACEHOLDER_USERNAME = "USER"
"""The user name of a drafted environment file, where none was given."""


class Tokens(NamedTuple):
    """The result of a successful login; `access` is the token that the JWT methods send."""

    access: Secret
    id: Secret | None = None


class NoTokens(NamedTuple):
    """Why a login gave no token."""

    reason: str
    """A reason id of the message catalogues (`reason-...`)."""
    exchange: str | None = None
    """Id of the exchange that shows it; None if nothing was sent."""


_NAMES = ("cognito:username", "username", "preferred_username", "email", "upn", "unique_name", "phone_number")
"""Claims with what a person types to log in: OpenID Connect Core 5.1, Cognito, Entra."""


def checked_person(tokens: Tokens | NoTokens, username: str | None) -> Tokens | NoTokens:
    """The tokens, unless they name another person than the one who was to log in.

    A browser in which somebody else is logged in already does not ask who it is. Without an ID token, the access
    token is looked at, where it is a JWT.

    Args:
        tokens: what the token endpoint gave.
        username: who was to log in, if that is named.
    """
    if not isinstance(tokens, Tokens) or username is None:
        return tokens
    claims = unverified_facts((tokens.id or tokens.access).reveal()).claims
    named = {str(claims[name]).lower() for name in _NAMES if claims.get(name)}
    return NoTokens("another-person") if named and username.lower() not in named else tokens


class PreparedLogin(NamedTuple):
    """An environment's `[identity]` with its secrets read."""

    identity: Identity
    client_id: str | None
    discovery_url: str | None
    """Of the token's issuer, if known."""
    password: Secret | None = None
    client_secret: Secret | None = None
    refresh_token: Secret | None = None
    subject_token: Secret | None = None
    actor_token: Secret | None = None
    token: Secret | None = None
    expired_token: Secret | None = None
    """A genuine token that has expired, for a control."""

    @property
    def wanted(self) -> dict[str, str | None]:
        """What the token shall be for, as OAuth's parameters: scope, audience (RFC 8693), resource (RFC 8707)."""
        identity = self.identity
        return {"scope": identity.scope, "audience": identity.audience, "resource": identity.resource}


class LoginEndpoints(NamedTuple):
    """Where a flow sends its requests."""

    base_url: Callable[[str, str | None], str]
    """The base URL of an AWS service in a region; None is the environment's own region."""
    document: Callable[[], Mapping[str, Any]]
    """The issuer's discovery document, empty where there is none. Waits for it."""

    def endpoint(self, name: str) -> str | None:
        """The URL in the discovery document's `name`, such as `device_authorization_endpoint`; None without one."""
        url = self.document().get(name)
        return url if isinstance(url, str) and url else None

    def token_endpoint(self) -> str | None:
        """The issuer's token endpoint, if it has one."""
        return self.endpoint("token_endpoint")


class BasicAuthentication(NamedTuple):
    """An OAuth client's id and secret in the Authorization header (RFC 6749 section 2.3.1)."""

    username: str
    password: Secret


@dataclass(frozen=True)
class LoginRequest:
    """One POST request of a login."""

    step: str
    """The exchange's step in the record: `login`, `token`."""
    url: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    """May contain a password."""
    basic: BasicAuthentication | None = None
    is_poll: bool = False
    """Whether it takes the place of the request before it in the record, and is not counted."""


LoginSteps = Generator[LoginRequest | PersonStep, dict[str, Any], Tokens | NoTokens]
"""A login in progress, in the manner of `httpx.Auth.auth_flow`: yields each request, receives the JSON
object of its response (empty if it is not one), and returns the outcome. It may also yield what a person has to do."""


class LoginFacts(NamedTuple):
    """What `discover` knows about the login that it drafts."""

    discovery_url: str
    client_id: str | None
    client: ClientConfiguration | None
    """The app client's settings, if they were requested."""
    username: str | None

    @property
    def settings_are_known(self) -> bool:
        """Whether the app client's settings could be read."""
        return self.client is not None and self.client.unreadable is None


@dataclass(frozen=True)
class FlowDraft:
    """The keys of `[identity]` that a flow adds to `flow` and `client_id`."""

    values: Mapping[str, str | None] = field(default_factory=dict)
    """Plain values by key; those that are None are left out."""
    secrets: tuple[str, ...] = ()
    """The keys of the secrets that it needs; `environments.draft` says where each comes from."""
    todo: tuple[str, ...] = ()
    """What the user still has to do besides providing the secrets, a sentence each."""


class LoginFlow(Protocol):
    """One way to get a bearer token. All that is specific to it is in its own file."""

    id: str
    """The value of `flow` in `[identity]`."""
    preference: int
    """`discover` drafts the allowed flow with the lowest."""
    required_keys: tuple[str, ...]
    """Keys of `[identity]` without which it cannot run."""

    def log_in(self, login: PreparedLogin, endpoints: LoginEndpoints) -> LoginSteps:
        """Runs the login; see `LoginSteps`."""

    def check_settings(
        self, identity: Identity, configuration: Configuration
    ) -> Iterator[ConfigurationFinding]:
        """Deployed settings with which this flow cannot succeed."""

    def is_allowed(self, facts: LoginFacts) -> bool | None:
        """Whether the app client allows this flow; None if that is not known."""

    def draft(self, facts: LoginFacts) -> FlowDraft:
        """How an environment file asks for this flow."""


class FlowFromToken:
    """What flows have in common that begin with a token which the person has already: no service knows of it."""

    required_keys: tuple[str, ...] = ()

    def check_settings(
        self,
        identity: Identity,  # noqa: ARG002
        configuration: Configuration,  # noqa: ARG002
    ) -> Iterator[ConfigurationFinding]:
        """No deployed setting is known to forbid it."""
        yield from ()

    def is_allowed(self, facts: LoginFacts) -> bool | None:  # noqa: ARG002
        """Never drafted: a service cannot say whether the person has such a token."""
        return False

    def draft(self, facts: LoginFacts) -> FlowDraft:  # noqa: ARG002
        """Only the token."""
        return FlowDraft(secrets=self.required_keys)


def client_findings(
    client: ClientConfiguration, problems: Mapping[str, bool], **values: str
) -> Iterator[ConfigurationFinding]:
    """The findings about an app client.

    Args:
        client: its settings.
        problems: whether each problem exists, by the id of its finding.
        **values: of their texts, besides `client`.
    """
    for id, exists in problems.items():
        if exists:
            values = {"client": client.client_id or "-", **values}
            yield ConfigurationFinding(id=id, severity="error", values=values)


def oauth_problems(client: ClientConfiguration, identity: Identity, grant: str) -> dict[str, bool]:
    """What of an app client's OAuth settings forbids a grant, for `client_findings`.

    Args:
        client: its settings.
        identity: the scopes that it requests.
        grant: as `AllowedOAuthFlows` names it.
    """
    scopes = set((identity.scope or "").split())
    return {
        "oauth-off": client.oauth_enabled is False,
        "oauth-grant-off": client.oauth_flows is not None and grant not in client.oauth_flows,
        "oauth-scope-off": client.oauth_scopes is not None and not scopes <= set(client.oauth_scopes),
    }


def client_secret_keys(facts: LoginFacts) -> tuple[str, ...]:
    """`client_secret` where the app client has one, for `FlowDraft.secrets`."""
    return ("client_secret",) if facts.client is not None and facts.client.has_secret else ()


def cognito_client_allows(facts: LoginFacts, allows: Callable[[ClientConfiguration], bool]) -> bool | None:
    """Whether a Cognito app client allows a flow, None if that is not known; other providers' settings cannot be read.

    Args:
        facts: what is known of the login.
        allows: whether settings allow the flow.
    """
    if pool_of(facts.discovery_url) is None:
        return False
    if facts.client is not None and allows(facts.client):
        return True
    return False if facts.settings_are_known else None


def read_tokens(response: Any, *, access: str, id: str) -> Tokens | NoTokens:
    """The tokens in a response's JSON.

    Args:
        response: the object that holds them; anything else holds none.
        access: the key of the access token.
        id: the key of the ID token, which may be missing.
    """
    access_token = response.get(access) if isinstance(response, dict) else None
    if not isinstance(access_token, str) or not access_token:
        return NoTokens("no-token")
    id_token = response.get(id)
    return make_tokens(access_token, id_token if isinstance(id_token, str) and id_token else None)


def make_tokens(access: str, id: str | None = None) -> Tokens | NoTokens:
    """The tokens, or why they cannot be used: a header cannot contain line breaks or other control characters.

    Args:
        access: the access token.
        id: the ID token; one that a header cannot contain is left out.
    """
    access_token = Secret(access, "token")
    if not _fits_header(access):
        return NoTokens("token-malformed")
    return Tokens(access_token, Secret(id, "id token") if id is not None and _fits_header(id) else None)


def _fits_header(token: str) -> bool:
    """Whether a header field can contain `token` (RFC 9110 section 5.5, without bytes beyond ASCII)."""
    return token.isascii() and token.isprintable()
