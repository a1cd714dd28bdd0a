"""Faults by name: each changes what is deployed, or how a door behaves, before the doors open."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from agentcore_probe.local.moto_backend import POLICY, MotoBackend, UserStatus
from agentcore_probe.local.state import TokenChanges, State, add_target


@dataclass(frozen=True)
class InjectedFault:
    """One fault: what it is, and what it does."""

    description: str
    apply: Callable[[State, MotoBackend], Any]


def _runtime_rule(**rules: Any) -> Callable[[State, MotoBackend], Any]:
    def apply(state: State, _: MotoBackend) -> object:
        authorizer = state.runtime_rules()
        if authorizer is None:
            return None
        authorizer.clear()
        authorizer.update({"discoveryUrl": state.discovery_url, **rules})
        return authorizer

    return apply


def _audience_rule(state: State, backend: MotoBackend) -> object:
    return _runtime_rule(allowedAudience=[state.client_id])(state, backend)


def _other_issuer(state: State, backend: MotoBackend) -> object:
    other = state.discovery_url.replace(state.pool_id, "us-east-1_OtherPool")
    return _runtime_rule(discoveryUrl=other, allowedClients=[state.client_id])(state, backend)


def _binding(state: State, backend: MotoBackend) -> object:
    binding = {"hostingEnvironments": [{"arn": state.gateway["gatewayArn"]}]}
    rules = _runtime_rule(allowedClients=[state.client_id])(state, backend)
    if isinstance(rules, dict):
        rules["allowedWorkloadConfiguration"] = binding
    return rules


def _custom_claim(name: str, kind: str, operator: str, value: dict[str, Any]) -> dict[str, Any]:
    return {
        "inboundTokenClaimName": name,
        "inboundTokenClaimValueType": kind,
        "authorizingClaimMatchValue": {"claimMatchValue": value, "claimMatchOperator": operator},
    }


def _service_fault(name: str) -> Callable[[State, MotoBackend], Any]:
    def apply(state: State, _: MotoBackend) -> None:
        state.service_faults.add(name)

    return apply


def _weak(name: str) -> Callable[[State, MotoBackend], Any]:
    return lambda state, _: state.weaknesses.add(name)


def _both(*changes: Callable[[State, MotoBackend], Any]) -> Callable[[State, MotoBackend], Any]:
    def apply(state: State, backend: MotoBackend) -> None:
        for change in changes:
            change(state, backend)

    return apply


def _gateway_mcp(**settings: Any) -> Callable[[State, MotoBackend], Any]:
    return lambda state, _: state.gateway["protocolConfiguration"]["mcp"].update(settings)


def _client(**settings: Any) -> Callable[[State, MotoBackend], Any]:
    return lambda state, backend: backend.pool.clients[state.client_id].extended_config.update(settings)


def _client_secret(state: State, backend: MotoBackend) -> object:
    client = backend.pool.clients[state.client_id]
    client.generate_secret = True
    return client


def _user_status(status: UserStatus) -> Callable[[State, MotoBackend], Any]:
    def apply(_: State, backend: MotoBackend) -> object:
        user = next(iter(backend.pool.users.values()))
        user.status = status
        return user

    return apply


def _wrong_password(_: State, backend: MotoBackend) -> object:
    user = next(iter(backend.pool.users.values()))
    user.password = f"{user.password}-changed"
    return user


def _wire_fault(name: str) -> Callable[[State, MotoBackend], Any]:
    return lambda state, _: setattr(state, "wire_fault", name)


def _tokens(changes: TokenChanges) -> Callable[[State, MotoBackend], Any]:
    return lambda state, _: setattr(state, "token_changes", changes)


def _session_expired(state: State, _: MotoBackend) -> None:
    state.expired_session = secrets.token_urlsafe(60)


def _clock_ahead(state: State, _: MotoBackend) -> None:
    state.clock_ahead = timedelta(hours=3)


def _app_client_gone(state: State, backend: MotoBackend) -> object:
    return backend.pool.clients.pop(state.client_id)


def _second_factor(_: State, backend: MotoBackend) -> object:
    user = next(iter(backend.pool.users.values()))
    user.software_token_mfa_enabled = True
    user.preferred_mfa_setting = "SOFTWARE_TOKEN_MFA"
    return user


def _gateway_rule(**rules: Any) -> Callable[[State, MotoBackend], Any]:
    def apply(state: State, _: MotoBackend) -> object:
        authorizer = state.gateway_rules()
        if authorizer is not None:
            authorizer.update(rules)
        return authorizer

    return apply


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _just_created(state: State, _: MotoBackend) -> None:
    state.endpoints[0]["lastUpdatedAt"] = _now()
    state.service_faults.add("endpoint-propagating")


def _gone_target(state: State, _: MotoBackend) -> None:
    add_target(state, "orders-tool", "FAILED")


def _foreign_gateway_issuer(state: State, _: MotoBackend) -> object:
    rules = state.gateway_rules()
    if rules is not None:
        rules["allowedClients"] = ["7otherclient0000000000000"]
    return rules


def _without(action: str) -> Callable[[State, MotoBackend], Any]:
    return lambda _, backend: backend.revoke_permissions(action.partition(":")[2])


FAULTS: dict[str, InjectedFault] = {
    "runtime-audience-rule": InjectedFault(
        "the Runtime wants allowedAudience, and Cognito access tokens carry no aud", _audience_rule
    ),
    "runtime-other-client": InjectedFault(
        "the Runtime allows another app client", _runtime_rule(allowedClients=["7otherclient0000000000000"])
    ),
    "runtime-scope-rule": InjectedFault(
        "the Runtime wants a scope", _runtime_rule(allowedScopes=["gateway/invoke"])
    ),
    "runtime-claim-rule": InjectedFault(
        "the Runtime wants a custom claim",
        _runtime_rule(
            customClaims=[_custom_claim("department", "STRING", "EQUALS", {"matchValueString": "sales"})]
        ),
    ),
    "runtime-no-rule": InjectedFault("the Runtime's authorizer has no rule", _runtime_rule()),
    "runtime-other-issuer": InjectedFault(
        "the Runtime trusts another pool, which cannot be read", _other_issuer
    ),
    "runtime-workload-binding": InjectedFault("the Runtime takes calls through its Gateway only", _binding),
    "issuer-differs": InjectedFault(
        "the discovery document names another issuer", _service_fault("discovery-names-another-issuer")
    ),
    "rejects-with-403": InjectedFault(
        "rejected tokens get 403, as in 2025", _service_fault("rejects-with-403")
    ),
    "refuses-everything": InjectedFault(
        "both targets refuse every caller", _service_fault("refuses-everything")
    ),
    "accepts-everything": InjectedFault(
        "both targets accept every caller", _service_fault("accepts-everything")
    ),
    **{
        f"takes-{name}": InjectedFault(description, _weak(name))
        for name, description in (
            ("signature", "both targets take any signature under a token"),
            ("alg-none", "both targets take tokens without a signature"),
            ("hs256-public-key", "both targets take the public key for a shared secret"),
            ("expiry", "both targets take expired tokens with any signature"),
            ("issuer", "both targets take every issuer's tokens with any signature"),
        )
    },
    "raw-arn-routed": InjectedFault(
        "the Runtime takes an ARN that is not encoded", _service_fault("raw-arn-routed")
    ),
    "runtime-deleted": InjectedFault("the Runtime is gone", _service_fault("runtime-deleted")),
    "endpoint-just-created": InjectedFault(
        "READY for less than five minutes, and not yet callable", _just_created
    ),
    "runtime-updating": InjectedFault(
        "the Runtime is UPDATING and its endpoint is gone",
        _both(
            lambda state, _: state.runtime.update(status="UPDATING"), _service_fault("endpoint-propagating")
        ),
    ),
    "endpoint-renamed": InjectedFault(
        "there is no endpoint DEFAULT", lambda state, _: state.endpoints[0].update(name="prod")
    ),
    "version-behind": InjectedFault(
        "the endpoint serves an older version", lambda state, _: state.endpoints[0].update(targetVersion="2")
    ),
    "mmdsv2-off": InjectedFault(
        "the Runtime is not on MMDSv2",
        lambda state, _: state.runtime["metadataConfiguration"].update(requireMMDSV2=False),
    ),
    "container-failed": InjectedFault(
        "the agent's container does not start", _service_fault("container-failed")
    ),
    "container-silent": InjectedFault(
        "the agent's container does not answer", _service_fault("container-silent")
    ),
    "payload-rejected": InjectedFault(
        "the service does not take the payload", _service_fault("payload-rejected")
    ),
    "denied-by-policy": InjectedFault(
        "a resource policy denies every bearer call", _service_fault("denied-by-policy")
    ),
    "throttled": InjectedFault("every invocation is throttled", _service_fault("throttled")),
    "quota-exceeded": InjectedFault(
        "the account's session quota is used up", _service_fault("quota-exceeded")
    ),
    "session-conflict": InjectedFault("the session is being provisioned", _service_fault("session-conflict")),
    "service-fault": InjectedFault("the service itself fails", _service_fault("service-fault")),
    "gateway-other-client": InjectedFault("the Gateway allows another app client", _foreign_gateway_issuer),
    "gateway-target-failed": InjectedFault(
        "one of the Gateway's targets failed, so its tools are missing", _gone_target
    ),
    "gateway-sessions": InjectedFault(
        "the Gateway has sessions", _gateway_mcp(sessionConfiguration={"sessionTimeoutInSeconds": 3600})
    ),
    "gateway-session-gone": InjectedFault(
        "the Gateway forgets each session at once",
        _both(
            _gateway_mcp(sessionConfiguration={"sessionTimeoutInSeconds": 3600}),
            _service_fault("session-gone"),
        ),
    ),
    "gateway-stateless": InjectedFault(
        "the Gateway speaks MCP 2026-07-28 only", _gateway_mcp(supportedVersions=["2026-07-28"])
    ),
    "gateway-no-search": InjectedFault("the Gateway has no search tool", _gateway_mcp(searchType="NONE")),
    "gateway-authenticate-only": InjectedFault(
        "the Gateway checks signatures and authorizes nobody",
        lambda state, _: state.gateway.update(
            authorizerType="AUTHENTICATE_ONLY", authorizerConfiguration=None
        ),
    ),
    "login-flow-disabled": InjectedFault(
        "the app client has no password flow", _client(ExplicitAuthFlows=["ALLOW_REFRESH_TOKEN_AUTH"])
    ),
    "login-client-secret": InjectedFault("the app client has a secret", _client_secret),
    "login-wrong-password": InjectedFault("the user's password was changed", _wrong_password),
    "login-temporary-password": InjectedFault(
        "the user must set a new password", _user_status(UserStatus.FORCE_CHANGE_PASSWORD)
    ),
    "login-second-factor": InjectedFault("the user needs a second factor", _second_factor),
    "login-not-confirmed": InjectedFault("the user is not confirmed", _user_status(UserStatus.UNCONFIRMED)),
    "login-reset-required": InjectedFault(
        "the user's password must be reset", _service_fault("password-reset-required")
    ),
    "login-client-gone": InjectedFault("the app client was deleted", _app_client_gone),
    "token-expired": InjectedFault(
        "logins give tokens that have expired", _tokens(TokenChanges(expires_in=-60))
    ),
    "token-near-expiry": InjectedFault(
        "logins give tokens with half a minute left", _tokens(TokenChanges(expires_in=30))
    ),
    "token-not-yet-valid": InjectedFault(
        "logins give tokens that are valid in an hour only", _tokens(TokenChanges(not_before_in=3600))
    ),
    "keys-rotated": InjectedFault("the issuer's keys were replaced", _service_fault("keys-rotated")),
    "gateway-scope-rule": InjectedFault(
        "the Gateway wants a scope", _gateway_rule(allowedScopes=["gateway/invoke"])
    ),
    "iam-policy-denies": InjectedFault(
        "the caller's policy allows reads only",
        lambda _, backend: backend.revoke_permissions("InvokeAgentRuntime", "InvokeGateway"),
    ),
    "iam-key-gone": InjectedFault(
        "the caller's access key was deleted", lambda _, backend: backend.delete_key()
    ),
    "iam-key-replaced": InjectedFault(
        "the caller's secret key is another one", lambda _, backend: backend.replace_secret()
    ),
    "iam-session-expired": InjectedFault("the caller's temporary credentials have expired", _session_expired),
    "service-clock-ahead": InjectedFault("the service's clock is three hours ahead", _clock_ahead),
    "control-plane-denied": InjectedFault(
        "the control plane may not be read", _service_fault("control-plane-denied")
    ),
    **{
        f"without-{action.partition(':')[2]}": InjectedFault(
            f"the caller's policy lacks {action}", _without(action)
        )
        for statement in POLICY["Statement"]
        for action in statement["Action"]
    },
    "answers-late": InjectedFault("every answer comes half a second late", _service_fault("answers-late")),
    "wire-no-such-name": InjectedFault("the data plane's name does not resolve", _wire_fault("no-such-name")),
    "wire-refused": InjectedFault("the data plane's port is closed", _wire_fault("refused")),
    "wire-hang": InjectedFault("the data plane never answers", _wire_fault("hang")),
    "wire-drip": InjectedFault("the data plane answers a byte at a time", _wire_fault("drip")),
    "wire-reset": InjectedFault("the data plane resets every connection", _wire_fault("reset")),
    "wire-close": InjectedFault("the data plane closes every connection", _wire_fault("close")),
    "wire-truncated": InjectedFault("answers end before their announced length", _wire_fault("truncated")),
    "wire-wrong-length": InjectedFault("answers are longer than announced", _wire_fault("wrong-length")),
    "wire-not-http": InjectedFault("what answers is no HTTP server", _wire_fault("not-http")),
    "wire-bad-utf8": InjectedFault("answers hold bytes that are no UTF-8", _wire_fault("bad-utf8")),
    "wire-deep-json": InjectedFault("answers are a million brackets deep", _wire_fault("deep-json")),
    "wire-gzip-bomb": InjectedFault("answers unpack to 64 MiB", _wire_fault("gzip-bomb")),
    "wire-endless-events": InjectedFault("answers are streams without an end", _wire_fault("endless-events")),
    "wire-tangle": InjectedFault("answers are made to be slow to read", _wire_fault("tangle")),
    "wire-flood": InjectedFault("answers are 100 MiB", _wire_fault("flood")),
    "wire-header-bomb": InjectedFault("answers have a header of 200 KB", _wire_fault("header-bomb")),
    "wire-redirect": InjectedFault("answers point to another host", _wire_fault("redirect")),
    "wire-portal": InjectedFault("a portal's sign-in page answers in between", _wire_fault("portal")),
    "wire-bad-gateway": InjectedFault("a proxy answers 502 in between", _wire_fault("bad-gateway")),
    "wire-too-many-requests": InjectedFault("every call gets a bare 429", _wire_fault("too-many-requests")),
    "wire-tls-untrusted": InjectedFault(
        "the certificate's authority is unknown", _wire_fault("tls-untrusted")
    ),
    "wire-tls-expired": InjectedFault("the certificate has expired", _wire_fault("tls-expired")),
    "wire-tls-wrong-name": InjectedFault("the certificate is another host's", _wire_fault("tls-wrong-name")),
}
"""Every fault by its name, in the order of `local --list-faults`."""


def apply(names: tuple[str, ...], state: State, backend: MotoBackend) -> None:
    """Applies the named faults, in order.

    Raises:
        KeyError: a name is not in `FAULTS`.
    """
    for name in names:
        FAULTS[name].apply(state, backend)
