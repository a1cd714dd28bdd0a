"""Cognito and the other AWS APIs of the account: moto, with the checks of Cognito that moto lacks.

moto accepts a login through a disabled flow or without a secret hash; Cognito refuses both
(docs/agentcore.md section 5). moto has neither login pages nor a token endpoint: `authorization_server` has them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

from agentcore_probe.local.authorization_server import AuthorizationServer
from agentcore_probe.local.cognito_tokens import CognitoTokens
from agentcore_probe.local.issued_tokens import IssuedTokens
from agentcore_probe.local.issuer_documents import IssuerDocuments
from agentcore_probe.local.login.metadata import metadata_response
from agentcore_probe.local.login.server import LoginServer
from agentcore_probe.local.moto_backend import MotoBackend
from agentcore_probe.local.error_responses import EXPIRED, aws_error, query_error, unknown_operation
from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse, json_response
from agentcore_probe.local.services.aws_apis import COGNITO_TARGET, AwsApis
from agentcore_probe.local.state import State, TokenChanges

_UNSIGNED_OPERATIONS = frozenset(
    {
        "ConfirmForgotPassword", "ConfirmSignUp", "ForgotPassword", "GetUser", "GlobalSignOut", "GetClientToken",
        "GetDerivedToken", "GetTokensFromRefreshToken", "InitiateAuth", "ResendConfirmationCode", "RespondToAuthChallenge", "RevokeToken", "SignUp",
    }
)  # fmt: skip
"""Cognito's operations that need no signature (`authtype: none` in botocore's model of cognito-idp)."""


class IdentityService:
    """Cognito with its authorization server, and the other AWS APIs of the account, on one port."""

    def __init__(self, state: State, backend: MotoBackend, documents: IssuerDocuments, apis: AwsApis) -> None:
        self._state = state
        self._backend = backend
        self._documents = documents
        self._apis = apis
        tokens = IssuedTokens(state, backend, documents)
        server_type = AuthorizationServer if state.login_server is None else LoginServer
        self._authorization = server_type(state, backend, tokens)
        self._tokens = CognitoTokens(backend, tokens)

    async def respond(self, request: AsgiRequest) -> AsgiResponse:
        """The response of an AWS API or of the authorization server to `request`."""
        if request.path != "/":
            return await self._at_path(request)
        if self._state.has_expired(request.headers.get("x-amz-security-token")):
            return _expired(request)
        target = request.headers.get("x-amz-target", "")
        if _lacks_signature(request, target):
            return _missing_signature(request)
        if self._tokens.serves(target.removeprefix(COGNITO_TARGET)):
            return self._tokens.respond(target.removeprefix(COGNITO_TARGET), request)
        if target == f"{COGNITO_TARGET}InitiateAuth":
            refusal = self._check_login(request)
            if refusal is not None:
                return refusal
            if "login-id-token" in self._state.service_faults:
                return self._log_in(TokenChanges(), access="id")
            if self._state.token_changes is not None:
                return self._log_in(self._state.token_changes)
        return await self._apis.respond(request)

    async def _at_path(self, request: AsgiRequest) -> AsgiResponse:
        """What is not an API of AWS: the authorization server, and the issuer's documents. Not moto's own API."""
        if self._authorization.serves(request.path):
            return await self._authorization.respond(request)
        if self._state.login_server is not None:
            response = metadata_response(request.path, self._state, self._documents.discovery)
            if response is not None:
                return response
        pool_id, _, document = request.path[1:].partition("/")
        if document.startswith(".well-known/"):
            return self._document(pool_id, document)
        return unknown_operation()

    def _log_in(self, changes: TokenChanges, access: str = "access") -> AsgiResponse:
        """A login whose tokens differ from moto's, `access` being the kind in the access token's place."""
        tokens = {
            name: self._backend.user_token(use, changes.expires_in, changes.claims())
            for name, use in (("AccessToken", access), ("IdToken", "id"))
        }
        result = {**tokens, "ExpiresIn": 3600, "TokenType": "Bearer"}
        return json_response(200, {"AuthenticationResult": result, "ChallengeParameters": {}})

    def _document(self, pool_id: str, document: str) -> AsgiResponse:
        """A discovery or key document. moto would also serve those of unknown pools, with URLs of AWS."""
        documents = {
            ".well-known/openid-configuration": self._documents.discovery,
            ".well-known/jwks.json": self._documents.keys,
        }
        if pool_id != self._state.pool_id or document not in documents:
            return aws_error(404, "ResourceNotFoundException", "User pool does not exist.")
        return json_response(200, documents[document])

    def _check_login(self, request: AsgiRequest) -> AsgiResponse | None:
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
            return None  # no user name and no hash: moto checks the token
        if not {flow, f"ALLOW_{flow}"} & set(enabled):
            return aws_error(400, "InvalidParameterException", f"{flow} flow not enabled for this client")
        return _check_hash(client, username, parameters.get("SECRET_HASH")) or self._check_user(username)

    def _check_user(self, username: str) -> AsgiResponse | None:
        """An unknown user gets the same error as a wrong password (PreventUserExistenceErrors)."""
        if "password-reset-required" in self._state.service_faults:
            return aws_error(400, "PasswordResetRequiredException", "Password reset required for the user")
        if username in self._backend.pool.users:
            return None
        return aws_error(400, "NotAuthorizedException", "Incorrect username or password.")


def _expired(request: AsgiRequest) -> AsgiResponse:
    """Cognito's error for an expired session token, or that of IAM and STS."""
    if "x-amz-target" in request.headers:
        return aws_error(400, "ExpiredTokenException", EXPIRED)
    return query_error(403, "ExpiredToken", EXPIRED)


def _lacks_signature(request: AsgiRequest, target: str) -> bool:
    """Whether an operation that must be signed is not. moto fails at such a request."""
    if target.startswith(COGNITO_TARGET) and target.removeprefix(COGNITO_TARGET) in _UNSIGNED_OPERATIONS:
        return False
    authorization = request.headers.get("authorization", "")
    return not (authorization.startswith("AWS4-") and "Credential=" in authorization)


def _missing_signature(request: AsgiRequest) -> AsgiResponse:
    """Cognito's error for a request without a signature, or that of IAM and STS."""
    if "x-amz-target" in request.headers:
        return aws_error(400, "MissingAuthenticationTokenException", "Missing Authentication Token")
    return query_error(403, "MissingAuthenticationToken", "Request is missing Authentication Token")


def _check_hash(client: Any, username: str, secret_hash: str | None) -> AsgiResponse | None:
    if not client.generate_secret:
        if secret_hash is None:
            return None
        message = f"Client {client.id} is not configured for secret but secret hash was received"
        return aws_error(400, "InvalidParameterException", message)
    if secret_hash is None:
        message = f"Client {client.id} is configured with secret but SECRET_HASH was not received"
        return aws_error(400, "NotAuthorizedException", message)
    digest = hmac.new(str(client.secret).encode(), (username + client.id).encode(), hashlib.sha256).digest()
    if hmac.compare_digest(base64.b64encode(digest), secret_hash.encode()):
        return None
    return aws_error(400, "NotAuthorizedException", f"Unable to verify secret hash for client {client.id}")
