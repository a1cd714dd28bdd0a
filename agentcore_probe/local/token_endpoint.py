"""The token endpoint of the authorization server: one function for each grant."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse, json_response
from agentcore_probe.local.client_authentication import client_credentials
from agentcore_probe.local.grants import Code, Grants
from agentcore_probe.local.issued_tokens import IssuedTokens
from agentcore_probe.local.moto_backend import MotoBackend
from agentcore_probe.local.state import SCOPE

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
EXCHANGE_GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"

Form = Mapping[str, str]


class OAuthError(Exception):
    """An error of RFC 6749 section 5.2."""


class TokenEndpoint:
    """`/oauth2/token`.

    Args:
        backend: the user pool.
        tokens: issues them.
        grants: what can be redeemed.
    """

    def __init__(self, backend: MotoBackend, tokens: IssuedTokens, grants: Grants) -> None:
        self._backend = backend
        self._tokens = tokens
        self._grants = grants

    def respond(self, request: AsgiRequest) -> AsgiResponse:
        """The tokens of a grant.

        Raises:
            OAuthError: the grant is refused.
            TokenRefused: a token that was presented is not valid.
        """
        form = fields(request.body.decode("utf-8", "replace"))
        grants: dict[str, Callable[[Any, Form], dict[str, Any]]] = {
            "authorization_code": self._redeem_code,
            "refresh_token": self._refresh,
            "client_credentials": self._machine,
            DEVICE_GRANT: self._redeem_device,
            EXCHANGE_GRANT: self._exchange,
        }
        client = self.authenticated(request, form)
        grant = grants.get(form.get("grant_type", ""))
        if grant is None:
            raise OAuthError("unsupported_grant_type")
        return json_response(200, grant(client, form), {"cache-control": "no-store"})

    def authenticated(self, request: AsgiRequest, form: Form) -> Any:
        """The client of a request, which has authenticated itself if it has a secret.

        Args:
            request: may have a Basic header.
            form: its fields.

        Raises:
            OAuthError: it is unknown, or its secret is missing, wrong or unexpected.
        """
        client_id, secret = client_credentials(request, form)
        client = self._client(client_id)
        if client is None or bool(secret) != bool(client.generate_secret):
            raise OAuthError("invalid_client")
        if client.generate_secret and not hmac.compare_digest(secret.encode(), str(client.secret).encode()):
            raise OAuthError("invalid_client")
        return client

    def _client(self, client_id: str) -> Any:
        return self._backend.pool.clients.get(client_id)

    def _redeem_code(self, client: Any, form: Form) -> dict[str, Any]:
        code = self._redeemed(client, form)
        return self._tokens.for_user(
            client.id, code.username, code.scope, audience=code.resource, nonce=code.nonce
        )

    def _redeemed(self, client: Any, form: Form) -> Code:
        """The code of a form, whose client, redirect URI and verifier are those of its login."""
        code = self._grants.redeem(form.get("code", ""))
        if (
            code is None
            or code.client_id != client.id
            or code.redirect_uri != form.get("redirect_uri")
            or not code.is_proven_by(form.get("code_verifier", ""))
        ):
            raise OAuthError("invalid_grant")
        return code

    def _refresh(self, client: Any, form: Form) -> dict[str, Any]:
        return self._tokens.refreshed(client.id, form.get("refresh_token", ""))

    def _machine(self, client: Any, form: Form) -> dict[str, Any]:
        """RFC 6749 section 4.4: Cognito wants a secret, the grant and the scopes."""
        if not client.generate_secret:
            raise OAuthError("invalid_client")
        _check_grant(client, "client_credentials")
        scopes = form.get("scope", SCOPE).split()
        if not set(scopes) <= set(client.extended_config.get("AllowedOAuthScopes") or []):
            raise OAuthError("invalid_scope")
        return self._tokens.for_machine(client.id, " ".join(scopes), audience=audience(form))

    def _exchange(self, client: Any, form: Form) -> dict[str, Any]:
        if not form.get("subject_token") or not form.get("subject_token_type"):
            raise OAuthError("invalid_request")
        token = self._tokens.exchanged(
            client.id,
            form["subject_token"],
            actor=form.get("actor_token"),
            scope=form.get("scope"),
            audience=audience(form),
        )
        kind = "urn:ietf:params:oauth:token-type:access_token"
        return {"access_token": token, "issued_token_type": kind, "token_type": "Bearer", "expires_in": 3600}

    def _redeem_device(self, client: Any, form: Form) -> dict[str, Any]:
        text = form.get("device_code", "")
        device = self._grants.device(text)
        if device is None or device.client_id != client.id:
            raise OAuthError("invalid_grant")
        error = device.poll()
        if error is not None:
            raise OAuthError(error)
        self._grants.remove_device(text)
        return self._tokens.for_user(client.id, device.username, device.scope, audience=device.resource)


def fields(text: str) -> dict[str, str]:
    """The first value of each field of a query or form, `text`."""
    return {name: values[0] for name, values in parse_qs(text).items()}


def _check_grant(client: Any, grant: str) -> None:
    settings = client.extended_config
    is_on = settings.get("AllowedOAuthFlowsUserPoolClient")
    if not is_on or grant not in (settings.get("AllowedOAuthFlows") or []):
        raise OAuthError("unauthorized_client")


def audience(form: Form) -> str | None:
    """Whom the token is for: `resource` must be a URI without a fragment (RFC 8707 section 2)."""
    resource = form.get("resource")
    if resource is not None and ("://" not in resource or "#" in resource):
        raise OAuthError("invalid_target")
    return resource or form.get("audience")
