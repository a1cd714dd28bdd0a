"""What is wrong or risky in the deployed configuration beside the authorizers, one module for each part of it.

Nothing here is said of an early record (`Configuration.other_judges`), so that its page stays what it was.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentcore_probe.judge.deployed import (
    further_targets,
    gateway,
    login,
    policy_engine,
    resource_policies,
    runtime,
    user_pools,
)
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.judgement import ConfigurationFinding

_CHECKS = (
    runtime.check,
    gateway.check,
    policy_engine.check,
    further_targets.check,
    resource_policies.check,
    login.check,
    user_pools.check,
)


def check_deployed(configuration: Configuration, environment: Environment) -> Iterator[ConfigurationFinding]:
    """Every finding, in the order of the parts.

    Args:
        configuration: what is deployed, as far as it was read.
        environment: how it is to be used.
    """
    if configuration.other_judges:
        for check in _CHECKS:
            yield from check(configuration, environment)
