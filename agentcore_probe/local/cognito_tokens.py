"""Cognito's API for tokens that moto does not have: GetClientToken, GetDerivedToken, GetTokensFromRefreshToken.

The settings and errors are those of botocore's model of cognito-idp (docs/agentcore.md section 5.1).
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any

from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse, json_response
from agentcore_probe.local.error_responses import aws_error
from agentcore_probe.local.issued_tokens import IssuedTokens, TokenRefused
from agentcore_probe.local.moto_backend import MotoBackend
from agentcore_probe.local.state import SCOPE

CLIENT_TOKEN_FLOW = "ALLOW_CLIENT_TOKEN_AUTH"

Values = Mapping[str, Any]


class CognitoError(Exception):
    """An error of the API: its type and message."""

    def __init__(self, type: str, message: str) -> None:
        super().__init__(message)
        self.type = type


class CognitoTokens:
    """The operations.

    Args:
        backend: the user pool.
        tokens: issues them.
    """

    def __init__(self, backend: MotoBackend, tokens: IssuedTokens) -> None:
        self._backend = backend
        self._tokens = tokens
        self._operations: dict[str, Callable[[Any, Values], dict[str, Any]]] = {
            "GetClientToken": self._client_token,
            "GetDerivedToken": self._derived_token,
            "GetTokensFromRefreshToken": self._refreshed,
        }

    def serves(self, operation: str) -> bool:
        """Whether it has an operation."""
        return operation in self._operations

    def respond(self, operation: str, request: AsgiRequest) -> AsgiResponse:
        """The response to a call.

        Args:
            operation: one that it serves.
            request: the call.
        """
        try:
            values = json.loads(request.body)
            client = self._client(str(values.get("ClientId")))
            return json_response(200, self._operations[operation](client, values))
        except (ValueError, AttributeError):
            return aws_error(400, "SerializationException", "")
        except CognitoError as error:
            return aws_error(400, error.type, str(error))
        except TokenRefused:
            return aws_error(400, "NotAuthorizedException", "Invalid token")

    def _client(self, client_id: str) -> Any:
        client = self._backend.pool.clients.get(client_id)
        if client is None:
            raise CognitoError("ResourceNotFoundException", f"User pool client {client_id} does not exist.")
        return client

    def _client_token(self, client: Any, values: Values) -> dict[str, Any]:
        if _flows(client) != {CLIENT_TOKEN_FLOW}:
            raise CognitoError(
                "InvalidParameterException", f"{CLIENT_TOKEN_FLOW} is not enabled for this client"
            )
        _check_secret(client, values.get("Secret"))
        scopes = [str(scope) for scope in values.get("Scopes") or [SCOPE]]
        if not set(scopes) <= set(client.extended_config.get("AllowedOAuthScopes") or []):
            raise CognitoError("InvalidParameterException", "Invalid scope requested")
        issued = self._tokens.for_machine(client.id, " ".join(scopes))
        result = {"AccessToken": issued["access_token"], "ExpiresIn": 3600, "TokenType": "Bearer"}
        return {"ClientAuthenticationResult": result}

    def _derived_token(self, client: Any, values: Values) -> dict[str, Any]:
        needed = f"ALLOW_TOKEN_EXCHANGE_{'DELEGATION' if values.get('ActorToken') else 'IMPERSONATION'}"
        if needed not in _flows(client):
            raise CognitoError("InvalidParameterException", f"{needed} is not enabled for this client")
        _check_secret(client, values.get("ClientSecret"))
        audiences, resources = values.get("Audiences") or [], values.get("Resources") or []
        if audiences and resources:
            raise CognitoError("InvalidParameterException", "Specify either Audiences or Resources")
        token = self._tokens.exchanged(
            client.id,
            str(values.get("SubjectToken")),
            actor=values.get("ActorToken"),
            scope=" ".join(values.get("Scopes") or []) or None,
            audience=next(iter([*audiences, *resources]), None),
        )
        return {
            "IssuedToken": token,
            "IssuedTokenType": "ACCESS_TOKEN",
            "TokenType": "Bearer",
            "ExpiresIn": 3600,
        }

    def _refreshed(self, client: Any, values: Values) -> dict[str, Any]:
        _check_secret(client, values.get("ClientSecret"))
        try:
            issued = self._tokens.refreshed(client.id, str(values.get("RefreshToken")))
        except TokenRefused:
            raise CognitoError("NotAuthorizedException", "Invalid Refresh Token") from None
        result = {"AccessToken": issued["access_token"], "IdToken": issued["id_token"]}
        return {"AuthenticationResult": {**result, "ExpiresIn": 3600, "TokenType": "Bearer"}}


def _flows(client: Any) -> set[str]:
    return set(client.extended_config.get("ExplicitAuthFlows") or [])


def _check_secret(client: Any, secret: object) -> None:
    """A client with a secret must give it, one without must not."""
    if not client.generate_secret and secret is None:
        return
    known = str(client.secret).encode() if client.generate_secret else b""
    if not hmac.compare_digest(str(secret or "").encode(), known):
        raise CognitoError("NotAuthorizedException", f"Unable to verify secret for client {client.id}")
