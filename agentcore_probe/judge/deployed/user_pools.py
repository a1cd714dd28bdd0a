"""User pools at which clients get no id, although their settings say so (docs/agentcore.md section 5.1)."""

from __future__ import annotations

from collections.abc import Iterator

from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.judgement import ConfigurationFinding


def check(configuration: Configuration, _: Environment) -> Iterator[ConfigurationFinding]:
    """The findings about the registration of clients, and about policies for clients' metadata documents."""
    for pool in configuration.user_pools or ():
        if pool.registers and pool.domain is None:
            values = {"pool": pool.id}
            yield ConfigurationFinding(id="registration-without-domain", severity="warning", values=values)
        for policy in pool.client_metadata_policies or ():
            if policy.client_id is None:
                values = {"pool": pool.id, "policy": policy.name or policy.id}
                yield ConfigurationFinding(
                    id="client-metadata-policy-without-client", severity="warning", values=values
                )
