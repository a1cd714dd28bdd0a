"""How many requests a run may send, with those of further callers (`[identities.NAME]`)."""

from __future__ import annotations

from agentcore_probe.access.request_limit import MAX_REQUESTS
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.identity import NamedIdentity
from agentcore_probe.model.methods import METHODS, WAYS_IN, entrances_of
from agentcore_probe.probes.mcp import COUNTED_PAGES

_HANDSHAKE = 2
"""`initialize` and `notifications/initialized`."""
_LOGIN = 2


def request_limit(environment: Environment) -> int:
    """How many requests a run of `environment` may send; further pages of tools come on top."""
    if environment.limits.requests:
        return environment.limits.requests
    further = sum(entrance.requests for entrance in entrances_of(environment.entrances))
    callers = (environment.identities or {}).values()
    return MAX_REQUESTS + further + sum(_requests_of(environment, caller) for caller in callers)


def _requests_of(environment: Environment, caller: NamedIdentity) -> int:
    """How many requests a further caller needs at most."""
    conversation = _HANDSHAKE + COUNTED_PAGES
    gateway, runtime = environment.gateway, environment.runtime
    # Without a protocol in the file, it is not known before the configuration is read.
    protocol = runtime.protocol if runtime else environment.local.protocol if environment.local else None
    count = _LOGIN if caller.role_arn is None else 0
    if gateway is not None or environment.local is not None:
        count += conversation + (gateway is not None and gateway.tool is not None)
    if runtime is not None or environment.local is not None:
        count += conversation if protocol in (None, "MCP") else 1
    return count + _requests_of_entrances(environment, "token" if caller.role_arn is None else "role")


def _requests_of_entrances(environment: Environment, kind: str) -> int:
    """How many a further caller of this kind sends at most through the entrances that the file asks for."""
    asked = {entrance.id: entrance for entrance in entrances_of(environment.entrances) if entrance.on_request}
    return sum(
        asked[method.entrance].requests_of_call
        for method in METHODS
        if method.id in WAYS_IN[kind] and method.entrance in asked
    )
