"""What is examined: an environment that can be called, or this machine alone; each fact is read once."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from agentcore_probe.access.aws import Aws
from agentcore_probe.access.control_plane import CONTROL, read_client, read_targets
from agentcore_probe.access.oidc import read_issuer
from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.protocol import gateway_url, registry_url
from agentcore_probe.access.secret_store import SecretStore
from agentcore_probe.access.transport import Transport
from agentcore_probe.errors import ProbeError
from agentcore_probe.live import LiveEnvironment
from agentcore_probe.model.aws_shapes import from_answers
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.pool import pool_of
from agentcore_probe.probes.callers import environment_of
from agentcore_probe.probes.issuers import discovery_urls
from agentcore_probe.probes.login import only_client

_SECONDS = 10.0
"""Limit of one request; an environment's own limit counts where it is shorter."""


class Peer(NamedTuple):
    """A host that a run talks to, and how it answered."""

    name: str
    """`data plane`, `Gateway`, ..."""
    exchange: Exchange


class Subject:
    """What is examined.

    Args:
        root: the project's root.
        names: the environments whose files are examined; none: every file in `environments/`.
        live: the environment; None examines this machine and its AWS login alone.
        stop: ends it when it is set from another thread.
    """

    def __init__(
        self, root: Path, names: Sequence[str], live: LiveEnvironment | None, stop: threading.Event
    ) -> None:
        self.root = root
        self.names = tuple(names)
        self.is_named = live is not None
        given = (live or LiveEnvironment(Environment(name="default"))).environment
        limits = given.limits.model_copy(update={"seconds": min(given.limits.seconds, _SECONDS)})
        self.environment = given.model_copy(update={"limits": limits})
        secrets, keys = (live.secrets, live.keys) if live else (None, None)
        self.live = LiveEnvironment(self.environment, keys, secrets)
        self._stop = stop

    @property
    def is_embedded(self) -> bool:
        """Whether the environment is the embedded AgentCore."""
        return self.environment.local is not None

    @cached_property
    def aws(self) -> Aws:
        """Access to AWS, with the credentials of a run."""
        return Aws(self.environment, self.live.keys)

    @cached_property
    def roles(self) -> dict[str, Aws]:
        """Access to AWS as each role of `[identities]`, by the caller's name."""
        callers = (self.environment.identities or {}).items()
        return {
            name: Aws(environment_of(self.environment, caller), self.live.keys)
            for name, caller in callers
            if caller.role_arn is not None
        }

    @cached_property
    def store(self) -> SecretStore:
        """Reads secrets as a run does."""
        return SecretStore(self.aws, self.live.secrets or {}, self._stop)

    @property
    def can_read(self) -> bool:
        """Whether AWS can be asked: there are credentials and a region."""
        return self.aws.login_problem is None and self.aws.region is not None

    @cached_property
    def deployed(self) -> Configuration:
        """The targets as they are deployed, as far as they can be read."""
        if not self.is_named or not self.can_read:
            return Configuration()
        return from_answers(read_targets(self.environment, self.aws))

    @cached_property
    def client_id(self) -> str | None:
        """The app client of the login: the file's, else the only one that the authorizers allow."""
        identity = self.environment.identity
        if identity is not None and identity.client_id is not None:
            return identity.client_id
        return only_client(self.deployed)

    @cached_property
    def discovery_url(self) -> str | None:
        """The issuer of the login: the file's, else the authorizers'."""
        identity = self.environment.identity
        own = identity.discovery_url if identity is not None else None
        return own or next(iter(discovery_urls(self.environment, self.deployed)), None)

    @cached_property
    def client(self) -> dict[str, Any] | None:
        """The app client's settings (`access.control_plane.read_client`); None where it is not Cognito's or not known."""
        if self.environment.identity is None or not self.client_id or not self.discovery_url:
            return None
        return read_client(self.client_id, self.discovery_url, self.aws) if self.can_read else None

    @cached_property
    def issuers(self) -> tuple[dict[str, Any], ...]:
        """Every issuer that the file or an authorizer names (`access.oidc.read_issuer`)."""
        facts = []
        for url in discovery_urls(self.environment, self.deployed):
            with self._transport("discovery") as transport:
                facts.append(read_issuer(url, transport))
        return tuple(facts)

    @cached_property
    def configuration(self) -> Configuration:
        """All that is deployed: targets, app client and issuers."""
        facts: dict[str, Any] = {"issuers": list(self.issuers)}
        if self.client is not None:
            facts["client"] = self.client
        others = from_answers(facts)
        return self.deployed.model_copy(update={"client": others.client, "issuers": others.issuers})

    @cached_property
    def peers(self) -> tuple[Peer, ...]:
        """The hosts that a run talks to, each with its answer to HEAD / without a credential, which invokes nothing."""
        urls = self._urls()
        requests = [Outgoing(name, url, method="HEAD") for name, url in urls.items()]
        with self._transport("reach") as transport:
            exchanges = transport.send_all(requests)
        return tuple(Peer(name, exchange) for name, exchange in zip(urls, exchanges, strict=True))

    def _transport(self, name: str) -> Transport:
        return Transport(name, self.environment.limits, purpose="read", ca_bundle=self.aws.ca_bundle)

    def _urls(self) -> dict[str, str]:
        """The URL to ask, by the name of each host."""
        urls: dict[str, str | None] = {}
        if self.aws.region is not None:
            urls["data plane"] = self._base_url("bedrock-agentcore")
            urls["control plane"] = self._base_url(CONTROL)
            if self.environment.gateway is not None:
                urls["Gateway"] = gateway_url(self.environment, self.deployed, self.aws)
            if self.environment.registry is not None:
                urls["registry"] = registry_url(self.environment, self.aws.region)
            urls["STS"] = self._base_url("sts")
        pool = pool_of(self.discovery_url or "")
        if pool is not None:
            urls["Cognito"] = self._base_url("cognito-idp", pool.region)
        for number, issuer in enumerate(self.issuers):
            suffix = f" {number + 1}" if len(self.issuers) > 1 else ""
            urls[f"issuer{suffix}"] = issuer["discoveryUrl"]
            urls[f"token endpoint{suffix}"] = issuer.get("token_endpoint")
        return {name: _root(url) for name, url in urls.items() if url}

    def _base_url(self, service: str, region: str | None = None) -> str | None:
        try:
            return self.aws.base_url(service, region)
        except ProbeError:
            return None  # said by the check of the region


def _root(url: str) -> str:
    """The root of the host of `url`: no path of a target is asked for."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0].partition('?')[0]}/"
