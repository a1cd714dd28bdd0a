"""What the product foresees of a login, from a run that reads the documents of a deployment and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from agentcore_probe.judge.login_chain import login_chains
from agentcore_probe.live import with_embedded
from agentcore_probe.model.environment import Environment, LocalSetup
from agentcore_probe.model.login_chain import LoginChain, Way, WayForecast
from tests.peers.logins.deployment import Deployment

Target = Literal["gateway", "runtime"]


def login_chain(
    deployment: Deployment, setup: LocalSetup, target: Target, app_client: Mapping[str, str] | None = None
) -> LoginChain:
    """The chain of one target, judged from a run.

    Args:
        deployment: runs.
        setup: its setup.
        target: whose documents are read.
        app_client: `client_id` and `discovery_url` of a client at a provider of others; None: the embedded user pool's.
    """
    entrance = f"{target}-oauth-metadata"
    environment = Environment(name="logins", local=setup, entrances=(entrance,))
    facts = {**deployment.facts, "identity": {**deployment.facts["identity"], **(app_client or {})}}
    record = with_embedded(environment, facts).run(controls="few").observe(entrance, None)
    return next(chain for chain in login_chains(record) if chain.target == target)


def forecast_of(chain: LoginChain, client: str, way: Way) -> WayForecast:
    """The forecast for one client in one way."""
    of_client = next(forecast for forecast in chain.clients if forecast.client == client)
    return next(forecast for forecast in of_client.ways if forecast.way == way)
