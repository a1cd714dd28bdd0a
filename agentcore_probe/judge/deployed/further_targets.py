"""A harness and a registry as they are deployed: the one that the file names, READY, and with rules for tokens."""

from __future__ import annotations

from collections.abc import Iterator

from agentcore_probe.model.configuration import ANOTHER_RESOURCE, Configuration
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.judgement import ConfigurationFinding


def check(configuration: Configuration, environment: Environment) -> Iterator[ConfigurationFinding]:
    """The findings about the harness and the registry (docs/agentcore.md sections 11.15 and 11.16)."""
    harness, registry = configuration.harness, configuration.registry
    requested = {
        "harness": environment.harness.arn if environment.harness else None,
        "registry": environment.registry.id if environment.registry else None,
    }
    for target, part in (("harness", harness), ("registry", registry)):
        if part is None:
            continue
        if part.unreadable == ANOTHER_RESOURCE:
            named, described = requested[target] or "-", part.described_arn or "-"
            values = {"target": target, "requested": named, "described": described}
            yield ConfigurationFinding(id=ANOTHER_RESOURCE, severity="error", values=values, owner="you")
        if part.status not in (None, "READY"):
            values = {"target": target, "status": str(part.status)}
            yield ConfigurationFinding(id="further-target-not-ready", severity="error", values=values)
        rules = part.authorizer.jwt if part.authorizer is not None else None
        if rules is not None and not rules.has_rule:
            yield ConfigurationFinding(
                id="authorizer-without-rule", severity="error", values={"target": target}
            )
