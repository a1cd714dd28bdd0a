"""Why a client stops in its login, or may stop. The sentences are `forecast-REASON` in the catalogues."""

from __future__ import annotations

from typing import Literal

Reason = Literal[
    # challenge
    "bearer-on-iam",
    "sigv4-on-jwt",
    "authorizer-unread",
    "challenge-unread",
    "challenge-status",
    "start-unknown",
    # resource-metadata
    "lookup-unknown",
    "relative-url-unknown",
    "resource-metadata-unread",
    "redirect-unknown",
    "metadata-url-insecure",
    "oauth-metadata-missing",
    "resource-metadata-malformed",
    "challenge-header-renamed",
    "resource-metadata-not-read",
    "resource-error-unknown",
    "resource-mismatch",
    "resource-check-unknown",
    # server-metadata
    "server-metadata-unread",
    "revision-unknown",
    "authorization-server-metadata-missing",
    "server-error-unknown",
    "server-metadata-malformed",
    "malformed-unknown",
    "metadata-issuer-mismatch",
    "issuer-check-unknown",
    # server-capabilities
    "response-type-unsupported",
    "response-type-check-unknown",
    "pkce-not-advertised",
    "pkce-check-unknown",
    # client-identity
    "registration-unknown",
    "client-registration-unsupported",
    "client-registration-refused",
    "registration-policy-unknown",
    "typed-id-unknown",
    "client-id-missing",
    # authorization
    "app-client-unread",
    "oauth-grant-not-allowed",
    "redirect-uri-mismatch",
    "redirect-uri-unknown",
    "cimd-url-not-allowed",
    "cimd-policy-unknown",
    "oauth-scope-invalid",
    "scopes-unknown",
    "scope-source-unknown",
    "resource-parameter-rejected",
    "resource-parameter-unknown",
    # token
    "token-endpoint-insecure",
    # call
    "protocol-not-mcp",
    "issuer-mismatch",
    "workload-binding",
    "client-claim-missing",
    "client-not-allowed",
    "registered-client-not-allowed",
    "cimd-token-client-unknown",
    "audience-not-allowed",
    "audience-unknown",
    "scope-missing",
    "scope-unknown",
    "custom-claim-unknown",
]
"""Of a step that fails or is not established, by the step that it is first about. The id of a cause where it is one."""
UNREAD: tuple[Reason, ...] = (
    "authorizer-unread",
    "challenge-unread",
    "resource-metadata-unread",
    "server-metadata-unread",
    "metadata-url-insecure",
    "redirect-unknown",
)
"""Those after which nothing is known of what follows, because a document was not read."""
Connection = Literal["connects", "no-login-needed", "signs-calls"]
"""Why a client connects."""
Caution = Literal[
    "warning-s256-not-listed",
    "warning-s256-earlier",
    "warning-redirect-port",
    "warning-document-fetched",
    "warning-client-secret",
    "warning-policies",
    "warning-may-stop-earlier",
]
"""What may still go wrong; these sentences have no variables."""
StepReason = Literal[
    "challenge-names-metadata",
    "resource-metadata-found",
    "server-metadata-found",
    "capabilities-complete",
    "identity-available",
    "authorization-possible",
    "token-endpoint-listed",
    "rules-can-match",
    "client-used",
    "logged-in",
    "token-issued",
    "call-accepted",
    "no-login-needed",
    "challenge-without-metadata",
    "metadata-url-relative",
    "metadata-elsewhere",
    "server-metadata-openid-only",
    "registration-documents-only",
    "after-fallback",
    "not-reached",
]
"""Of a step as it was observed, beside those of a stop. The sentences are `login-step-REASON`, also those of a stop."""
