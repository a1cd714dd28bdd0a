"""The token endpoint for MCP clients: `resource` (RFC 8707), and refresh tokens for those who asked for `offline_access`."""

from __future__ import annotations

from typing import Any

from agentcore_probe.local.grants import Grants, Renewal
from agentcore_probe.local.issued_tokens import IssuedTokens
from agentcore_probe.local.login.clients import LoginClient
from agentcore_probe.local.moto_backend import MotoBackend
from agentcore_probe.local.token_endpoint import Form, OAuthError, TokenEndpoint


class LoginTokenEndpoint(TokenEndpoint):
    """`/oauth2/token`.

    Args:
        backend: the user pool.
        tokens: issues them.
        grants: what can be redeemed.
        clients: those that are not in the pool, by their ids.
    """

    def __init__(
        self, backend: MotoBackend, tokens: IssuedTokens, grants: Grants, clients: dict[str, LoginClient]
    ) -> None:
        super().__init__(backend, tokens, grants)
        self._clients = clients

    def _client(self, client_id: str) -> Any:
        return self._clients.get(client_id) or super()._client(client_id)

    def _redeem_code(self, client: Any, form: Form) -> dict[str, Any]:
        code = self._redeemed(client, form)
        renewal = Renewal(client.id, code.username, code.scope, code.resource)
        return self._issue(renewal, form, nonce=code.nonce)

    def _refresh(self, client: Any, form: Form) -> dict[str, Any]:
        renewal = self._grants.renew(form.get("refresh_token", ""))
        if renewal is None or renewal.client_id != client.id:
            raise OAuthError("invalid_grant")
        if not set(form.get("scope", "").split()) <= set(renewal.scope.split()):
            raise OAuthError("invalid_scope")
        return self._issue(renewal, form)

    def _issue(self, granted: Renewal, form: Form, *, nonce: str | None = None) -> dict[str, Any]:
        if form.get("resource", granted.resource) != granted.resource:
            raise OAuthError("invalid_target")
        scope = form.get("scope") or granted.scope
        answer = self._tokens.for_grant(granted, scope, nonce=nonce)
        if "offline_access" in granted.scope.split():
            answer["refresh_token"] = self._grants.add_renewal(granted)
        return answer
