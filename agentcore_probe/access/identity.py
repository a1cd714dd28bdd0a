"""Gets the bearer token: a Cognito login, client credentials, or a token by reference."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from agentcore_probe.access.aws import Aws
from agentcore_probe.access.credentials import Basic, Credential
from agentcore_probe.access.secret_store import SecretStore
from agentcore_probe.access.transport import Outgoing, RawAnswer, Transport
from agentcore_probe.errors import EnvironmentFileError
from agentcore_probe.model.environment import Identity
from agentcore_probe.model.pool import pool_of
from agentcore_probe.secret import Secret


@dataclass(frozen=True)
class Tokens:
    """What a login gave; `access` is what the JWT rows send."""

    access: Secret
    id: Secret | None = None


@dataclass(frozen=True)
class NoTokens:
    """Why there is no token: the exchange that shows it, or a reason without one."""

    reason: str
    exchange: str | None = None


@dataclass(frozen=True)
class Login:
    """What is needed for a token, secrets read."""

    identity: Identity
    client_id: str | None
    discovery_url: str | None
    password: Secret | None = None
    client_secret: Secret | None = None
    token: Secret | None = None


def prepare(
    identity: Identity, client_id: str | None, discovery_url: str | None, store: SecretStore
) -> Login:
    """Reads the secrets that `identity` refers to.

    Args:
        identity: what the environment's file says.
        client_id: the app client where the file names none.
        discovery_url: who issues the token, where that is known.
        store: where secrets are read.

    Raises:
        InputError: a secret cannot be read.
        EnvironmentFileError: a key that the flow needs is missing.
    """
    needed = {"user-password": ("username", "password"), "token": ("token",)}.get(identity.flow, ())
    for key in (*needed, *(["client_secret"] if identity.flow == "client-credentials" else [])):
        if getattr(identity, key) is None:
            raise EnvironmentFileError(
                f"flow {identity.flow!r} needs {key}",
                where="[identity]",
                hint="See environments/example.toml",
            )
    read = {
        key: store.read(reference, key.replace("_", " "))
        for key in ("password", "client_secret", "token")
        if (reference := getattr(identity, key)) is not None
    }
    return Login(identity, identity.client_id or client_id, discovery_url, **read)


def log_in(
    login: Login, aws: Aws, transport: Transport, token_endpoint: Callable[[], str | None]
) -> Tokens | NoTokens:
    """The tokens, or why there are none. The exchanges stay in `transport`.

    Args:
        login: what is needed.
        aws: for Cognito's address.
        transport: sends.
        token_endpoint: waits for the issuer's document, which only client credentials need.
    """
    if login.identity.flow == "token":
        assert login.token is not None
        return Tokens(access=login.token)
    if login.client_id is None:
        return NoTokens("no-client-id")
    if login.identity.flow == "client-credentials":
        return _client_credentials(login, token_endpoint(), transport)
    return _user_password(login, aws, transport)


def _user_password(login: Login, aws: Aws, transport: Transport) -> Tokens | NoTokens:
    """Cognito's InitiateAuth, an unsigned call (docs/agentcore.md section 5)."""
    identity = login.identity
    assert login.password is not None
    assert identity.username is not None
    assert login.client_id
    parameters = {"USERNAME": identity.username, "PASSWORD": login.password.reveal()}
    if login.client_secret is not None:
        parameters["SECRET_HASH"] = _secret_hash(login.client_secret, identity.username, login.client_id)
    body = {
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": login.client_id,
        "AuthParameters": parameters,
    }
    answered = transport.send_raw(
        Outgoing(
            "login",
            f"{aws.base_url('cognito-idp', _pool_region(login))}/",
            headers={
                "Content-Type": "application/x-amz-json-1.1",
                "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
            },
            body=json.dumps(body).encode(),
        )
    )
    result = _object(answered).get("AuthenticationResult")
    return _tokens(answered, result, access="AccessToken", id="IdToken")


def _client_credentials(login: Login, endpoint: str | None, transport: Transport) -> Tokens | NoTokens:
    """RFC 6749 section 4.4 at the issuer's token endpoint."""
    if endpoint is None:
        return NoTokens("no-token-endpoint")
    assert login.client_id is not None
    form = {"grant_type": "client_credentials", "client_id": login.client_id}
    if login.identity.scope:
        form["scope"] = login.identity.scope
    secret = login.client_secret
    credential: Credential = Basic(login.client_id, secret) if secret else Credential()
    answered = transport.send_raw(
        Outgoing(
            "token",
            endpoint,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            body=urlencode(form).encode(),
            credential=credential,
        )
    )
    return _tokens(answered, _object(answered), access="access_token", id="id_token")


def _tokens(answered: RawAnswer, result: Any, *, access: str, id: str) -> Tokens | NoTokens:
    token = result.get(access) if isinstance(result, dict) else None
    if not isinstance(token, str) or not token:
        return NoTokens("no-token", answered.exchange.id)
    other = result.get(id)
    return Tokens(
        access=Secret(token, "token"),
        id=Secret(other, "id token") if isinstance(other, str) and other else None,
    )


def _object(answered: RawAnswer) -> dict[str, Any]:
    try:
        value = json.loads(answered.body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _pool_region(login: Login) -> str | None:
    """The user pool's region may differ from the Runtime's (docs/agentcore.md section 5)."""
    pool = pool_of(login.discovery_url) if login.discovery_url else None
    return pool.region if pool else None


def _secret_hash(client_secret: Secret, username: str, client_id: str) -> str:
    """Base64 of HMAC-SHA256 over user name and client id, keyed with the client's secret."""
    digest = hmac.new(
        client_secret.reveal().encode(), (username + client_id).encode(), hashlib.sha256
    ).digest()
    hashed = base64.b64encode(digest).decode()
    return Secret(hashed, "secret hash").reveal()
