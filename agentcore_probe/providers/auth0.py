"""Auth0 (auth0.com/docs)."""

from __future__ import annotations

from agentcore_probe.providers.provider import Claims, OAuthError, Provider, host_is_in, issuer_by_standard


def _is_shared_audience(audience: str, claims: Claims) -> bool:
    """Its own user info endpoint: every login with `openid` has it."""
    return audience.startswith(str(claims.get("iss") or "-").rstrip("/"))


def _issuer_of(url: str) -> str | None:
    """Its issuers end with a slash."""
    issuer = issuer_by_standard(url)
    return None if issuer is None else f"{issuer.rstrip('/')}/"


def _is_machine(claims: Claims) -> bool | None:
    return claims.get("gty") == "client-credentials" or str(claims.get("sub")).endswith("@clients")


PROVIDER = Provider(
    id="auth0",
    name="Auth0",
    recognizes=lambda url: host_is_in(url, "auth0.com"),
    issuer_of=_issuer_of,
    client_claims=("azp",),
    access_tokens_have_client_id=False,  # only in the token profile of RFC 9068
    is_machine=_is_machine,
    is_shared_audience=_is_shared_audience,
    token_paths=("/oauth/token",),
    client_errors=(OAuthError("access_denied", status=401),),
    grant_errors=(OAuthError("access_denied", ambiguous=True),),  # no grant for the API
)
