"""Microsoft Entra ID (learn.microsoft.com/entra/identity-platform)."""

from __future__ import annotations

from agentcore_probe.model.sentence import Sentence
from agentcore_probe.providers.provider import (
    Claims,
    McpLogin,
    OAuthError,
    Provider,
    host_is_in,
    issuer_by_standard,
)
from agentcore_probe.regex import regex

_TENANT = regex(r"https://login\.microsoftonline\.com/(?P<tenant>[0-9a-f-]{36})(?P<version>/v2\.0)?$")


def _issuer_of(url: str) -> str | None:
    """The document without v2.0 in its path is of the issuer of version 1.0; that of all tenants has none."""
    issuer = issuer_by_standard(url)
    match = _TENANT.match(issuer or "")
    if match is None:
        return None
    return issuer if match["version"] else f"https://sts.windows.net/{match['tenant']}/"


def _is_machine(claims: Claims) -> bool | None:
    if "idtyp" in claims:
        return bool(claims["idtyp"] == "app")
    return False if "scp" in claims else True if "roles" in claims else None


def _code(number: str, cause: str, example: str, *, more: str = "", kind: str = "") -> Sentence:
    """The row of one AADSTS number, whose sentence may name values: `more` reads them."""
    return Sentence(
        literal=f"aadsts{number}",
        pattern=rf"(?P<message>AADSTS{number}\b{more}[^\n\"]{{0,300}})",
        example=f"AADSTS{number}: {example}",
        sender="provider",
        service="oauth",
        cause=cause,
        values=(("provider", "entra"), *((("kind", kind),) if kind else ())),
    )


_RESOURCE = r"(?:[^\n\"]{0,60}? named '?(?P<resource>[^\s'\"]{1,300}))?"
_REDIRECT = r"(?:[^\n\"]{0,60}? '(?P<redirect>https?://[^\s'\"]{1,300})')?"
_USER = r"(?:[^\n\"]{0,60}? account '?(?P<user>[^\s'\"{}]{1,200}@[^\s'\"{}]{1,100})'?)?"

SENTENCES = (
    # The resource
    _code(
        "9010010",
        "resource-parameter-rejected",
        "The resource parameter provided in the request doesn't match with the requested scopes.",
        kind="scopes",
    ),
    _code(
        "901002",
        "resource-parameter-rejected",
        "The 'resource' request parameter is not supported.",
        kind="unsupported",
    ),
    _code(
        "500011",
        "resource-parameter-rejected",
        "The resource principal named https://gw.example.com/mcp was not found in the tenant named Example.",
        more=_RESOURCE,
    ),
    _code(
        "500014",
        "resource-parameter-rejected",
        "The service principal for resource 'https://gw.example.com/mcp' is disabled.",
    ),
    _code(
        "50001",
        "resource-parameter-rejected",
        "The application named https://gw.example.com/mcp was not found in the tenant named Example.",
        more=_RESOURCE,
    ),
    _code(
        "650057",
        "resource-parameter-rejected",
        "Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the client's application registration.",
    ),
    Sentence(
        literal="invalid_resource",
        pattern=r"(?<![\w-])(?P<message>invalid_resource\b[^\n\"'<&]{0,200})",
        example="http://localhost:3334/oauth/callback?error=invalid_resource&state=x",
        sender="provider",
        service="oauth",
        cause="resource-parameter-rejected",
        values=(("provider", "entra"),),
    ),
    # Scopes, and the consent to them
    _code(
        "650053",
        "oauth-scope-invalid",
        "The application 'orders' asked for scope 'mcp.read' that doesn't exist on the resource '00000003-0000-0000-c000-000000000000'.",
    ),
    _code("70011", "oauth-scope-invalid", "The provided value for the input parameter 'scope' is not valid."),
    _code(
        "1002012",
        "oauth-scope-invalid",
        "The provided value for scope mcp.read is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier.",
    ),
    _code(
        "28002",
        "oauth-scope-invalid",
        "Provided value for the input parameter scope is not valid when requesting an access token.",
    ),
    _code(
        "28003",
        "oauth-scope-invalid",
        "Provided value for the input parameter scope can't be empty when requesting an access token.",
    ),
    _code(
        "65001",
        "oauth-scope-invalid",
        "The user or administrator has not consented to use the application with ID '00000000-0000-0000-0000-000000000000' named 'orders'.",
        kind="consent",
    ),
    _code("90094", "oauth-scope-invalid", "The grant requires admin permission.", kind="consent"),
    _code(
        "90008",
        "oauth-scope-invalid",
        "The user or administrator has not consented to use the application.",
        kind="consent",
    ),
    # The client
    _code(
        "7000215",
        "oauth-client-invalid",
        "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.",
    ),
    _code(
        "7000222",
        "oauth-client-invalid",
        "The provided client secret keys for app '00000000-0000-0000-0000-000000000000' are expired.",
        kind="expired",
    ),
    _code(
        "7000216",
        "oauth-client-invalid",
        "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
    ),
    _code(
        "7000218",
        "oauth-client-invalid",
        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    ),
    _code(
        "700016",
        "oauth-client-invalid",
        "Application with identifier 'x' was not found in the directory 'Example'.",
    ),
    _code(
        "700025",
        "oauth-client-invalid",
        "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
        kind="public",
    ),
    _code("700027", "oauth-client-invalid", "Client assertion failed signature validation."),
    _code("7000112", "oauth-client-invalid", "Application 'x'(orders) is disabled."),
    _code("70003", "oauth-grant-not-allowed", "The app requested an unsupported grant type 'password'."),
    _code("700051", "oauth-grant-not-allowed", "response_type 'token' is not enabled for the application."),
    _code(
        "700054", "oauth-grant-not-allowed", "response_type 'id_token' is not enabled for the application."
    ),
    _code("90002", "oauth-client-invalid", "Tenant 'example' not found."),
    _code(
        "50105",
        "oauth-grant-not-allowed",
        "The administrator has configured the application orders to block users unless they are specifically granted access.",
        kind="denied",
    ),
    _code(
        "53000",
        "oauth-grant-not-allowed",
        "Device is not in required device state: compliant.",
        kind="denied",
    ),
    _code(
        "53003",
        "oauth-grant-not-allowed",
        "Access has been blocked by Conditional Access policies.",
        kind="denied",
    ),
    # The redirect URI
    _code(
        "50011",
        "redirect-uri-mismatch",
        "The redirect URI 'http://localhost:3334/oauth/callback' specified in the request does not match the redirect URIs configured for the application.",
        more=_REDIRECT,
    ),
    _code("500113", "redirect-uri-mismatch", "No reply address is registered for the application."),
    _code("900971", "redirect-uri-mismatch", "No reply address provided."),
    _code(
        "9002325",
        "redirect-uri-mismatch",
        "Proof Key for Code Exchange is required for cross-origin authorization code redemption.",
    ),
    _code(
        "9002326",
        "redirect-uri-mismatch",
        "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type.",
    ),
    _code(
        "9002327",
        "redirect-uri-mismatch",
        "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
    ),
    # The code or refresh token
    _code("70000", "oauth-grant-invalid", "Provided grant is invalid or malformed."),
    _code(
        "70008",
        "oauth-grant-invalid",
        "The provided authorization code or refresh token has expired due to inactivity.",
    ),
    _code(
        "54005",
        "oauth-grant-invalid",
        "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.",
        kind="code",
    ),
    _code(
        "501481",
        "oauth-grant-invalid",
        "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
        kind="code",
    ),
    _code(
        "700082", "oauth-grant-invalid", "The refresh token has expired due to inactivity.", kind="refresh"
    ),
    _code(
        "700084",
        "oauth-grant-invalid",
        "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime.",
        kind="refresh",
    ),
    _code(
        "50173",
        "oauth-grant-invalid",
        "The provided grant has expired due to it being revoked, a fresh auth token is needed.",
        kind="refresh",
    ),
    _code("50089", "oauth-grant-invalid", "Authentication failed due to flow token expired."),
    # The user
    _code("50126", "wrong-password", "Error validating credentials due to invalid username or password."),
    _code(
        "50053",
        "wrong-password",
        "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.",
    ),
    _code(
        "50034",
        "user-not-found",
        "The user account ana@example.com does not exist in the example.com directory.",
        more=_USER,
    ),
    _code(
        "50020",
        "user-not-found",
        "User account 'ana@example.com' from identity provider 'live.com' does not exist in tenant 'Example'.",
        more=_USER,
    ),
    _code(
        "51004",
        "user-not-found",
        "The user account ana@example.com does not exist in the directory.",
        more=_USER,
    ),
    _code("50055", "password-change-required", "The password is expired."),
    _code("50057", "user-disabled", "The user account is disabled."),
    _code(
        "50056",
        "password-reset-required",
        "Invalid or null password: password does not exist in the directory for this user.",
    ),
    _code("50074", "mfa-required", "Strong Authentication is required."),
    _code(
        "50076",
        "mfa-required",
        "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access 'x'.",
    ),
    _code(
        "50079",
        "mfa-required",
        "Due to a configuration change made by your administrator, you must enroll in multi-factor authentication to access 'x'.",
    ),
    _code("50158", "mfa-required", "External security challenge not satisfied."),
)

_MARKS = frozenset({"tenant_region_scope", "cloud_instance_name", "cloud_graph_host_name", "msgraph_host"})
"""Members of its documents in both versions, which AD FS has not."""

PROVIDER = Provider(
    id="entra",
    name="Microsoft Entra ID",
    recognizes=lambda url: host_is_in(
        url,
        "login.microsoftonline.com",
        "login.microsoftonline.us",
        "login.partner.microsoftonline.cn",
        "sts.windows.net",  # the issuer of version 1.0 tokens
    ),
    issuer_of=_issuer_of,
    client_claims=("azp", "appid"),  # in tokens of version 2.0 and 1.0
    scope_claims=("scp",),
    access_tokens_have_client_id=False,
    is_machine=_is_machine,
    personal_claims=("upn", "unique_name"),
    oauth_errors=("invalid_resource",),
    errors=(
        OAuthError("oauth-client-invalid", "unauthorized_client", r"application .{0,300}not found"),
        OAuthError("resource-parameter-rejected", "invalid_resource"),
    ),
    sentences=SENTENCES,
    recognizes_metadata=lambda document: not _MARKS.isdisjoint(document),
    mcp_login=McpLogin(
        registration="none",
        resource="must-be-registered",
        resource_sets_audience=False,  # version 2.0 has the application's id
        allows_any_loopback_port=True,  # learn.microsoft.com/entra/identity-platform/reply-url, for localhost
    ),
)
