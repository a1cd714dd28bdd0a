"""A Cognito user logs in with a password: InitiateAuth, an unsigned call (docs/agentcore.md section 5)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator

from agentcore_probe.flows.flow import (
    PLACEHOLDER_USERNAME,
    FlowDraft,
    LoginEndpoints,
    LoginFacts,
    LoginRequest,
    LoginSteps,
    NoTokens,
    PreparedLogin,
    client_findings,
    cognito_client_allows,
    read_tokens,
)
from agentcore_probe.model.configuration import ClientConfiguration, Configuration
from agentcore_probe.model.environment import Identity
from agentcore_probe.model.judgement import ConfigurationFinding
from agentcore_probe.model.pool import pool_of
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
        assert login.password is not None
        assert identity.username is not None
        # The user pool's region may differ from the Runtime's (docs/agentcore.md section 5).
        pool = pool_of(login.discovery_url) if login.discovery_url else None
        response = yield LoginRequest(
            "login",
            f"{endpoints.base_url('cognito-idp', pool.region if pool else None)}/",
            headers={
                "Content-Type": "application/x-amz-json-1.1",
                "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
            },
            body=_body(login, login.password, identity.username, login.client_id),
        )
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
            "login-secret-missing": client.has_secret is True and not secret_given,
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
        has_secret = facts.client is not None and facts.client.has_secret
        secrets = ("password", "client_secret") if has_secret else ("password",)
        return FlowDraft({"username": facts.username or PLACEHOLDER_USERNAME}, secrets, tuple(todo))


FLOW = UserPassword()


def _allows_passwords(client: ClientConfiguration) -> bool:
    """Old app clients list the flow's name without its prefix."""
    return bool({_AUTH_FLOW, f"ALLOW_{_AUTH_FLOW}"} & set(client.auth_flows or ()))


def _body(login: PreparedLogin, password: Secret, username: str, client_id: str) -> bytes:
    """The body of InitiateAuth; not built in `log_in`, whose local variables a traceback may show.

    Args:
        login: may have the app client's secret.
        password: of the user.
        username: of the user.
        client_id: of the app client.
    """
    parameters = {"USERNAME": username, "PASSWORD": password.reveal()}
    if login.client_secret is not None:
        parameters["SECRET_HASH"] = _secret_hash(login.client_secret, username, client_id)
    return json.dumps({"AuthFlow": _AUTH_FLOW, "ClientId": client_id, "AuthParameters": parameters}).encode()


def _secret_hash(client_secret: Secret, username: str, client_id: str) -> str:
    """Base64 of HMAC-SHA256 over user name and client id, keyed with the client's secret."""
    digest = hmac.new(
        client_secret.reveal().encode(), (username + client_id).encode(), hashlib.sha256
    ).digest()
    # A Secret registers itself, so that the hash is redacted like the secret.
    return Secret(base64.b64encode(digest).decode(), "secret hash").reveal()
