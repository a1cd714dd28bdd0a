"""What is known of a login at one target: the documents, and what is deployed at the target and at the provider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from agentcore_probe.judge.reading.login_documents import Documents, is_absolute, read_documents
from agentcore_probe.model.configuration import (
    Authorizer,
    ClientConfiguration,
    Configuration,
    JwtAuthorizer,
    UserPool,
)
from agentcore_probe.model.login_chain import CHALLENGE
from agentcore_probe.model.pool import pool_of
from agentcore_probe.model.record import RunRecord

Target = Literal["gateway", "runtime"]


class Situation(NamedTuple):
    """The facts on which the forecasts of a target rest."""

    target: Target
    url: str
    """The MCP server's."""
    documents: Documents
    configuration: Configuration
    client_id: str | None = None
    """The id of the app client that a person would type in."""
    claims: Mapping[str, Any] | None = None
    """The unverified claims of the run's own token: what the provider writes into one."""

    @property
    def authorizer(self) -> Authorizer | None:
        """The deployed authorizer; None where it is not known."""
        return self.configuration.authorizer(self.target)

    @property
    def rules(self) -> JwtAuthorizer | None:
        """The rules for tokens; None where there are none or they are not known."""
        return self.authorizer.jwt if self.authorizer is not None else None

    @property
    def app_client(self) -> ClientConfiguration | None:
        """The settings of the app client whose id is typed in; None where they could not be read."""
        client = self.configuration.client
        if client is None or client.unreadable is not None or self.client_id is None:
            return None
        return client if client.client_id in (None, self.client_id) else None

    def pool(self, issuer: str) -> UserPool | None:
        """The settings of the user pool that is this issuer; None where it is another provider or they could not be read."""
        named = pool_of(issuer)
        pools = self.configuration.user_pools or ()
        found = (pool for pool in pools if named is not None and pool.id == named.id)
        return next((pool for pool in found if pool.unreadable is None), None)


def situation_of(record: RunRecord, target: Target) -> Situation | None:
    """The facts about one target; None where the run has read nothing of a login there.

    Args:
        record: the run's facts.
        target: the target.
    """
    observation = record.observation(f"{target}-oauth-metadata")
    if observation is None:
        return None
    exchanges = record.of(observation)
    gateway = record.configuration.gateway if target == "gateway" else None
    called = [exchange.request.url for exchange in exchanges if exchange.step == CHALLENGE]
    # Nothing was sent to a Gateway whose authorizer takes no tokens.
    url = called[0] if called else gateway.url if gateway is not None else None
    if not is_absolute(url):
        return None
    return Situation(
        target,
        str(url),
        read_documents(exchanges),
        record.configuration,
        _client_id(record, target),
        record.token.claims if record.token is not None else None,
    )


def _client_id(record: RunRecord, target: Target) -> str | None:
    """The environment's app client; without one, the only client that the authorizer allows."""
    identity = record.environment.identity
    if identity is not None and identity.client_id:
        return identity.client_id
    authorizer = record.configuration.authorizer(target)
    allowed = authorizer.jwt.allowed_clients if authorizer is not None and authorizer.jwt is not None else ()
    return allowed[0] if len(allowed) == 1 else None
