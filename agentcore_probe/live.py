"""An environment that can be called: itself, or filled in with the embedded AgentCore that it asks for."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agentcore_probe.extras import require_extra
from agentcore_probe.model.environment import (
    Environment,
    GatewayTarget,
    Identity,
    RuntimeTarget,
    SecretReference,
)

if TYPE_CHECKING:
    from agentcore_probe.access.aws import AwsKeys
    from agentcore_probe.probes.run import Run
    from agentcore_probe.secret import Secret

Progress = Callable[[str, str], None]


@dataclass(frozen=True)
class LiveEnvironment:
    """An environment that can be called, with what only memory may hold."""

    environment: Environment
    keys: AwsKeys | None = None
    secrets: Mapping[str, Secret] | None = None

    def run(
        self,
        *,
        progress: Progress | None = None,
        experiments: bool = True,
        stop: threading.Event | None = None,
    ) -> Run:
        """A run against it; the arguments are those of `api.observe`."""
        from agentcore_probe.probes.run import Run

        # AWS is never reached over plain http.
        plain = self.environment.endpoints.get("bedrock-agentcore", "").startswith("http://")
        return Run(
            self.environment,
            keys=self.keys,
            secrets=self.secrets,
            source="embedded" if self.environment.local is not None or plain else "aws",
            progress=progress,
            experiments=experiments,
            stop=stop,
        )


@contextlib.contextmanager
def open_environment(where: Environment, progress: Progress | None) -> Iterator[LiveEnvironment]:
    """The environment itself, or the embedded AgentCore that it asks for, while the block runs."""
    if where.local is None:
        yield LiveEnvironment(where)
        return
    require_extra("local", f"environment {where.name!r}")
    from agentcore_probe.local.process import LocalProcess

    if progress:
        progress("local", "begun")
    with LocalProcess(where.local) as process:
        # Imported while the child starts: both take about as long.
        from agentcore_probe.probes import run as _  # noqa: F401

        told = process.ready().facts
        if progress:
            progress("local", "done")
        yield embedded(where, told)


def embedded(where: Environment, told: Mapping[str, Any]) -> LiveEnvironment:
    """The environment filled in with an embedded AgentCore that runs.

    Args:
        where: the environment, with its `[local]`.
        told: what `local --json` prints.
    """
    from agentcore_probe.access.aws import AwsKeys
    from agentcore_probe.secret import Secret

    identity = told["identity"]
    filled = {
        "region": told["region"],
        "endpoints": {name: url for name, url in told["endpoints"].items() if name != "iam"},
        "runtime": RuntimeTarget(arn=told["runtime"]["arn"]),
        "gateway": GatewayTarget(
            id=told["gateway"]["id"],
            url=told["gateway"]["url"],
            tool=where.gateway.tool if where.gateway else None,
        ),
        "identity": Identity(
            client_id=identity["client_id"],
            username=identity["username"],
            password=SecretReference(source="embedded", name="password"),
            discovery_url=identity["discovery_url"],
        ),
    }
    aws = told["aws"]
    session = aws["session_token"]
    return LiveEnvironment(
        where.model_copy(update=filled),
        AwsKeys(
            aws["access_key_id"],
            Secret(aws["secret_access_key"], "aws secret key"),
            Secret(session, "aws session token") if session else None,
        ),
        {"password": Secret(identity["password"], "password")},
    )
