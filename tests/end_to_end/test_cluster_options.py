"""`report --scheduler` with the other options, kinds of environments, of workers and of storage."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from agentcore_probe.signing import is_signed_by, read_public_key, split_signature
from tests import s3
from tests.clusters import add_worker, scheduler
from tests.commands.test_on_cluster import recorded, runs_in
from tests.commands.test_signing import write_keys
from tests.conftest import Command

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


def test_options_for_people_and_pipelines_work(project: Path, tmp_path: Path, command: Command) -> None:
    """Two languages, a signature whose key stays here, an own notebook, JUnit, and findings that do not count."""
    private, public = write_keys(tmp_path)
    recorded(project, "alpha", "bravo")
    notebook = (project / "notebooks" / "verification.ipynb").read_text()
    (project / "notebooks" / "ours.ipynb").write_text(
        notebook.replace('"cells": [', '"cells": [' + _OWN_CELL, 1)
    )
    words = (
        "--lang",
        "ja,en",
        "--sign",
        str(private),
        "--notebook",
        "ours",
        "--junit",
        "junit.xml",
        "--history",
    )
    with scheduler(tmp_path / "cluster") as cluster:
        add_worker(cluster, threads=2)
        result = command(
            "report", "alpha", "bravo", *words, "--fail-on", "change", "--scheduler", cluster.address
        )
    assert result.returncode == 0, result.stderr
    for name in ("alpha", "bravo"):
        (run,) = runs_in(project / "reports", name)
        page = (run / "report.html").read_text()
        assert '<html lang="ja"' in page
        assert "what our team adds" in page
        assert "履歴" in page
        unsigned, signature = split_signature(page)
        assert signature is not None
        assert is_signed_by(read_public_key(public), unsigned, signature)
    suites = (project / "junit.xml").read_text()
    assert "alpha" in suites
    assert "bravo" in suites


_OWN_CELL = """
  {
   "cell_type": "markdown",
   "id": "ours",
   "metadata": {},
   "source": ["what our team adds"]
  },"""


def test_reports_go_to_a_bucket(project: Path, tmp_path: Path, command: Command) -> None:
    """Client and workers share no folder; the workers have a login of their own."""
    recorded(project, "alpha", "bravo")
    location = f"s3://{s3.BUCKET}/agentcore"
    with s3.running() as port, scheduler(tmp_path / "cluster") as cluster:
        env = s3.variables(port)
        for _ in range(2):
            add_worker(cluster, env=env)
        words = ("report", "alpha", "bravo", "--out", location, "--scheduler", cluster.address)
        result = command(*words, env=env)
        assert result.returncode == 1, result.stderr
        names = s3.names(port, location)
    for name in ("alpha", "bravo"):
        files = [each.rpartition("/")[2] for each in names if each.startswith(f"{name}/2")]
        assert sorted(files) == ["record.json", "report.html", "report.ipynb"]
        assert f"{name}/latest" in names
        assert f"{location}/{name}/2" in result.stdout
    assert len([name for name in names if name.startswith("history/")]) == 2
    assert "index.html" in names


def test_embedded_environments_run_on_a_worker_with_a_nanny(
    project: Path, tmp_path: Path, command: Command
) -> None:
    """Two at a time in one process; the nanny's worker is lost in the middle, and its successor does it again."""
    for name in ("local-a", "local-b"):
        (project / "environments" / f"{name}.toml").write_text(
            (project / "environments" / "local.toml").read_text()
        )
    with scheduler(tmp_path / "cluster") as cluster:
        worker = add_worker(cluster, "--nanny", threads=2)
        running = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "agentcore_probe",
                "report",
                "local-a",
                "local-b",
                "--scheduler",
                cluster.address,
            ],
            cwd=project,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        cluster.scheduler.wait_for("(Receive client connection)")
        time.sleep(4)
        for child in psutil.Process(worker.process.pid).children():
            with contextlib.suppress(psutil.NoSuchProcess):  # children of tasks end all the time
                if "spawn_main" in " ".join(child.cmdline()):
                    child.kill()
        output, errors = running.communicate(timeout=150)
    assert running.returncode == 0, errors
    assert "2 verified" in output
    assert "begins again on" in errors
    for name in ("local-a", "local-b"):
        (run,) = runs_in(project / "reports", name)
        assert len(list(run.iterdir())) == 3
