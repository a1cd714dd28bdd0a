"""A refresh token of a login that a person made before: RFC 6749 section 6, at Cognito GetTokensFromRefreshToken."""

from __future__ import annotations

from agentcore_probe.flows.flow import (
    FlowFromToken,
    LoginEndpoints,
    LoginSteps,
    NoTokens,
    PreparedLogin,
    read_tokens,
)
from agentcore_probe.flows.requests import cognito_request, is_cognito, oauth_request
from agentcore_probe.secret import Secret


class RefreshToken(FlowFromToken):
    """`flow = "refresh-token"`.

    Cognito's API refreshes with rotation on, and with ALLOW_REFRESH_TOKEN_AUTH: neither setting alone forbids it.
    """

    id = "refresh-token"
    preference = 80
    required_keys: tuple[str, ...] = ("refresh_token",)

    def log_in(self, login: PreparedLogin, endpoints: LoginEndpoints) -> LoginSteps:
        """One request. At Cognito it goes to the API, which needs no domain and also serves rotated tokens."""
        if login.client_id is None:
            return NoTokens("no-client-id")
        if is_cognito(login):
            values = {
                "ClientId": login.client_id,
                "ClientSecret": login.client_secret,
                "RefreshToken": login.refresh_token,
            }
            response = yield cognito_request("GetTokensFromRefreshToken", login, endpoints, values)
            return read_tokens(response.get("AuthenticationResult"), access="AccessToken", id="IdToken")
        endpoint = endpoints.token_endpoint()
        if endpoint is None:
            return NoTokens("no-token-endpoint")
        form: dict[str, str | Secret | None] = {
            "grant_type": "refresh_token",
            "refresh_token": login.refresh_token,
            **login.wanted,
        }
        response = yield oauth_request("token", endpoint, login, endpoints, form)
        return read_tokens(response, access="access_token", id="id_token")


FLOW = RefreshToken()
