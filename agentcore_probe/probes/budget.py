"""How many requests a run sends at most, before it is made."""

from __future__ import annotations

from agentcore_probe.access.request_limit import MAX_REQUESTS
from agentcore_probe.model.environment import Environment, NamedIdentity
from agentcore_probe.model.forgeries import ANONYMOUS_CONTROLS, FORGERIES, ControlLevel
from agentcore_probe.probes.experiments import MAX_CALLS
from agentcore_probe.probes.mcp import COUNTED_PAGES

_HANDSHAKE = 2
_LOGIN = 1
_ISSUER = 2
"""The discovery document and the keys."""


def request_limit(environment: Environment) -> int:
    """How many requests a run of `environment` may send; further pages of tools come on top."""
    callers = (environment.identities or {}).values()
    return environment.limits.requests or MAX_REQUESTS + sum(
        requests_of_caller(environment, caller) for caller in callers
    )


def requests_of_caller(environment: Environment, caller: NamedIdentity) -> int:
    """How many requests a further caller (`[identities.NAME]`) needs at most."""
    has_tool = environment.gateway is not None and environment.gateway.tool is not None
    conversation = _HANDSHAKE + COUNTED_PAGES
    gateway = conversation + has_tool if _has_gateway(environment) else 0
    runtime = conversation if _may_speak_mcp(environment) else 1
    login = _LOGIN if caller.role_arn is None else 0
    return login + gateway + (runtime if _has_runtime(environment) else 0)


def _has_gateway(environment: Environment) -> bool:
    return environment.gateway is not None or environment.local is not None


def _has_runtime(environment: Environment) -> bool:
    return environment.runtime is not None or environment.local is not None


def _protocol(environment: Environment) -> str | None:
    """The Runtime's protocol; None where it is not known before the configuration is read."""
    if environment.runtime is not None:
        return environment.runtime.protocol
    return environment.local.protocol if environment.local is not None else None


def _may_speak_mcp(environment: Environment) -> bool:
    return _protocol(environment) in (None, "MCP")


def planned_requests(environment: Environment, controls: ControlLevel = "all") -> int:
    """How many requests a run needs at most for targets, issuer and login.

    Reads of the configuration and further pages of tools are not counted. A run sends no more than `request_limit`.

    Args:
        environment: what is probed.
        controls: how many controls are sent.
    """
    callers = (environment.identities or {}).values()
    total = _ISSUER + _LOGIN + MAX_CALLS
    total += sum(requests_of_caller(environment, caller) for caller in callers)
    if _has_gateway(environment):
        tool = 1 if environment.gateway and environment.gateway.tool else 0
        conversation = _HANDSHAKE + COUNTED_PAGES + tool
        refused_signature = 1
        repeated = 2
        total += conversation + refused_signature + repeated + _controls(environment, controls, 1 + tool)
    if _has_runtime(environment):
        is_mcp = _may_speak_mcp(environment)
        conversation = _HANDSHAKE + COUNTED_PAGES if is_mcp else 1
        signed, command, raw_arn, repeated = 1, 1, 1, 2
        later = 1 if is_mcp or _protocol(environment) == "A2A" else 0
        total += (
            conversation + signed + command + raw_arn + repeated + _controls(environment, controls, later)
        )
    return total


def _controls(environment: Environment, controls: ControlLevel, later: int) -> int:
    """The controls of one target, of which three go on with `later` requests."""
    anonymous = sum(control.level == "few" or controls == "all" for control in ANONYMOUS_CONTROLS)
    # An RSA key fits most forgeries.
    forged = sum(
        forgery.key_type in (None, "RSA") and (forgery.level == "few" or controls == "all")
        for forgery in FORGERIES
    )
    has_expired_token = environment.identity is not None and environment.identity.expired_token is not None
    before, id_token = 2, 1
    return before + anonymous + forged + id_token + has_expired_token + 3 * later
