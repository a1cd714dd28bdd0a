"""Every cause that an exchange can have, as one table. The texts are in `report/text/*.ftl`.

Adding a cause takes a row here, the rule in `judge/rules` that returns it, its texts, and a labelled case in
`tests/judge/cases.jsonl`. `docs/diagnosis.md` is generated from this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Group = Literal[
    "fine", "arrival", "url", "resource", "credential", "content", "gateway", "login", "otherwise"
]
"""What a cause is about: the sections of docs/diagnosis.md, in their order."""


@dataclass(frozen=True, kw_only=True)
class Cause:
    """One cause, and all that depends on the cause alone."""

    id: str
    group: Group
    looks: str
    """What it looks like from outside, in one line."""
    source: str
    """Where this is documented or was reported."""
    factor: str | None = None
    """The factor (`judge.factors`) whose change proves the cause; None if no second request can prove it."""
    claim: str | None = None
    """The token's claim that decides; the report marks it."""
    remedy: str | None = None
    """The kind of commands that fix it (`judge.remedies`); None if there is only its text."""
    inconclusive: bool = False
    """Whether the run failed to find out, so that an undecided row says nothing about the configuration."""
    inconclusive_for_controls: bool = False
    """The same for a control only: a genuine call must get more."""
    harmless: bool = False
    """Whether an accepted call may have this cause although nothing is broken."""
    early: bool = False
    """Whether the service may answer so before it checks anything else, so that the request got no further."""


_ROWS: tuple[Cause, ...] = (
    # Fine
    Cause(
        id="none",
        group="fine",
        looks="200 with an answer from behind the authorizer",
        source="what the service documents",
        harmless=True,
    ),
    # No answer, or not from AWS
    Cause(
        id="machine-set-up",
        group="arrival",
        looks="no answer: the file of trusted authorities is missing, or a SOCKS proxy without PySocks",
        source="measured with requests",
        inconclusive=True,
    ),
    Cause(
        id="proxy-refused",
        group="arrival",
        looks="407, or no answer: the proxy cannot be reached, or answers CONNECT with an error",
        source="RFC 9110 sections 9.3.6 and 15.5.8",
        inconclusive=True,
    ),
    Cause(
        id="dns-failure",
        group="arrival",
        looks="no answer: the name does not resolve",
        source="RFC 1035; measured with requests",
        inconclusive=True,
    ),
    Cause(
        id="connect-failure",
        group="arrival",
        looks="no answer: connection refused or unreachable",
        source="measured with requests",
        inconclusive=True,
    ),
    Cause(
        id="tls-failure",
        group="arrival",
        looks="no answer: the certificate is not accepted",
        source="measured with requests",
        inconclusive=True,
    ),
    Cause(
        id="timeout",
        group="arrival",
        looks="no complete answer within the limit",
        source="measured with requests",
        inconclusive=True,
    ),
    Cause(
        id="connection-reset",
        group="arrival",
        looks="closed or reset before an answer",
        source="measured with requests",
        inconclusive=True,
    ),
    Cause(
        id="answer-truncated",
        group="arrival",
        looks="fewer bytes than announced",
        source="measured with requests",
        inconclusive=True,
    ),
    Cause(
        id="answer-too-large",
        group="arrival",
        looks="more bytes than the limit",
        source="the probe's own limit",
        inconclusive=True,
    ),
    Cause(
        id="answer-not-http",
        group="arrival",
        looks="bytes that are not an HTTP answer",
        source="measured with requests",
        inconclusive=True,
    ),
    Cause(
        id="http2-only",
        group="arrival",
        looks="frames of HTTP/2 in answer to HTTP/1.1, or the TLS alert no_application_protocol",
        source="RFC 9113; RFC 7301",
        inconclusive=True,
    ),
    Cause(
        id="answer-not-from-aws",
        group="arrival",
        looks="an answer without `x-amzn-*` headers: HTML, a proxy's or CDN's name",
        source="AWS marks its answers with x-amzn-requestid",
        inconclusive=True,
    ),
    Cause(
        id="request-too-large",
        group="arrival",
        looks="413, 414 or 431",
        source="RFC 9110 sections 15.5.14 and 15.5.15; RFC 6585 section 5",
        inconclusive=True,
    ),
    # The URL
    Cause(
        id="arn-not-encoded",
        group="url",
        looks="404 that names no resource; `/runtimes/arn:…:runtime/NAME/…` raw in the path",
        source="botocore model of InvokeAgentRuntime; field reports",
        factor="arn-encoding",
        remedy="encoded-call",
    ),
    Cause(
        id="arn-double-encoded",
        group="url",
        looks="404; `%253A` or `%252F` in the path",
        source="botocore model of InvokeAgentRuntime",
        factor="arn-encoding",
        remedy="encoded-call",
    ),
    Cause(
        id="arn-blank-or-padded",
        group="url",
        looks="404 or 400; `/runtimes//…`, a placeholder, `%0A` or a space",
        source="AWS Runtime OAuth guide; field reports",
        factor="identifier",
        remedy="encoded-call",
    ),
    Cause(
        id="arn-kind-wrong",
        group="url",
        looks="404 or 400; an ARN with `/runtime-endpoint/`, `:harness/` or another kind",
        source="botocore model: pattern of agentRuntimeArn",
        factor="identifier",
        remedy="encoded-call",
    ),
    Cause(
        id="path-wrong",
        group="url",
        looks="404 that names no resource, or 405; another suffix, prefix or verb",
        source="botocore model; field reports",
        factor="path",
        remedy="encoded-call",
    ),
    Cause(
        id="account-id-missing",
        group="url",
        looks="400; `/runtimes/ID/…` without `accountId`",
        source="botocore model: accountId; field reports",
        factor="account",
        remedy="encoded-call",
    ),
    Cause(
        id="wrong-host",
        group="url",
        looks="404; `/invocations` on bedrock-agentcore-control, or the reverse",
        source="botocore models of both planes",
        factor="host",
        remedy="encoded-call",
    ),
    Cause(
        id="arn-decoded-on-the-way",
        group="url",
        looks="404 that names no resource, to the encoded ARN and to the raw one; the Runtime is READY",
        source="field reports: nginx, haproxy and envoy decode %2F",
    ),
    # The resource
    Cause(
        id="region-mismatch",
        group="resource",
        looks="404 “No endpoint or agent found”; the host's region is not the ARN's",
        source="field reports (no endpoint or agent found)",
        factor="region",
        remedy="encoded-call",
    ),
    Cause(
        id="qualifier-not-found",
        group="resource",
        looks="404 “No endpoint or agent found”; the qualifier is not listed",
        source="field reports; ListAgentRuntimeEndpoints",
        factor="qualifier",
        remedy="endpoints",
    ),
    Cause(
        id="runtime-not-found",
        group="resource",
        looks="404 “No endpoint or agent found”; GetAgentRuntime does not find it",
        source="field reports; GetAgentRuntime",
        remedy="endpoints",
    ),
    Cause(
        id="endpoint-propagating",
        group="resource",
        looks="404 “No endpoint or agent found”; READY for less than five minutes",
        source="field reports: the data plane lags READY",
        remedy="endpoints",
    ),
    Cause(
        id="resource-not-ready",
        group="resource",
        looks="404 or 4xx/5xx; the status is not READY",
        source="GetAgentRuntime and GetGateway: status",
        remedy="endpoints",
    ),
    # The credential
    Cause(
        id="credential-missing",
        group="credential",
        looks="401 with a challenge, or 403 “Missing Authentication Token”; no Authorization",
        source="AWS Runtime OAuth guide",
        factor="auth",
        remedy="encoded-call",
    ),
    Cause(
        id="bearer-placeholder",
        group="credential",
        looks="401; `Bearer undefined`, `null`, `$VARIABLE`",
        source="CopilotKit #2912 and PR #6920",
        factor="token",
        remedy="encoded-call",
    ),
    Cause(
        id="bearer-prefix-missing",
        group="credential",
        looks="401 or 403; the token is in the header without a scheme",
        source="RFC 6750 section 2.1",
        factor="auth",
        remedy="encoded-call",
    ),
    Cause(
        id="sigv4-on-jwt",
        group="credential",
        looks="403 “Authorization method mismatch” to a signed call; a Gateway responds with 401 and a challenge",
        source="aws/agentcore-cli #714, #814, #815",
        factor="auth",
        remedy="encoded-call",
    ),
    Cause(
        id="bearer-on-iam",
        group="credential",
        looks="403 “Authorization method mismatch” to a bearer call",
        source="field reports: the same message both ways",
        factor="auth",
        remedy="signed-call",
    ),
    Cause(
        id="token-malformed",
        group="credential",
        looks="401; not three parts of base64url JSON",
        source="RFC 7519",
        factor="token",
        remedy="token",
    ),
    Cause(
        id="token-expired",
        group="credential",
        looks="401 (403 in 2025); `exp` has passed",
        source="agentcore-samples #66, #418",
        factor="token",
        claim="exp",
        remedy="token",
    ),
    Cause(
        id="token-near-expiry",
        group="credential",
        looks="401; under 60 s left",
        source="sample-strands-agent-with-agentcore PR #265",
        factor="token",
        claim="exp",
        remedy="token",
    ),
    Cause(
        id="token-not-yet-valid",
        group="credential",
        looks="401; `nbf` is in the future",
        source="RFC 7519 section 4.1.5",
        factor="token",
        claim="nbf",
        remedy="token",
    ),
    Cause(
        id="issuer-mismatch",
        group="credential",
        looks="401; `iss` is not the discovery document's issuer",
        source="AWS inbound JWT authorizer guide",
        factor="token",
        claim="iss",
        remedy="authorizer",
    ),
    Cause(
        id="signing-key-unknown",
        group="credential",
        looks="401; `kid` is not in the JWKS",
        source="AWS inbound JWT authorizer guide",
        factor="token",
        claim="kid",
        remedy="authorizer",
    ),
    Cause(
        id="signature-invalid",
        group="credential",
        looks="401; every claim fits, and the message is about the signature",
        source="AWS inbound JWT authorizer guide",
        factor="token",
        remedy="token",
    ),
    Cause(
        id="id-token-sent",
        group="credential",
        looks="401 “Claim 'client_id' value mismatch”; `token_use` is `id`",
        source="field reports: client_id mismatch with an ID token",
        factor="token",
        claim="token_use",
        remedy="token",
    ),
    Cause(
        id="client-not-allowed",
        group="credential",
        looks="401 “Claim 'client_id' value mismatch”, or a Gateway's 403",
        source="field reports: Claim 'client_id' value mismatch",
        factor="token",
        claim="client_id",
        remedy="authorizer",
    ),
    Cause(
        id="audience-not-allowed",
        group="credential",
        looks="401 “Claim 'aud' value mismatch”; Cognito access tokens have no `aud`",
        source="field reports: Claim 'aud' value mismatch",
        factor="token",
        claim="aud",
        remedy="authorizer",
    ),
    Cause(
        id="scope-missing",
        group="credential",
        looks="403; none of `allowedScopes` in `scope`",
        source="AWS inbound JWT authorizer guide",
        factor="token",
        claim="scope",
        remedy="authorizer",
    ),
    Cause(
        id="custom-claim-mismatch",
        group="credential",
        looks="401; a `customClaims` rule fails",
        source="AWS inbound JWT authorizer guide",
        factor="token",
        remedy="authorizer",
    ),
    Cause(
        id="workload-binding",
        group="credential",
        looks="403; `allowedWorkloadConfiguration` is set and the call is direct",
        source="botocore model: allowedWorkloadConfiguration",
        remedy="authorizer",
    ),
    Cause(
        id="iam-not-allowed",
        group="credential",
        looks="403 “is not authorized to perform”",
        source="IAM: is not authorized to perform",
        remedy="policy",
    ),
    Cause(
        id="iam-user-id-not-allowed",
        group="credential",
        looks="403; the user-id header, and “InvokeAgentRuntimeForUser”",
        source="AWS Runtime OAuth guide: InvokeAgentRuntimeForUser",
        factor="user-id",
        remedy="policy",
    ),
    Cause(
        id="aws-key-unknown",
        group="credential",
        looks="403 UnrecognizedClientException or InvalidClientTokenId",
        source="AWS common errors",
        remedy="caller",
    ),
    Cause(
        id="aws-signature-invalid",
        group="credential",
        looks="403 InvalidSignatureException or SignatureDoesNotMatch",
        source="AWS common errors",
        remedy="caller",
    ),
    Cause(
        id="aws-token-expired",
        group="credential",
        looks="403 ExpiredTokenException",
        source="AWS common errors",
        remedy="caller",
    ),
    Cause(
        id="aws-clock-skew",
        group="credential",
        looks="403 “Signature expired” or “not yet current”",
        source="AWS common errors",
        remedy="caller",
    ),
    Cause(
        id="credential-lost-on-the-way",
        group="credential",
        looks="401 or 403 “Missing Authentication Token” to a request that had a token",
        source="field reports: proxies that remove Authorization",
    ),
    Cause(
        id="issuer-without-keys",
        group="credential",
        looks="401; the discovery document has no `jwks_uri`, or the JWKS cannot be read",
        source="OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2",
        remedy="authorizer",
    ),
    Cause(
        id="refused-inside-200",
        group="credential",
        looks="200 with a JSON-RPC error, `isError`, a stream's error, JSON, text or XML that refuses the caller",
        source="field reports: interceptors and custom authorizers",
        remedy="logs",
        inconclusive_for_controls=True,
    ),
    Cause(
        id="cached-authorization",
        group="credential",
        looks="a control is accepted once its counterpart was accepted, and was refused before",
        source="RFC 9111 section 3.5",
    ),
    Cause(
        id="answers-differ",
        group="credential",
        looks="two equal calls, one accepted and one refused",
        source="measured with requests",
    ),
    Cause(
        id="refused-unexplained",
        group="credential",
        looks="401 or 403, and every check passes",
        source="nothing at hand explains it",
        factor="token",
        remedy="authorizer",
    ),
    # The request's content, limits, the container
    Cause(
        id="session-id-length",
        group="content",
        looks="400; the session id is not 33 to 256 characters",
        source="botocore model: 33 to 256 characters",
        factor="session-id",
        remedy="encoded-call",
    ),
    Cause(
        id="mmdsv2-required",
        group="content",
        looks="400 “not MMDSv2-enabled”",
        source="AWS Runtime troubleshooting guide",
        remedy="mmdsv2",
    ),
    Cause(
        id="payload-rejected",
        group="content",
        looks="400 ValidationException about something else",
        source="AWS protocol contracts",
        remedy="logs",
    ),
    Cause(
        id="accept-header",
        group="content",
        looks="406, or -32011",
        source="AWS MCP protocol contract",
        factor="accept",
        remedy="encoded-call",
    ),
    Cause(
        id="session-conflict",
        group="content",
        looks="409, -32005 or SESSION_BUSY",
        source="AWS protocol contracts",
        early=True,
    ),
    Cause(
        id="quota-exceeded",
        group="content",
        looks="402 ServiceQuotaExceededException, or its forms",
        source="AWS protocol contracts",
        early=True,
    ),
    Cause(
        id="throttled",
        group="content",
        looks="429 ThrottlingException, -32003 or RATE_LIMIT_EXCEEDED; 403 `Rate exceeded`",
        source="AWS protocol contracts",
        inconclusive=True,
        early=True,
    ),
    Cause(
        id="service-fault",
        group="content",
        looks="500, -32603 or INTERNAL_ERROR",
        source="AWS protocol contracts",
        inconclusive=True,
        early=True,
    ),
    Cause(
        id="gateway-timeout",
        group="content",
        looks="504",
        source="AWS Runtime troubleshooting guide",
        remedy="logs",
        early=True,
    ),
    Cause(
        id="container-failed",
        group="content",
        looks="424 RuntimeClientError, -32010 in a 200, AGENT_ERROR, an error as the agent's answer",
        source="AWS Runtime troubleshooting guide",
        remedy="logs",
    ),
    Cause(
        id="answer-not-mcp",
        group="content",
        looks="2xx with nothing, HTML or other content that is not the protocol's",
        source="JSON-RPC 2.0 section 5; AWS protocol contracts",
        remedy="logs",
        inconclusive_for_controls=True,
    ),
    Cause(
        id="conversation-incomplete",
        group="content",
        looks="accepted, and a list, a stream or a call ended before its result",
        source="the probe's own limit",
    ),
    # Gateway and MCP
    Cause(
        id="gateway-session-missing",
        group="gateway",
        looks="400 of a Gateway with sessions; no Mcp-Session-Id",
        source="AWS Gateway sessions guide",
        factor="mcp-session",
        remedy="gateway",
    ),
    Cause(
        id="gateway-session-expired",
        group="gateway",
        looks="404 of a Gateway; Mcp-Session-Id was sent",
        source="AWS Gateway sessions guide",
        factor="mcp-session",
        remedy="gateway",
    ),
    Cause(
        id="insufficient-scope",
        group="gateway",
        looks='403 with `error="insufficient_scope"` and scopes that the token lacks',
        source="AWS Gateway inbound authorization guide",
        factor="token",
        claim="scope",
        remedy="authorizer",
    ),
    Cause(
        id="protocol-version-unsupported",
        group="gateway",
        looks="400 about the protocol version",
        source="AWS Gateway guide: supported versions",
        factor="mcp-version",
        remedy="gateway",
    ),
    Cause(
        id="target-unknown",
        group="gateway",
        looks="“No Target found for Target name”",
        source="aws/agentcore-cli #1854",
        remedy="targets",
    ),
    Cause(
        id="target-not-ready",
        group="gateway",
        looks="200, and tools are missing; a target has failed or is not ready",
        source="ListGatewayTargets: status",
        remedy="targets",
    ),
    Cause(
        id="tool-failed",
        group="gateway",
        looks="200 with `isError: true`",
        source="AWS Gateway debug messages guide",
        remedy="gateway",
    ),
    Cause(
        id="search-disabled",
        group="gateway",
        looks="an error for the search tool; `searchType` is not SEMANTIC",
        source="AWS Gateway semantic search guide",
        remedy="gateway",
    ),
    Cause(
        id="open-endpoint",
        group="gateway",
        looks="200 without a credential, or with a forged one",
        source="AWS Gateway inbound authorization guide: NONE",
        remedy="replacement",
        harmless=True,
    ),
    Cause(
        id="authenticate-only",
        group="gateway",
        looks="200; the authorizer is AUTHENTICATE_ONLY",
        source="botocore model: AUTHENTICATE_ONLY",
        remedy="gateway",
        harmless=True,
    ),
    # Getting the token
    Cause(
        id="auth-flow-disabled",
        group="login",
        looks="400 “flow not enabled for this client”",
        source="Cognito InitiateAuth",
        remedy="app-client",
    ),
    Cause(
        id="secret-hash-missing",
        group="login",
        looks="400 “SECRET_HASH was not received”",
        source="amplify-android #2504",
        remedy="app-client",
    ),
    Cause(
        id="secret-hash-unexpected",
        group="login",
        looks="400 “not configured for secret”",
        source="Cognito InitiateAuth",
        remedy="app-client",
    ),
    Cause(
        id="secret-hash-wrong",
        group="login",
        looks="400 “Unable to verify secret hash”",
        source="Cognito InitiateAuth",
        remedy="app-client",
    ),
    Cause(
        id="wrong-password",
        group="login",
        looks="400 “Incorrect username or password”",
        source="Cognito InitiateAuth",
        remedy="user",
    ),
    Cause(
        id="password-change-required",
        group="login",
        looks="200 with NEW_PASSWORD_REQUIRED and no token",
        source="botocore model: NEW_PASSWORD_REQUIRED",
        remedy="user",
    ),
    Cause(
        id="mfa-required",
        group="login",
        looks="200 with an MFA challenge and no token",
        source="botocore model: ChallengeName",
        remedy="user",
    ),
    Cause(
        id="user-not-confirmed",
        group="login",
        looks="400 UserNotConfirmedException",
        source="botocore model of cognito-idp",
        remedy="user",
    ),
    Cause(
        id="password-reset-required",
        group="login",
        looks="400 PasswordResetRequiredException",
        source="botocore model of cognito-idp",
        remedy="user",
    ),
    Cause(
        id="client-not-found",
        group="login",
        looks="400 ResourceNotFoundException of Cognito",
        source="botocore model of cognito-idp",
        remedy="app-client",
    ),
    Cause(
        id="oauth-client-invalid",
        group="login",
        looks="400 or 401 `invalid_client`",
        source="RFC 6749 section 5.2",
        remedy="app-client",
    ),
    Cause(
        id="oauth-grant-not-allowed",
        group="login",
        looks="400 `unauthorized_client` or `invalid_grant`",
        source="RFC 6749 section 5.2; Cognito token endpoint",
        remedy="app-client",
    ),
    Cause(
        id="oauth-scope-invalid",
        group="login",
        looks="400 `invalid_scope`",
        source="RFC 6749 section 5.2",
        remedy="app-client",
    ),
    # Otherwise
    Cause(
        id="unexplained",
        group="otherwise",
        looks="none of these",
        source="nothing fits",
    ),
)

CAUSES: dict[str, Cause] = {cause.id: cause for cause in _ROWS}
"""Every cause by its id, in the order of docs/diagnosis.md."""
