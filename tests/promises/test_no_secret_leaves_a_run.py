"""Promises 1 and 5: whole runs with canary secrets, which fail in different ways, leak no canary.

Standard output, standard error and every file that a run leaves, in the project and in its folder for temporary
files, are searched for each canary and its derived forms. The command lines of its processes and the environment
of the notebook process are inspected while it runs.
"""

from __future__ import annotations

import base64
import json
import os
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

from agentcore_probe.model.embedded_record import read_embedded_record
from tests.conftest import PROJECT, environment_file, log_in
from tests.promises.figures import FIGURES
from tests.promises.test_secrets_cannot_be_shown import ESCAPES

Prepare = Callable[[Path], None]


def read_canaries(facts: Mapping[str, Any]) -> dict[str, str]:
    return {
        "T_PASSWORD": facts["identity"]["password"],
        "T_CLIENT_SECRET": facts["identity"]["machine_client_secret"],
        "T_TOKEN": log_in(facts)["AccessToken"],
        "AWS_SECRET_ACCESS_KEY": facts["aws"]["secret_access_key"],
    }


def forms(name: str, value: str) -> Iterator[bytes]:
    """A canary and its derived forms."""
    texts = [value]
    if name == "T_TOKEN":
        # The header is the same for every token of the issuer and not secret.
        texts += value.split(".")[1:]
    for text in texts:
        raw = text.encode()
        yield from (raw, raw[::-1], base64.b64encode(raw).rstrip(b"="), raw.hex().encode())
        yield base64.urlsafe_b64encode(raw).rstrip(b"=")  # the subprotocol of a WebSocket
        yield from (base64.b64encode(b"x" * n + raw)[4:-4] for n in (1, 2))
        for escape in ESCAPES:
            yield escape(text).encode()
            yield from (second_escape(escape(text)).encode() for second_escape in ESCAPES)


def no_failure(_: Path) -> None:
    """The run succeeds."""


def broken_cell(project: Path) -> None:
    """A cell raises an error that contains everything it can reach."""
    path = project / "notebooks" / "verification.ipynb"
    book = nbformat.read(path, 4)
    book.cells[4].source = "import os; raise ValueError(dict(os.environ), report, report.record)"
    nbformat.write(book, path)


def wrong_host(project: Path) -> None:
    """Nothing listens at the data plane's address."""
    path = project / "environments" / "t.toml"
    lines = path.read_text().splitlines()
    closed_port = 'bedrock-agentcore = "http://127.0.0.1:9"'
    lines = [closed_port if line.startswith("bedrock-agentcore =") else line for line in lines]
    path.write_text("\n".join(lines))


def wrong_key(project: Path) -> None:
    """The environment file has a misspelt key."""
    path = project / "environments" / "t.toml"
    path.write_text(path.read_text() + "[limits]\nsecond = 3\n")


def file_in_the_way(project: Path) -> None:
    """A file prevents the creation of the folder for reports."""
    (project / "reports").write_text("")


FAILURES = (no_failure, broken_cell, wrong_host, wrong_key, file_in_the_way)
QUICK = (no_failure,)
RUNS = [
    pytest.param(
        flow, failure, marks=() if flow == "user-password" and failure in QUICK else pytest.mark.slow
    )
    for flow in ("user-password", "token", "client-credentials")
    for failure in FAILURES
]


@pytest.mark.parametrize(("flow", "failure"), RUNS)
def test_a_run_leaks_no_canary(
    agentcore: Mapping[str, Any], project: Path, tmp_path: Path, flow: str, failure: Prepare
) -> None:
    """Whatever fails, and through every entrance: no canary in a file, on the terminal or on a command line."""
    text = f'entrances = ["all"]\n{environment_file(agentcore, flow)}'
    (project / "environments" / "t.toml").write_text(text)
    failure(project)
    arguments = (
        "report",
        "t",
        "--junit",
        "j.xml",
        "--markdown",
        "m.md",
        "--sarif",
        "s.sarif",
        "--json-summary",
        "s.json",
    )
    # The runs that succeed also use the `aws` command, if it is installed.
    path = os.environ["PATH"] if failure is no_failure else "/usr/bin:/bin"
    key = agentcore["aws"]["access_key_id"]
    run = WatchedRun(project, tmp_path / "tmp", read_canaries(agentcore), *arguments, path=path, key=key)
    output = run.wait()
    assert run.process.returncode in (0, 1, 2, 4, 5), output
    assert run.leaks(output) == []
    assert run.command_line_leaks == []
    assert run.notebook_environment_leaks == []


@pytest.mark.parametrize(
    "seconds", [1.2, *(pytest.param(seconds, marks=pytest.mark.slow) for seconds in (0.6, 1.8, 2.4))]
)
def test_an_interrupted_run_leaks_no_canary(
    agentcore: Mapping[str, Any], project: Path, tmp_path: Path, seconds: float
) -> None:
    """Ctrl-C after a part of the run."""
    (project / "environments" / "t.toml").write_text(environment_file(agentcore, "user-password"))
    run = WatchedRun(project, tmp_path / "tmp", read_canaries(agentcore), "report", "t")
    time.sleep(seconds)
    run.process.send_signal(signal.SIGINT)
    assert run.leaks(run.wait()) == []


def test_the_search_finds_a_leak(agentcore: Mapping[str, Any], project: Path, tmp_path: Path) -> None:
    """It finds a canary in a derived form in a file."""
    (project / "environments" / "t.toml").write_text(environment_file(agentcore, "token"))
    run = WatchedRun(project, tmp_path / "tmp", read_canaries(agentcore), "report", "nope")
    payload = run.canaries["T_TOKEN"].split(".")[1]
    (project / "leak").write_bytes(base64.b64encode(f"a{payload}b".encode()))
    assert [name for name, _ in run.leaks(run.wait())] == ["T_TOKEN"]


class WatchedRun:
    """A run with canaries in its environment variables, inspected while it runs.

    Args:
        project: its working directory.
        temporary: its folder for temporary files, which is created.
        canaries: environment variables with canaries.
        arguments: the command's arguments.
        path: the `PATH` of the run.
        key: its AWS access key id.
    """

    def __init__(
        self,
        project: Path,
        temporary: Path,
        canaries: Mapping[str, str],
        *arguments: str,
        path: str = "/usr/bin:/bin",
        key: str = "AKIAIOSFODNN7EXAMPLE",
    ) -> None:
        temporary.mkdir()
        self._folders = (project, temporary)
        self.canaries = dict(canaries)
        self.command_line_leaks: list[str] = []
        self.notebook_environment_leaks: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "agentcore_probe", *arguments],
            cwd=project,
            env={
                **os.environ,
                **self.canaries,
                "PATH": path,
                "AWS_ACCESS_KEY_ID": key,
                "PYTHONPATH": str(PROJECT),
                "TMPDIR": str(temporary),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def wait(self) -> bytes:
        """Inspects its processes until it exits, and returns what it printed."""
        while self.process.poll() is None:
            self._inspect_processes()
            time.sleep(0.03)
        out, err = self.process.communicate(timeout=60)
        return out + err

    def _inspect_processes(self) -> None:
        try:
            processes = psutil.Process(self.process.pid).children(recursive=True)
        except psutil.Error:
            return
        for process in processes:
            try:
                arguments, variables = process.cmdline(), process.environ()
            except psutil.Error:  # it has ended
                continue
            command_line = " ".join(arguments)
            self.command_line_leaks += [
                name for name, value in self.canaries.items() if value in command_line
            ]
            # A worker is a program of its own, or a fork of the command, with the same command line.
            if "agentcore_probe.report.worker_main" in command_line or arguments == self.process.args:
                environment = json.dumps(variables)
                self.notebook_environment_leaks += [
                    name for name, value in self.canaries.items() if value in environment
                ]

    def leaks(self, printed: bytes) -> list[tuple[str, str]]:
        """The leaks: a canary's name, and where it is."""
        outputs = [("standard output or error", printed)]
        for folder in self._folders:
            outputs += [(str(path), path.read_bytes()) for path in folder.rglob("*") if path.is_file()]
        pages = [(where, data) for where, data in outputs if where.endswith("report.html")]
        outputs += [
            (f"the record in {where}", read_embedded_record(data.decode(), where=where).encode())
            for where, data in pages
        ]
        FIGURES["files and outputs searched for canaries"] += len(outputs)
        FIGURES["runs with canaries"] += 1
        leaks = [
            (name, where)
            for where, data in outputs
            for name, value in self.canaries.items()
            if any(form in data for form in forms(name, value))
        ]
        FIGURES["leaks found"] += sum(not where.endswith("/leak") for _, where in leaks)
        return leaks
