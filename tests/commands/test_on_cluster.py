"""`report --scheduler`: a real scheduler and workers on 127.0.0.1."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe.history.dataset import Dataset
from agentcore_probe.storage import open_storage
from tests.clusters import DaskCluster, add_worker, scheduler
from tests.conftest import Command, environment_file

FILES = {"record.json", "report.html", "report.ipynb"}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """A scheduler with two workers of one thread."""
    with scheduler(tmp_path_factory.mktemp("cluster")) as cluster:
        for _ in range(2):
            add_worker(cluster, waits=False)
        for worker in cluster.workers:
            worker.wait_for("(Registered to)")
        yield cluster


def runs_in(reports: Path, name: str) -> list[Path]:
    """The folders of an environment's runs."""
    return sorted(path for path in (reports / name).iterdir() if path.is_dir() and not path.is_symlink())


def history_of(reports: Path) -> Counter[str]:
    """How many runs of each environment the history has, in all of its files."""
    rows = (
        Dataset(open_storage(reports))
        .connection()
        .execute("SELECT environment, count(DISTINCT run_id) FROM findings GROUP BY environment")
    )
    return Counter(dict(rows.fetchall()))


def recorded(project: Path, *names: str) -> None:
    """Recorded environments, each with a run of its own."""
    record = json.loads((project / "environments" / "sample.record.json").read_text())
    record.pop("digest", None)
    for number, name in enumerate(names, start=1):
        record["provenance"]["run"] = f"{number:032x}"
        (project / "environments" / f"{name}.record.json").write_text(json.dumps(record))
        (project / "environments" / f"{name}.toml").write_text(f'record = "{name}.record.json"\n')


def test_workers_write_the_reports_that_this_machine_would(
    cluster: DaskCluster, project: Path, command_here: Command
) -> None:
    """One report each, the same bytes as without a cluster; an unknown environment is an error in its place."""
    names = ("alpha", "bravo", "charlie")
    recorded(project, *names)
    result = command_here("report", *names, "missing", "--scheduler", cluster.address)
    assert result.returncode == 2, result.stderr
    assert [line[2:].split(":")[0] for line in result.stdout.splitlines() if line[0] == "✗"] == list(names)
    assert "error: missing: environment 'missing' not found" in result.stderr
    for name in names:
        (run,) = runs_in(project / "reports", name)
        assert {path.name for path in run.iterdir()} == FILES
        assert (project / "reports" / name / "latest").resolve() == run
    assert history_of(project / "reports") == Counter(names)
    assert command_here("report", "alpha", "--out", "here").returncode == 1
    (there,), (here,) = runs_in(project / "reports", "alpha"), runs_in(project / "here", "alpha")
    for name in ("record.json", "report.html"):
        assert (there / name).read_bytes() == (here / name).read_bytes()


def test_a_secret_that_a_worker_lacks_is_named_with_the_worker(
    cluster: DaskCluster, project: Path, command_here: Command, agentcore: Mapping[str, Any]
) -> None:
    """Workers resolve references themselves, so what is set on this machine does not count; no folder is left."""
    (project / "environments" / "prod.toml").write_text(environment_file(agentcore))
    result = command_here(
        "report", "prod", "--scheduler", cluster.address, env={"T_PASSWORD": "on-the-client-only"}
    )
    assert result.returncode == 2
    assert "the variable T_PASSWORD for the password is not set" in result.stderr
    assert "env T_PASSWORD, on worker tcp://127.0.0.1:" in result.stderr
    assert not (project / "reports" / "prod").exists() or not runs_in(project / "reports", "prod")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--from", "x.json"), "--from makes no run to hand to a cluster"),
        (("--share",), "--scheduler makes no pages for readers outside"),
        (("--engine", "fork"), "--scheduler leaves the engine to the workers"),
        (("--concurrency", "3"), "--scheduler leaves to the cluster how much it does at a time"),
    ],
)
def test_options_that_do_not_fit_are_refused(
    words: tuple[str, ...], problem: str, project: Path, command_here: Command
) -> None:
    """Before anything is sent."""
    result = command_here("report", "sample", "--scheduler", "tcp://127.0.0.1:9", *words)
    assert result.returncode == 2
    assert problem in result.stderr


def test_checks_that_a_worker_lacks_are_refused(
    cluster: DaskCluster, project: Path, command_here: Command
) -> None:
    """A report without a required check would be verified when it is not."""
    (project / "checks").mkdir()
    (project / "checks" / "latency.py").write_text("REQUIRED = True\n")
    result = command_here("report", "sample", "--scheduler", cluster.address)
    assert result.returncode == 2
    assert "checks or sections differ from the client's: checks/latency.py" in result.stderr
