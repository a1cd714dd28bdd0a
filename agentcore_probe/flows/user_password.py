"""A Cognito user logs in with a password: InitiateAuth, an unsigned call (docs/agentcore.md section 5)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

from agentcore_probe.flows.flow import (
    PLACEHOLDER_USERNAME,
    FlowDraft,
    LoginEndpoints,
    LoginFacts,
    LoginSteps,
    NoTokens,
    PreparedLogin,
    client_findings,
    client_secret_keys,
    cognito_client_allows,
    read_tokens,
)
from agentcore_probe.flows.requests import cognito_request
from agentcore_probe.model.configuration import ClientConfiguration, Configuration
from agentcore_probe.model.identity import Identity
from agentcore_probe.model.judgement import ConfigurationFinding
from agentcore_probe.secret import Secret

_AUTH_FLOW = "USER_PASSWORD_AUTH"


class UserPassword:
    """`flow = "user-password"`."""

    id = "user-password"
    preference = 10
    required_keys: tuple[str, ...] = ("username", "password")

    def log_in(self, login: PreparedLogin, endpoints: LoginEndpoints) -> LoginSteps:
        """One InitiateAuth."""
        if login.client_id is None:
            return NoTokens("no-client-id")
        identity = login.identity
        assert identity.username is not None
        parameters = _parameters(login, identity.username, login.client_id)
        response = yield cognito_request("InitiateAuth", login, endpoints, parameters)
        return read_tokens(response.get("AuthenticationResult"), access="AccessToken", id="IdToken")

    def check_settings(
        self, identity: Identity, configuration: Configuration
    ) -> Iterator[ConfigurationFinding]:
        """The app client must allow the flow, and have a secret exactly if the environment gives one."""
        client = configuration.client
        if client is None or client.unreadable is not None:
            return
        secret_given = identity.client_secret is not None
        problems = {
            "login-flow-off": client.auth_flows is not None and not _allows_passwords(client),
            "login-secret-missing": client.has_secret is True
            and not secret_given
            and client.secret_arn is None,
            "login-secret-unexpected": client.has_secret is False and secret_given,
        }
        yield from client_findings(client, problems)

    def is_allowed(self, facts: LoginFacts) -> bool | None:
        """Only Cognito has this flow."""
        return cognito_client_allows(facts, _allows_passwords)

    def draft(self, facts: LoginFacts) -> FlowDraft:
        """With the client's secret, if it has one."""
        todo = []
        if facts.client_id is None:
            todo.append("Add client_id to [identity]: the authorizer names none.")
        if not facts.username:
            todo.append(f'Replace "{PLACEHOLDER_USERNAME}" with a user of the pool.')
        if not facts.settings_are_known:
            todo.append("Check flow: what the app client allows could not be read.")
        secrets = ("password", *client_secret_keys(facts))
        return FlowDraft({"username": facts.username or PLACEHOLDER_USERNAME}, secrets, tuple(todo))


FLOW = UserPassword()


def _allows_passwords(client: ClientConfiguration) -> bool:
    """Old app clients list the flow's name without its prefix."""
    return bool({_AUTH_FLOW, f"ALLOW_{_AUTH_FLOW}"} & set(client.auth_flows or ()))


def _parameters(login: PreparedLogin, username: str, client_id: str) -> dict[str, Any]:
    """The parameters of InitiateAuth.

    Args:
        login: has the password, and may have the app client's secret.
        username: of the user.
        client_id: of the app client.
    """
    parameters: dict[str, str | Secret | None] = {"USERNAME": username, "PASSWORD": login.password}
    if login.client_secret is not None:
        parameters["SECRET_HASH"] = _secret_hash(login.client_secret, username, client_id)
    return {"AuthFlow": _AUTH_FLOW, "ClientId": client_id, "AuthParameters": parameters}


def _secret_hash(client_secret: Secret, username: str, client_id: str) -> Secret:
    """Base64 of HMAC-SHA256 over user name and client id, keyed with the client's secret."""
    digest = hmac.new(
        client_secret.reveal().encode(), (username + client_id).encode(), hashlib.sha256
    ).digest()
    return Secret(base64.b64encode(digest).decode(), "secret hash")
