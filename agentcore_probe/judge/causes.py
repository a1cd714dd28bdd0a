"""The vocabulary of causes as one table. Their texts are in `report/text/*.ftl`.

Each cause: its group, the source of what is known of it, the one factor whose change would settle
it (None where no second call can), and which lines mend it. `docs/diagnosis.md` is made from this table.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cause:
    """One cause."""

    id: str
    group: str
    source: str
    factor: str | None = None
    remedy: str | None = None
    """Which lines mend it (`judge.remedy`); None where its text is all that can be said."""


_GROUPS: dict[str, tuple[tuple[str, str, str | None, str | None], ...]] = {
    "fine": (("none", "what the service documents", None, None),),
    "arrival": (
        ("dns-failure", "RFC 1035; measured with requests", None, None),
        ("connect-failure", "measured with requests", None, None),
        ("tls-failure", "measured with requests", None, None),
        ("timeout", "measured with requests", None, None),
        ("connection-reset", "measured with requests", None, None),
        ("answer-truncated", "measured with requests", None, None),
        ("answer-too-large", "the probe's own limit", None, None),
        ("answer-not-http", "measured with requests", None, None),
        ("answer-not-from-aws", "AWS marks its answers with x-amzn-requestid", None, None),
    ),
    "url": (
        (
            "arn-not-encoded",
            "botocore model of InvokeAgentRuntime; field reports",
            "arn-encoding",
            "encoded-call",
        ),
        ("arn-double-encoded", "botocore model of InvokeAgentRuntime", "arn-encoding", "encoded-call"),
        ("arn-blank-or-padded", "AWS Runtime OAuth guide; field reports", "identifier", "encoded-call"),
        ("arn-kind-wrong", "botocore model: pattern of agentRuntimeArn", "identifier", "encoded-call"),
        ("path-wrong", "botocore model; field reports", "path", "encoded-call"),
        ("account-id-missing", "botocore model: accountId; field reports", "account", "encoded-call"),
        ("wrong-host", "botocore models of both planes", "host", "encoded-call"),
    ),
    "resource": (
        ("region-mismatch", "field reports (no endpoint or agent found)", "region", "encoded-call"),
        ("qualifier-not-found", "field reports; ListAgentRuntimeEndpoints", "qualifier", "endpoints"),
        ("runtime-not-found", "field reports; GetAgentRuntime", None, "endpoints"),
        ("endpoint-propagating", "field reports: the data plane lags READY", None, "endpoints"),
        ("resource-not-ready", "GetAgentRuntime and GetGateway: status", None, "endpoints"),
    ),
    "credential": (
        ("credential-missing", "AWS Runtime OAuth guide", "auth", "encoded-call"),
        ("bearer-placeholder", "CopilotKit #2912 and PR #6920", "token", "encoded-call"),
        ("bearer-prefix-missing", "RFC 6750 section 2.1", "auth", "encoded-call"),
        ("sigv4-on-jwt", "aws/agentcore-cli #714, #814, #815", "auth", "encoded-call"),
        ("bearer-on-iam", "field reports: the same message both ways", "auth", "signed-call"),
        ("token-malformed", "RFC 7519", "token", "token"),
        ("token-expired", "agentcore-samples #66, #418", "token", "token"),
        ("token-near-expiry", "sample-strands-agent-with-agentcore PR #265", "token", "token"),
        ("token-not-yet-valid", "RFC 7519 section 4.1.5", "token", "token"),
        ("issuer-mismatch", "AWS inbound JWT authorizer guide", "token", "authorizer"),
        ("signing-key-unknown", "AWS inbound JWT authorizer guide", "token", "authorizer"),
        ("signature-invalid", "AWS inbound JWT authorizer guide", "token", "token"),
        ("id-token-sent", "field reports: client_id mismatch with an ID token", "token", "token"),
        ("client-not-allowed", "field reports: Claim 'client_id' value mismatch", "token", "authorizer"),
        ("audience-not-allowed", "field reports: Claim 'aud' value mismatch", "token", "authorizer"),
        ("scope-missing", "AWS inbound JWT authorizer guide", "token", "authorizer"),
        ("custom-claim-mismatch", "AWS inbound JWT authorizer guide", "token", "authorizer"),
        ("workload-binding", "botocore model: allowedWorkloadConfiguration", None, "authorizer"),
        ("iam-not-allowed", "IAM: is not authorized to perform", None, "policy"),
        ("iam-user-id-not-allowed", "AWS Runtime OAuth guide: InvokeAgentRuntimeForUser", None, "policy"),
        ("aws-key-unknown", "AWS common errors", None, "caller"),
        ("aws-signature-invalid", "AWS common errors", None, "caller"),
        ("aws-token-expired", "AWS common errors", None, "caller"),
        ("aws-clock-skew", "AWS common errors", None, "caller"),
        ("refused-unexplained", "nothing at hand explains it", "token", "authorizer"),
    ),
    "content": (
        ("session-id-length", "botocore model: 33 to 256 characters", "session-id", "encoded-call"),
        ("mmdsv2-required", "AWS Runtime troubleshooting guide", None, "mmdsv2"),
        ("payload-rejected", "AWS protocol contracts", None, "logs"),
        ("accept-header", "AWS MCP protocol contract", "accept", "encoded-call"),
        ("session-conflict", "AWS protocol contracts", None, None),
        ("quota-exceeded", "AWS protocol contracts", None, None),
        ("throttled", "AWS protocol contracts", None, None),
        ("service-fault", "AWS protocol contracts", None, None),
        ("gateway-timeout", "AWS Runtime troubleshooting guide", None, "logs"),
        ("container-failed", "AWS Runtime troubleshooting guide", None, "logs"),
    ),
    "gateway": (
        ("gateway-session-missing", "AWS Gateway sessions guide", None, "gateway"),
        ("gateway-session-expired", "AWS Gateway sessions guide", None, "gateway"),
        ("insufficient-scope", "AWS Gateway inbound authorization guide", "token", "authorizer"),
        ("protocol-version-unsupported", "AWS Gateway guide: supported versions", None, "gateway"),
        ("target-unknown", "aws/agentcore-cli #1854", None, "targets"),
        ("target-not-ready", "ListGatewayTargets: status", None, "targets"),
        ("tool-failed", "AWS Gateway debug messages guide", None, "gateway"),
        ("search-disabled", "AWS Gateway semantic search guide", None, "gateway"),
        ("open-endpoint", "AWS Gateway inbound authorization guide: NONE", None, "authorizer"),
        ("authenticate-only", "botocore model: AUTHENTICATE_ONLY", None, "gateway"),
    ),
    "login": (
        ("auth-flow-disabled", "Cognito InitiateAuth", None, "app-client"),
        ("secret-hash-missing", "amplify-android #2504", None, "app-client"),
        ("secret-hash-unexpected", "Cognito InitiateAuth", None, "app-client"),
        ("secret-hash-wrong", "Cognito InitiateAuth", None, "app-client"),
        ("wrong-password", "Cognito InitiateAuth", None, "password"),
        ("password-change-required", "botocore model: NEW_PASSWORD_REQUIRED", None, "password"),
        ("mfa-required", "botocore model: ChallengeName", None, "password"),
        ("user-not-confirmed", "botocore model of cognito-idp", None, "password"),
        ("password-reset-required", "botocore model of cognito-idp", None, "password"),
        ("client-not-found", "botocore model of cognito-idp", None, "app-client"),
        ("oauth-client-invalid", "RFC 6749 section 5.2", None, "app-client"),
        ("oauth-grant-not-allowed", "RFC 6749 section 5.2; Cognito token endpoint", None, "app-client"),
        ("oauth-scope-invalid", "RFC 6749 section 5.2", None, "app-client"),
    ),
    "otherwise": (("unexplained", "nothing fits", None, None),),
}

CAUSES: dict[str, Cause] = {
    id: Cause(id, group, source, factor, remedy)
    for group, rows in _GROUPS.items()
    for id, source, factor, remedy in rows
}
"""Every cause by its id, in the order of the vocabulary."""
