"""A token is exchanged for one with another audience by Cognito: GetDerivedToken (docs/agentcore.md section 5.1)."""

from __future__ import annotations

from collections.abc import Iterator

from agentcore_probe.flows.flow import (
    FlowFromToken,
    LoginEndpoints,
    LoginSteps,
    NoTokens,
    PreparedLogin,
    client_findings,
    read_tokens,
)
from agentcore_probe.flows.requests import ACCESS_TOKEN, cognito_request
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.identity import Identity
from agentcore_probe.model.judgement import ConfigurationFinding

_IMPERSONATION = "ALLOW_TOKEN_EXCHANGE_IMPERSONATION"
_DELEGATION = "ALLOW_TOKEN_EXCHANGE_DELEGATION"


class DerivedToken(FlowFromToken):
    """`flow = "derived-token"`."""

    id = "derived-token"
    preference = 75
    required_keys: tuple[str, ...] = ("subject_token",)

    def log_in(self, login: PreparedLogin, endpoints: LoginEndpoints) -> LoginSteps:
        """One GetDerivedToken; the app client authenticates itself, so that it needs no signature."""
        if login.client_id is None:
            return NoTokens("no-client-id")
        identity = login.identity
        scopes = (identity.scope or "").split()
        values = {
            "ClientId": login.client_id,
            "ClientSecret": login.client_secret,
            "SubjectToken": login.subject_token,
            "SubjectTokenType": _cognito_type(identity.subject_token_type or ACCESS_TOKEN),
            "ActorToken": login.actor_token,
            "ActorTokenType": _cognito_type(identity.actor_token_type or ACCESS_TOKEN)
            if login.actor_token
            else None,
            "Scopes": scopes or None,
            "Audiences": [identity.audience] if identity.audience else None,
            "Resources": [identity.resource] if identity.resource else None,
            "RequestedTokenType": _cognito_type(identity.requested_token_type),
        }
        response = yield cognito_request("GetDerivedToken", login, endpoints, values)
        return read_tokens(response, access="IssuedToken", id="IdToken")

    def check_settings(
        self, identity: Identity, configuration: Configuration
    ) -> Iterator[ConfigurationFinding]:
        """The app client must allow impersonation, or with an actor delegation."""
        client = configuration.client
        if client is None or client.unreadable is not None or client.auth_flows is None:
            return
        needed = _DELEGATION if identity.actor_token is not None else _IMPERSONATION
        yield from client_findings(
            client, {"token-exchange-off": needed not in client.auth_flows}, flow=needed
        )


FLOW = DerivedToken()


def _cognito_type(token_type: str | None) -> str | None:
    """Cognito's word for a token's type of RFC 8693: `ACCESS_TOKEN`, `ID_TOKEN`, `SAML2`."""
    return token_type.rpartition(":")[2].upper() if token_type is not None else None
