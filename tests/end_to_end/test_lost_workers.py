"""A worker of a cluster is lost in the middle: each environment is reported once, and is once in the history."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe.history.dataset import Dataset
from agentcore_probe.storage import open_storage
from agentcore_probe.store import read_record
from tests.clusters import DaskCluster, add_worker, scheduler
from tests.commands.test_on_cluster import FILES, history_of, recorded, runs_in
from tests.conftest import PROJECT, environment_file

LIVE = ("live-a", "live-b", "live-c", "live-d")
RECORDED = ("recorded-a", "recorded-b", "recorded-c", "recorded-d")
NAMES = (*LIVE, *RECORDED)


@pytest.fixture
def fleet(project: Path, agentcore: Mapping[str, Any]) -> Path:
    """A project with environments that are called and others that are recorded."""
    recorded(project, *RECORDED)
    gateway = agentcore["gateway"]
    text = environment_file(agentcore).replace(f'url = "{gateway["url"]}"', f'id = "{gateway["id"]}"')
    for name in LIVE:
        (project / "environments" / f"{name}.toml").write_text(text)
    return project


def login(agentcore: Mapping[str, Any]) -> dict[str, str]:
    """The variables with the secrets and the AWS keys, which only the workers have."""
    keys = agentcore["aws"]
    session = {"AWS_SESSION_TOKEN": keys["session_token"]} if keys["session_token"] else {}
    return {
        "T_PASSWORD": agentcore["identity"]["password"],
        "AWS_ACCESS_KEY_ID": keys["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": keys["secret_access_key"],
        **session,
    }


def start(project: Path, cluster: DaskCluster, *names: str) -> subprocess.Popen[str]:
    """`report NAMES --scheduler`, running."""
    return subprocess.Popen(
        [sys.executable, "-m", "agentcore_probe", "report", *names, "--scheduler", cluster.address],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def pages(project: Path) -> list[Path]:
    """The pages that there are."""
    return sorted(project.glob("reports/*/2*/report.html"))


def wait_for_pages(project: Path, count: int) -> None:
    """Returns as soon as so many reports are written."""
    deadline = time.monotonic() + 90
    while len(pages(project)) < count:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def check_reports(project: Path, names: tuple[str, ...]) -> None:
    """Each environment has one whole report, and one run in the history and on the index: the one of its report."""
    reports = project / "reports"
    rows = (
        Dataset(open_storage(reports))
        .connection()
        .execute("SELECT DISTINCT environment, run_id FROM findings")
    )
    in_history = sorted(rows.fetchall())
    in_reports = []
    for name in names:
        (run,) = runs_in(reports, name)
        assert {path.name for path in run.iterdir()} == FILES
        record = read_record(run / "record.json")
        assert record.digest == read_record(run / "report.html").digest
        in_reports.append((name, record.run_id))
    assert in_history == sorted(in_reports)
    fleet = json.loads((reports / "fleet.json").read_text())
    assert sorted((state["environment"], state["run"]) for state in fleet["environments"]) == in_history
    assert "live-a" in (reports / "index.html").read_text()


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("attempt", range(10))
def test_each_environment_is_reported_once(
    attempt: int, fleet: Path, agentcore: Mapping[str, Any], tmp_path: Path
) -> None:
    """Ten times, each time a bit later: before the first report, and after one to four."""
    with scheduler(tmp_path / "cluster") as cluster:
        for _ in range(2):
            add_worker(cluster, threads=2, env=login(agentcore))
        command = start(fleet, cluster, *NAMES)
        if attempt < 2:
            cluster.scheduler.wait_for("(Receive client connection)")
            time.sleep(1 + attempt)
        wait_for_pages(fleet, attempt // 2)
        cluster.workers[attempt % 2].kill()
        output, errors = command.communicate(timeout=150)
    assert command.returncode == 1, errors  # the recorded ones are not verified
    shown = [line[2:].split(":")[0] for line in output.splitlines() if line[:1] in {"✓", "✗"}]
    assert shown == list(NAMES), output + errors
    assert output.count("Verified.") == len(LIVE)
    assert "4 verified, 4 not verified" in output
    check_reports(fleet, NAMES)
    print(errors)


@pytest.mark.slow
def test_what_is_finished_counts_where_the_scheduler_is_lost(fleet: Path, tmp_path: Path) -> None:
    """The command ends soon, and names each environment that has no result."""
    with scheduler(tmp_path / "cluster") as cluster:
        add_worker(cluster)
        command = start(fleet, cluster, *RECORDED)
        wait_for_pages(fleet, 1)
        cluster.scheduler.kill()
        output, errors = command.communicate(timeout=60)
    assert command.returncode == 4, errors
    missing = [name for name in RECORDED if f"error: {name}: {cluster.address}: the connection" in errors]
    assert missing
    assert "recorded-a" not in missing
    assert f"{len(RECORDED) - len(missing)} not verified, {len(missing)} reports not written" in output
    assert "recorded-a" in history_of(fleet / "reports")


@pytest.mark.slow
def test_an_interrupted_command_says_what_still_runs(
    fleet: Path, agentcore: Mapping[str, Any], tmp_path: Path
) -> None:
    """What has not begun is cancelled and leaves no folder; what runs writes its report."""
    with scheduler(tmp_path / "cluster") as cluster:
        add_worker(cluster, env=login(agentcore))
        command = start(fleet, cluster, *LIVE)
        wait_for_pages(fleet, 1)
        time.sleep(0.5)
        command.send_signal(2)
        output, errors = command.communicate(timeout=20)
        assert command.returncode == 130
        assert "still running there, until they have written their reports: live-" in errors
        assert "error: interrupted" in errors
        time.sleep(15)
    written = Counter(page.parts[-3] for page in pages(fleet))
    print(errors, output, written)
    assert 1 <= len(written) < len(LIVE)
    assert not [
        path for name in LIVE for path in runs_in(fleet / "reports", name) if not list(path.iterdir())
    ]
