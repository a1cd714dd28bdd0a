"""Embedded AgentCores for tests, each a process forked from one that has imported moto and the SDKs.

Those imports take two seconds of CPU time, and most tests would spend their time with them. The
product starts a new process for each run (`local.process`); the end-to-end tests test that.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Iterator, Mapping
from functools import cache
from multiprocessing.connection import Connection
from typing import Any

import pytest

from agentcore_probe.live import with_embedded
from agentcore_probe.model.environment import Environment, LocalSetup
from agentcore_probe.model.forgeries import ControlLevel
from agentcore_probe.model.record import RunRecord

START_SECONDS = 60

_FORK_SERVER = multiprocessing.get_context("forkserver")
_FORK_SERVER.set_forkserver_preload(
    [
        "agentcore_probe.local.server",
        "agentcore_probe.local.tools",
        "bedrock_agentcore.runtime",
        "a2a.server.apps",
        "ag_ui.core",
        "tests.embedded",
        "tests.seeded",
    ]
)


def _serve(setup: dict[str, Any], sender: Connection) -> None:
    from moto.moto_api._internal import mock_random

    from agentcore_probe.local.server import run
    from agentcore_probe.local.setup import Setup

    mock_random.seed()  # else every fork issues the refresh tokens of the others as ids of its own
    run(Setup(**{**setup, "faults": tuple(setup["faults"])}), sender.send, owned=False)


@contextlib.contextmanager
def started(setup: LocalSetup) -> Iterator[Mapping[str, Any]]:
    """Runs an embedded AgentCore during the block; yields what `local --json` prints."""
    receiver, sender = _FORK_SERVER.Pipe(duplex=False)
    process = _FORK_SERVER.Process(target=_serve, args=(setup.model_dump(mode="json"), sender), daemon=True)
    with pytest.MonkeyPatch.context() as patch:
        # The fork server keeps the variables of its start, and no proxy reaches loopback.
        for name in list(os.environ):
            if name.lower().endswith("_proxy"):
                patch.delenv(name)
        process.start()
    sender.close()
    try:
        assert receiver.poll(START_SECONDS)
        yield receiver.recv()
    finally:
        process.terminate()
        process.join()
        receiver.close()


def observed(
    environment: Environment,
    *,
    only: str | None = None,
    change: str | None = None,
    experiments: bool = True,
    controls: ControlLevel = "all",
    path: str = "/usr/bin:/bin",
) -> RunRecord:
    """The record of a run against the embedded AgentCore of an environment.

    Args:
        environment: an environment with `[local]`.
        only: as for `api.observe`.
        change: as for `api.observe`.
        experiments: as for `api.observe`.
        controls: as for `api.observe`.
        path: the PATH of the run. By default it has no `aws`, which takes most of a second and which few tests need.
    """
    assert environment.local is not None
    with started(environment.local) as facts, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", path)
        run = with_embedded(environment, facts).run(experiments=experiments, controls=controls)
        return run.observe(only, change)


@cache
def recorded(setup: LocalSetup, controls: ControlLevel = "all") -> RunRecord:
    """The record of one run for every test of this process that only reads it.

    Args:
        setup: as for `started`.
        controls: as for `api.observe`.
    """
    return observed(Environment(name="t", local=setup), controls=controls)
