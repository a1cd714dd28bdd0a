"""Which recorded facts a cause, or the reason why nothing was sent, is about.

Needed where no prediction follows from the facts: the cause then is the service's word, and a fact that it is about and that
differs is named. A cause that is about nothing that a run records (a password, a container) has no row here.
"""

from __future__ import annotations

from itertools import chain
from typing import get_args

from agentcore_probe.model.judgement import Finding
from agentcore_probe.model.methods import Target


def _of_targets(field: str) -> tuple[str, ...]:
    """A fact of each target."""
    return tuple(f"{target}.{field}" for target in get_args(Target))


_AUTHORIZERS = _of_targets("authorizer")
_SCOPES = (*_of_targets("allowedScopes"), "token.scope", "token.scp")
_TIME = ("run.clock", "token.validity")
_SECRET = ("client.hasSecret", "file.identity.client_secret")
_POLICIES = ("policy.runtime", "policy.endpoint", "policy.gateway")
_CALLER = ("run.caller", "file.role_arn")

FACTS_OF_CAUSES: dict[str, tuple[str, ...]] = {
    "request-limit": ("file.limits.requests",),
    "timeout": ("file.limits.seconds",),
    "answer-too-large": ("file.limits.body_bytes",),
    "runtime-not-found": ("runtime.read", "runtime.status"),
    "qualifier-not-found": ("runtime.endpoint", "file.runtime.qualifier"),
    "endpoint-propagating": ("runtime.endpoint", "runtime.status"),
    "resource-not-ready": ("runtime.status", "gateway.status", "runtime.endpoint"),
    "credential-missing": _AUTHORIZERS,
    "sigv4-on-jwt": _AUTHORIZERS,
    "bearer-on-iam": _AUTHORIZERS,
    "open-endpoint": (*_AUTHORIZERS, "gateway.interceptors", "gateway.policyEngine"),
    "authenticate-only": ("gateway.authorizer",),
    "token-malformed": ("token.form",),
    "token-expired": _TIME,
    "token-near-expiry": _TIME,
    "token-not-yet-valid": _TIME,
    "aws-clock-skew": ("run.clock",),
    "issuer-mismatch": (*_of_targets("discoveryUrl"), "issuer.issuer"),
    "id-token-sent": ("token.token_use",),
    "client-not-allowed": _of_targets("allowedClients"),
    "audience-not-allowed": (*_of_targets("allowedAudience"), "token.aud"),
    "scope-missing": _SCOPES,
    "insufficient-scope": _SCOPES,
    "custom-claim-mismatch": _of_targets("customClaims"),
    "workload-binding": _of_targets("allowedWorkloadConfiguration"),
    "signing-key-unknown": ("issuer.keys", *(f"issuer.{fact}" for fact in _of_targets("keys"))),
    "issuer-without-keys": ("issuer.read", *(f"issuer.{fact}" for fact in _of_targets("read"))),
    "iam-not-allowed": (*_CALLER, *_POLICIES),
    "iam-user-id-not-allowed": _CALLER,
    "aws-role-not-assumed": ("run.awsLogin", *_CALLER),
    "resource-policy-denied": (*_POLICIES, *_CALLER),
    "refused-unexplained": _POLICIES,
    "mmdsv2-required": ("runtime.requireMMDSV2",),
    "answer-not-mcp": ("runtime.protocol",),
    "payload-rejected": ("file.runtime.payload", "runtime.protocol"),
    "a2a-version-mismatch": ("runtime.protocol",),
    "ws-not-served": ("runtime.protocol",),
    "policy-denied": ("gateway.policyEngine", "gateway.interceptors"),
    "policy-evaluation-failed": ("gateway.policyEngine",),
    "policy-hides-tools": ("gateway.policyEngine", "run.tools"),
    "binding-with-passthrough": ("gateway.targets",),
    "caller-credentials-not-forwarded": ("gateway.targets",),
    "gateway-session-missing": ("gateway.sessions",),
    "gateway-session-expired": ("gateway.sessions",),
    "protocol-version-unsupported": ("gateway.supportedVersions",),
    "target-unknown": ("gateway.targets", "file.gateway.tool", "run.tools"),
    "target-not-ready": ("gateway.targets",),
    "search-disabled": ("gateway.searchType",),
    "auth-flow-disabled": ("client.authFlows", "file.identity.flow"),
    "secret-hash-missing": _SECRET,
    "secret-hash-unexpected": _SECRET,
    "client-not-found": ("client.read",),
    "oauth-grant-not-allowed": ("client.oauthFlows", "client.oauthEnabled", "file.identity.flow"),
    "oauth-scope-invalid": ("client.oauthScopes", "file.identity.scope"),
    "client-token-flow-only": ("file.identity.flow",),
    **dict.fromkeys(
        (
            "aws-credentials-missing", "aws-profile-missing", "aws-sso-expired", "aws-credential-process-failed",
            "aws-mfa-required", "aws-region-missing",
        ),
        ("run.awsLogin",),
    ),
}  # fmt: skip
"""Cause -> ids of facts, or what they begin with before a further name (`runtime.customClaims`)."""

FACTS_OF_REASONS: dict[str, tuple[str, ...]] = {
    "no-runtime": ("file.runtime",),
    "no-gateway": ("file.gateway",),
    "no-harness": ("file.harness",),
    "no-registry": ("file.registry",),
    "harness-not-invoked": ("file.harness.invoke",),
    "no-identity": ("file.identity",),
    "no-token-for-iam": ("file.identity", *_AUTHORIZERS),
    "no-jwt-authorizer": _AUTHORIZERS,
    "no-client-id": ("file.identity", *_of_targets("allowedClients")),
    "no-id-token": ("file.identity.flow", "file.identity.scope"),
    "client-secret-denied": _CALLER,
    "gateway-url-unknown": ("gateway.read",),
    "not-a2a": ("runtime.protocol",),
    "no-websocket-protocol": ("runtime.protocol",),
    "no-session-ports": ("runtime.allowedPorts",),
    "no-policy-engine": ("gateway.policyEngine",),
    "no-runtime-target": ("gateway.targets", "gateway.runtimeTarget"),
    "runtime-target-unknown": ("gateway.targets", "file.gateway.runtime_target"),
    "no-passthrough": ("file.gateway.passthrough",),
    "gateway-without-mcp": ("gateway.speaksMcp",),
    **dict.fromkeys(
        ("aws-not-on-path", "aws-not-started", "aws-broken", "aws-without-agentcore"), ("run.aws",)
    ),
}
"""The reason why nothing was sent -> ids of facts."""


_ASKED_FOR = ("file.identities", "file.entrances", "file.harness", "file.registry")
"""Callers and entrances are rows of a run only where the environment file names them."""


def facts_about(one: Finding | None, other: Finding | None) -> tuple[str, ...]:
    """The facts that the reasons and causes of a row are about; of one that only one file asks for, what it asks for."""
    if one is None or other is None:
        return _ASKED_FOR
    reasons = (FACTS_OF_REASONS.get(finding.reason or "", ()) for finding in (one, other))
    causes = (FACTS_OF_CAUSES.get(finding.diagnosis.cause, ()) for finding in (one, other))
    return tuple(chain(*reasons, *causes))
