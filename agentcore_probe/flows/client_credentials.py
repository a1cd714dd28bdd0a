"""A machine client gets a token in its own name: RFC 6749 section 4.4, at the issuer's token endpoint."""

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
    oauth_problems,
    read_tokens,
)
from agentcore_probe.flows.requests import oauth_request
from agentcore_probe.model.configuration import ClientConfiguration, Configuration
from agentcore_probe.model.identity import Identity
from agentcore_probe.model.judgement import ConfigurationFinding

_GRANT = "client_credentials"


class ClientCredentials:
    """`flow = "client-credentials"`."""

    id = "client-credentials"
    preference = 20
    required_keys: tuple[str, ...] = ()

    def log_in(self, login: PreparedLogin, endpoints: LoginEndpoints) -> LoginSteps:
        """One request to the token endpoint, with the scopes, audience and resource that the environment names."""
        if login.client_id is None:
            return NoTokens("no-client-id")
        if login.client_secret is None:
            return NoTokens("no-client-secret")
        endpoint = endpoints.token_endpoint()
        if endpoint is None:
            return NoTokens("no-token-endpoint")
        form = {"grant_type": _GRANT, **login.wanted}
        response = yield oauth_request("token", endpoint, login, endpoints, form)
        return read_tokens(response, access="access_token", id="id_token")

    def check_settings(
        self, identity: Identity, configuration: Configuration
    ) -> Iterator[ConfigurationFinding]:
        """The app client must allow the grant and the scopes, and the issuer have a token endpoint."""
        client = configuration.client
        if client is not None and client.unreadable is None:
            problems = {
                **oauth_problems(client, identity, _GRANT),
                "login-needs-secret": client.has_secret is False,
            }
            yield from client_findings(client, problems, grant=_GRANT)
        issuers = [issuer for issuer in configuration.issuers if issuer.unreadable is None]
        if issuers and not any(issuer.token_endpoint for issuer in issuers):
            values = {"url": issuers[0].discovery_url}
            yield ConfigurationFinding(id="no-token-endpoint", severity="error", values=values)

    def is_allowed(self, facts: LoginFacts) -> bool | None:
        """Drafted for Cognito only: other providers' client settings cannot be read."""
        return cognito_client_allows(facts, _allows_grant)

    def draft(self, facts: LoginFacts) -> FlowDraft:
        """With every scope that the client may request."""
        client = facts.client
        scope = " ".join((client.oauth_scopes or ()) if client else ())
        return FlowDraft({"scope": scope or None}, ("client_secret",))


FLOW = ClientCredentials()


def _allows_grant(client: ClientConfiguration) -> bool:
    return bool(client.oauth_enabled) and _GRANT in (client.oauth_flows or ())
