"""How many requests a run may send, with those of further callers (`[identities.NAME]`)."""

from __future__ import annotations

from agentcore_probe.access.request_limit import MAX_REQUESTS
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.identity import NamedIdentity
from agentcore_probe.model.methods import entrances_of
from agentcore_probe.probes.mcp import COUNTED_PAGES

_HANDSHAKE = 2
"""`initialize` and `notifications/initialized`."""
_LOGIN = 2


def request_limit(environment: Environment) -> int:
    """How many requests a run of `environment` may send; further pages of tools come on top."""
    callers = (environment.identities or {}).values()
    entrances = entrances_of(environment.asked_entrances)
    return environment.limits.requests or MAX_REQUESTS + sum(
        entrance.requests for entrance in entrances
    ) + sum(_requests_of(environment, caller) for caller in callers)


def _requests_of(environment: Environment, caller: NamedIdentity) -> int:
    """How many requests a further caller needs at most."""
    conversation = _HANDSHAKE + COUNTED_PAGES
    gateway, runtime = environment.gateway, environment.runtime
    # Without a protocol in the file, it is not known before the configuration is read.
    protocol = runtime.protocol if runtime else environment.local.protocol if environment.local else None
    count = _LOGIN if caller.role_arn is None else 0
    count += sum(entrance.caller_requests for entrance in entrances_of(environment.asked_entrances))
    if gateway is not None or environment.local is not None:
        count += conversation + (gateway is not None and gateway.tool is not None)
    if runtime is not None or environment.local is not None:
        count += conversation if protocol in (None, "MCP") else 1
    return count
