"""What the product foresees of a login, from a run that reads the documents of a deployment and nothing else."""

from __future__ import annotations

from typing import Literal

from agentcore_probe.judge.login_chain import login_chains
from agentcore_probe.live import with_embedded
from agentcore_probe.model.environment import Environment, LocalSetup
from agentcore_probe.model.login_chain import LoginChain, Way, WayForecast
from tests.peers.logins.deployment import Deployment

Target = Literal["gateway", "runtime"]


def login_chain(deployment: Deployment, setup: LocalSetup, target: Target) -> LoginChain:
    """The chain of one target, judged from a run.

    Args:
        deployment: runs.
        setup: its setup.
        target: whose documents are read.
    """
    entrance = f"{target}-oauth-metadata"
    environment = Environment(name="logins", local=setup, entrances=(entrance,))
    record = with_embedded(environment, deployment.facts).run(controls="few").observe(entrance, None)
    return next(chain for chain in login_chains(record) if chain.target == target)


def forecast_of(chain: LoginChain, client: str, way: Way) -> WayForecast:
    """The forecast for one client in one way."""
    of_client = next(forecast for forecast in chain.clients if forecast.client == client)
    return next(forecast for forecast in of_client.ways if forecast.way == way)
