"""A machine client of Cognito gets a token in its own name without a domain: GetClientToken (docs/agentcore.md section 5.1)."""

from __future__ import annotations

from collections.abc import Iterator

from agentcore_probe.flows.flow import (
    FlowDraft,
    LoginEndpoints,
    LoginFacts,
    LoginSteps,
    NoTokens,
    PreparedLogin,
    client_findings,
    cognito_client_allows,
    read_tokens,
)
from agentcore_probe.flows.requests import cognito_request
from agentcore_probe.model.configuration import ClientConfiguration, Configuration
from agentcore_probe.model.identity import Identity
from agentcore_probe.model.judgement import ConfigurationFinding

_ONLY_FLOW = "ALLOW_CLIENT_TOKEN_AUTH"


class ClientToken:
    """`flow = "client-token"`."""

    id = "client-token"
    preference = 15
    required_keys: tuple[str, ...] = ()

    def log_in(self, login: PreparedLogin, endpoints: LoginEndpoints) -> LoginSteps:
        """One GetClientToken."""
        if login.client_id is None:
            return NoTokens("no-client-id")
        if login.client_secret is None:
            return NoTokens("no-client-secret")
        scopes = (login.identity.scope or "").split()
        values = {
            "ClientId": login.client_id,
            "Secret": login.client_secret,
            "Scopes": scopes or None,
        }
        response = yield cognito_request("GetClientToken", login, endpoints, values)
        return read_tokens(response.get("ClientAuthenticationResult"), access="AccessToken", id="IdToken")

    def check_settings(
        self,
        identity: Identity,  # noqa: ARG002
        configuration: Configuration,
    ) -> Iterator[ConfigurationFinding]:
        """The app client must allow this flow and no other, and have a secret."""
        client = configuration.client
        if client is None or client.unreadable is not None:
            return
        problems = {
            "client-token-off": client.auth_flows is not None and not _allows_client_tokens(client),
            "login-needs-secret": client.has_secret is False,
        }
        yield from client_findings(client, problems)

    def is_allowed(self, facts: LoginFacts) -> bool | None:
        """Only Cognito has this flow; it is never guessed, because it excludes every other."""
        return bool(cognito_client_allows(facts, _allows_client_tokens))

    def draft(self, facts: LoginFacts) -> FlowDraft:
        """With every scope that the client may request."""
        scope = " ".join((facts.client.oauth_scopes or ()) if facts.client else ())
        return FlowDraft({"scope": scope or None}, ("client_secret",))


FLOW = ClientToken()


def _allows_client_tokens(client: ClientConfiguration) -> bool:
    return client.auth_flows == (_ONLY_FLOW,)
