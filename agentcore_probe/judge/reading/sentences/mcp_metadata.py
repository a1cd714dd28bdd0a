"""What MCP clients say of the documents before their login: they could not find out where to log in.

The wording is that of the MCP SDKs (Python, TypeScript, Rust, Go, C#, Java), mcp-remote, VS Code, Gemini CLI, Codex
and Zed. A sentence that only hides an answer is in `clients`.
"""

from __future__ import annotations

from functools import partial

from agentcore_probe.model.sentence import Sentence

_client = partial(Sentence, sender="client", service="oauth")
_resource = partial(_client, cause="resource-mismatch")
_metadata = partial(_client, cause="oauth-metadata-missing")
_server = partial(_client, cause="authorization-server-metadata-missing")
_issuer = partial(_client, cause="metadata-issuer-mismatch")
_redirect = partial(_client, cause="authorization-response-issuer")
_pkce = partial(_client, cause="pkce-not-advertised")

_FAILED = r"(?:could not|couldn't|failed to|unable to|cannot|can't|did not|error) ?(?:be )?(?:find|fetch|load|discover|read|retrieve|get|parse|resolv)\w{0,5}"
"""How clients of any kind begin a sentence about a document that they did not get."""

_FIRST_DOCUMENT = (
    _resource(
        literal="does not match expected",
        pattern=r"Protected resource (?P<found>https?://[^\s\"']{1,300}) does not match expected (?P<expected>https?://[^\s\"']{1,300})",
        example="Protected resource https://gw.example.com/mcp does not match expected https://gw.example.com/orders/mcp (or origin)",
    ),
    _resource(  # VS Code
        literal="does not match expected value",
        pattern=r"Protected Resource Metadata 'resource' property value \"(?P<found>[^\"\n]{1,300})\" does not match expected value \"(?P<expected>[^\"\n]{1,300})\"",
        example='Protected Resource Metadata \'resource\' property value "https://a.example.com/mcp" does not match expected value "https://b.example.com/mcp"',
    ),
    _resource(  # C#
        literal="resource uri in metadata",
        pattern=r"Resource URI in metadata \((?P<found>[^)\n]{1,300})\) does not match the expected URI \((?P<expected>[^)\n]{1,300})\)",
        example="Resource URI in metadata (https://a.example.com/mcp) does not match the expected URI (https://b.example.com/mcp)",
    ),
    _resource(  # Go
        literal="protected resource metadata",
        pattern=r"got metadata resource \"(?P<found>[^\"\n]{1,300})\", want \"(?P<expected>[^\"\n]{1,300})\"",
        example='protected resource metadata: got metadata resource "https://a.example.com/mcp", want "https://b.example.com/mcp"',
    ),
    _metadata(
        literal="does not implement oauth 2.0 protected resource metadata",
        example="Resource server does not implement OAuth 2.0 Protected Resource Metadata.",
    ),
    _metadata(
        literal="trying to load well-known oauth protected resource metadata",
        pattern=r"HTTP (?P<status>\d{3}) trying to load well-known OAuth protected resource metadata",
        example="HTTP 500 trying to load well-known OAuth protected resource metadata.",
    ),
    _metadata(
        literal="protected resource metadata request failed",
        pattern=r"Protected resource metadata request failed: (?:HTTP )?(?P<status>\d{3})",
        example="Protected Resource Metadata request failed: 403",
    ),
    _metadata(  # Codex and others that use rmcp
        literal="no authorization support detected",
        example="No authorization support detected",
    ),
    _metadata(  # C#
        literal="failed to find resource_metadata parameter",
        pattern=r"Failed to find .{0,40}resource_metadata.{0,10} parameter|Failed to find resource_metadata parameter",
        example="Failed to find resource_metadata parameter in WWW-Authenticate header",
    ),
    _metadata(  # Claude Code
        literal="does not appear to support oauth",
        example="SDK auth failed: server does not appear to support OAuth",
    ),
)
_ANY_CLIENTS = (
    *(
        _metadata(
            literal=name,
            pattern=rf"{_FAILED} [^\n]{{0,40}}?(?:protected[ _-])?resource[ _]metadata"
            r"|resource[ _]metadata[^\n]{0,30}?(?:not found|fail|missing|unavailable|invalid|returned [45]\d\d)",
            example=f"Failed to fetch {name} from all attempted URLs",
        )
        for name in ("resource metadata", "resource_metadata")
    ),
    *(
        _server(
            literal=name,
            pattern=rf"{_FAILED} [^\n]{{0,40}}?{name}|{name}[^\n]{{0,30}}?(?:not found|fail|missing|unavailable|returned [45]\d\d)",
            example=f"Could not load {name}",
        )
        for name in (
            "authorization server metadata",
            "auth server metadata",
            "oauth metadata",
            "oauth configuration",
            "openid configuration",
            "oidc configuration",
        )
    ),
)
_ISSUERS_DOCUMENT = (
    _server(
        literal=" metadata from ",
        pattern=r"HTTP (?P<status>\d{3}) trying to load (?:OAuth|OpenID provider) metadata from (?P<url>https?://[^\s\"']{1,300})",
        example="HTTP 500 trying to load OpenID provider metadata from https://idp.example.com/.well-known/openid-configuration",
    ),
    _server(
        literal="trying to load well-known oauth metadata",
        pattern=r"HTTP (?P<status>\d{3}) trying to load well-known OAuth metadata",
        example="HTTP 500 trying to load well-known OAuth metadata",
    ),
    _server(
        literal="no authorization server metadata",
        example="No authorization server metadata discovered for configured issuer https://idp.example.com",
    ),
    _server(
        literal="could not discover the authorization server metadata",
        example="Could not discover the authorization server metadata, so there is no token endpoint to ask",
    ),
    _server(
        literal="no authorization server metadata at",
        example="No authorization server metadata at configured issuer https://idp.example.com",
    ),
    _server(  # mcp-remote
        literal="metadata has no token endpoint",
        example="The authorization server metadata has no token endpoint",
    ),
    _client(  # TypeScript 2
        literal="refusing to send credentials to non-https token endpoint",
        pattern=r"Refusing to send credentials to non-https token endpoint '(?P<url>http://[^\s']{1,300})'",
        example="Refusing to send credentials to non-https token endpoint 'http://idp.example.com/token'.",
        cause="token-endpoint-insecure",
    ),
    _server(literal="failed to discover oauth metadata", example="Failed to discover OAuth metadata"),
    _server(
        literal="failed to discover authorization server metadata",
        example="Failed to discover authorization server metadata",
    ),
    _server(
        literal="failed to fetch authorization server metadata",
        example="Error: Failed to fetch authorization server metadata: 404 Not Found",
    ),
    _server(
        literal="failed to discover oauth configuration",
        example="Failed to discover OAuth configuration from MCP server",
    ),
    _server(
        literal="failed to find authorization server metadata",
        example="Failed to find authorization server metadata for https://idp.example.com",
    ),
    _server(
        literal="unable to fetch authorization server metadata",
        example="Unable to fetch authorization server metadata",
    ),
    _server(
        literal="error populating auth metadata", example="Error populating auth metadata: Failed to fetch"
    ),
    _server(
        literal="without authorization url",
        pattern=r"Cannot perform dynamic registration without authorization URL",
        example="Failed to authenticate with MCP server 'orders': Cannot perform dynamic registration without authorization URL",
    ),
    _issuer(
        literal="authorization server metadata issuer mismatch",
        pattern=r"Authorization server metadata issuer mismatch: (?P<found>\S{1,300}) != (?P<expected>[^\s\"']{1,300})",
        example="Authorization server metadata issuer mismatch: https://sts.windows.net/0/ != https://login.microsoftonline.com/0/v2.0",
    ),
    _issuer(  # TypeScript 2
        literal="issuer mismatch in",
        pattern=r"Issuer mismatch in authorization server metadata \(RFC \d{4}[^)\n]{0,10}\): expected \"(?P<expected>[^\"\n]{1,300})\", received (?:\"(?P<found>[^\"\n]{1,300})\"|undefined)",
        example='Issuer mismatch in authorization server metadata (RFC 8414 §3.3): expected "https://login.microsoftonline.com/0/v2.0", received "https://sts.windows.net/0/"',
    ),
    _redirect(  # TypeScript 2
        literal="issuer mismatch in authorization response",
        pattern=r"Issuer mismatch in authorization response \(RFC \d{4}[^)\n]{0,10}\): expected \"(?P<expected>[^\"\n]{1,300})\", received (?:\"(?P<found>[^\"\n]{1,300})\"|undefined)",
        example='Issuer mismatch in authorization response (RFC 9207): expected "https://idp.example.com", received undefined',
    ),
    _issuer(
        literal="issuermismatcherror",
        pattern=r"IssuerMismatchError",
        example="IssuerMismatchError: the issuer in the metadata is not the one that was asked",
    ),
    _redirect(
        literal="authorization response iss mismatch",
        pattern=r"Authorization response iss mismatch: (?P<found>\S{1,300}) != (?P<expected>[^\s\"']{1,300})",
        example="Authorization response iss mismatch: https://a.example.com != https://b.example.com",
    ),
    _redirect(
        literal="missing iss parameter advertised",
        example="Authorization response missing iss parameter advertised by the authorization server",
    ),
    _issuer(  # Go
        literal="metadata issuer",
        pattern=r"metadata issuer \"(?P<found>[^\"\n]{1,300})\" does not match (?:issuer URL|expected issuer) \"(?P<expected>[^\"\n]{1,300})\"",
        example='metadata issuer "https://a.example.com" does not match issuer URL "https://b.example.com"',
    ),
    _issuer(  # every OpenID Connect library for Go
        literal="issuer did not match the issuer returned by provider",
        pattern=r"oidc: issuer did not match the issuer returned by provider, expected \"(?P<expected>[^\"\n]{1,300})\" got \"(?P<found>[^\"\n]{1,300})\"",
        example='oidc: issuer did not match the issuer returned by provider, expected "https://a.example.com" got "https://b.example.com"',
    ),
    _pkce(
        literal="does not support code challenge method",
        example="Incompatible auth server: does not support code challenge method S256",
    ),
    _pkce(
        literal="does not advertise code_challenge_methods_supported",
        example="authorization server does not advertise code_challenge_methods_supported",
    ),
    _pkce(
        literal="does not support pkce",
        pattern=r"(?:server|provider) does not support PKCE",
        example="The authorization server does not support PKCE with S256",
    ),
    _pkce(  # Go
        literal="does not implement pkce",
        pattern=r"(?:auth\w{0,20} server|metadata|issuer)[^\n]{0,200}does not implement PKCE",
        example='authorization server at "https://idp.example.com" does not implement PKCE',
    ),
    _pkce(
        literal="authorization server does not support s256",
        example="authorization server does not support S256 PKCE",
    ),
    _client(
        literal="does not support response type code",
        example="Incompatible auth server: does not support response type code",
        cause="response-type-unsupported",
    ),
)

SENTENCES: tuple[Sentence, ...] = (*_FIRST_DOCUMENT, *_ISSUERS_DOCUMENT, *_ANY_CLIENTS)
