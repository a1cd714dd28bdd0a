"""A login whose secret does not last, and clients that register themselves in vain."""

from __future__ import annotations

from collections.abc import Iterator

from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.judgement import ConfigurationFinding
from agentcore_probe.model.pool import pool_of

_COPIES = ("env", "file", "ssm")
"""Where a secret is a copy, which no rotation in Secrets Manager changes."""


def check(configuration: Configuration, environment: Environment) -> Iterator[ConfigurationFinding]:
    """The findings about app client and issuer (docs/agentcore.md sections 5.1 and 12.5)."""
    client, identity = configuration.client, environment.identity
    secret = identity.client_secret if identity is not None else None
    if client is not None and client.secret_arn and secret is not None and secret.source in _COPIES:
        values = {"client": client.client_id or "-"}
        yield ConfigurationFinding(id="secret-copied", severity="warning", values=values, owner="you")
    for target in ("runtime", "gateway"):
        authorizer = configuration.authorizer(target)
        rules = authorizer.jwt if authorizer is not None else None
        issuer = configuration.issuer_of(rules)
        pool = pool_of(rules.discovery_url) if rules is not None else None
        if rules is None or pool is None:
            continue  # other providers list the endpoint whether or not clients may use it
        endpoint = issuer.registration_endpoint if issuer is not None else None
        if endpoint is None and any(
            own.registers for own in configuration.user_pools or () if own.id == pool.id
        ):
            endpoint = "DcrConfiguration"
        if rules.allowed_clients and endpoint is not None:
            values = {"target": target, "endpoint": endpoint}
            yield ConfigurationFinding(id="registration-in-vain", severity="warning", values=values)
