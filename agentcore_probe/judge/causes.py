"""The vocabulary of causes as one table. Their texts are in `report/text/*.ftl`.

Each cause: its group, what it looks like, the source of what is known of it, the one factor whose change would settle
it (None where no second call can), and which lines mend it. `docs/diagnosis.md` is made from this table.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cause:
    """One cause."""

    id: str
    group: str
    looks: str
    """What it looks like from outside, in one line."""
    source: str
    factor: str | None = None
    remedy: str | None = None
    """Which lines mend it (`judge.remedy`); None where its text is all that can be said."""


_GROUPS: dict[str, tuple[tuple[str, str, str, str | None, str | None], ...]] = {
    "fine": (
        ("none", "200 with an answer from behind the authorizer", "what the service documents", None, None),
    ),
    "arrival": (
        (
            "dns-failure",
            "no answer: the name does not resolve",
            "RFC 1035; measured with requests",
            None,
            None,
        ),
        (
            "connect-failure",
            "no answer: connection refused or unreachable",
            "measured with requests",
            None,
            None,
        ),
        ("tls-failure", "no answer: the certificate is not accepted", "measured with requests", None, None),
        ("timeout", "no whole answer within the limit", "measured with requests", None, None),
        ("connection-reset", "closed or reset before an answer", "measured with requests", None, None),
        ("answer-truncated", "fewer bytes than announced", "measured with requests", None, None),
        ("answer-too-large", "more bytes than the cap", "the probe's own limit", None, None),
        ("answer-not-http", "bytes that are no HTTP answer", "measured with requests", None, None),
        (
            "answer-not-from-aws",
            "an answer without `x-amzn-*` headers: HTML, a proxy's or CDN's name",
            "AWS marks its answers with x-amzn-requestid",
            None,
            None,
        ),
    ),
    "url": (
        (
            "arn-not-encoded",
            "404 that names no resource; `/runtimes/arn:…:runtime/NAME/…` raw in the path",
            "botocore model of InvokeAgentRuntime; field reports",
            "arn-encoding",
            "encoded-call",
        ),
        (
            "arn-double-encoded",
            "404; `%253A` or `%252F` in the path",
            "botocore model of InvokeAgentRuntime",
            "arn-encoding",
            "encoded-call",
        ),
        (
            "arn-blank-or-padded",
            "404 or 400; `/runtimes//…`, a placeholder, `%0A` or a space",
            "AWS Runtime OAuth guide; field reports",
            "identifier",
            "encoded-call",
        ),
        (
            "arn-kind-wrong",
            "404 or 400; an ARN with `/runtime-endpoint/`, `:harness/` or another kind",
            "botocore model: pattern of agentRuntimeArn",
            "identifier",
            "encoded-call",
        ),
        (
            "path-wrong",
            "404 that names no resource, or 405; another suffix, prefix or verb",
            "botocore model; field reports",
            "path",
            "encoded-call",
        ),
        (
            "account-id-missing",
            "400; `/runtimes/ID/…` without `accountId`",
            "botocore model: accountId; field reports",
            "account",
            "encoded-call",
        ),
        (
            "wrong-host",
            "404; `/invocations` on bedrock-agentcore-control, or the reverse",
            "botocore models of both planes",
            "host",
            "encoded-call",
        ),
    ),
    "resource": (
        (
            "region-mismatch",
            "404 “No endpoint or agent found”; the host's region is not the ARN's",
            "field reports (no endpoint or agent found)",
            "region",
            "encoded-call",
        ),
        (
            "qualifier-not-found",
            "404 “No endpoint or agent found”; the qualifier is not listed",
            "field reports; ListAgentRuntimeEndpoints",
            "qualifier",
            "endpoints",
        ),
        (
            "runtime-not-found",
            "404 “No endpoint or agent found”; GetAgentRuntime finds nothing",
            "field reports; GetAgentRuntime",
            None,
            "endpoints",
        ),
        (
            "endpoint-propagating",
            "404 “No endpoint or agent found”; READY for less than five minutes",
            "field reports: the data plane lags READY",
            None,
            "endpoints",
        ),
        (
            "resource-not-ready",
            "404 or 4xx/5xx; the status is not READY",
            "GetAgentRuntime and GetGateway: status",
            None,
            "endpoints",
        ),
    ),
    "credential": (
        (
            "credential-missing",
            "401 with a challenge, or 403 “Missing Authentication Token”; no Authorization",
            "AWS Runtime OAuth guide",
            "auth",
            "encoded-call",
        ),
        (
            "bearer-placeholder",
            "401; `Bearer undefined`, `null`, `$VARIABLE`",
            "CopilotKit #2912 and PR #6920",
            "token",
            "encoded-call",
        ),
        (
            "bearer-prefix-missing",
            "401 or 403; the token stands alone in the header",
            "RFC 6750 section 2.1",
            "auth",
            "encoded-call",
        ),
        (
            "sigv4-on-jwt",
            "403 “Authorization method mismatch” to a signed call; a Gateway answers 401 with a challenge",
            "aws/agentcore-cli #714, #814, #815",
            "auth",
            "encoded-call",
        ),
        (
            "bearer-on-iam",
            "403 “Authorization method mismatch” to a bearer call",
            "field reports: the same message both ways",
            "auth",
            "signed-call",
        ),
        ("token-malformed", "401; not three parts of base64url JSON", "RFC 7519", "token", "token"),
        (
            "token-expired",
            "401 (403 in 2025); `exp` has passed",
            "agentcore-samples #66, #418",
            "token",
            "token",
        ),
        (
            "token-near-expiry",
            "401; under 60 s left",
            "sample-strands-agent-with-agentcore PR #265",
            "token",
            "token",
        ),
        ("token-not-yet-valid", "401; `nbf` is in the future", "RFC 7519 section 4.1.5", "token", "token"),
        (
            "issuer-mismatch",
            "401; `iss` is not the discovery document's issuer",
            "AWS inbound JWT authorizer guide",
            "token",
            "authorizer",
        ),
        (
            "signing-key-unknown",
            "401; `kid` is not in the JWKS",
            "AWS inbound JWT authorizer guide",
            "token",
            "authorizer",
        ),
        (
            "signature-invalid",
            "401; every claim fits, and the message is about the signature",
            "AWS inbound JWT authorizer guide",
            "token",
            "token",
        ),
        (
            "id-token-sent",
            "401 “Claim 'client_id' value mismatch”; `token_use` is `id`",
            "field reports: client_id mismatch with an ID token",
            "token",
            "token",
        ),
        (
            "client-not-allowed",
            "401 “Claim 'client_id' value mismatch”, or a Gateway's 403",
            "field reports: Claim 'client_id' value mismatch",
            "token",
            "authorizer",
        ),
        (
            "audience-not-allowed",
            "401 “Claim 'aud' value mismatch”; Cognito access tokens have no `aud`",
            "field reports: Claim 'aud' value mismatch",
            "token",
            "authorizer",
        ),
        (
            "scope-missing",
            "403; none of `allowedScopes` in `scope`",
            "AWS inbound JWT authorizer guide",
            "token",
            "authorizer",
        ),
        (
            "custom-claim-mismatch",
            "401; a `customClaims` rule fails",
            "AWS inbound JWT authorizer guide",
            "token",
            "authorizer",
        ),
        (
            "workload-binding",
            "403; `allowedWorkloadConfiguration` is set and the call is direct",
            "botocore model: allowedWorkloadConfiguration",
            None,
            "authorizer",
        ),
        (
            "iam-not-allowed",
            "403 “is not authorized to perform”",
            "IAM: is not authorized to perform",
            None,
            "policy",
        ),
        (
            "iam-user-id-not-allowed",
            "403; the user-id header, and “InvokeAgentRuntimeForUser”",
            "AWS Runtime OAuth guide: InvokeAgentRuntimeForUser",
            "user-id",
            "policy",
        ),
        (
            "aws-key-unknown",
            "403 UnrecognizedClientException or InvalidClientTokenId",
            "AWS common errors",
            None,
            "caller",
        ),
        (
            "aws-signature-invalid",
            "403 InvalidSignatureException or SignatureDoesNotMatch",
            "AWS common errors",
            None,
            "caller",
        ),
        ("aws-token-expired", "403 ExpiredTokenException", "AWS common errors", None, "caller"),
        (
            "aws-clock-skew",
            "403 “Signature expired” or “not yet current”",
            "AWS common errors",
            None,
            "caller",
        ),
        (
            "refused-unexplained",
            "401 or 403, and every check passes",
            "nothing at hand explains it",
            "token",
            "authorizer",
        ),
    ),
    "content": (
        (
            "session-id-length",
            "400; the session id is not 33 to 256 characters",
            "botocore model: 33 to 256 characters",
            "session-id",
            "encoded-call",
        ),
        ("mmdsv2-required", "400 “not MMDSv2-enabled”", "AWS Runtime troubleshooting guide", None, "mmdsv2"),
        (
            "payload-rejected",
            "400 ValidationException about something else",
            "AWS protocol contracts",
            None,
            "logs",
        ),
        ("accept-header", "406, or -32011", "AWS MCP protocol contract", "accept", "encoded-call"),
        ("session-conflict", "409, -32005 or SESSION_BUSY", "AWS protocol contracts", None, None),
        (
            "quota-exceeded",
            "402 ServiceQuotaExceededException, or its forms",
            "AWS protocol contracts",
            None,
            None,
        ),
        (
            "throttled",
            "429 ThrottlingException, -32003 or RATE_LIMIT_EXCEEDED",
            "AWS protocol contracts",
            None,
            None,
        ),
        ("service-fault", "500, -32603 or INTERNAL_ERROR", "AWS protocol contracts", None, None),
        ("gateway-timeout", "504", "AWS Runtime troubleshooting guide", None, "logs"),
        (
            "container-failed",
            "424 RuntimeClientError, -32010 in a 200, AGENT_ERROR",
            "AWS Runtime troubleshooting guide",
            None,
            "logs",
        ),
    ),
    "gateway": (
        (
            "gateway-session-missing",
            "400 of a Gateway with sessions; no Mcp-Session-Id",
            "AWS Gateway sessions guide",
            "mcp-session",
            "gateway",
        ),
        (
            "gateway-session-expired",
            "404 of a Gateway; Mcp-Session-Id was sent",
            "AWS Gateway sessions guide",
            "mcp-session",
            "gateway",
        ),
        (
            "insufficient-scope",
            '403 with `error="insufficient_scope"` and scopes that the token lacks',
            "AWS Gateway inbound authorization guide",
            "token",
            "authorizer",
        ),
        (
            "protocol-version-unsupported",
            "400 about the protocol version",
            "AWS Gateway guide: supported versions",
            "mcp-version",
            "gateway",
        ),
        ("target-unknown", "“No Target found for Target name”", "aws/agentcore-cli #1854", None, "targets"),
        (
            "target-not-ready",
            "200, and tools are missing; a target is FAILED or waits",
            "ListGatewayTargets: status",
            None,
            "targets",
        ),
        ("tool-failed", "200 with `isError: true`", "AWS Gateway debug messages guide", None, "gateway"),
        (
            "search-disabled",
            "an error for the search tool; `searchType` is not SEMANTIC",
            "AWS Gateway semantic search guide",
            None,
            "gateway",
        ),
        (
            "open-endpoint",
            "200 without a credential, or with a forged one",
            "AWS Gateway inbound authorization guide: NONE",
            None,
            "replacement",
        ),
        (
            "authenticate-only",
            "200; the authorizer is AUTHENTICATE_ONLY",
            "botocore model: AUTHENTICATE_ONLY",
            None,
            "gateway",
        ),
    ),
    "login": (
        (
            "auth-flow-disabled",
            "400 “flow not enabled for this client”",
            "Cognito InitiateAuth",
            None,
            "app-client",
        ),
        (
            "secret-hash-missing",
            "400 “SECRET_HASH was not received”",
            "amplify-android #2504",
            None,
            "app-client",
        ),
        (
            "secret-hash-unexpected",
            "400 “not configured for secret”",
            "Cognito InitiateAuth",
            None,
            "app-client",
        ),
        (
            "secret-hash-wrong",
            "400 “Unable to verify secret hash”",
            "Cognito InitiateAuth",
            None,
            "app-client",
        ),
        ("wrong-password", "400 “Incorrect username or password”", "Cognito InitiateAuth", None, "user"),
        (
            "password-change-required",
            "200 with NEW_PASSWORD_REQUIRED and no token",
            "botocore model: NEW_PASSWORD_REQUIRED",
            None,
            "user",
        ),
        (
            "mfa-required",
            "200 with an MFA challenge and no token",
            "botocore model: ChallengeName",
            None,
            "user",
        ),
        (
            "user-not-confirmed",
            "400 UserNotConfirmedException",
            "botocore model of cognito-idp",
            None,
            "user",
        ),
        (
            "password-reset-required",
            "400 PasswordResetRequiredException",
            "botocore model of cognito-idp",
            None,
            "user",
        ),
        (
            "client-not-found",
            "400 ResourceNotFoundException of Cognito",
            "botocore model of cognito-idp",
            None,
            "app-client",
        ),
        ("oauth-client-invalid", "400 or 401 `invalid_client`", "RFC 6749 section 5.2", None, "app-client"),
        (
            "oauth-grant-not-allowed",
            "400 `unauthorized_client` or `invalid_grant`",
            "RFC 6749 section 5.2; Cognito token endpoint",
            None,
            "app-client",
        ),
        ("oauth-scope-invalid", "400 `invalid_scope`", "RFC 6749 section 5.2", None, "app-client"),
    ),
    "otherwise": (("unexplained", "none of these", "nothing fits", None, None),),
}

CAUSES: dict[str, Cause] = {
    id: Cause(id, group, looks, source, factor, remedy)
    for group, rows in _GROUPS.items()
    for id, looks, source, factor, remedy in rows
}
"""Every cause by its id, in the order of the vocabulary."""
