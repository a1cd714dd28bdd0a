"""A Gateway that tells too much, or leaves the decision to something weaker than an authorizer."""

from __future__ import annotations

from collections.abc import Iterator

from agentcore_probe.model.configuration import Configuration, DeployedTarget, GatewayConfiguration
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.judgement import ConfigurationFinding

_OF_CALLER = {"CALLER_IAM_CREDENTIALS", "JWT_PASSTHROUGH"}
"""The outbound credentials with which the service behind a target judges the caller itself."""


def check(configuration: Configuration, _: Environment) -> Iterator[ConfigurationFinding]:
    """The findings about the Gateway (docs/agentcore.md sections 4.1, 6.1 and 11.11)."""
    gateway = configuration.gateway
    if gateway is None or gateway.unreadable:
        return
    if gateway.exception_level == "DEBUG":
        yield ConfigurationFinding(id="gateway-debug", severity="warning")
    kind = gateway.authorizer.type if gateway.authorizer else None
    if kind == "NONE" and (open_targets := [target for target in _forwarding(gateway) if _is_own(target)]):
        values = {"target": ", ".join(target.name for target in open_targets)}
        yield ConfigurationFinding(id="passthrough-open", severity="warning", values=values)
    if kind == "AUTHENTICATE_ONLY" and _rests_on_interceptor(gateway):
        yield ConfigurationFinding(id="authenticate-only-interceptor", severity="warning")
    if kind not in (None, "AWS_IAM", "AUTHENTICATE_ONLY"):
        # CALLER_IAM_CREDENTIALS needs a signed call, which this authorizer does not take.
        for target in gateway.targets or ():
            if "CALLER_IAM_CREDENTIALS" in target.credentials:
                values = {"name": target.name, "authorizer": str(kind)}
                yield ConfigurationFinding(id="caller-iam-unsigned", severity="warning", values=values)


def _forwarding(gateway: GatewayConfiguration) -> Iterator[DeployedTarget]:
    """The targets behind which a service gets the caller's request as it is."""
    yield from (target for target in gateway.targets or () if target.type == "PASSTHROUGH")


def _is_own(target: DeployedTarget) -> bool:
    """Whether the service behind is called with the Gateway's own credential, so that it cannot judge the caller."""
    return bool(target.credentials) and not _OF_CALLER & set(target.credentials)


def _rests_on_interceptor(gateway: GatewayConfiguration) -> bool:
    """Whether only an interceptor decides, and no service behind judges the caller."""
    judged_behind = bool(gateway.targets) and all(
        "CALLER_IAM_CREDENTIALS" in target.credentials for target in gateway.targets or ()
    )
    return bool(gateway.interceptors) and gateway.policy_engine != "ENFORCE" and not judged_behind
