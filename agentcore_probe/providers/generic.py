"""Any provider that keeps to the standards: OAuth 2.0 (RFC 6749, RFC 8707) and OpenID Connect Core."""

from __future__ import annotations

from agentcore_probe.providers.provider import Claims, OAuthError, Provider


def _is_machine(claims: Claims) -> bool | None:
    """RFC 9068 section 2.2: without a user, the subject is the client."""
    return True if "client_id" in claims and claims.get("sub") == claims["client_id"] else None


PROVIDER = Provider(
    id="generic",
    is_machine=_is_machine,
    recognizes=lambda _: True,
    client_claims=("client_id",),  # RFC 9068 section 2.2
    scope_claims=("scope",),
    # OpenID Connect Core 5.1
    personal_claims=(
        "email",
        "preferred_username",
        "name",
        "given_name",
        "family_name",
        "nickname",
        "phone_number",
        "address",
        "birthdate",
    ),
    oauth_errors=(
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
        "invalid_target",
    ),
    client_errors=(OAuthError("invalid_client"),),
    scope_errors=(
        OAuthError("invalid_scope"),
        OAuthError("invalid_target"),
        OAuthError(description=r"invalid[ _-]?scope"),
    ),
    grant_errors=(
        OAuthError("unauthorized_client"),
        OAuthError("unsupported_grant_type"),
        OAuthError("invalid_grant", ambiguous=True),
    ),
    error_message_keys=("error_description",),
)
