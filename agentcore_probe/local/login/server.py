"""The endpoints at which MCP clients log in, with what Cognito lacks: registration, metadata documents, `resource`, `iss`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse, json_response
from agentcore_probe.local.authorization_server import AuthorizationServer, authorization_error
from agentcore_probe.local.error_responses import unknown_operation
from agentcore_probe.local.issued_tokens import IssuedTokens
from agentcore_probe.local.login.client_metadata import is_document_url, read_client
from agentcore_probe.local.login.clients import LOOPBACK_HOSTS, LoginClient, MetadataRefused
from agentcore_probe.local.login.metadata import OKTA_PATHS, REGISTRATION_PATH, registers
from agentcore_probe.local.login.registration import register
from agentcore_probe.local.login.tokens import LoginTokenEndpoint
from agentcore_probe.local.moto_backend import MotoBackend
from agentcore_probe.local.state import State
from agentcore_probe.local.token_endpoint import Form, OAuthError, audience, fields

_NO_STORE = {"cache-control": "no-store"}
_RESOURCE_REFUSED = (
    "AADSTS9010010: The resource parameter provided in the request doesn't match with the requested scopes."
)
"""Entra ID's text (docs/agentcore.md section 12.6)."""


class LoginServer(AuthorizationServer):
    """The endpoints below `/oauth2/`, `/login`, `/device` and `/error`.

    Args:
        state: what is deployed, with a `login_server`.
        backend: the user pool.
        tokens: issues them.
    """

    _hosts_of_any_port = LOOPBACK_HOSTS

    def __init__(self, state: State, backend: MotoBackend, tokens: IssuedTokens) -> None:
        self._clients: dict[str, LoginClient] = {}
        self._features = state.login_server or frozenset()
        super().__init__(state, backend, tokens)
        self._routes["POST", REGISTRATION_PATH] = self._register
        if "registration-refused" in state.service_faults:
            routes = self._routes.items()
            self._routes |= {
                (method, OKTA_PATHS.get(path, path)): handler for (method, path), handler in routes
            }

    def _create_token_endpoint(self, tokens: IssuedTokens) -> LoginTokenEndpoint:
        return LoginTokenEndpoint(self._backend, tokens, self._grants, self._clients)

    async def respond(self, request: AsgiRequest) -> AsgiResponse:
        """The response to a request for one of its paths."""
        if self._routes.get((request.method, request.path)) == self._authorize:
            await self._read_document(fields(request.query).get("client_id", ""))
        return await super().respond(request)

    async def _read_document(self, client_id: str) -> None:
        """Reads a client's metadata again, as at the beginning of each of its logins."""
        if "client-metadata" not in self._features or not is_document_url(client_id):
            return
        client = None
        if "client-metadata-refused" not in self._state.service_faults:
            client = await read_client(client_id)
        if client is None:
            self._clients.pop(client_id, None)
        else:
            self._clients[client_id] = client

    def _register(self, request: AsgiRequest) -> AsgiResponse:
        if not registers(self._state):
            return unknown_operation()
        if "registration-refused" in self._state.service_faults:
            refusal = {"error": "access_denied", "error_description": "Registration needs a token"}
            return json_response(403, refusal, _NO_STORE)
        try:
            client, answer = register(request)
        except MetadataRefused as error:
            refusal = {"error": error.code, "error_description": str(error)}
            return json_response(400, refusal, _NO_STORE)
        self._clients[client.id] = client
        return json_response(201, answer, _NO_STORE)

    def _client(self, client_id: str) -> Any:
        return self._clients.get(client_id) or super()._client(client_id)

    def _authorization_error(self, query: Form, settings: Mapping[str, Any]) -> dict[str, str] | None:
        """Also a `resource` that is not a URI, or that the server does not know."""
        error = authorization_error(query, settings)
        if error is not None:
            return {"error": error}
        try:
            audience(query)
        except OAuthError as invalid:
            return {"error": str(invalid), "error_description": "resource must be a URI without a fragment"}
        if "resource-refused" in self._state.service_faults and "resource" in query:
            return {"error": "invalid_target", "error_description": _RESOURCE_REFUSED}
        return None

    def _issuer_parameter(self) -> str | None:
        if "iss" not in self._features or "iss-missing" in self._state.service_faults:
            return super()._issuer_parameter()
        return super()._issuer_parameter() or self._state.issuer

    def _error(self, request: AsgiRequest, error: Exception) -> AsgiResponse:
        """401 for a client that did not authenticate itself (RFC 6749 section 5.2)."""
        is_basic = request.headers.get("authorization", "").lower().startswith("basic")
        if str(error) != "invalid_client" or not is_basic:
            return json_response(400, {"error": str(error)}, _NO_STORE)
        challenge = {"www-authenticate": 'Basic realm="oauth2"'}
        return json_response(401, {"error": "invalid_client"}, {**_NO_STORE, **challenge})
