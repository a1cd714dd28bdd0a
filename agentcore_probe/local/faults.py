"""Faults by name: each changes what is deployed, or how a door behaves, before the doors open."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from agentcore_probe.local.moto_backend import POLICY, Cloud, UserStatus
from agentcore_probe.local.state import TokenChanges, World, add_target


@dataclass(frozen=True)
class Fault:
    """One fault: what it is, and what it does."""

    says: str
    apply: Callable[[World, Cloud], Any]


def _runtime_rule(**rules: Any) -> Callable[[World, Cloud], Any]:
    def apply(world: World, _: Cloud) -> object:
        authorizer = world.runtime_rules()
        if authorizer is None:
            return None
        authorizer.clear()
        authorizer.update({"discoveryUrl": world.discovery_url, **rules})
        return authorizer

    return apply


def _audience_rule(world: World, cloud: Cloud) -> object:
    return _runtime_rule(allowedAudience=[world.client_id])(world, cloud)


def _other_issuer(world: World, cloud: Cloud) -> object:
    other = world.discovery_url.replace(world.pool_id, "us-east-1_OtherPool")
    return _runtime_rule(discoveryUrl=other, allowedClients=[world.client_id])(world, cloud)


def _binding(world: World, cloud: Cloud) -> object:
    binding = {"hostingEnvironments": [{"arn": world.gateway["gatewayArn"]}]}
    rules = _runtime_rule(allowedClients=[world.client_id])(world, cloud)
    if isinstance(rules, dict):
        rules["allowedWorkloadConfiguration"] = binding
    return rules


def _custom_claim(name: str, kind: str, operator: str, value: dict[str, Any]) -> dict[str, Any]:
    return {
        "inboundTokenClaimName": name,
        "inboundTokenClaimValueType": kind,
        "authorizingClaimMatchValue": {"claimMatchValue": value, "claimMatchOperator": operator},
    }


def _behave(name: str) -> Callable[[World, Cloud], Any]:
    def apply(world: World, _: Cloud) -> None:
        world.behaviour.add(name)

    return apply


def _weak(name: str) -> Callable[[World, Cloud], Any]:
    return lambda world, _: world.weaknesses.add(name)


def _both(*changes: Callable[[World, Cloud], Any]) -> Callable[[World, Cloud], Any]:
    def apply(world: World, cloud: Cloud) -> None:
        for change in changes:
            change(world, cloud)

    return apply


def _gateway_mcp(**settings: Any) -> Callable[[World, Cloud], Any]:
    return lambda world, _: world.gateway["protocolConfiguration"]["mcp"].update(settings)


def _client(**settings: Any) -> Callable[[World, Cloud], Any]:
    return lambda world, cloud: cloud.pool.clients[world.client_id].extended_config.update(settings)


def _client_secret(world: World, cloud: Cloud) -> object:
    client = cloud.pool.clients[world.client_id]
    client.generate_secret = True
    return client


def _user_status(status: UserStatus) -> Callable[[World, Cloud], Any]:
    def apply(_: World, cloud: Cloud) -> object:
        user = next(iter(cloud.pool.users.values()))
        user.status = status
        return user

    return apply


def _wrong_password(_: World, cloud: Cloud) -> object:
    user = next(iter(cloud.pool.users.values()))
    user.password = f"{user.password}-changed"
    return user


def _wire(name: str) -> Callable[[World, Cloud], Any]:
    return lambda world, _: setattr(world, "wire", name)


def _tokens(changes: TokenChanges) -> Callable[[World, Cloud], Any]:
    return lambda world, _: setattr(world, "token_changes", changes)


def _session_expired(world: World, _: Cloud) -> None:
    world.expired_session = secrets.token_urlsafe(60)


def _clock_ahead(world: World, _: Cloud) -> None:
    world.clock_ahead = timedelta(hours=3)


def _app_client_gone(world: World, cloud: Cloud) -> object:
    return cloud.pool.clients.pop(world.client_id)


def _second_factor(_: World, cloud: Cloud) -> object:
    user = next(iter(cloud.pool.users.values()))
    user.software_token_mfa_enabled = True
    user.preferred_mfa_setting = "SOFTWARE_TOKEN_MFA"
    return user


def _gateway_rule(**rules: Any) -> Callable[[World, Cloud], Any]:
    def apply(world: World, _: Cloud) -> object:
        authorizer = world.gateway_rules()
        if authorizer is not None:
            authorizer.update(rules)
        return authorizer

    return apply


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _just_created(world: World, _: Cloud) -> None:
    world.endpoints[0]["lastUpdatedAt"] = _now()
    world.behaviour.add("endpoint-propagating")


def _gone_target(world: World, _: Cloud) -> None:
    add_target(world, "orders-tool", "FAILED")


def _foreign_gateway_issuer(world: World, _: Cloud) -> object:
    rules = world.gateway_rules()
    if rules is not None:
        rules["allowedClients"] = ["7otherclient0000000000000"]
    return rules


def _without(action: str) -> Callable[[World, Cloud], Any]:
    return lambda _, cloud: cloud.leave_out(action.partition(":")[2])


FAULTS: dict[str, Fault] = {
    "runtime-audience-rule": Fault(
        "the Runtime wants allowedAudience, and Cognito access tokens carry no aud", _audience_rule
    ),
    "runtime-other-client": Fault(
        "the Runtime allows another app client", _runtime_rule(allowedClients=["7otherclient0000000000000"])
    ),
    "runtime-scope-rule": Fault("the Runtime wants a scope", _runtime_rule(allowedScopes=["gateway/invoke"])),
    "runtime-claim-rule": Fault(
        "the Runtime wants a custom claim",
        _runtime_rule(
            customClaims=[_custom_claim("department", "STRING", "EQUALS", {"matchValueString": "sales"})]
        ),
    ),
    "runtime-no-rule": Fault("the Runtime's authorizer has no rule", _runtime_rule()),
    "runtime-other-issuer": Fault("the Runtime trusts another pool, which cannot be read", _other_issuer),
    "runtime-workload-binding": Fault("the Runtime takes calls through its Gateway only", _binding),
    "issuer-differs": Fault(
        "the discovery document names another issuer", _behave("discovery-names-another-issuer")
    ),
    "rejects-with-403": Fault("rejected tokens get 403, as in 2025", _behave("rejects-with-403")),
    "refuses-everything": Fault("both targets refuse every caller", _behave("refuses-everything")),
    "accepts-everything": Fault("both targets accept every caller", _behave("accepts-everything")),
    **{
        f"takes-{name}": Fault(says, _weak(name))
        for name, says in (
            ("signature", "both targets take any signature under a token"),
            ("alg-none", "both targets take tokens without a signature"),
            ("hs256-public-key", "both targets take the public key for a shared secret"),
            ("expiry", "both targets take expired tokens with any signature"),
            ("issuer", "both targets take every issuer's tokens with any signature"),
        )
    },
    "raw-arn-routed": Fault("the Runtime takes an ARN that is not encoded", _behave("raw-arn-routed")),
    "runtime-deleted": Fault("the Runtime is gone", _behave("runtime-deleted")),
    "endpoint-just-created": Fault("READY for less than five minutes, and not yet callable", _just_created),
    "runtime-updating": Fault(
        "the Runtime is UPDATING and its endpoint is gone",
        _both(lambda world, _: world.runtime.update(status="UPDATING"), _behave("endpoint-propagating")),
    ),
    "endpoint-renamed": Fault(
        "there is no endpoint DEFAULT", lambda world, _: world.endpoints[0].update(name="prod")
    ),
    "version-behind": Fault(
        "the endpoint serves an older version", lambda world, _: world.endpoints[0].update(targetVersion="2")
    ),
    "mmdsv2-off": Fault(
        "the Runtime is not on MMDSv2",
        lambda world, _: world.runtime["metadataConfiguration"].update(requireMMDSV2=False),
    ),
    "container-failed": Fault("the agent's container does not start", _behave("container-failed")),
    "container-silent": Fault("the agent's container does not answer", _behave("container-silent")),
    "payload-rejected": Fault("the service does not take the payload", _behave("payload-rejected")),
    "denied-by-policy": Fault("a resource policy denies every bearer call", _behave("denied-by-policy")),
    "throttled": Fault("every invocation is throttled", _behave("throttled")),
    "quota-exceeded": Fault("the account's session quota is used up", _behave("quota-exceeded")),
    "session-conflict": Fault("the session is being provisioned", _behave("session-conflict")),
    "service-fault": Fault("the service itself fails", _behave("service-fault")),
    "gateway-other-client": Fault("the Gateway allows another app client", _foreign_gateway_issuer),
    "gateway-target-failed": Fault(
        "one of the Gateway's targets failed, so its tools are missing", _gone_target
    ),
    "gateway-sessions": Fault(
        "the Gateway has sessions", _gateway_mcp(sessionConfiguration={"sessionTimeoutInSeconds": 3600})
    ),
    "gateway-session-gone": Fault(
        "the Gateway forgets each session at once",
        _both(_gateway_mcp(sessionConfiguration={"sessionTimeoutInSeconds": 3600}), _behave("session-gone")),
    ),
    "gateway-stateless": Fault(
        "the Gateway speaks MCP 2026-07-28 only", _gateway_mcp(supportedVersions=["2026-07-28"])
    ),
    "gateway-no-search": Fault("the Gateway has no search tool", _gateway_mcp(searchType="NONE")),
    "gateway-authenticate-only": Fault(
        "the Gateway checks signatures and authorizes nobody",
        lambda world, _: world.gateway.update(
            authorizerType="AUTHENTICATE_ONLY", authorizerConfiguration=None
        ),
    ),
    "login-flow-disabled": Fault(
        "the app client has no password flow", _client(ExplicitAuthFlows=["ALLOW_REFRESH_TOKEN_AUTH"])
    ),
    "login-client-secret": Fault("the app client has a secret", _client_secret),
    "login-wrong-password": Fault("the user's password was changed", _wrong_password),
    "login-temporary-password": Fault(
        "the user must set a new password", _user_status(UserStatus.FORCE_CHANGE_PASSWORD)
    ),
    "login-second-factor": Fault("the user needs a second factor", _second_factor),
    "login-not-confirmed": Fault("the user is not confirmed", _user_status(UserStatus.UNCONFIRMED)),
    "login-reset-required": Fault("the user's password must be reset", _behave("password-reset-required")),
    "login-client-gone": Fault("the app client was deleted", _app_client_gone),
    "token-expired": Fault("logins give tokens that have expired", _tokens(TokenChanges(expires_in=-60))),
    "token-near-expiry": Fault(
        "logins give tokens with half a minute left", _tokens(TokenChanges(expires_in=30))
    ),
    "token-not-yet-valid": Fault(
        "logins give tokens that are valid in an hour only", _tokens(TokenChanges(not_before_in=3600))
    ),
    "keys-rotated": Fault("the issuer's keys were replaced", _behave("keys-rotated")),
    "gateway-scope-rule": Fault("the Gateway wants a scope", _gateway_rule(allowedScopes=["gateway/invoke"])),
    "iam-policy-denies": Fault(
        "the caller's policy allows reads only",
        lambda _, cloud: cloud.leave_out("InvokeAgentRuntime", "InvokeGateway"),
    ),
    "iam-key-gone": Fault("the caller's access key was deleted", lambda _, cloud: cloud.delete_key()),
    "iam-key-replaced": Fault(
        "the caller's secret key is another one", lambda _, cloud: cloud.replace_secret()
    ),
    "iam-session-expired": Fault("the caller's temporary credentials have expired", _session_expired),
    "service-clock-ahead": Fault("the service's clock is three hours ahead", _clock_ahead),
    "control-plane-denied": Fault("the control plane may not be read", _behave("control-plane-denied")),
    **{
        f"without-{action.partition(':')[2]}": Fault(f"the caller's policy lacks {action}", _without(action))
        for statement in POLICY["Statement"]
        for action in statement["Action"]
    },
    "answers-late": Fault("every answer comes half a second late", _behave("answers-late")),
    "wire-no-such-name": Fault("the data plane's name does not resolve", _wire("no-such-name")),
    "wire-refused": Fault("the data plane's port is closed", _wire("refused")),
    "wire-hang": Fault("the data plane never answers", _wire("hang")),
    "wire-drip": Fault("the data plane answers a byte at a time", _wire("drip")),
    "wire-reset": Fault("the data plane resets every connection", _wire("reset")),
    "wire-close": Fault("the data plane closes every connection", _wire("close")),
    "wire-truncated": Fault("answers end before their announced length", _wire("truncated")),
    "wire-wrong-length": Fault("answers are longer than announced", _wire("wrong-length")),
    "wire-not-http": Fault("what answers is no HTTP server", _wire("not-http")),
    "wire-bad-utf8": Fault("answers hold bytes that are no UTF-8", _wire("bad-utf8")),
    "wire-deep-json": Fault("answers are a million brackets deep", _wire("deep-json")),
    "wire-gzip-bomb": Fault("answers unpack to 64 MiB", _wire("gzip-bomb")),
    "wire-endless-events": Fault("answers are streams without an end", _wire("endless-events")),
    "wire-tangle": Fault("answers are made to be slow to read", _wire("tangle")),
    "wire-flood": Fault("answers are 100 MiB", _wire("flood")),
    "wire-header-bomb": Fault("answers have a header of 200 KB", _wire("header-bomb")),
    "wire-redirect": Fault("answers point to another host", _wire("redirect")),
    "wire-portal": Fault("a portal's sign-in page answers in between", _wire("portal")),
    "wire-bad-gateway": Fault("a proxy answers 502 in between", _wire("bad-gateway")),
    "wire-too-many-requests": Fault("every call gets a bare 429", _wire("too-many-requests")),
    "wire-tls-untrusted": Fault("the certificate's authority is unknown", _wire("tls-untrusted")),
    "wire-tls-expired": Fault("the certificate has expired", _wire("tls-expired")),
    "wire-tls-wrong-name": Fault("the certificate is another host's", _wire("tls-wrong-name")),
}
"""Every fault by its name, in the order of `local --list-faults`."""


def apply(names: tuple[str, ...], world: World, cloud: Cloud) -> None:
    """Applies the named faults, in order.

    Raises:
        KeyError: a name is not in `FAULTS`.
    """
    for name in names:
        FAULTS[name].apply(world, cloud)
