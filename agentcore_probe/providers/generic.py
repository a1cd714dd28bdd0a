"""Any provider that keeps to the standards: OAuth 2.0 (RFC 6749, RFC 8707) and OpenID Connect Core."""

from __future__ import annotations

from agentcore_probe.model.judgement import Confidence
from agentcore_probe.model.sentence import Sentence
from agentcore_probe.providers.provider import Claims, OAuthError, Provider


def _is_machine(claims: Claims) -> bool | None:
    """RFC 9068 section 2.2: without a user, the subject is the client."""
    return True if "client_id" in claims and claims.get("sub") == claims["client_id"] else None


def _code(code: str, cause: str, example: str, *, confidence: Confidence = "probable") -> Sentence:
    """The row of a code wherever it is: in a redirect's URL, in an exception's text, in a log."""
    return Sentence(
        literal=code,
        pattern=rf"(?<![\w-])(?P<message>{code}\b[^\n\"'<&]{{0,200}})",
        example=example,
        sender="provider",
        service="oauth",
        cause=cause,
        confidence=confidence,
    )


def _gone(name: str) -> str:
    """The pattern of what servers of any kind say of a code or token that is no longer valid."""
    return (
        rf"(?P<message>{name} (?:is |has |was )?(?:been )?(?:expired|invalid|revoked|not valid|already (?:been )?(?:used|redeemed))"
        rf"|(?:invalid|expired|revoked|unknown) {name}\b)"
    )


def _grant(literal: str, example: str, *, kind: str = "", pattern: str = "") -> Sentence:
    return Sentence(
        literal=literal,
        pattern=pattern,
        example=example,
        sender="provider",
        service="oauth",
        cause="oauth-grant-invalid",
        values=(("kind", kind),) if kind else (),
    )


SENTENCES = (
    _code("redirect_uri_mismatch", "redirect-uri-mismatch", "Error 400: redirect_uri_mismatch"),
    _code(
        "redirect_mismatch",
        "redirect-uri-mismatch",
        "https://orders.auth.us-east-1.amazoncognito.com/error?error=redirect_mismatch&client_id=1example",
    ),
    _grant(
        "the provided authorization grant", "The provided authorization grant is invalid, expired, or revoked"
    ),
    _grant("refresh token", "The refresh token has expired", kind="refresh", pattern=_gone("refresh token")),
    _grant("refresh_token", "refresh_token is invalid", kind="refresh", pattern=_gone("refresh_token")),
    _grant(
        "authorization code",
        "The authorization code was already used",
        kind="code",
        pattern=_gone("authorization code"),
    ),
    Sentence(
        literal="redirect",
        pattern=r"(?P<message>(?:invalid|unregistered|mismatching|mismatched|unknown)[ +]redirect[_ +]ur[il]"
        r"|redirect[_ +]ur[il][ +](?:mismatch|does not match|did not match|must match|(?:is )?not (?:registered|allowed|valid|permitted)))",
        example="The redirect_uri MUST match the registered callback URL for this application.",
        sender="provider",
        service="oauth",
        cause="redirect-uri-mismatch",
    ),
    _code(
        "invalid_redirect_uri",
        "client-registration-refused",
        "invalid_redirect_uri: the redirect URI must use HTTPS",
    ),
    _code(
        "invalid_client_metadata", "client-registration-refused", "invalid_client_metadata: response_types"
    ),
    _code(
        "invalid_target", "resource-parameter-rejected", "invalid_target: the requested resource is unknown"
    ),
    _code(
        "invalid_scope",
        "oauth-scope-invalid",
        "http://localhost:3334/oauth/callback?error=invalid_scope&state=x",
    ),
    _code("invalid_grant", "oauth-grant-invalid", "(invalid_grant) The code has expired"),
    _code("invalid_client", "oauth-client-invalid", "OAuthError: invalid_client: no such client"),
    _code("unsupported_grant_type", "oauth-grant-not-allowed", "error: unsupported_grant_type"),
    _code("unauthorized_client", "oauth-grant-not-allowed", "error=unauthorized_client"),
    Sentence(
        literal="access_denied",
        pattern=r"\berror[=:\"' ]{1,5}(?P<message>access_denied\b[^\n\"'<&]{0,200})",
        example="http://localhost:3334/oauth/callback?error=access_denied&state=x",
        sender="provider",
        service="oauth",
        cause="oauth-grant-not-allowed",
        confidence="possible",
        values=(("kind", "denied"),),
    ),
)

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
        "unsupported_response_type",
        "invalid_scope",
        "invalid_target",
        # RFC 7591 section 3.2.2
        "invalid_redirect_uri",
        "invalid_client_metadata",
        "invalid_software_statement",
        "unapproved_software_statement",
        # OpenID Connect Core 3.1.2.6
        "interaction_required",
        "login_required",
        "consent_required",
    ),
    errors=(
        OAuthError("oauth-client-invalid", "invalid_client"),
        OAuthError("oauth-scope-invalid", "invalid_scope"),
        OAuthError("resource-parameter-rejected", "invalid_target"),
        OAuthError("oauth-scope-invalid", description=r"invalid[ _-]?scope"),
        OAuthError("redirect-uri-mismatch", "redirect_uri_mismatch"),
        OAuthError("redirect-uri-mismatch", "redirect_mismatch"),
        OAuthError(
            "redirect-uri-mismatch",
            description=r"redirect[ _-]?uri.{0,40}(?:mismatch|not match|not registered|not allowed|invalid)"
            r"|(?:mismatch|invalid|unregistered|unknown).{0,20}redirect[ _-]?uri",
        ),
        OAuthError("client-registration-refused", "invalid_redirect_uri"),
        OAuthError("client-registration-refused", "invalid_client_metadata"),
        OAuthError("client-registration-refused", "invalid_software_statement"),
        OAuthError("client-registration-refused", "unapproved_software_statement"),
        OAuthError("oauth-grant-not-allowed", "unauthorized_client"),
        OAuthError("oauth-grant-not-allowed", "unsupported_grant_type"),
        OAuthError("oauth-grant-not-allowed", "unsupported_response_type"),
        OAuthError("oauth-grant-not-allowed", "access_denied", ambiguous=True),
        OAuthError("oauth-grant-not-allowed", "consent_required", ambiguous=True),
        OAuthError("oauth-grant-invalid", "invalid_grant"),
        OAuthError("oauth-grant-invalid", "expired_token"),  # RFC 8628 section 3.5
        OAuthError("service-fault", "server_error"),
        OAuthError("service-fault", "temporarily_unavailable"),
    ),
    sentences=SENTENCES,
    error_message_keys=("error_description",),
)
