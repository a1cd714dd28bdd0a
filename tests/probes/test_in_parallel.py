"""The probes run in parallel: together they take as long as the slowest one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agentcore_probe.local.faults import DELAY_SECONDS
from agentcore_probe.model.environment import LocalSetup
from benchmarks.probing import measure_phase
from tests.embedded import started


def test_the_probes_take_at_most_a_tenth_longer_than_the_slowest() -> None:
    """Every answer takes half a second; measured from the end of login and configuration to the last result.

    The time of a probe is the sum of its exchanges, which are sequential. Other work on this machine only adds to
    the phase, so one run of four that is fast enough suffices.
    """
    with started(LocalSetup(faults=("answers-late",))) as service, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", "/usr/bin:/bin")
        for _ in range(4):
            result = measure_phase(service)
            if result.duration < 1.1 * max(result.rows.values()):
                break
    slowest = max(result.rows.values())
    assert slowest > timedelta(seconds=4 * DELAY_SECONDS)
    assert sum(result.rows.values(), timedelta()) > 3 * slowest
    assert result.duration < 1.1 * slowest
