"""A token is exchanged for another at the issuer's token endpoint: RFC 8693."""

from __future__ import annotations

from agentcore_probe.flows.flow import (
    FlowFromToken,
    LoginEndpoints,
    LoginSteps,
    NoTokens,
    PreparedLogin,
    read_tokens,
)
from agentcore_probe.flows.requests import ACCESS_TOKEN, oauth_request
from agentcore_probe.secret import Secret

_GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"


class TokenExchange(FlowFromToken):
    """`flow = "token-exchange"`."""

    id = "token-exchange"
    preference = 70
    required_keys: tuple[str, ...] = ("subject_token",)

    def log_in(self, login: PreparedLogin, endpoints: LoginEndpoints) -> LoginSteps:
        """One request to the token endpoint."""
        if login.client_id is None:
            return NoTokens("no-client-id")
        endpoint = endpoints.token_endpoint()
        if endpoint is None:
            return NoTokens("no-token-endpoint")
        identity = login.identity
        form: dict[str, str | Secret | None] = {
            "grant_type": _GRANT,
            "subject_token": login.subject_token,
            "subject_token_type": identity.subject_token_type or ACCESS_TOKEN,
            "actor_token": login.actor_token,
            "actor_token_type": (identity.actor_token_type or ACCESS_TOKEN) if login.actor_token else None,
            "requested_token_type": identity.requested_token_type,
            **login.wanted,
        }
        response = yield oauth_request("token", endpoint, login, endpoints, form)
        return read_tokens(response, access="access_token", id="id_token")


FLOW = TokenExchange()
