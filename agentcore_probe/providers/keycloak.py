"""Keycloak (www.keycloak.org/documentation)."""

from __future__ import annotations

import re

from agentcore_probe.providers.provider import Claims, OAuthError, Provider

_REALM = re.compile(r"^https?://[^/?#]+/(?:[^?#]+/)?realms/[^/?#]+")


def _is_id_token(claims: Claims) -> bool | None:
    kind = claims.get("typ")
    return bool(kind == "ID") if kind in ("ID", "Bearer") else None


def _is_machine(claims: Claims) -> bool | None:
    return str(claims.get("preferred_username")).startswith("service-account-")


PROVIDER = Provider(
    id="keycloak",
    name="Keycloak",
    recognizes=lambda url: _REALM.match(url) is not None,
    client_claims=("azp",),
    access_tokens_have_client_id=False,  # only in those of service accounts
    is_machine=_is_machine,
    is_id_token=_is_id_token,
    is_shared_audience=lambda audience, _: audience == "account",  # of its default client scope
    token_paths=("/openid-connect/token",),
    client_errors=(OAuthError("unauthorized_client", r"invalid client|client (credentials|secret)"),),
)
