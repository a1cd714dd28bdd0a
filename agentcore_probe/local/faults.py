"""Faults by name: each changes what is deployed, or how a service responds, before the services start."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from agentcore_probe.local import (
    deployed_faults,
    further_target_faults,
    login_faults,
    resources,
    through_faults,
)
from agentcore_probe.local.moto_backend import DISCOVERY_POLICY, POLICY, MotoBackend, UserStatus
from agentcore_probe.local.policies import ENTRANCES_POLICY, USER_POOL_POLICY
from agentcore_probe.local.policy_faults import POLICY_FAULTS
from agentcore_probe.local.state import RUNTIME_ARN, Deployment, State, TokenChanges
from agentcore_probe.model.forgeries import ANONYMOUS_CONTROLS, FORGERIES

FaultAction = Callable[[State, MotoBackend], object]
"""Changes the state or the backend before the services start; its return value is ignored."""

DELAY_SECONDS = 0.5
"""How much the fault `answers-late` delays every response."""

_OTHER_CLIENT = "7otherclient0000000000000"


@dataclass(frozen=True)
class InjectedFault:
    """A fault that the embedded AgentCore can be set up with."""

    description: str
    apply: FaultAction


def _runtime_rules(**rules: Any) -> FaultAction:
    """Replaces the rules of the Runtime's JWT authorizer; a Runtime with IAM stays as it is."""

    def apply(state: State, _: MotoBackend) -> None:
        authorizer = state.runtime_rules()
        if authorizer is not None:
            authorizer.clear()
            authorizer.update({"discoveryUrl": state.discovery_url, **rules})

    return apply


def _audience_rule(state: State, backend: MotoBackend) -> None:
    _runtime_rules(allowedAudience=[state.client_id])(state, backend)


def _other_issuer(state: State, backend: MotoBackend) -> None:
    other = state.discovery_url.replace(state.pool_id, "us-east-1_OtherPool")
    _runtime_rules(discoveryUrl=other, allowedClients=[state.client_id])(state, backend)


def _workload_binding(state: State, backend: MotoBackend) -> None:
    binding = {"hostingEnvironments": [{"arn": state.gateway["gatewayArn"]}]}
    _runtime_rules(allowedClients=[state.client_id], allowedWorkloadConfiguration=binding)(state, backend)


def _service_fault(name: str) -> FaultAction:
    return lambda state, _: state.service_faults.add(name)


def _of_engine(change: Callable[[State], None]) -> FaultAction:
    return lambda state, _: change(state)


def _weakness(name: str) -> FaultAction:
    return lambda state, _: state.weaknesses.add(name)


def _all_of(*changes: FaultAction) -> FaultAction:
    def apply(state: State, backend: MotoBackend) -> None:
        for change in changes:
            change(state, backend)

    return apply


def _gateway_mcp(**settings: Any) -> FaultAction:
    def apply(state: State, _: MotoBackend) -> None:
        protocol = state.gateway.get("protocolConfiguration")  # a Gateway without tools has none
        if protocol is not None:
            protocol["mcp"].update(settings)

    return apply


def _without_search(state: State, _: MotoBackend) -> None:
    del state.gateway["protocolConfiguration"]["mcp"]["searchType"]


def _app_client(**settings: Any) -> FaultAction:
    return lambda state, backend: backend.pool.clients[state.client_id].extended_config.update(settings)


def _client_secret(state: State, backend: MotoBackend) -> None:
    backend.pool.clients[state.client_id].generate_secret = True


def _user(backend: MotoBackend) -> Any:
    return next(iter(backend.pool.users.values()))


def _user_status(status: UserStatus) -> FaultAction:
    return lambda _, backend: setattr(_user(backend), "status", status)


def _wrong_password(_: State, backend: MotoBackend) -> None:
    user = _user(backend)
    user.password = f"{user.password}-changed"


def _second_factor(_: State, backend: MotoBackend) -> None:
    user = _user(backend)
    user.software_token_mfa_enabled = True
    user.preferred_mfa_setting = "SOFTWARE_TOKEN_MFA"


def _state(**values: Any) -> FaultAction:
    """Sets attributes of the state."""

    def apply(state: State, _: MotoBackend) -> None:
        for name, value in values.items():
            setattr(state, name, value)

    return apply


def _wire_fault(name: str) -> FaultAction:
    return _state(wire_fault=name)


def _tokens(changes: TokenChanges) -> FaultAction:
    return _state(token_changes=changes)


def _session_expired(state: State, _: MotoBackend) -> None:
    state.expired_session_token = secrets.token_urlsafe(60)


def _gateway_rules(**rules: Any) -> FaultAction:
    """Adds to the rules of the Gateway's JWT authorizer; a Gateway without one stays as it is."""

    def apply(state: State, _: MotoBackend) -> None:
        authorizer = state.gateway_rules()
        if authorizer is not None:
            authorizer.update(rules)

    return apply


def _authenticate_only(state: State, _: MotoBackend) -> None:
    state.gateway["authorizerType"] = "AUTHENTICATE_ONLY"
    state.gateway.pop("authorizerConfiguration", None)


def _deny_to_all(action: str) -> FaultAction:
    """A resource policy of the Runtime that denies everybody an action."""
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": f"bedrock-agentcore:{action}",
        "Resource": RUNTIME_ARN,
    }
    return _state(policies={RUNTIME_ARN: {"Version": "2012-10-17", "Statement": [statement]}})


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _just_created(state: State, _: MotoBackend) -> None:
    state.endpoints[0]["lastUpdatedAt"] = _now()
    state.service_faults.add("endpoint-propagating")


def _deployed_just_now(state: State, _: MotoBackend) -> None:
    state.runtime["lastUpdatedAt"] = state.endpoints[0]["lastUpdatedAt"] = state.gateway["updatedAt"] = _now()


def _begin_deployment(state: State, _: MotoBackend) -> None:
    state.deployment = Deployment()


def _revoke(*actions: str) -> FaultAction:
    return lambda _, backend: backend.revoke_permissions(*actions)


FAULTS: dict[str, InjectedFault] = {
    "runtime-audience-rule": InjectedFault(
        "the Runtime requires allowedAudience, but Cognito access tokens carry no aud", _audience_rule
    ),
    "runtime-other-client": InjectedFault(
        "the Runtime allows another app client only", _runtime_rules(allowedClients=[_OTHER_CLIENT])
    ),
    "runtime-scope-rule": InjectedFault(
        "the Runtime requires a scope", _runtime_rules(allowedScopes=["gateway/invoke"])
    ),
    "runtime-claim-rule": InjectedFault(
        "the Runtime requires a custom claim",
        _runtime_rules(customClaims=[resources.claim_rule("department", "sales")]),
    ),
    "runtime-no-rule": InjectedFault("the Runtime's authorizer has no rule", _runtime_rules()),
    "runtime-other-issuer": InjectedFault(
        "the Runtime trusts another pool, whose discovery document cannot be read", _other_issuer
    ),
    "runtime-workload-binding": InjectedFault(
        "the Runtime accepts calls through its Gateway only", _workload_binding
    ),
    "issuer-differs": InjectedFault(
        "the discovery document names another issuer", _service_fault("discovery-names-another-issuer")
    ),
    "rejects-with-403": InjectedFault(
        "rejected tokens get 403, as in 2025", _service_fault("rejects-with-403")
    ),
    "refuses-everything": InjectedFault(
        "Runtime and Gateway refuse every caller", _service_fault("refuses-everything")
    ),
    "accepts-everything": InjectedFault(
        "Runtime and Gateway accept every caller", _service_fault("accepts-everything")
    ),
    "takes-signature": InjectedFault(
        "Runtime and Gateway accept tokens with any signature", _weakness("signature")
    ),
    "takes-expired": InjectedFault("Runtime and Gateway accept expired tokens", _weakness("expired")),
    **{
        f"takes-{forgery.id}": InjectedFault(
            f"Runtime and Gateway accept tokens {forgery.forges}", _weakness(forgery.id)
        )
        for forgery in FORGERIES
    },
    **{
        f"takes-{control.id}": InjectedFault(
            f"Runtime and Gateway accept calls {control.sends}", _weakness(control.id)
        )
        for control in ANONYMOUS_CONTROLS
    },
    "tools-list-open": InjectedFault(
        "MCP servers list their tools without checking the caller", _weakness("tools-list-open")
    ),
    "tools-call-open": InjectedFault(
        "MCP servers call tools without checking the caller", _weakness("tools-call-open")
    ),
    "open-after-first-accepted": InjectedFault(
        "Runtime and Gateway accept every caller after they have accepted one",
        _weakness("after-first-accepted"),
    ),
    "raw-arn-routed": InjectedFault(
        "the Runtime accepts an ARN that is not percent-encoded", _service_fault("raw-arn-routed")
    ),
    "runtime-deleted": InjectedFault("the Runtime was deleted", _service_fault("runtime-deleted")),
    "endpoint-just-created": InjectedFault(
        "the endpoint became READY less than five minutes ago and cannot be called yet", _just_created
    ),
    "deploying": InjectedFault(
        "Runtime and Gateway are CREATING, READY when their status is read for the third time, and can be called "
        "from the fourth time on",
        _all_of(_deployed_just_now, _begin_deployment),
    ),
    "runtime-updating": InjectedFault(
        "the Runtime is UPDATING and its endpoint cannot be called",
        _all_of(
            lambda state, _: state.runtime.update(status="UPDATING"), _service_fault("endpoint-propagating")
        ),
    ),
    "runtime-failed": InjectedFault(
        "the Runtime is CREATE_FAILED and cannot be called",
        _all_of(
            _deployed_just_now,
            lambda state, _: state.runtime.update(status="CREATE_FAILED"),
            _service_fault("endpoint-propagating"),
        ),
    ),
    "endpoint-renamed": InjectedFault(
        "the Runtime has no endpoint DEFAULT", lambda state, _: state.endpoints[0].update(name="prod")
    ),
    "version-behind": InjectedFault(
        "the endpoint serves an older version", lambda state, _: state.endpoints[0].update(targetVersion="2")
    ),
    "mmdsv2-off": InjectedFault(
        "the Runtime does not require MMDSv2",
        lambda state, _: state.runtime["metadataConfiguration"].update(requireMMDSV2=False),
    ),
    "container-failed": InjectedFault(
        "the agent's container does not start", _service_fault("container-failed")
    ),
    "container-silent": InjectedFault(
        "the agent's container does not respond", _service_fault("container-silent")
    ),
    "payload-rejected": InjectedFault("the service rejects the payload", _service_fault("payload-rejected")),
    "denied-by-policy": InjectedFault(
        "a resource policy denies every bearer call", _service_fault("denied-by-policy")
    ),
    "throttled": InjectedFault("every invocation is throttled", _service_fault("throttled")),
    "quota-exceeded": InjectedFault(
        "the account's session quota is used up", _service_fault("quota-exceeded")
    ),
    "session-conflict": InjectedFault(
        "the session is still being provisioned", _service_fault("session-conflict")
    ),
    "service-fault": InjectedFault("the service fails internally", _service_fault("service-fault")),
    "gateway-other-client": InjectedFault(
        "the Gateway allows another app client only", _gateway_rules(allowedClients=[_OTHER_CLIENT])
    ),
    "gateway-target-failed": InjectedFault(
        "one of the Gateway's targets failed, so its tools are missing",
        lambda state, _: state.targets.append(resources.target("orders-tool", "FAILED")),
    ),
    "gateway-sessions": InjectedFault(
        "the Gateway uses MCP sessions", _gateway_mcp(sessionConfiguration={"sessionTimeoutInSeconds": 3600})
    ),
    "gateway-session-gone": InjectedFault(
        "the Gateway uses MCP sessions and loses each at once",
        _all_of(
            _gateway_mcp(sessionConfiguration={"sessionTimeoutInSeconds": 3600}),
            _service_fault("session-gone"),
        ),
    ),
    "gateway-stateless": InjectedFault(
        "the Gateway supports MCP 2026-07-28 only", _gateway_mcp(supportedVersions=["2026-07-28"])
    ),
    "gateway-no-search": InjectedFault("the Gateway has no search tool", _without_search),
    "gateway-authenticate-only": InjectedFault(
        "the Gateway checks signatures but no permissions",
        _authenticate_only,
    ),
    "login-flow-disabled": InjectedFault(
        "the app client does not allow the password flow",
        _app_client(ExplicitAuthFlows=["ALLOW_REFRESH_TOKEN_AUTH"]),
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
    "login-client-gone": InjectedFault(
        "the app client was deleted", lambda state, backend: backend.pool.clients.pop(state.client_id)
    ),
    "token-expired": InjectedFault(
        "logins return tokens that have expired", _tokens(TokenChanges(expires_in=-60))
    ),
    "token-near-expiry": InjectedFault(
        "logins return tokens that expire in 30 seconds", _tokens(TokenChanges(expires_in=30))
    ),
    "token-not-yet-valid": InjectedFault(
        "logins return tokens that become valid in an hour", _tokens(TokenChanges(not_before_in=3600))
    ),
    "keys-rotated": InjectedFault("the issuer's signing keys were replaced", _service_fault("keys-rotated")),
    "gateway-scope-rule": InjectedFault(
        "the Gateway requires a scope", _gateway_rules(allowedScopes=["gateway/invoke"])
    ),
    "iam-policy-denies": InjectedFault(
        "the caller's policy allows reads only",
        _revoke("bedrock-agentcore:InvokeAgentRuntime", "bedrock-agentcore:InvokeGateway"),
    ),
    "iam-key-gone": InjectedFault(
        "the caller's access key was deleted", lambda _, backend: backend.delete_key()
    ),
    "iam-key-replaced": InjectedFault(
        "the caller's secret key is wrong", lambda _, backend: backend.replace_secret()
    ),
    "client-secret-denied": InjectedFault(
        "the caller may not read the app client's secret in Secrets Manager",
        lambda _, backend: backend.deny_secrets(),
    ),
    "login-names-another-issuer": InjectedFault(
        "the browser comes back from a login with another issuer (iss)",
        _service_fault("login-names-another-issuer"),
    ),
    "iam-session-expired": InjectedFault("the caller's temporary credentials have expired", _session_expired),
    "service-clock-ahead": InjectedFault(
        "the service's clock is three hours ahead", _state(clock_ahead=timedelta(hours=3))
    ),
    "control-plane-denied": InjectedFault(
        "the control plane denies every read", _service_fault("control-plane-denied")
    ),
    # The agent card
    "card-refused": InjectedFault(
        "the Runtime's resource policy denies everybody the agent card", _deny_to_all("GetAgentCard")
    ),
    "card-open": InjectedFault("anyone may read the agent card", _service_fault("card-open")),
    "card-of-another-version": InjectedFault(
        "the agent card names A2A 1.0, and the agent speaks 0.3", _service_fault("card-of-another-version")
    ),
    "card-missing": InjectedFault("the agent has no card", _service_fault("card-missing")),
    # The endpoint of a session
    "session-endpoint-not-named": InjectedFault(
        "an accepted invocation does not name the session's endpoint",
        _service_fault("session-endpoint-not-named"),
    ),
    "session-endpoint-elsewhere": InjectedFault(
        "an accepted invocation names a session endpoint at a host that is not AgentCore's",
        _service_fault("session-endpoint-elsewhere"),
    ),
    "session-port-not-allowed": InjectedFault(
        "the session's endpoint is named with a port that is not allowed",
        _service_fault("session-port-not-allowed"),
    ),
    "session-endpoint-open": InjectedFault(
        "the session's endpoint accepts every caller", _service_fault("session-endpoint-open")
    ),
    "session-endpoint-without-code": InjectedFault(
        "refusals of the session's endpoint have no code", _service_fault("session-endpoint-without-code")
    ),
    "session-application-refuses": InjectedFault(
        "the application behind the session's endpoint answers 403 itself",
        _service_fault("session-application-refuses"),
    ),
    # WebSocket and shell
    "ws-not-served": InjectedFault(
        "the agent's container does not serve WebSockets", _service_fault("ws-not-served")
    ),
    "ws-unchecked": InjectedFault(
        "the Runtime opens a WebSocket for every caller", _service_fault("ws-unchecked")
    ),
    "ws-subprotocol-ignored": InjectedFault(
        "the Runtime does not read the token in a WebSocket's subprotocol",
        _service_fault("ws-subprotocol-ignored"),
    ),
    "ws-denied-by-policy": InjectedFault(
        "the Runtime's resource policy denies WebSockets to everybody",
        _deny_to_all("InvokeAgentRuntimeWithWebSocketStream"),
    ),
    "ws-presigned-late": InjectedFault(
        "the service's clock is 200 seconds ahead, so that presigned URLs have expired when they arrive",
        _state(clock_ahead=timedelta(seconds=200)),
    ),
    "shell-allowed": InjectedFault(
        "the IAM user may open shells in the agent",
        lambda _, backend: backend.allow("bedrock-agentcore:InvokeAgentRuntimeCommandShell"),
    ),
    "shell-denied-by-policy": InjectedFault(
        "the Runtime's resource policy denies shells to everybody",
        _deny_to_all("InvokeAgentRuntimeCommandShell"),
    ),
    "shell-validated-first": InjectedFault(
        "the shell entrance looks at the shell id before it looks at the caller",
        _service_fault("shell-validated-first"),
    ),
    "shell-opens": InjectedFault(
        "the shell entrance opens a shell by any shell id", _service_fault("shell-opens")
    ),
    "shell-unchecked": InjectedFault(
        "the shell entrance opens a shell for every caller, by any shell id",
        _service_fault("shell-unchecked"),
    ),
    "shells-full": InjectedFault("10 shells of the Runtime are open", _service_fault("shells-full")),
    # The command entrance
    "command-allowed": InjectedFault(
        "the IAM user may run commands in the agent",
        lambda _, backend: backend.allow("bedrock-agentcore:InvokeAgentRuntimeCommand"),
    ),
    "command-denied-by-policy": InjectedFault(
        "the Runtime's resource policy denies commands to everybody",
        _deny_to_all("InvokeAgentRuntimeCommand"),
    ),
    "command-open": InjectedFault(
        "the command entrance answers every caller with 200, also without a command",
        _service_fault("command-open"),
    ),
    "command-validated-first": InjectedFault(
        "the command entrance looks at the command before it looks at the caller",
        _service_fault("command-validated-first"),
    ),
    "command-validated-second": InjectedFault(
        "the command entrance looks whether there is a credential, then at the command, then at the caller",
        _service_fault("command-validated-second"),
    ),
    "command-not-served": InjectedFault(
        "the agent was deployed before there was a command entrance", _service_fault("command-not-served")
    ),
    **{
        f"without-{action.partition(':')[2]}": InjectedFault(
            f"the caller's policy lacks {action}", _revoke(action)
        )
        for statement in (
            *POLICY["Statement"],
            *DISCOVERY_POLICY["Statement"],
            *ENTRANCES_POLICY["Statement"],
            *USER_POOL_POLICY["Statement"],
        )
        for action in statement["Action"]
    },
    **{
        name: InjectedFault(description, _of_engine(change))
        for name, (description, change) in POLICY_FAULTS.items()
    },
    **{name: InjectedFault(*fault) for name, fault in further_target_faults.FAULTS.items()},
    **{name: InjectedFault(*fault) for name, fault in deployed_faults.FAULTS.items()},
    **{name: InjectedFault(*fault) for name, fault in through_faults.FAULTS.items()},
    **{name: InjectedFault(*fault) for name, fault in login_faults.FAULTS.items()},
    "answers-late": InjectedFault(
        f"every response is delayed by {DELAY_SECONDS} seconds", _state(response_delay=DELAY_SECONDS)
    ),
    **{
        f"wire-{name}": InjectedFault(description, _wire_fault(name))
        for name, description in (
            ("no-such-name", "the data plane's host name does not resolve"),
            ("refused", "the data plane's port is closed"),
            ("hang", "the data plane never responds"),
            ("drip", "the data plane sends its response one byte at a time"),
            ("reset", "the data plane resets every connection"),
            ("close", "the data plane closes every connection"),
            ("truncated", "responses end before their Content-Length"),
            ("wrong-length", "responses are longer than their Content-Length"),
            ("not-http", "the data plane's port is not an HTTP server"),
            ("bad-utf8", "response bodies are not valid UTF-8"),
            ("deep-json", "response bodies nest a million JSON arrays"),
            ("gzip-bomb", "response bodies decompress to 64 MiB"),
            ("endless-events", "responses are event streams that never end"),
            ("tangle", "responses are built to be slow to parse"),
            ("flood", "response bodies are 100 MiB"),
            ("header-bomb", "responses have a header of 200 KB"),
            ("redirect", "responses redirect to another host"),
            ("portal", "a captive portal responds with its sign-in page"),
            ("bad-gateway", "a proxy responds with 502"),
            ("too-many-requests", "every call gets a 429 without details"),
            ("tls-untrusted", "the certificate's authority is unknown"),
            ("tls-expired", "the certificate has expired"),
            ("tls-wrong-name", "the certificate is for another host"),
        )
    },
}
"""Every fault by its name, in the order of `local --list-faults`."""


def apply(names: tuple[str, ...], state: State, backend: MotoBackend) -> None:
    """Applies the named faults, in order.

    Args:
        names: keys of `FAULTS`.
        state: what is deployed.
        backend: the seeded account.

    Raises:
        KeyError: a name is not in `FAULTS`.
    """
    for name in names:
        FAULTS[name].apply(state, backend)
