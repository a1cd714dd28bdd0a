"""Auth0 (auth0.com/docs)."""

from __future__ import annotations

from functools import partial

from agentcore_probe.model.sentence import Sentence
from agentcore_probe.providers.provider import (
    Claims,
    McpLogin,
    OAuthError,
    Provider,
    endpoint_path,
    host_is_in,
    issuer_by_standard,
)


def _is_shared_audience(audience: str, claims: Claims) -> bool:
    """Its own user info endpoint: every login with `openid` has it."""
    return audience.startswith(str(claims.get("iss") or "-").rstrip("/"))


_auth0 = partial(Sentence, sender="provider", service="oauth", values=(("provider", "auth0"),))

SENTENCES = (
    _auth0(
        literal="service not enabled within domain",
        pattern=r"(?P<message>Service not enabled within domain(?:: (?P<resource>[^\s\"]{1,300}))?)",
        example="Service not enabled within domain: https://gw.example.com/mcp",
        cause="resource-parameter-rejected",
    ),
    _auth0(
        literal="client is not authorized to access",
        pattern=r"(?P<message>Client is not authorized to access[^\n]{0,200})",
        example='Client is not authorized to access "https://orders-api". You need to create a "client-grant" associated to this API.',
        cause="oauth-grant-not-allowed",
    ),
    _auth0(
        literal="not allowed for the client",
        pattern=r"(?P<message>Grant type '?[\w:.-]{1,100}'? not allowed for the client)",
        example="Grant type 'client_credentials' not allowed for the client.",
        cause="oauth-grant-not-allowed",
    ),
    _auth0(
        literal="client has not been granted scopes",
        pattern=r"(?P<message>Client has not been granted scopes[^\n\"]{0,200})",
        example="Client has not been granted scopes: read:orders",
        cause="oauth-scope-invalid",
    ),
    _auth0(
        literal="unknown client:",
        pattern=r"(?P<message>Unknown client: [^\s\"]{1,100})",
        example="Unknown client: 1example23456789",
        cause="oauth-client-invalid",
    ),
    _auth0(
        literal="callback url mismatch",
        example="Callback URL mismatch. The provided redirect_uri is not in the list of allowed callback URLs.",
        cause="redirect-uri-mismatch",
    ),
    _auth0(
        literal="not in the list of allowed callback urls",
        example="The redirect_uri is not in the list of allowed callback URLs",
        cause="redirect-uri-mismatch",
    ),
    _auth0(
        literal="invalid authorization code",
        example="Invalid authorization code",
        cause="oauth-grant-invalid",
        values=(("provider", "auth0"), ("kind", "code")),
    ),
    _auth0(
        literal="unknown or invalid refresh token",
        example="Unknown or invalid refresh token.",
        cause="oauth-grant-invalid",
        values=(("provider", "auth0"), ("kind", "refresh")),
    ),
    _auth0(
        literal="failed to verify code verifier",
        example="Failed to verify code verifier",
        cause="oauth-grant-invalid",
        values=(("provider", "auth0"), ("kind", "code")),
    ),
    _auth0(literal="wrong email or password", example="Wrong email or password.", cause="wrong-password"),
    _auth0(
        literal="multifactor authentication required",
        example="Multifactor authentication required",
        cause="mfa-required",
    ),
)


def _issuer_of(url: str) -> str | None:
    """Its issuers end with a slash."""
    issuer = issuer_by_standard(url)
    return None if issuer is None else f"{issuer.rstrip('/')}/"


def _is_machine(claims: Claims) -> bool | None:
    return claims.get("gty") == "client-credentials" or str(claims.get("sub")).endswith("@clients")


def _recognizes_metadata(document: Claims) -> bool:
    """Also at a custom domain: its MFA API, or where it registers clients."""
    return (
        "mfa_challenge_endpoint" in document
        or endpoint_path(document, "registration_endpoint") == "/oidc/register"
    )


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
    errors=(
        OAuthError("oauth-client-invalid", "access_denied", status=401),
        OAuthError(
            "oauth-grant-not-allowed", "access_denied", status=403, ambiguous=True
        ),  # no grant for the API
    ),
    sentences=SENTENCES,
    recognizes_metadata=_recognizes_metadata,
    # The document has a `registration_endpoint` also where the tenant's switch is off.
    mcp_login=McpLogin(
        registration="by-policy",
        resource="by-setting",  # Resource Parameter Compatibility Profile
        resource_sets_audience=True,
        allows_any_loopback_port=False,
    ),
)
