"""The methods are asked in parallel: a run's probes take as long as its slowest row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from agentcore_probe import api
from agentcore_probe.local.server import LATE_SECONDS
from agentcore_probe.model.environment import Environment, LocalSetup
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.methods import METHODS
from agentcore_probe.probes.run import Run
from tests.embedded import started

ROWS = {method.id for method in METHODS}


def test_the_probe_phase_takes_the_slowest_row_and_a_tenth_at_most() -> None:
    """With half a second in every answer: from when login and configuration are there to the last row's end.

    The slowest row's own time is what its exchanges waited for, one after the other.
    """
    setup = LocalSetup(faults=("answers-late",))
    ended: list[datetime] = []

    def progress(phase: str, state: str) -> None:
        if phase in ROWS and state != "begun":
            ended.append(datetime.now(UTC))

    with started(setup) as told, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", "/usr/bin:/bin")
        given = api.embedded(Environment(name="late", local=setup), told)
        run = Run(
            given.environment,
            keys=given.keys,
            secrets=given.secrets,
            source="embedded",
            progress=progress,
            experiments=False,
        )
        record = run.observe()
    rows = [_waited(record.of(each)) for each in record.observations]
    prepared = max(_end(each) for each in record.exchanges if each.id.startswith(("identity", "discovery")))
    assert max(rows) > timedelta(seconds=4 * LATE_SECONDS)
    assert sum(rows, timedelta()) > 3 * max(rows)
    assert ended[-1] - prepared < 1.1 * max(rows)


def _waited(exchanges: Sequence[Exchange]) -> timedelta:
    return timedelta(milliseconds=sum(each.timings.total for each in exchanges))


def _end(exchange: Exchange) -> datetime:
    assert exchange.request.at is not None
    return exchange.request.at + timedelta(milliseconds=exchange.timings.total)
