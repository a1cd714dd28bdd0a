"""Which clusters are refused before anything is submitted."""

from __future__ import annotations

from typing import Any

import pytest

from agentcore_probe.errors import SchedulerError
from agentcore_probe.scheduling.versions import check_versions


def process(**packages: str | None) -> dict[str, Any]:
    """What Dask says of a process."""
    own = {"agentcore_probe": "1.2.0", "distributed": "2026.8.0", "python": "3.11.7.final.0"}
    return {"packages": {**own, **packages}}


def facts(scheduler: dict[str, Any], *workers: dict[str, Any]) -> dict[str, Any]:
    """What Dask says of a cluster."""
    named = {f"tcp://w{number}:1": worker for number, worker in enumerate(workers, start=1)}
    return {"client": process(), "scheduler": scheduler, "workers": named}


def test_patches_of_python_and_other_packages_may_differ() -> None:
    """What is the same is not a problem."""
    check_versions(facts(process(python="3.11.9.final.0"), process(numpy="1", python="3.11.2.final.0")))


@pytest.mark.parametrize(
    ("packages", "problem"),
    [
        ({"agentcore_probe": "1.1.0"}, "worker tcp://w2:1 has agentcore-probe 1.1.0"),
        ({"agentcore_probe": None}, "worker tcp://w2:1 has no agentcore-probe"),
        ({"distributed": "2025.1.0"}, "worker tcp://w2:1 has distributed 2025.1.0"),
        ({"python": "3.13.1.final.0"}, "worker tcp://w2:1 has Python 3.13"),
    ],
)
def test_a_worker_with_other_versions_is_named(packages: dict[str, str | None], problem: str) -> None:
    """With what it has and what this machine has."""
    with pytest.raises(SchedulerError) as caught:
        check_versions(facts(process(), process(), process(**packages)))
    assert caught.value.what.startswith(problem)
    assert "this machine has agentcore-probe 1.2.0, distributed 2026.8.0, Python 3.11" in caught.value.what


def test_the_scheduler_counts_and_long_lists_are_cut() -> None:
    """It reads what is submitted; of many processes, three are named."""
    old = process(agentcore_probe="1")
    with pytest.raises(
        SchedulerError, match="the scheduler has agentcore-probe 1; .* and 2 more; this machine"
    ):
        check_versions(facts(old, old, old, old, old))
