"""The tokens that the user pool issues, made by moto and with its key."""

from __future__ import annotations

import time
from typing import Any

import jwt

from agentcore_probe.local.grants import Renewal
from agentcore_probe.local.issuer_documents import IssuerDocuments
from agentcore_probe.local.moto_backend import MotoBackend
from agentcore_probe.local.state import State

_SECONDS = 3600


class TokenRefused(Exception):
    """A token that was presented is not valid: an error of RFC 6749 section 5.2."""


class IssuedTokens:
    """Issues tokens.

    Args:
        state: what is deployed.
        backend: the user pool.
        documents: its keys.
    """

    def __init__(self, state: State, backend: MotoBackend, documents: IssuerDocuments) -> None:
        self._state = state
        self._backend = backend
        self._documents = documents

    def for_user(
        self,
        client_id: str,
        username: str,
        scope: str,
        *,
        audience: str | None = None,
        nonce: str | None = None,
    ) -> dict[str, Any]:
        """The answer of the token endpoint after a person's login.

        Args:
            client_id: of the app client.
            username: of the person.
            scope: what was granted.
            audience: the access token's `aud`.
            nonce: the ID token's.
        """
        refresh, origin = self._backend.pool.create_refresh_token(client_id, username)
        claims = {"scope": scope, "origin_jti": origin, **({"aud": audience} if audience else {})}
        answer = self._answer(self._user_token(client_id, username, "access", claims))
        answer["refresh_token"] = refresh
        return answer | self._id_token(client_id, username, scope, nonce)

    def for_grant(self, granted: Renewal, scope: str, *, nonce: str | None = None) -> dict[str, Any]:
        """The answer of the token endpoint without a refresh token.

        Args:
            granted: by whom, and to which client.
            scope: what is asked for.
            nonce: the ID token's.
        """
        claims = {"scope": scope, **({"aud": granted.resource} if granted.resource else {})}
        answer = self._answer(self._user_token(granted.client_id, granted.username, "access", claims))
        return {**answer, "scope": scope, **self._id_token(granted.client_id, granted.username, scope, nonce)}

    def _id_token(self, client_id: str, username: str, scope: str, nonce: str | None) -> dict[str, str]:
        if "openid" not in scope.split():
            return {}
        return {"id_token": self._user_token(client_id, username, "id", {"nonce": nonce} if nonce else {})}

    def refreshed(self, client_id: str, refresh_token: str) -> dict[str, Any]:
        """The answer to a refresh token.

        Raises:
            TokenRefused: it is unknown, or another client's.
        """
        owner, username, _ = self._backend.pool.refresh_tokens.get(refresh_token) or ("", "", "")
        if not username or owner != client_id:
            raise TokenRefused("invalid_grant")
        scope = {"scope": "aws.cognito.signin.user.admin"}
        answer = self._answer(self._user_token(client_id, username, "access", scope))
        answer["id_token"] = self._user_token(client_id, username, "id", {})
        return answer

    def for_machine(self, client_id: str, scope: str, *, audience: str | None = None) -> dict[str, Any]:
        """The answer to a client that asks in its own name."""
        return self._answer(self._backend.machine_token(client_id, scope, audience))

    def exchanged(
        self, client_id: str, subject: str, *, actor: str | None, scope: str | None, audience: str | None
    ) -> str:
        """An access token for a token's subject (RFC 8693).

        Args:
            client_id: who asks.
            subject: the token to exchange.
            actor: the token of who acts for the subject.
            scope: what is asked for; None: what the subject's token has.
            audience: whom the token is for.

        Raises:
            TokenRefused: a token is not the pool's, or has expired.
        """
        claims = self._verified(subject)
        changed: dict[str, Any] = {"scope": scope or claims.get("scope", "")}
        if audience:
            changed["aud"] = audience
        if actor:
            acting = self._verified(actor)
            changed["act"] = {"sub": acting.get("sub"), "client_id": acting.get("client_id")}
        username = claims.get("username") or claims.get("cognito:username")
        if username in self._backend.pool.users:
            return self._user_token(client_id, str(username), "access", changed)
        return self._backend.machine_token(client_id, changed.pop("scope"), changed.get("aud"))

    def _verified(self, token: str) -> dict[str, Any]:
        issuer = self._documents.issuer(self._state.discovery_url)
        assert issuer is not None
        try:
            key = issuer.keys.get_signing_key_from_jwt(token)
            options: Any = {"verify_aud": False}
            return dict(jwt.decode(token, key.key, ["RS256"], options=options, issuer=self._state.issuer))
        except jwt.PyJWTError:
            raise TokenRefused("invalid_grant") from None

    def _user_token(self, client_id: str, username: str, use: str, claims: dict[str, Any]) -> str:
        changes = self._state.token_changes
        seconds = changes.expires_in if changes is not None else _SECONDS
        claims = {
            "auth_time": int(time.time()),
            **(changes.claims() if changes is not None else {}),
            **claims,
        }
        token, _ = self._backend.pool.create_jwt(client_id, username, use, seconds, claims)
        return str(token)

    @staticmethod
    def _answer(access_token: str) -> dict[str, Any]:
        return {"access_token": access_token, "expires_in": _SECONDS, "token_type": "Bearer"}
