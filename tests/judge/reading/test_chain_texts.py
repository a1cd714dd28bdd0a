"""What MCP clients and identity providers say of a failed login: `explain` knows each text.

The texts of the MCP SDKs, mcp-remote and the Inspector are those of their sources in the version that is named; those of the
others are from docs/agentcore.md, sections 12.3 and 12.6.
"""

from __future__ import annotations

import json

import pytest

from agentcore_probe import secret
from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.judge.explain import explain

TEXTS = (
    # python mcp 2.3.0
    (
        "mcp.client.auth.exceptions.OAuthFlowError: Protected resource https://gw.example.com/mcp does not match expected https://gw.example.com/orders/mcp",
        "resource-mismatch",
    ),
    (
        "mcp.client.auth.exceptions.OAuthFlowError: Protected resource metadata request failed: HTTP 503",
        "oauth-metadata-missing",
    ),
    (
        "mcp.client.auth.exceptions.OAuthFlowError: Protected Resource Metadata request failed: 500",
        "oauth-metadata-missing",
    ),
    (
        "mcp.client.auth.exceptions.OAuthFlowError: Authorization server metadata issuer mismatch: https://sts.windows.net/0/ != https://login.microsoftonline.com/0/v2.0",
        "metadata-issuer-mismatch",
    ),
    (
        'mcp.client.auth.exceptions.OAuthRegistrationError: Registration failed: 404 {"message":"Not Found"}',
        "client-registration-unsupported",
    ),
    (
        'mcp.client.auth.exceptions.OAuthRegistrationError: Registration failed: 404 {"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}',
        "client-registration-unsupported",
    ),
    (
        "mcp.client.auth.exceptions.OAuthRegistrationError: Registration failed: 405 Method Not Allowed",
        "client-registration-unsupported",
    ),
    (
        'mcp.client.auth.exceptions.OAuthRegistrationError: Registration failed: 403 {"error":"access_denied"}',
        "client-registration-refused",
    ),
    (
        'mcp.client.auth.exceptions.OAuthRegistrationError: Registration failed: 400 {"error":"invalid_redirect_uri","error_description":"redirect URI is not allowed"}',
        "client-registration-refused",
    ),
    (
        "mcp.client.auth.exceptions.OAuthRegistrationError: Registration failed: 307 (redirected to https://login.example.com/register) ",
        "client-registration-refused",
    ),
    (
        "mcp.client.auth.exceptions.OAuthRegistrationError: Invalid registration response: 1 validation error for OAuthClientInformationFull",
        "client-registration-refused",
    ),
    (
        "mcp.client.auth.exceptions.OAuthRegistrationError: Authorization server registered the client with unsupported token_endpoint_auth_method 'private_key_jwt'",
        "client-registration-refused",
    ),
    (
        "mcp.client.auth.exceptions.OAuthRegistrationError: Authorization server registered the client for 'client_secret_basic' but issued no client_secret",
        "client-registration-refused",
    ),
    (
        "mcp.client.auth.exceptions.OAuthFlowError: Authorization response iss mismatch: https://a.example.com != https://b.example.com",
        "authorization-response-issuer",
    ),
    (
        "mcp.client.auth.exceptions.OAuthFlowError: Authorization response missing iss parameter advertised by the authorization server",
        "authorization-response-issuer",
    ),
    (
        "mcp.client.auth.exceptions.OAuthFlowError: No authorization server metadata discovered for configured issuer https://idp.example.com",
        "authorization-server-metadata-missing",
    ),
    (
        "mcp.client.auth.exceptions.OAuthFlowError: No authorization server metadata at configured issuer https://idp.example.com",
        "authorization-server-metadata-missing",
    ),
    (
        'mcp.client.auth.exceptions.OAuthTokenError: Token exchange failed (400): {"error":"invalid_grant","error_description":"PKCE verification failed."}',
        "oauth-grant-invalid",
    ),
    (
        'mcp.client.auth.exceptions.OAuthTokenError: Token exchange failed (400): {"error":"invalid_client"}',
        "oauth-client-invalid",
    ),
    (
        'mcp.client.auth.exceptions.OAuthTokenError: Token exchange failed (400): {"error":"invalid_target","error_description":"The requested resource is invalid"}',
        "resource-parameter-rejected",
    ),
    (
        'mcp.client.auth.exceptions.OAuthTokenError: Token exchange failed (400): {"error":"invalid_scope"}',
        "oauth-scope-invalid",
    ),
    ("mcp.client.auth.exceptions.OAuthTokenError: No refresh token available", "oauth-grant-invalid"),
    # @modelcontextprotocol/client 2.4.0
    (
        "Error: Protected resource https://gw.example.com/mcp does not match expected https://gw.example.com/orders/mcp (or origin)",
        "resource-mismatch",
    ),
    (
        "Error: HTTP 500 trying to load OAuth metadata from https://idp.example.com/.well-known/oauth-authorization-server",
        "authorization-server-metadata-missing",
    ),
    (
        "Error: HTTP 503 trying to load OpenID provider metadata from https://idp.example.com/.well-known/openid-configuration",
        "authorization-server-metadata-missing",
    ),
    ("Error: HTTP 500 trying to load well-known OAuth metadata", "authorization-server-metadata-missing"),
    (
        "Error: HTTP 500 trying to load well-known OAuth protected resource metadata.",
        "oauth-metadata-missing",
    ),
    (
        "Error: Resource server does not implement OAuth 2.0 Protected Resource Metadata.",
        "oauth-metadata-missing",
    ),
    (
        'IssuerMismatchError: Issuer mismatch in authorization server metadata (RFC 8414 §3.3): expected "https://login.microsoftonline.com/0/v2.0", received "https://sts.windows.net/0/"',
        "metadata-issuer-mismatch",
    ),
    (
        'Error: Issuer mismatch in authorization server metadata (RFC 8414 §3.3): expected "https://idp.example.com", received "https://idp.example.com/"',
        "metadata-issuer-mismatch",
    ),
    (
        'Error: Issuer mismatch in authorization response (RFC 9207): expected "https://idp.example.com", received undefined',
        "authorization-response-issuer",
    ),
    (
        'AuthorizationServerMismatchError: Authorization server mismatch: credentials are bound to "https://old.example.com" but this call resolved "https://idp.example.com"; refusing to present them to a different authorization server',
        "oauth-client-invalid",
    ),
    ("Error: Incompatible auth server: does not support response type code", "response-type-unsupported"),
    ("Error: Incompatible auth server: does not support code challenge method S256", "pkce-not-advertised"),
    (
        "Error: Incompatible auth server: does not support dynamic client registration",
        "client-registration-unsupported",
    ),
    (
        'Error: Dynamic Client Registration rejected (HTTP 404): {"message":"Not Found"}',
        "client-registration-unsupported",
    ),
    (
        'Error: Dynamic Client Registration rejected (HTTP 401): {"errorCode":"E0000011","errorSummary":"Invalid token provided"}',
        "client-registration-refused",
    ),
    (
        'Error: Dynamic Client Registration rejected (HTTP 403): {"error":"insufficient_scope","error_description":"Policy \'Trusted Hosts\' rejected request to client-registration service. Details: Host not trusted."}',
        "client-registration-refused",
    ),
    (
        "Error: Dynamic Client Registration rejected (HTTP 500): Internal Server Error",
        "client-registration-refused",
    ),
    (
        "Error: OAuth client information must be saveable for dynamic registration",
        "client-registration-unsupported",
    ),
    (
        "Error: Refusing to send credentials to non-https token endpoint 'http://idp.example.com/token'. OAuth token requests MUST use TLS (localhost / *.localhost / 127.0.0.1 / ::1 are exempt).",
        "token-endpoint-insecure",
    ),
    ("UnauthorizedError: Authorization callback contained neither `code` nor `error`", "oauth-grant-invalid"),
    # mcp-remote 0.15.1
    (
        "Fatal error: Error: Incompatible auth server: does not support dynamic client registration",
        "client-registration-unsupported",
    ),
    (
        "Fatal error: Error: Could not discover the authorization server metadata, so there is no token endpoint to ask",
        "authorization-server-metadata-missing",
    ),
    (
        "Fatal error: Error: The authorization server metadata has no token endpoint",
        "authorization-server-metadata-missing",
    ),
    (
        "Fatal error: Error: No OAuth client is registered, so there is nothing to authorize",
        "client-registration-unsupported",
    ),
    (
        "Fatal error: Error: Dynamic Client Registration rejected (HTTP 404): Not Found",
        "client-registration-unsupported",
    ),
    (
        "Fatal error: Error: Authorization failed: invalid_scope - The requested scope is invalid",
        "oauth-scope-invalid",
    ),
    (
        "Fatal error: Error: Authorization failed: access_denied - Service not enabled within domain: https://gw.example.com/mcp",
        "resource-parameter-rejected",
    ),
    (
        "Authorization error: Error: Authorization failed: invalid_target - AADSTS9010010: The resource parameter provided in the request doesn't match with the requested scopes.",
        "resource-parameter-rejected",
    ),
    # Claude Code
    (
        "SDK auth failed: Incompatible auth server: does not support dynamic client registration",
        "client-registration-unsupported",
    ),
    (
        "SDK auth failed: AADSTS500011: The resource principal named https://gw.example.com was not found in the tenant named Example.",
        "resource-parameter-rejected",
    ),
    (
        "Error: AADSTS650053: The application 'mcp' asked for scope 'mcp.read' that doesn't exist on the resource '00000003-0000-0000-c000-000000000000'.",
        "oauth-scope-invalid",
    ),
    (
        "SDK auth failed: AADSTS901002: The 'resource' request parameter is not supported.",
        "resource-parameter-rejected",
    ),
    # claude.ai
    ("code: Field required", "oauth-scope-invalid"),
    # Zed
    ("authorization server does not advertise code_challenge_methods_supported", "pkce-not-advertised"),
    # Vercel AI SDK
    (
        "MCPClientOAuthError: Incompatible auth server: does not support code challenge method S256",
        "pkce-not-advertised",
    ),
    # VS Code
    (
        "Error: Dynamic registration failed: Registration to https://idp.example.com/oauth2/v1/clients failed.",
        "client-registration-refused",
    ),
    # Codex
    ("No authorization support detected", "oauth-metadata-missing"),
    # Cognito
    (
        "https://orders.auth.us-east-1.amazoncognito.com/error?error=redirect_mismatch&client_id=1example23456789",
        "redirect-uri-mismatch",
    ),
    ("http://localhost:3334/oauth/callback?error=invalid_scope&state=x", "oauth-scope-invalid"),
    (
        "https://orders.auth.us-east-1.amazoncognito.com/error?error=invalid_client&client_id=https%3A%2F%2Fclaude.ai%2Foauth%2Fmcp-oauth-client-metadata",
        "cimd-url-not-allowed",
    ),
    # Entra
    (
        "AADSTS9010010: The resource parameter provided in the request doesn't match with the requested scopes.",
        "resource-parameter-rejected",
    ),
    (
        "AADSTS50011: The redirect URI 'http://localhost:3334/oauth/callback' specified in the request does not match the redirect URIs configured for the application",
        "redirect-uri-mismatch",
    ),
    # Auth0
    (
        "Callback URL mismatch. The provided redirect_uri is not in the list of allowed callback URLs.",
        "redirect-uri-mismatch",
    ),
    ("Service not enabled within domain: https://gw.example.com/mcp", "resource-parameter-rejected"),
    # Okta
    (
        "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings: https://example-admin.okta.com/admin/app/oidc_client/instance/0oa",
        "redirect-uri-mismatch",
    ),
    # Keycloak
    ("Invalid parameter: redirect_uri", "redirect-uri-mismatch"),
    (
        "Policy 'Trusted Hosts' rejected request to client-registration service. Details: Host not trusted.",
        "client-registration-refused",
    ),
    # AgentCore
    (
        '401 Unauthorized\n{"jsonrpc":"2.0","id":1,"error":{"code":-32001,"message":"Claim \'client_id\' value mismatch with configuration."}}',
        "client-not-allowed",
    ),
    # API Gateway
    (
        'HTTP/1.1 401 Unauthorized\nx-amzn-remapped-www-authenticate: Bearer resource_metadata="https://gw.example.com/.well-known/oauth-protected-resource"\ncontent-type: application/json\n\n{"message":"Unauthorized"}',
        "challenge-header-renamed",
    ),
    # python mcp 2.3.0
    ("mcp.client.auth.exceptions.OAuthFlowError: State parameter mismatch: a != b", "oauth-grant-invalid"),
    ("mcp.client.auth.exceptions.OAuthFlowError: No authorization code received", "oauth-scope-invalid"),
    # @modelcontextprotocol/sdk 1.32.2
    (
        "Error: HTTP 404 trying to load well-known OAuth protected resource metadata.",
        "oauth-metadata-missing",
    ),
    # mcp-remote 0.15.1
    ("Fatal error: Error: Authorization was denied", "oauth-grant-not-allowed"),
    (
        "Fatal error: Error: Incompatible auth server: does not support response type code",
        "response-type-unsupported",
    ),
    (
        'Fatal error: IssuerMismatchError: Issuer mismatch in authorization server metadata (RFC 8414 §3.3): expected "https://idp.example.com/", received "https://idp.example.com"',
        "metadata-issuer-mismatch",
    ),
    (
        'IssuerMismatchError: Issuer mismatch in authorization response (RFC 9207): expected "https://idp.example.com", received "https://other.example.com"',
        "authorization-response-issuer",
    ),
    # Inspector 2.12.0
    (
        '{"error": {"code": "auth_required", "message": "Authentication required", "status": 401}}',
        "credential-missing",
    ),
    ("mcp-inspector: auth_required", "credential-missing"),
    (
        '{"error":{"code":"auth_required","message":"Authentication required","status":401,"url":"https://gw.example.com/mcp"}}',
        "credential-missing",
    ),
    (
        '{"error":{"code":"no_stored_token","message":"No stored OAuth token for https://gw.example.com/mcp in oauth.json. Complete the OAuth flow in the web inspector first."}}',
        "credential-missing",
    ),
    (
        "Interactive OAuth requires a TTY on stdin or stderr (or MCP_AUTO_OPEN_ENABLED=true). For CI/non-interactive runs use --stored-auth-only.",
        "credential-missing",
    ),
    (
        '{"error":{"code":"error","message":"Incompatible auth server: does not support dynamic client registration","url":"https://gw.example.com/mcp"}}',
        "client-registration-unsupported",
    ),
)
"""Text -> the cause."""


def cause_of(text: str) -> str:
    explanation = explain(text, where="t")
    secret.forget_all()
    return explanation.diagnosis.cause


@pytest.mark.parametrize(("text", "cause"), TEXTS)
def test_a_text_of_the_chain_has_its_cause(text: str, cause: str) -> None:
    """Alone, as people paste it."""
    assert cause_of(text) == cause


@pytest.mark.parametrize(("text", "cause"), [(text, cause) for text, cause in TEXTS if "\n" not in text])
def test_a_text_in_a_log_has_the_same_cause(text: str, cause: str) -> None:
    """Behind a time and a level, and with what a client says around it."""
    log = (
        "2026-11-30T10:15:02.114Z [info] Connecting to orders\n"
        f"2026-11-30T10:15:03.530Z [error] {text}\n"
        "2026-11-30T10:15:03.531Z [info] Server orders disconnected"
    )
    assert cause_of(log) == cause


def test_the_texts_are_enough() -> None:
    """Each cause of the chain has one, and there are sixty at least."""
    assert len(TEXTS) == len(set(TEXTS)) >= 60
    named = {cause for _, cause in TEXTS}
    chain = {cause.id for cause in CAUSES.values() if cause.group == "chain"}
    # It takes the registration before it to be known: tests/judge/cases.jsonl has such texts.
    assert chain - named == {"registered-client-not-allowed"}


@pytest.mark.parametrize(
    ("document", "cause"),
    [
        ({"response_types_supported": ["token"]}, "response-type-unsupported"),
        ({"response_types_supported": ["code"], "code_challenge_methods_supported": ["plain"]}, "pkce-not-advertised"),
    ],
)  # fmt: skip
def test_a_document_has_the_cause_that_clients_give(document: dict[str, list[str]], cause: str) -> None:
    """As they would refuse it."""
    issuer = "https://idp.example.com"
    whole = {"issuer": issuer, "authorization_endpoint": f"{issuer}/authorize", **document}
    text = (
        f"$ curl -i {issuer}/.well-known/openid-configuration\nHTTP/1.1 200 OK\n"
        f"content-type: application/json\n\n{json.dumps(whole)}"
    )
    assert cause_of(text) == cause
