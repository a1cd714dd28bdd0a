"""The methods are asked in parallel: a run's probes take as long as its slowest row."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agentcore_probe.local.faults import DELAY_SECONDS
from agentcore_probe.model.environment import LocalSetup
from benchmarks.probing import measure_phase
from tests.embedded import started


def test_the_probe_phase_takes_the_slowest_row_and_a_tenth_at_most() -> None:
    """With half a second in every answer: from when login and configuration are there to the last row's end.

    The slowest row's own time is what its exchanges waited for, one after the other. Other work on this
    machine only adds to the phase, so one of four in time is enough.
    """
    with started(LocalSetup(faults=("answers-late",))) as told, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", "/usr/bin:/bin")
        for _ in range(4):
            made = measure_phase(told)
            if made.duration < 1.1 * max(made.rows.values()):
                break
    slowest = max(made.rows.values())
    assert slowest > timedelta(seconds=4 * DELAY_SECONDS)
    assert sum(made.rows.values(), timedelta()) > 3 * slowest
    assert made.duration < 1.1 * slowest
