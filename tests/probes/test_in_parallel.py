"""The probes run in parallel: together they take as long as the longest chain of requests that must wait."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agentcore_probe.access.transport import LANES
from agentcore_probe.local.faults import DELAY_SECONDS
from agentcore_probe.model.environment import LocalSetup
from agentcore_probe.model.record import RunRecord
from benchmarks.tables.probing import measure_phase
from tests.embedded import started


@pytest.mark.slow
def test_the_probes_take_at_most_a_tenth_longer_than_the_longest_chain() -> None:
    """Every answer takes half a second; measured from the end of login and configuration to the last result.

    What must wait is sequential: a forged token before the genuine calls, these, and the controls after them, some at
    a time. Other work on this machine only adds to the phase, so one run of four that is fast enough suffices.
    """
    with started(LocalSetup(faults=("answers-late",))) as service, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", "/usr/bin:/bin")
        for _ in range(4):
            phase = measure_phase(service)
            longest = max(_chain(phase.record, target) for target in ("gateway", "runtime"))
            if phase.duration < 1.1 * longest:
                break
    assert longest > timedelta(seconds=4 * DELAY_SECONDS)
    assert sum(phase.rows.values(), timedelta()) > 3 * longest
    assert phase.duration < 1.1 * longest


def _chain(record: RunRecord, target: str) -> timedelta:
    """The time of the requests of a target that wait for each other."""
    first, *controls = _milliseconds(record, f"{target}-jwt-forged/")
    *genuine, _repeated = _milliseconds(record, f"{target}-jwt/")
    deep = 2 if target == "gateway" else 1
    others = controls[deep:]
    share = -(-len(others) // LANES)
    lanes = [sum(others[start : start + share]) for start in range(0, len(others), share)]
    return timedelta(milliseconds=first + sum(genuine) + sum(controls[:deep]) + max(lanes))


def _milliseconds(record: RunRecord, prefix: str) -> list[float]:
    return [exchange.timings.total for exchange in record.exchanges if exchange.id.startswith(prefix)]
