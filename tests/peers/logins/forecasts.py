"""What the product says of a login, from a run that reads the documents of a deployment and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from agentcore_probe.judge.judge import judge
from agentcore_probe.live import with_embedded
from agentcore_probe.model.environment import Environment, LocalSetup
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.login_chain import Way, WayForecast
from tests.peers.logins.deployment import Deployment

Target = Literal["gateway", "runtime"]


def judged(
    deployment: Deployment, setup: LocalSetup, target: Target, app_client: Mapping[str, str] | None = None
) -> Judgement:
    """The judgement of a run.

    Args:
        deployment: runs.
        setup: its setup.
        target: whose documents are read.
        app_client: `client_id` and `discovery_url` of a client at a provider of others; None: the embedded user pool's.
    """
    entrance = row_of(target)
    environment = Environment(name="logins", local=setup, entrances=(entrance,))
    facts = {**deployment.facts, "identity": {**deployment.facts["identity"], **(app_client or {})}}
    return judge(with_embedded(environment, facts).run(controls="few").observe(entrance, None))


def row_of(target: Target) -> str:
    """The row about a target's documents."""
    return f"{target}-oauth-metadata"


def forecast_of(judgement: Judgement, target: Target, client: str, way: Way) -> WayForecast:
    """The forecast for one client in one way."""
    chain = next(chain for chain in judgement.login_chains if chain.target == target)
    of_client = next(forecast for forecast in chain.clients if forecast.client == client)
    return next(forecast for forecast in of_client.ways if forecast.way == way)
