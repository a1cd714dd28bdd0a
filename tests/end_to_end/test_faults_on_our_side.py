"""Faults on our side: clock, credentials, disk, memory, Ctrl-C, kill.

Each has its exit code and its error, and leaves earlier reports, whole files and no process.
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
from tests.processes import still_running

LIBFAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), Path("/nonexistent"))


def findings(output: str) -> dict[str, dict[str, Any]]:
    """The findings in the output of `verify --json`, by method."""
    return {finding["method"]: finding for finding in json.loads(output)["judgement"]["findings"]}


def credentials(ready: Mapping[str, Any]) -> dict[str, str]:
    """Environment variables with the embedded caller's keys and password."""
    return {
        "T_PASSWORD": ready["identity"]["password"],
        "AWS_ACCESS_KEY_ID": ready["aws"]["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": ready["aws"]["secret_access_key"],
    }


def clock_off_by(hours: int) -> dict[str, str]:
    """Environment variables that change a process's clock (libfaketime)."""
    assert LIBFAKETIME.exists(), "sh tests/install-tools.sh"
    return {"LD_PRELOAD": str(LIBFAKETIME), "FAKETIME": f"{hours:+}h", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


@pytest.mark.slow
@pytest.mark.parametrize("hours", [3, pytest.param(-3, marks=pytest.mark.slow)])
def test_a_wrong_clock_does_not_reject_a_token(
    command: Command, project: Path, agentcore: Mapping[str, Any], hours: int
) -> None:
    """Tokens are judged by the service's clock; the offset is in the record."""
    (project / "environments" / "t.toml").write_text(environment_file(agentcore))
    result = command("verify", "t", "--json", env={**credentials(agentcore), **clock_off_by(hours), **NO_AWS})
    rows = findings(result.stdout)
    assert json.loads(result.stdout)["provenance"]["clock_offset"] == pytest.approx(-3600 * hours, abs=5)
    for method in ("runtime-jwt", "gateway-jwt"):
        assert (rows[method]["observed"], rows[method]["outcome"]) == ("accepted", "as-expected")


@pytest.mark.slow
@pytest.mark.parametrize("hours", [pytest.param(3, marks=pytest.mark.slow), -3])
def test_a_signature_with_a_wrong_time_has_its_own_cause(
    command: Command, project: Path, agentcore_iam: Mapping[str, Any], hours: int
) -> None:
    """Recognized by the service's own words."""
    (project / "environments" / "t.toml").write_text(environment_file(agentcore_iam))
    result = command(
        "verify", "t", "--json", env={**credentials(agentcore_iam), **clock_off_by(hours), **NO_AWS}
    )
    assert findings(result.stdout)["runtime-sigv4"]["diagnosis"]["cause"] == "aws-clock-skew"


PROFILES = {
    "SSOTokenLoadError": "sso_start_url = https://a.invalid\nsso_region = us-east-1\nsso_account_id = 1\nsso_role_name = r",
    "CredentialRetrievalError": "credential_process = /bin/false",
}
"""botocore's error -> a profile that causes it."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("error", "cause"),
    [
        ("SSOTokenLoadError", "aws-sso-expired"),
        pytest.param("CredentialRetrievalError", "aws-credential-process-failed", marks=pytest.mark.slow),
    ],
)
def test_an_expired_login_affects_only_the_signed_rows(  # noqa: PLR0917  (fixtures)
    command: Command, project: Path, agentcore: Mapping[str, Any], tmp_path: Path, error: str, cause: str
) -> None:
    """The rows with a token run; the signed ones have the reason why they were not tried."""
    (project / "environments" / "t.toml").write_text(environment_file(agentcore))
    (tmp_path / "config").write_text(f"[default]\n{PROFILES[error]}\n")
    variables = {
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
        "HOME": str(tmp_path),
    }
    result = command(
        "verify", "t", "--json", env={"T_PASSWORD": agentcore["identity"]["password"], **variables, **NO_AWS}
    )
    rows = findings(result.stdout)
    assert rows["runtime-jwt"]["observed"] == "accepted"
    assert (rows["runtime-sigv4"]["outcome"], rows["runtime-sigv4"]["reason"]) == ("not-testable", cause)


@pytest.mark.slow
def test_a_notebook_that_runs_out_of_memory_is_an_error(command: Command, project: Path) -> None:
    """Exit 5, with the cell; the record is kept, and the earlier report is unchanged."""
    command("report", "sample")
    before = {path: path.read_bytes() for path in (project / "reports").glob("sample/2*/*")}
    assert len(before) == 3
    path = project / "notebooks" / "verification.ipynb"
    book = nbformat.read(path, 4)
    book.cells[
        4
    ].source = "import resource\nresource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))\nbytearray(2**31)"
    nbformat.write(book, path)
    result = command("report", "sample")
    assert result.returncode == 5
    assert "cell 5 failed: MemoryError" in result.stderr
    assert {path: path.read_bytes() for path in before} == before
    new = {path.name for path in (project / "reports").glob("sample/2*/*") if path not in before}
    assert new == {"record.json"}


def test_nothing_reachable_is_exit_4_and_the_report_is_written(command_here: Command, project: Path) -> None:
    """Unreachable hosts are not invalid input: their rows are in the report."""
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
    result = command_here("report", "t", env={**keys, **NO_AWS})
    assert result.returncode == 4
    assert "nothing answered" in result.stderr
    assert "report.html" in files(only_report(project, "t"))


def test_no_identity_at_all_is_exit_3(command_here: Command, project: Path, tmp_path: Path) -> None:
    """Neither a token nor AWS credentials: the only row cannot be tried."""
    (project / "environments" / "t.toml").write_text(
        'region = "us-east-1"\n[gateway]\nurl = "http://127.0.0.1:1/mcp"\n[limits]\nseconds = 2'
    )
    no_credentials = {
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
        "AWS_CONFIG_FILE": "/nonexistent",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        assert name not in os.environ
    result = command_here("verify", "t", "--only", "gateway-jwt", env={**no_credentials, **NO_AWS})
    assert result.returncode == 3
    assert "no-identity" in result.stderr


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of 64 KiB."""
    folder = tmp_path / "full"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("mount") is None, reason="needs root to mount a disk")
def test_a_full_disk_is_exit_5_and_leaves_no_partial_file(command: Command, full_disk: Path) -> None:
    """A file is written whole or not at all."""
    result = command("report", "local", "--out", str(full_disk), env=NO_AWS)
    assert result.returncode == 5
    assert "No space left on device" in result.stderr
    for path in full_disk.rglob("*"):
        if path.is_file():
            assert path.name == "record.json"
            json.loads(path.read_text())


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("mount") is None, reason="needs root to mount a disk")
def test_a_read_only_folder_is_exit_5(command_here: Command, full_disk: Path) -> None:
    """Nothing is written."""
    subprocess.run(["mount", "-o", "remount,ro", str(full_disk)], check=True)
    result = command_here("report", "sample", "--out", str(full_disk))
    assert result.returncode == 5
    assert "Read-only file system" in result.stderr
    assert list(full_disk.iterdir()) == []


def test_a_folder_that_cannot_be_created_is_exit_5(command_here: Command, project: Path) -> None:
    """There is a file with the folder's name; it stays as it is."""
    (project / "reports").write_text("mine")
    result = command_here("report", "sample")
    assert result.returncode == 5
    assert "Choose another folder with --out" in result.stderr
    assert (project / "reports").read_text() == "mine"


ENDING_SECONDS = 30
"""A child notices a killed parent only after its own imports."""


def delay_responses(project: Path) -> None:
    """Every response comes half a second late, so that configuration, login and rows take three seconds."""
    (project / "environments" / "local.toml").write_text('[local]\nfaults = ["answers-late"]\n')


def slow_down_a_cell(project: Path) -> None:
    """A cell of the notebook starts a process and takes a minute."""
    path = project / "notebooks" / "verification.ipynb"
    book = json.loads(path.read_text("utf-8"))
    next(cell for cell in book["cells"] if cell["id"] == "evidence")["source"] = (
        "import subprocess, time; subprocess.Popen(['sleep', '600']); time.sleep(60)"
    )
    path.write_text(json.dumps(book))


def has_record(project: Path) -> bool:
    return bool(list((project / "reports").rglob("record.json")))


@pytest.mark.parametrize(
    ("prepare", "seconds"),
    [
        pytest.param(None, 0.0, id="processes start", marks=pytest.mark.slow),
        pytest.param(delay_responses, 1.5, id="configuration is read", marks=pytest.mark.slow),
        pytest.param(delay_responses, 3.0, id="methods are tested", marks=pytest.mark.slow),
        pytest.param(slow_down_a_cell, None, id="a cell runs"),
    ],
)
def test_ctrl_c_ends_everything_and_leaves_no_partial_file(
    project: Path, prepare: Callable[[Path], None] | None, seconds: float | None
) -> None:
    """In every phase: exit 130, one line, no process, no partial file."""
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
    children(process.pid)  # before that, Python itself is still starting
    deadline = time.monotonic() + 40
    while seconds is None and not has_record(project) and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.3 if seconds is None else seconds)
    assert has_record(project) == (seconds is None)
    processes = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=20)
    assert still_running(processes, ENDING_SECONDS) == []
    assert process.returncode == 130
    assert stderr.strip().splitlines() == ["error: interrupted; nothing was left half-written"]
    for path in (project / "reports").rglob("*"):
        assert not path.name.startswith(".")
        if path.name == "record.json":
            json.loads(path.read_text())


def test_a_killed_run_leaves_no_process(project: Path) -> None:
    """SIGKILL leaves neither the embedded AgentCore nor a notebook process behind."""
    process = subprocess.Popen(
        [sys.executable, "-m", "agentcore_probe", "report"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(PROJECT), **NO_AWS},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        processes = children(process.pid)
    finally:
        process.kill()
        process.wait()
    assert still_running(processes, ENDING_SECONDS) == []


def children(pid: int) -> list[psutil.Process]:
    """A process's descendants, as soon as there are any."""
    deadline = time.monotonic() + 20
    while not (processes := psutil.Process(pid).children(recursive=True)):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return list(processes)
