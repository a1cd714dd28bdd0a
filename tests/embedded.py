"""Many embedded AgentCores, each a new process forked from one that has imported everything.

Importing moto and the SDKs takes two seconds of processor time, most of the time of a test. The product
starts a process of its own each time (`local.process`), and so do the end-to-end tests.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Iterator, Mapping
from multiprocessing.connection import Connection
from typing import Any

import pytest

from agentcore_probe.live import with_embedded
from agentcore_probe.model.environment import Environment, LocalSetup
from agentcore_probe.model.record import RunRecord

START_SECONDS = 60

_forked = multiprocessing.get_context("forkserver")
_forked.set_forkserver_preload(
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


def _serve(setup: dict[str, Any], ready: Connection) -> None:
    from agentcore_probe.local.server import Setup, run

    run(Setup(**{**setup, "faults": tuple(setup["faults"])}), ready.send, owned=False)


@contextlib.contextmanager
def started(setup: LocalSetup) -> Iterator[Mapping[str, Any]]:
    """The ready line of an embedded AgentCore, which runs until the block ends."""
    mine, theirs = _forked.Pipe(duplex=False)
    process = _forked.Process(target=_serve, args=(setup.model_dump(mode="json"), theirs), daemon=True)
    with pytest.MonkeyPatch.context() as patch:
        # The fork server keeps the variables with which it starts.
        for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
            patch.delenv(name)
        process.start()
    theirs.close()
    try:
        assert mine.poll(START_SECONDS)
        yield mine.recv()
    finally:
        process.terminate()
        process.join()
        mine.close()


def observed(
    environment: Environment,
    *,
    only: str | None = None,
    change: str | None = None,
    experiments: bool = True,
    path: str = "/usr/bin:/bin",
) -> RunRecord:
    """The record of a run against the embedded AgentCore of `environment`.

    Args:
        environment: with its `[local]`.
        only: as for `api.observe`.
        change: as for `api.observe`.
        experiments: as for `api.observe`.
        path: `PATH` of the run; the default has no `aws`, which takes most of a second.
    """
    assert environment.local is not None
    with started(environment.local) as ready, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", path)
        return with_embedded(environment, ready).run(experiments=experiments).observe(only, change)
