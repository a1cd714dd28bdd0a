"""Promises 1 and 5: canary secrets go through whole runs, with something failing in each; none comes out.

Every byte of standard output, standard error and of every file that a run left, in the project and in its folder
for temporary files, is searched for each canary and its derived forms. Command lines and the notebook
process's environment are looked at while the run is under way.
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
from tests.promises.figures import TRIED
from tests.promises.test_secrets_cannot_be_shown import ESCAPES

Prepare = Callable[[Path], None]


def canaries_of(told: Mapping[str, Any]) -> dict[str, str]:
    return {
        "T_PASSWORD": told["identity"]["password"],
        "T_CLIENT_SECRET": told["identity"]["machine_client_secret"],
        "T_TOKEN": log_in(told)["AccessToken"],
        "AWS_SECRET_ACCESS_KEY": told["aws"]["secret_access_key"],
    }


def forms(name: str, value: str) -> Iterator[bytes]:
    """A canary and what it may have become."""
    texts = [value]
    if name == "T_TOKEN":
        # The header is the same for every token of the issuer, and says nothing secret.
        texts += value.split(".")[1:]
    for text in texts:
        raw = text.encode()
        yield from (raw, raw[::-1], base64.b64encode(raw).rstrip(b"="), raw.hex().encode())
        yield from (base64.b64encode(b"x" * n + raw)[4:-4] for n in (1, 2))
        for escape in ESCAPES:
            yield escape(text).encode()
            yield from (other(escape(text)).encode() for other in ESCAPES)


def nothing(_: Path) -> None:
    """The run as it is."""


def broken_cell(project: Path) -> None:
    """A cell that fails with an error that shows everything it can reach."""
    path = project / "notebooks" / "verification.ipynb"
    book = nbformat.read(path, 4)
    book.cells[4].source = "import os; raise ValueError(dict(os.environ), report, report.record)"
    nbformat.write(book, path)


def wrong_host(project: Path) -> None:
    """Nothing answers at the data plane."""
    path = project / "environments" / "t.toml"
    lines = path.read_text().splitlines()
    path.write_text("\n".join(each if not each.startswith("bedrock-agentcore =") else 'bedrock-agentcore = "http://127.0.0.1:9"' for each in lines))  # fmt: skip


def wrong_key(project: Path) -> None:
    """A misspelt key in the file."""
    path = project / "environments" / "t.toml"
    path.write_text(path.read_text() + "[limits]\nsecond = 3\n")


def file_in_the_way(project: Path) -> None:
    """The reports' folder cannot be made."""
    (project / "reports").write_text("")


FAILURES = (nothing, broken_cell, wrong_host, wrong_key, file_in_the_way)
RUNS = [
    pytest.param(
        flow, failure, marks=() if flow == "user-password" or failure is nothing else pytest.mark.slow
    )
    for flow in ("user-password", "token", "client-credentials")
    for failure in FAILURES
]


@pytest.mark.parametrize(("flow", "failure"), RUNS)
def test_no_canary_comes_out_of_a_run(
    agentcore: Mapping[str, Any], project: Path, tmp_path: Path, flow: str, failure: Prepare
) -> None:
    """Whatever fails: not in a file, not on the terminal, not on a command line."""
    (project / "environments" / "t.toml").write_text(environment_file(agentcore, flow))
    failure(project)
    words = ("report", "t", "--junit", "j.xml", "--markdown", "m.md")
    # The `aws` command, where there is one, is asked in the run that is not disturbed.
    path = os.environ["PATH"] if failure is nothing else "/usr/bin:/bin"
    key = agentcore["aws"]["access_key_id"]
    run = Watched(project, tmp_path / "tmp", canaries_of(agentcore), *words, path=path, key=key)
    told = run.finished()
    assert run.process.returncode in (0, 1, 2, 4, 5), told
    assert run.leaks(told) == []
    assert run.seen_on_command_lines == []
    assert run.seen_in_notebook_environment == []


@pytest.mark.parametrize("after", [0.6, 1.8, *(pytest.param(n, marks=pytest.mark.slow) for n in (1.2, 2.4))])
def test_no_canary_is_left_by_an_interrupted_run(
    agentcore: Mapping[str, Any], project: Path, tmp_path: Path, after: float
) -> None:
    """Ctrl-C at any moment."""
    (project / "environments" / "t.toml").write_text(environment_file(agentcore, "user-password"))
    run = Watched(project, tmp_path / "tmp", canaries_of(agentcore), "report", "t")
    time.sleep(after)
    run.process.send_signal(signal.SIGINT)
    assert run.leaks(run.finished()) == []


def test_a_canary_that_comes_out_is_seen(agentcore: Mapping[str, Any], project: Path, tmp_path: Path) -> None:
    """The search itself finds what stands in a file in a derived form."""
    (project / "environments" / "t.toml").write_text(environment_file(agentcore, "token"))
    run = Watched(project, tmp_path / "tmp", canaries_of(agentcore), "report", "nope")
    payload = run.canaries["T_TOKEN"].split(".")[1]
    (project / "leak").write_bytes(base64.b64encode(f"a{payload}b".encode()))
    assert [name for name, _ in run.leaks(run.finished())] == ["T_TOKEN"]


class Watched:
    """A run with canaries in its environment, looked at while it is under way."""

    def __init__(
        self,
        project: Path,
        temporary: Path,
        canaries: Mapping[str, str],
        *words: str,
        path: str = "/usr/bin:/bin",
        key: str = "AKIAIOSFODNN7EXAMPLE",
    ) -> None:
        temporary.mkdir()
        self._folders = (project, temporary)
        self.canaries = dict(canaries)
        self.seen_on_command_lines: list[str] = []
        self.seen_in_notebook_environment: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "agentcore_probe", *words],
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

    def finished(self) -> bytes:
        """What it printed; its processes are looked at until then."""
        while self.process.poll() is None:
            self._look()
            time.sleep(0.03)
        out, err = self.process.communicate(timeout=60)
        return out + err

    def _look(self) -> None:
        try:
            processes = psutil.Process(self.process.pid).children(recursive=True)
        except psutil.Error:
            return
        for process in processes:
            try:
                line, variables = " ".join(process.cmdline()), process.environ()
            except psutil.Error:
                continue
            self.seen_on_command_lines += [name for name, value in self.canaries.items() if value in line]
            if "agentcore_probe.report.worker_main" in line:
                held = json.dumps(variables)
                self.seen_in_notebook_environment += [
                    n for n, value in self.canaries.items() if value in held
                ]

    def leaks(self, printed: bytes) -> list[tuple[str, str]]:
        """Which canary stands where."""
        found = [("standard output or error", printed)]
        for folder in self._folders:
            found += [(str(path), path.read_bytes()) for path in folder.rglob("*") if path.is_file()]
        pages = [(where, data) for where, data in found if where.endswith(".html")]
        found += [
            (f"the record in {where}", read_embedded_record(data.decode(), where=where).encode())
            for where, data in pages
        ]
        TRIED["files and outputs searched for canaries"] += len(found)
        TRIED["runs with canaries"] += 1
        leaks = [
            (name, where)
            for where, data in found
            for name, value in self.canaries.items()
            if any(form in data for form in forms(name, value))
        ]
        TRIED["leaks found"] += sum(not where.endswith("/leak") for _, where in leaks)
        return leaks
