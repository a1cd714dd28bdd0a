"""What MCP clients say of their registration and of the token: as whom they log in, and that no token was issued."""

from __future__ import annotations

from functools import partial

from agentcore_probe.model.sentence import Sentence

_client = partial(Sentence, sender="client", service="oauth")
_unsupported = partial(_client, cause="client-registration-unsupported")
_refused = partial(_client, cause="client-registration-refused")
_cimd = partial(_client, cause="cimd-url-not-allowed")
_grant = partial(_client, cause="oauth-grant-invalid")
_unredeemed = partial(_grant, confidence="possible", hides=True)

_REGISTRATION = (
    _unsupported(
        literal="does not support dynamic client registration",
        example="Incompatible auth server: does not support dynamic client registration",
    ),
    _unsupported(
        literal="dynamic client registration not supported",
        example="Error: Dynamic client registration not supported",
    ),
    _unsupported(
        literal="dynamic client registration is not supported",
        example="Dynamic client registration is not supported by the authorization server",
    ),
    _unsupported(
        literal="dynamic registration not supported",
        example="No client ID provided and dynamic registration not supported",
    ),
    _unsupported(
        literal="automatic client registration is not supported",
        example="Automatic client registration is not supported; provide a client ID.",
    ),
    _unsupported(
        literal="no registration endpoint",
        example="No registration endpoint in the authorization server metadata",
    ),
    _unsupported(
        literal="does not support automatic client registration",
        example="The authorization server does not support automatic client registration",
    ),
    _unsupported(
        literal="no oauth client is registered",
        example="No OAuth client is registered, so there is nothing to authorize",
    ),
    _unsupported(
        literal="dynamic client registration endpoint not found",
        example="Dynamic client registration endpoint not found",
    ),
    _unsupported(  # Python, TypeScript 2: AgentCore's own router answered, or another one without this path
        literal="registration",
        pattern=r"(?:Registration failed:|Dynamic Client Registration rejected \(HTTP|registration failed with (?:status|HTTP)(?: code)?:?) ?(?P<status>404|405|410|501)\b",
        example='Registration failed: 404 {"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}',
    ),
    _refused(
        literal="registration",
        pattern=r"(?:Registration failed:|Dynamic Client Registration rejected \(HTTP|registration failed with (?:status|HTTP)(?: code)?:?) ?(?P<status>400|401|403|422|429)\b(?:\)?:? ?(?P<message>[^\n]{1,300}))?",
        example='Dynamic Client Registration rejected (HTTP 403): {"error":"invalid_token"}',
    ),
    _refused(  # a server that failed refused nothing on purpose
        literal="registration",
        pattern=r"(?:Registration failed:|Dynamic Client Registration rejected \(HTTP) ?(?P<status>3\d\d|5\d\d)\b(?:\)?:? ?(?P<message>[^\n]{1,300}))?",
        example="Dynamic Client Registration rejected (HTTP 500): Internal Server Error",
        confidence="possible",
    ),
    _refused(  # Python: it cannot use what it got
        literal="registration response",
        pattern=r"(?P<message>Invalid registration response: [^\n]{1,300})",
        example="Invalid registration response: 1 validation error for OAuthClientInformationFull",
    ),
    _refused(
        literal="authorization server registered the client",
        pattern=r"(?P<message>Authorization server registered the client (?:with unsupported|for )[^\n]{1,200})",
        example="Authorization server registered the client with unsupported token_endpoint_auth_method 'private_key_jwt'",
    ),
    _unsupported(  # a client of its own, which cannot keep the id that it would get
        literal="must be saveable for dynamic registration",
        example="OAuth client information must be saveable for dynamic registration",
    ),
    _unsupported(
        literal="does not support dynamic registration",
        example="Dynamic registration failed: Error: Server does not support dynamic registration",
    ),
    _refused(  # VS Code
        literal="dynamic registration failed",
        pattern=r"(?P<message>Dynamic registration failed: [^\n]{1,300})",
        example="Error: Dynamic registration failed: Registration to https://idp.example.com/oauth2/v1/clients failed.",
    ),
    _refused(
        literal="client registration failed",
        pattern=r"(?P<message>(?:Dynamic )?Client registration failed(?:: [^\n]{1,300})?)",
        example="Client registration failed: 403 Forbidden",
    ),
    _refused(
        literal="failed to register client",
        pattern=r"(?P<message>Failed to register client(?:: [^\n]{1,300})?)",
        example="Failed to register client: HTTP 401",
    ),
    _refused(literal="oauthregistrationerror", example="mcp.client.auth.exceptions.OAuthRegistrationError"),
    _refused(
        literal="invalidclientmetadataerror",
        pattern=r"InvalidClientMetadataError(?:: (?P<message>[^\n]{1,300}))?",
        example="InvalidClientMetadataError: redirect_uris must use HTTPS",
    ),
    _cimd(
        literal="client id metadata document",
        pattern=r"(?P<message>Client ID Metadata Document[^\n]{0,80}(?:not allowed|not permitted|rejected|denied|not supported)[^\n]{0,100})",
        example="Client ID Metadata Document URL is not allowed by any policy",
    ),
    _cimd(
        literal="cimdvalidationerror",
        pattern=r"CIMDValidationError(?:: (?P<message>[^\n]{1,300}))?",
        example="CIMDValidationError: CIMD client_id mismatch",
    ),
    _cimd(
        literal="cimdfetcherror",
        pattern=r"CIMDFetchError(?:: (?P<message>[^\n]{1,300}))?",
        example="CIMDFetchError: HTTP 403",
    ),
    _cimd(
        literal="client_id=https%3a%2f%2f",
        pattern=r"[?&]error=(?:invalid_client|unauthorized_client|invalid_request)\b[^\s\"']{0,300}[?&]client_id=(?P<client>https%3A%2F%2F[^\s&\"']{1,300})",
        example="https://orders.auth.us-east-1.amazoncognito.com/error?error=invalid_client&client_id=https%3A%2F%2Fclaude.ai%2Foauth%2Fmcp-oauth-client-metadata",
        confidence="possible",
    ),
)
_ANY_CLIENTS = tuple(
    _unsupported(
        literal=name,
        pattern=rf"{name} (?:is )?(?:disabled|not (?:enabled|supported|available|allowed|possible|implemented))",
        example=f"{name} is disabled for this tenant",
    )
    for name in ("client registration", "dynamic registration")
)
_TOKEN = (
    # Rust; Python and FastMCP: what the server said of it follows, so anything that tells it counts more
    _unredeemed(
        literal="oauth token refresh failed",
        pattern=r"(?P<message>OAuth token refresh failed[^\n]{0,300})",
        example="OAuth token refresh failed: Server returned error response",
        values=(("kind", "refresh"),),
    ),
    _unredeemed(
        literal="oauth token exchange failed",
        pattern=r"(?P<message>OAuth token exchange failed[^\n]{0,300})",
        example="OAuth token exchange failed: Server returned error response",
    ),
    _unredeemed(
        literal="token exchange failed",
        pattern=r"(?P<message>Token exchange failed(?: ?\(?(?P<status>\d{3})\)?)?[^\n]{0,300})",
        example="mcp.client.auth.exceptions.OAuthTokenError: Token exchange failed (400): {}",
    ),
    _unredeemed(
        literal="token refresh failed",
        pattern=r"(?P<message>Token refresh failed[^\n]{0,300})",
        example="Token refresh failed: 400",
        values=(("kind", "refresh"),),
    ),
    _grant(
        literal="invalidgranterror",
        pattern=r"InvalidGrantError(?:: ?(?P<message>[^\n]{1,300}))?",
        example="InvalidGrantError: The refresh token is not valid",
    ),
    _client(
        literal="invalidclienterror",
        pattern=r"InvalidClientError(?:: ?(?P<message>[^\n]{1,300}))?",
        example="InvalidClientError: unknown client",
        cause="oauth-client-invalid",
    ),
    _client(
        literal="unauthorizedclienterror",
        pattern=r"UnauthorizedClientError(?:: ?(?P<message>[^\n]{1,300}))?",
        example="UnauthorizedClientError: grant type not allowed",
        cause="oauth-grant-not-allowed",
    ),
    _client(
        literal="unsupportedgranttypeerror",
        pattern=r"UnsupportedGrantTypeError(?:: ?(?P<message>[^\n]{1,300}))?",
        example="UnsupportedGrantTypeError: authorization_code",
        cause="oauth-grant-not-allowed",
    ),
    _client(
        literal="invalidscopeerror",
        pattern=r"InvalidScopeError(?:: ?(?P<message>[^\n]{1,300}))?",
        example="InvalidScopeError: scope mcp.read is unknown",
        cause="oauth-scope-invalid",
    ),
    _client(
        literal="invalidtargeterror",
        pattern=r"InvalidTargetError(?:: ?(?P<message>[^\n]{1,300}))?",
        example="InvalidTargetError: unknown resource",
        cause="resource-parameter-rejected",
    ),
    _client(  # FastMCP
        literal="oauth client not found",
        pattern=r"(?P<message>OAuth client not found[^\n]{0,100})",
        example="fastmcp.client.auth.oauth.ClientNotFoundError: OAuth client not found - cached credentials may be stale",
        cause="oauth-client-invalid",
    ),
    _grant(
        literal="no refresh token available",
        example="mcp.client.auth.exceptions.OAuthTokenError: No refresh token available",
    ),
    _client(  # TypeScript 2: what it keeps is of another issuer
        literal="authorization server mismatch: credentials are bound",
        pattern=r"(?P<message>Authorization server mismatch: credentials are bound to [^\n]{1,300})",
        example='Authorization server mismatch: credentials are bound to "https://old.example.com" but this call resolved "https://idp.example.com"',
        cause="oauth-client-invalid",
    ),
    _grant(
        literal="state parameter mismatch",
        pattern=r"(?P<message>State parameter mismatch[^\n]{0,200})",
        example="mcp.client.auth.exceptions.OAuthFlowError: State parameter mismatch: a != b",
        confidence="possible",
    ),
    _grant(
        literal="authorization callback contained neither",
        example="UnauthorizedError: Authorization callback contained neither `code` nor `error`",
        confidence="possible",
    ),
    _client(  # mcp-remote
        literal="authorization was denied",
        example="Error: Authorization was denied",
        cause="oauth-grant-not-allowed",
        confidence="possible",
        values=(("kind", "denied"),),
    ),
    # The Inspector's command line, which has no token and may not ask for one
    *(
        _client(literal=literal, example=example, cause="credential-missing")
        for literal, example in (
            (
                "no stored oauth token for",
                '{"error":{"code":"no_stored_token","message":"No stored OAuth token for https://gw.example.com/mcp in oauth.json. Complete the OAuth flow in the web inspector first."}}',
            ),
            (
                "interactive oauth requires a tty",
                "Interactive OAuth requires a TTY on stdin or stderr (or MCP_AUTO_OPEN_ENABLED=true).",
            ),
            (
                "--wait-for-auth timed out",
                "--wait-for-auth timed out after 60s; no stored OAuth token for x.",
            ),
        )
    ),
    _client(  # the Inspector's code, in JSON or alone
        literal="auth_required",
        pattern=r"(?<![\w-])auth_required(?![\w-])",
        example='{"error":{"code":"auth_required","message":"Authentication required","status":401}}',
        cause="credential-missing",
    ),
    _client(  # Python, whose callback has no error: the redirect carried one in place of the code
        literal="no authorization code received",
        example="mcp.client.auth.exceptions.OAuthFlowError: No authorization code received",
        cause="oauth-scope-invalid",
        confidence="possible",
    ),
    _client(  # Claude, when the redirect carries an error in place of the code
        literal="code: field required",
        example="code: Field required",
        cause="oauth-scope-invalid",
        confidence="possible",
    ),
)

SENTENCES: tuple[Sentence, ...] = (*_REGISTRATION, *_ANY_CLIENTS, *_TOKEN)
