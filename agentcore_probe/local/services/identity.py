"""The front door of Cognito, IAM and STS: as strict as Cognito where moto is kinder.

moto logs a client in whose flow is disabled or whose secret hash is missing; Cognito does not
(docs/agentcore.md section 5). moto has no token endpoint for client credentials; it is here.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import html
import json
import re
from typing import Any
from urllib.parse import parse_qs, unquote_plus

import anyio.to_thread

from agentcore_probe.local.moto_backend import SCOPE, MotoBackend
from agentcore_probe.local.error_responses import EXPIRED, aws_error, query_error, unknown_operation
from agentcore_probe.local.asgi import AsgiResponse, AsgiRequest, json_response
from agentcore_probe.local.state import TokenChanges, State

_TARGET = "AWSCognitoIdentityProviderService."
_DISCOVERY = ("/.well-known/openid-configuration", "/.well-known/jwks.json")


_DENIED = re.compile(rb"<Code>(\w+)</Code><Message>([^<]*)</Message>")


def _in_json(response: AsgiResponse) -> AsgiResponse:
    """moto's own check of signatures and policies answers in XML; Cognito answers in JSON."""
    told = _DENIED.search(response.body) if response.status == 403 else None
    if told is None:
        return response
    kind = told[1].decode().removesuffix("Exception") + "Exception"
    return aws_error(400, kind, html.unescape(told[2].decode()))


class IdentityService:
    """Cognito, IAM, STS and `/oauth2/token` on one port."""

    def __init__(self, state: State, backend: MotoBackend) -> None:
        self._state = state
        self._backend = backend

    async def respond(self, request: AsgiRequest) -> AsgiResponse:
        """What Cognito, IAM, STS or the token endpoint answers to `request`."""
        if request.path == "/oauth2/token":
            return self._token(request) if request.method == "POST" else unknown_operation()
        if request.path.endswith(_DISCOVERY):
            return await self._document(request)
        if self._state.has_expired(request.headers.get("x-amz-security-token")):
            return _expired(request)
        if request.headers.get("x-amz-target") == f"{_TARGET}InitiateAuth":
            refused = self._refuse_login(request)
            if refused is not None:
                return refused
            if self._state.token_changes is not None:
                return self._changed_tokens(self._state.token_changes)
        response = await anyio.to_thread.run_sync(self._backend.forward, request)
        return _in_json(response) if request.headers.get("x-amz-target", "").startswith(_TARGET) else response

    def _changed_tokens(self, changes: TokenChanges) -> AsgiResponse:
        """A login whose tokens have another lifetime or other claims than moto gives."""
        tokens = {
            name: self._backend.user_token(use, changes.expires_in, changes.claims())
            for name, use in (("AccessToken", "access"), ("IdToken", "id"))
        }
        result = {**tokens, "ExpiresIn": 3600, "TokenType": "Bearer"}
        return json_response(200, {"AuthenticationResult": result, "ChallengeParameters": {}})

    async def _document(self, request: AsgiRequest) -> AsgiResponse:
        """moto serves these for pools that do not exist too, and points to hosts that are not here."""
        if request.path.split("/")[1] != self._state.pool_id:
            return aws_error(404, "ResourceNotFoundException", "User pool does not exist.")
        response = await anyio.to_thread.run_sync(self._backend.forward, request)
        if response.status != 200:
            return response
        if request.path.endswith("jwks.json"):
            return _rotated(response) if "keys-rotated" in self._state.service_faults else response
        document = json.loads(response.body)
        base = self._state.addresses.aws
        document["jwks_uri"] = f"{base}/{self._state.pool_id}/.well-known/jwks.json"
        document["token_endpoint"] = f"{base}/oauth2/token"
        if "discovery-names-another-issuer" in self._state.service_faults:
            document["issuer"] = f"{document['issuer']}Z"
        return json_response(200, document)

    def _refuse_login(self, request: AsgiRequest) -> AsgiResponse | None:
        try:
            body = json.loads(request.body)
            parameters = body.get("AuthParameters") or {}
            client_id, flow = str(body.get("ClientId")), str(body.get("AuthFlow"))
            client = self._backend.pool.clients.get(client_id)
            username = str(parameters.get("USERNAME", ""))
        except (ValueError, AttributeError):
            return aws_error(400, "SerializationException", "")
        if client is None:
            message = f"User pool client {client_id} does not exist."
            return aws_error(400, "ResourceNotFoundException", message)
        enabled = client.extended_config.get("ExplicitAuthFlows") or []
        if flow in ("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"):
            return None  # it names no user: moto looks at the token alone
        if not {flow, f"ALLOW_{flow}"} & set(enabled):
            return aws_error(400, "InvalidParameterException", f"{flow} flow not enabled for this client")
        return _check_hash(client, username, parameters.get("SECRET_HASH")) or self._check_user(username)

    def _check_user(self, username: str) -> AsgiResponse | None:
        """An unknown user gets the same words as a wrong password (PreventUserExistenceErrors)."""
        if "password-reset-required" in self._state.service_faults:
            return aws_error(400, "PasswordResetRequiredException", "Password reset required for the user")
        if username in self._backend.pool.users:
            return None
        return aws_error(400, "NotAuthorizedException", "Incorrect username or password.")

    def _token(self, request: AsgiRequest) -> AsgiResponse:
        """RFC 6749 section 4.4, with Cognito's errors (docs/agentcore.md section 5)."""
        form = {name: values[0] for name, values in parse_qs(request.body.decode("utf-8", "replace")).items()}
        client_id, secret = _client_credentials(request, form)
        client = self._backend.pool.clients.get(client_id)
        if client is None or not client.generate_secret:
            return _oauth_error("invalid_client")
        if not hmac.compare_digest(secret.encode(), str(client.secret).encode()):
            return _oauth_error("invalid_client")
        settings = client.extended_config
        granted = form.get("grant_type") in (settings.get("AllowedOAuthFlows") or [])
        if form.get("grant_type") != "client_credentials":
            return _oauth_error("unsupported_grant_type")
        if not granted or not settings.get("AllowedOAuthFlowsUserPoolClient"):
            return _oauth_error("unauthorized_client")
        scopes = form.get("scope", SCOPE).split()
        if not set(scopes) <= set(settings.get("AllowedOAuthScopes") or []):
            return _oauth_error("invalid_scope")
        token = self._backend.machine_token(" ".join(scopes))
        return json_response(200, {"access_token": token, "expires_in": 3600, "token_type": "Bearer"})


def _expired(request: AsgiRequest) -> AsgiResponse:
    """Cognito's error, or that of STS."""
    if "x-amz-target" in request.headers:
        return aws_error(400, "ExpiredTokenException", EXPIRED)
    return query_error(403, "ExpiredToken", EXPIRED)


def _rotated(response: AsgiResponse) -> AsgiResponse:
    """The same keys under other names, as if they had been replaced."""
    keys = json.loads(response.body)["keys"]
    return json_response(200, {"keys": [{**key, "kid": f"{key['kid']}-rotated"} for key in keys]})


def _check_hash(client: Any, username: str, given: str | None) -> AsgiResponse | None:
    if not client.generate_secret:
        if given is None:
            return None
        message = f"Client {client.id} is not configured for secret but secret hash was received"
        return aws_error(400, "InvalidParameterException", message)
    if given is None:
        message = f"Client {client.id} is configured with secret but SECRET_HASH was not received"
        return aws_error(400, "NotAuthorizedException", message)
    digest = hmac.new(str(client.secret).encode(), (username + client.id).encode(), hashlib.sha256).digest()
    if hmac.compare_digest(base64.b64encode(digest), given.encode()):
        return None
    return aws_error(400, "NotAuthorizedException", f"Unable to verify secret hash for client {client.id}")


def _client_credentials(request: AsgiRequest, form: dict[str, str]) -> tuple[str, str]:
    """The client's id and secret, from Basic or from the form."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        user, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote_plus(user), unquote_plus(secret)


def _oauth_error(error: str) -> AsgiResponse:
    return json_response(400, {"error": error}, {"x-amz-cognito-request-id": "local"})
