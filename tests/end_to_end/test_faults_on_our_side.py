"""Faults on our side: clock, credentials, disk, memory, Ctrl-C, kill.

Each has its exit code, says what happened, and leaves earlier reports, whole files and no process.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest

from tests.conftest import PROJECT, Command, environment_file
from tests.end_to_end.test_report_command import NO_AWS, files, only_report

LIBFAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), Path("/nonexistent"))


def findings(told: str) -> dict[str, dict[str, Any]]:
    """What `verify --json` printed, by method."""
    return {each["method"]: each for each in json.loads(told)["judgement"]["findings"]}


def credentials(told: Mapping[str, Any]) -> dict[str, str]:
    """The variables that name the embedded caller's keys and password."""
    return {
        "T_PASSWORD": told["identity"]["password"],
        "AWS_ACCESS_KEY_ID": told["aws"]["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": told["aws"]["secret_access_key"],
    }


def clock_off_by(hours: int) -> dict[str, str]:
    """The variables with which a process has another time."""
    assert LIBFAKETIME.exists(), "sh tests/install-tools.sh"
    return {"LD_PRELOAD": str(LIBFAKETIME), "FAKETIME": f"{hours:+}h", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


@pytest.mark.parametrize("hours", [3, pytest.param(-3, marks=pytest.mark.slow)])
def test_a_clock_that_is_off_by_hours_blames_no_token(
    command: Command, project: Path, agentcore: Mapping[str, Any], hours: int
) -> None:
    """Tokens are held against the service's clock; our own is told."""
    (project / "environments" / "t.toml").write_text(environment_file(agentcore))
    done = command("verify", "t", "--json", env={**credentials(agentcore), **clock_off_by(hours), **NO_AWS})
    rows = findings(done.stdout)
    assert json.loads(done.stdout)["provenance"]["clock_offset"] == pytest.approx(-3600 * hours, abs=5)
    for method in ("runtime-jwt", "gateway-jwt"):
        assert (rows[method]["observed"], rows[method]["outcome"]) == ("accepted", "as-expected")


@pytest.mark.parametrize("hours", [pytest.param(3, marks=pytest.mark.slow), -3])
def test_a_signature_with_a_wrong_time_is_named(
    command: Command, project: Path, agentcore_iam: Mapping[str, Any], hours: int
) -> None:
    """By the service, in its own words."""
    (project / "environments" / "t.toml").write_text(environment_file(agentcore_iam))
    done = command(
        "verify", "t", "--json", env={**credentials(agentcore_iam), **clock_off_by(hours), **NO_AWS}
    )
    assert findings(done.stdout)["runtime-sigv4"]["diagnosis"]["cause"] == "aws-clock-skew"


PROFILES = {
    "SSOTokenLoadError": "sso_start_url = https://a.invalid\nsso_region = us-east-1\nsso_account_id = 1\nsso_role_name = r",
    "CredentialRetrievalError": "credential_process = /bin/false",
}
"""What botocore says of a login that is over -> a profile that brings it about."""


@pytest.mark.parametrize(
    "error", ["SSOTokenLoadError", pytest.param("CredentialRetrievalError", marks=pytest.mark.slow)]
)
def test_a_login_that_is_over_costs_the_signed_rows_only(
    command: Command, project: Path, agentcore: Mapping[str, Any], tmp_path: Path, error: str
) -> None:
    """The rows with a token run; the signed ones say why they were not tried."""
    (project / "environments" / "t.toml").write_text(environment_file(agentcore))
    (tmp_path / "config").write_text(f"[default]\n{PROFILES[error]}\n")
    over = {
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
        "HOME": str(tmp_path),
    }
    done = command(
        "verify", "t", "--json", env={"T_PASSWORD": agentcore["identity"]["password"], **over, **NO_AWS}
    )
    rows = findings(done.stdout)
    assert rows["runtime-jwt"]["observed"] == "accepted"
    assert (rows["runtime-sigv4"]["outcome"], rows["runtime-sigv4"]["reason"]) == ("not-testable", error)


def test_a_notebook_that_runs_out_of_memory_is_named(command: Command, project: Path) -> None:
    """The cell, exit 5, the record kept, and the report of before as it was."""
    command("report", "sample")
    before = {path: path.read_bytes() for path in (project / "reports").rglob("*") if path.is_file()}
    assert len(before) == 3
    path = project / "notebooks" / "verification.ipynb"
    book = nbformat.read(path, 4)
    book.cells[
        4
    ].source = "import resource\nresource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))\nbytearray(2**31)"
    nbformat.write(book, path)
    done = command("report", "sample")
    assert done.returncode == 5
    assert "cell 5 failed: MemoryError" in done.stderr
    assert {path: path.read_bytes() for path in before} == before
    new = {path.name for path in (project / "reports").rglob("*") if path.is_file() and path not in before}
    assert new == {"record.json"}


def test_nothing_reachable_is_exit_4_and_the_report_is_written(command: Command, project: Path) -> None:
    """Unreachable hosts are no bad input: their rows say so."""
    (project / "environments" / "t.toml").write_text(
        'region = "us-east-1"\n[gateway]\nurl = "http://127.0.0.1:1/mcp"\n'
        '[identity]\nflow = "token"\ntoken = { env = "T_TOKEN" }\n'
        '[endpoints]\nbedrock-agentcore-control = "http://127.0.0.1:1"\nsts = "http://127.0.0.1:1"\n'
        "[limits]\nseconds = 2"
    )
    keys = {
        "AWS_ACCESS_KEY_ID": "AKIAAAAAAAAAAAAAAAAA",
        "AWS_SECRET_ACCESS_KEY": "s" * 40,
        "T_TOKEN": "a.b.c",
    }
    done = command("report", "t", env={**keys, **NO_AWS})
    assert done.returncode == 4
    assert "nothing answered" in done.stderr
    assert "report.html" in files(only_report(project, "t"))


def test_no_identity_at_all_is_exit_3(command: Command, project: Path, tmp_path: Path) -> None:
    """Neither a token nor AWS credentials, and no row can be tried with --only."""
    (project / "environments" / "t.toml").write_text(
        'region = "us-east-1"\n[gateway]\nurl = "http://127.0.0.1:1/mcp"\n[limits]\nseconds = 2'
    )
    bare = {
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
        "AWS_CONFIG_FILE": "/nonexistent",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        assert name not in os.environ
    done = command("verify", "t", "--only", "gateway-jwt", env={**bare, **NO_AWS})
    assert done.returncode == 3
    assert "no-identity" in done.stderr


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of 64 KiB."""
    folder = tmp_path / "full"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("mount") is None, reason="needs root to mount a disk")
def test_a_full_disk_ends_with_5_and_no_half_file(command: Command, full_disk: Path) -> None:
    """Whole files or none."""
    done = command("report", "local", "--out", str(full_disk), env=NO_AWS)
    assert done.returncode == 5
    assert "No space left on device" in done.stderr
    for path in full_disk.rglob("*"):
        if path.is_file():
            assert path.name == "record.json"
            json.loads(path.read_text())


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("mount") is None, reason="needs root to mount a disk")
def test_a_folder_that_may_not_be_written_ends_with_5(command: Command, full_disk: Path) -> None:
    """Told before anything is sent."""
    subprocess.run(["mount", "-o", "remount,ro", str(full_disk)], check=True)
    done = command("report", "local", "--out", str(full_disk), env=NO_AWS)
    assert done.returncode == 5
    assert "Read-only file system" in done.stderr
    assert list(full_disk.iterdir()) == []


def test_a_folder_that_cannot_be_made_ends_with_5(command: Command, project: Path) -> None:
    """A file stands where the folder should be; nothing else is touched."""
    (project / "reports").write_text("mine")
    done = command("report", "sample")
    assert done.returncode == 5
    assert "Choose another folder with --out" in done.stderr
    assert (project / "reports").read_text() == "mine"


def running(started: list[psutil.Process]) -> list[psutil.Process]:
    """Those that still run after five seconds; one that has ended and waits to be reaped does not."""
    _, alive = psutil.wait_procs(started, timeout=5)
    return [each for each in alive if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]


def late(project: Path) -> None:
    """Every answer comes half a second late, so that reading, login and rows take three seconds and more."""
    (project / "environments" / "local.toml").write_text('[local]\nfaults = ["answers-late"]\n')


def slow(project: Path) -> None:
    """A cell of the notebook starts a process and takes a minute."""
    path = project / "notebooks" / "verification.ipynb"
    book = json.loads(path.read_text("utf-8"))
    next(cell for cell in book["cells"] if cell["id"] == "evidence")["source"] = (
        "import subprocess, time; subprocess.Popen(['sleep', '600']); time.sleep(60)"
    )
    path.write_text(json.dumps(book))


def recorded(project: Path) -> bool:
    return bool(list((project / "reports").rglob("record.json")))


@pytest.mark.parametrize(
    ("prepare", "seconds"),
    [
        pytest.param(None, 0.0, id="processes start"),
        pytest.param(late, 1.5, id="what is deployed is read"),
        pytest.param(late, 3.0, id="rows are asked"),
        pytest.param(slow, None, id="a cell runs"),
    ],
)
def test_ctrl_c_stops_everything_and_leaves_nothing_half_written(
    project: Path, prepare: Callable[[Path], None] | None, seconds: float | None
) -> None:
    """At every phase: exit 130, one line, no process left, whole files only."""
    if prepare is not None:
        prepare(project)
    process = subprocess.Popen(
        [sys.executable, "-m", "agentcore_probe", "report"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(PROJECT), **NO_AWS},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    begun(process.pid)  # before that, Python itself is still starting
    deadline = time.monotonic() + 40
    while seconds is None and not recorded(project) and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.3 if seconds is None else seconds)
    assert recorded(project) == (seconds is None)
    started = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=20)
    assert running(started) == []
    assert process.returncode == 130
    assert told.strip().splitlines() == ["error: interrupted; nothing was left half-written"]
    for path in (project / "reports").rglob("*"):
        assert not path.name.startswith(".")
        if path.name == "record.json":
            json.loads(path.read_text())


def test_a_killed_run_takes_its_processes_along(project: Path) -> None:
    """SIGKILL leaves neither the embedded AgentCore nor a notebook process behind."""
    process = subprocess.Popen(
        [sys.executable, "-m", "agentcore_probe", "report"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(PROJECT), **NO_AWS},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        started = begun(process.pid)
    finally:
        process.kill()
        process.wait()
    assert running(started) == []


def begun(pid: int) -> list[psutil.Process]:
    """The processes that a run has started, as soon as there are any."""
    deadline = time.monotonic() + 20
    while not (started := psutil.Process(pid).children(recursive=True)):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return started
