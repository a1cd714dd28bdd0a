"""A policy engine that lets nobody call a tool, or cannot be asked (docs/agentcore.md sections 4.3 and 6.1)."""

from __future__ import annotations

from collections.abc import Iterator

from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.judgement import ConfigurationFinding


def check(configuration: Configuration, _: Environment) -> Iterator[ConfigurationFinding]:
    """The findings about the Gateway's policy engine; none where it was not read."""
    gateway = configuration.gateway
    if gateway is None or gateway.engine is None or gateway.policy_engine != "ENFORCE":
        return
    engine = gateway.engine
    if engine.status not in (None, "ACTIVE"):
        values = {"status": str(engine.status)}
        yield ConfigurationFinding(id="policy-engine-not-active", severity="error", values=values)
    if engine.policies is not None and not any(policy.is_enforced for policy in engine.policies):
        yield ConfigurationFinding(id="policy-engine-empty", severity="error")
