"""The vocabulary of causes as one table. Their texts are in `report/text/*.ftl`.

Each cause: its group, the one factor whose change would settle it (None where no second call
can), and the source of what is known of it. `docs/diagnosis.md` is made from this table.
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


_GROUPS: dict[str, tuple[tuple[str, str, str | None], ...]] = {
    "fine": (("none", "what the service documents", None),),
    "arrival": (
        ("dns-failure", "RFC 1035; measured with requests", None),
        ("connect-failure", "measured with requests", None),
        ("tls-failure", "measured with requests", None),
        ("timeout", "measured with requests", None),
        ("connection-reset", "measured with requests", None),
        ("answer-truncated", "measured with requests", None),
        ("answer-too-large", "the probe's own limit", None),
        ("answer-not-http", "measured with requests", None),
        ("answer-not-from-aws", "AWS marks its answers with x-amzn-requestid", None),
    ),
    "url": (
        ("arn-not-encoded", "botocore model of InvokeAgentRuntime; field reports", "arn-encoding"),
        ("arn-double-encoded", "botocore model of InvokeAgentRuntime", "arn-encoding"),
        ("arn-blank-or-padded", "AWS Runtime OAuth guide; field reports", "identifier"),
        ("arn-kind-wrong", "botocore model: pattern of agentRuntimeArn", "identifier"),
        ("path-wrong", "botocore model; field reports", "path"),
        ("account-id-missing", "botocore model: accountId; field reports", "account"),
        ("wrong-host", "botocore models of both planes", "host"),
    ),
    "resource": (
        ("region-mismatch", "field reports (no endpoint or agent found)", "region"),
        ("qualifier-not-found", "field reports; ListAgentRuntimeEndpoints", "qualifier"),
        ("runtime-not-found", "field reports; GetAgentRuntime", None),
        ("endpoint-propagating", "field reports: the data plane lags READY", None),
        ("resource-not-ready", "GetAgentRuntime and GetGateway: status", None),
    ),
    "credential": (
        ("credential-missing", "AWS Runtime OAuth guide", "auth"),
        ("bearer-placeholder", "CopilotKit #2912 and PR #6920", "token"),
        ("bearer-prefix-missing", "RFC 6750 section 2.1", "auth"),
        ("sigv4-on-jwt", "aws/agentcore-cli #714, #814, #815", "auth"),
        ("bearer-on-iam", "field reports: the same message both ways", "auth"),
        ("token-malformed", "RFC 7519", "token"),
        ("token-expired", "agentcore-samples #66, #418", "token"),
        ("token-near-expiry", "sample-strands-agent-with-agentcore PR #265", "token"),
        ("token-not-yet-valid", "RFC 7519 section 4.1.5", "token"),
        ("issuer-mismatch", "AWS inbound JWT authorizer guide", "token"),
        ("signing-key-unknown", "AWS inbound JWT authorizer guide", "token"),
        ("signature-invalid", "AWS inbound JWT authorizer guide", "token"),
        ("id-token-sent", "field reports: client_id mismatch with an ID token", "token"),
        ("client-not-allowed", "field reports: Claim 'client_id' value mismatch", "token"),
        ("audience-not-allowed", "field reports: Claim 'aud' value mismatch", "token"),
        ("scope-missing", "AWS inbound JWT authorizer guide", "token"),
        ("custom-claim-mismatch", "AWS inbound JWT authorizer guide", "token"),
        ("workload-binding", "botocore model: allowedWorkloadConfiguration", None),
        ("iam-not-allowed", "IAM: is not authorized to perform", None),
        ("iam-user-id-not-allowed", "AWS Runtime OAuth guide: InvokeAgentRuntimeForUser", None),
        ("aws-key-unknown", "AWS common errors", None),
        ("aws-signature-invalid", "AWS common errors", None),
        ("aws-token-expired", "AWS common errors", None),
        ("aws-clock-skew", "AWS common errors", None),
        ("refused-unexplained", "nothing at hand explains it", "token"),
    ),
    "content": (
        ("session-id-length", "botocore model: 33 to 256 characters", "session-id"),
        ("mmdsv2-required", "AWS Runtime troubleshooting guide", None),
        ("payload-rejected", "AWS protocol contracts", None),
        ("accept-header", "AWS MCP protocol contract", "accept"),
        ("session-conflict", "AWS protocol contracts", None),
        ("quota-exceeded", "AWS protocol contracts", None),
        ("throttled", "AWS protocol contracts", None),
        ("service-fault", "AWS protocol contracts", None),
        ("gateway-timeout", "AWS Runtime troubleshooting guide", None),
        ("container-failed", "AWS Runtime troubleshooting guide", None),
    ),
    "gateway": (
        ("gateway-session-missing", "AWS Gateway sessions guide", None),
        ("gateway-session-expired", "AWS Gateway sessions guide", None),
        ("insufficient-scope", "AWS Gateway inbound authorization guide", "token"),
        ("protocol-version-unsupported", "AWS Gateway guide: supported versions", None),
        ("target-unknown", "aws/agentcore-cli #1854", None),
        ("target-not-ready", "ListGatewayTargets: status", None),
        ("tool-failed", "AWS Gateway debug messages guide", None),
        ("search-disabled", "AWS Gateway semantic search guide", None),
        ("open-endpoint", "AWS Gateway inbound authorization guide: NONE", None),
        ("authenticate-only", "botocore model: AUTHENTICATE_ONLY", None),
    ),
    "login": (
        ("auth-flow-disabled", "Cognito InitiateAuth", None),
        ("secret-hash-missing", "amplify-android #2504", None),
        ("secret-hash-unexpected", "Cognito InitiateAuth", None),
        ("secret-hash-wrong", "Cognito InitiateAuth", None),
        ("wrong-password", "Cognito InitiateAuth", None),
        ("password-change-required", "botocore model: NEW_PASSWORD_REQUIRED", None),
        ("mfa-required", "botocore model: ChallengeName", None),
        ("user-not-confirmed", "botocore model of cognito-idp", None),
        ("password-reset-required", "botocore model of cognito-idp", None),
        ("client-not-found", "botocore model of cognito-idp", None),
        ("oauth-client-invalid", "RFC 6749 section 5.2", None),
        ("oauth-grant-not-allowed", "RFC 6749 section 5.2; Cognito token endpoint", None),
        ("oauth-scope-invalid", "RFC 6749 section 5.2", None),
    ),
    "otherwise": (("unexplained", "nothing fits", None),),
}

CAUSES: dict[str, Cause] = {
    id: Cause(id, group, source, factor) for group, rows in _GROUPS.items() for id, source, factor in rows
}
"""Every cause by its id, in the order of the vocabulary."""
