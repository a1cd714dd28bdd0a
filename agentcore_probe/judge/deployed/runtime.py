"""A Runtime that nobody can call, or that trusts what a client can set itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentcore_probe.model.configuration import Configuration, DeployedTarget
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.exchange import USER_HEADER
from agentcore_probe.model.judgement import ConfigurationFinding
from agentcore_probe.regex import regex

_IDENTITY = regex(
    r"(?:^|[-_])(?:user(?:name|id)?|e?mail|identity|principal|subject|sub|tenant(?:id)?|roles?|groups?|account|caller)(?:[-_]|$)",
    re.I,
)
"""Words of headers by which agents know their user."""


def check(configuration: Configuration, _: Environment) -> Iterator[ConfigurationFinding]:
    """The findings about the Runtime (docs/agentcore.md sections 1.3, 2.3 and 6.1)."""
    runtime = configuration.runtime
    if runtime is None or runtime.unreadable:
        return
    names = [name for name in runtime.header_allowlist or () if _names_identity(name)]
    if names:
        values = {"headers": ", ".join(names)}
        yield ConfigurationFinding(id="identity-headers", severity="warning", values=values)
    yield from _check_binding(configuration)


def _names_identity(header: str) -> bool:
    return header.lower() != USER_HEADER.lower() and _IDENTITY.search(header) is not None


def _check_binding(configuration: Configuration) -> Iterator[ConfigurationFinding]:
    """A workload binding that lets nobody in, as far as the one Gateway that was read shows it."""
    runtime, gateway = configuration.runtime, configuration.gateway
    rules = runtime.authorizer.jwt if runtime is not None and runtime.authorizer is not None else None
    if runtime is None or rules is None or not rules.workload_binding:
        return
    if gateway is None or gateway.unreadable or gateway.targets is None or runtime.arn is None:
        return
    own = {gateway.arn, gateway.workload_identity} - {None}
    if not own & set(rules.workload_binding):
        return  # another Gateway, which was not read
    targets = [target for target in gateway.targets if target.runtime == runtime.arn]
    passing = [target for target in targets if "JWT_PASSTHROUGH" in target.credentials]
    if targets and len(passing) == len(targets):
        values = {"name": ", ".join(target.name for target in passing)}
        yield ConfigurationFinding(id="binding-passthrough", severity="error", values=values)
    if set(rules.workload_binding) <= own and _is_without_target(gateway.targets, runtime.arn):
        values = {"name": ", ".join(rules.workload_binding)}
        yield ConfigurationFinding(id="binding-without-target", severity="warning", values=values)


def _is_without_target(targets: tuple[DeployedTarget, ...], arn: str) -> bool:
    """Whether no target calls the Runtime; one that could not be read may."""
    return not any(
        target.runtime == arn or (target.type == "AGENTCORE_RUNTIME" and target.runtime is None)
        for target in targets
    )
