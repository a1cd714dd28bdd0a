"""Repeated requests, and progress on a terminal."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from agentcore_probe import api
from agentcore_probe.commands.summary import print_summary
from agentcore_probe.commands.terminal import (
    print_changes,
    show_batch_progress,
    show_progress,
)
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.environment import Environment, Expectation, LocalSetup
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.exports import EXPORTS
from agentcore_probe.report.exports.result import EnvironmentResult
from agentcore_probe.report.messages import messages
from agentcore_probe.report.report import Report
from agentcore_probe.store import parse_record, record_text
from tests.conftest import PROJECT
from tests.embedded import observed


class Terminal(io.StringIO):
    """Standard error that is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def sample() -> RunRecord:
    """The recorded environment's record."""
    return api.load(PROJECT / "environments" / "sample.record.json")


@pytest.mark.slow
def test_a_repeated_request_is_one_line_with_both_responses(capsys: pytest.CaptureFixture[str]) -> None:
    """And a record without experiments prints nothing."""
    local = Environment(name="local", local=LocalSetup())
    record = observed(local, only="runtime-jwt", change="auth")
    print_changes(record, api.judge(record), "en")
    assert capsys.readouterr().out == (
        "runtime-jwt/1 repeated, with the credential changed from bearer token to SigV4: HTTP 200, then HTTP 403.\n"
    )


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_run_of_one_method_is_verified_nowhere(
    sample: RunRecord, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither in the terminal nor in a page, JUnit or Markdown, also of a record that is read from a file."""
    rows = tuple(row for row in sample.observations if row.method in ("gateway-jwt", "runtime-jwt"))
    provenance = sample.provenance.model_copy(update={"only": "gateway-jwt", "source": "aws"})
    partial = sample.model_copy(
        update={"observations": rows, "provenance": provenance, "configuration": Configuration()}
    )
    expect = {row.method: Expectation(decision=row.decision, reason="test") for row in rows}
    partial = partial.model_copy(
        update={"environment": partial.environment.model_copy(update={"expect": expect})}
    )
    record = parse_record(record_text(partial, api.judge(partial)), where="test")
    judgement = api.judge(record)
    assert (judgement.verdict, judgement.only) == ("verified", "gateway-jwt")
    assert judgement.as_json()["only"] == "gateway-jwt"
    print_summary(record, judgement, language)
    catalogue = messages(language)
    result = EnvironmentResult("t", language=language, record=record, judgement=judgement)
    outputs = [
        capsys.readouterr().out,
        *(export.text([result]) for name, export in EXPORTS.items() if name in ("junit", "markdown")),
        Report(record, language).summary().html,
    ]
    for text in outputs:
        assert catalogue("verdict-verified") not in text
        assert "gateway-jwt" in text
    assert catalogue("verdict-partial") in outputs[0]
    assert "only" not in api.judge(sample).as_json()


def test_a_record_without_experiments_has_no_changes(
    sample: RunRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is printed."""
    print_changes(sample, api.judge(sample), "en")
    assert capsys.readouterr().out == ""


def run_one() -> None:
    with show_progress() as progress:
        progress("gateway-jwt", "begun")
        progress("gateway-jwt", "accepted")
        progress("local\x1b[2J", "done")


def run_many() -> None:
    with show_batch_progress(2) as progress:
        progress("e1", "gateway-jwt", "accepted")
        progress("e1\x1b[2J", "environment", "done")


@pytest.mark.parametrize("run", [run_one, run_many])
def test_progress_is_silent_without_a_terminal(
    run: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a pipe or in CI."""
    stderr = io.StringIO()
    monkeypatch.setattr("sys.stderr", stderr)
    run()
    assert stderr.getvalue() == ""


@pytest.mark.parametrize(
    ("run", "line"),
    [
        (run_one, "local\N{REPLACEMENT CHARACTER}[2J: done (1 of "),
        (run_many, "1 of 2 environments; e1\N{REPLACEMENT CHARACTER}[2J: environment: done"),
    ],
)
def test_progress_counts_on_a_terminal(
    run: Callable[[], None], line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is finished; no phase controls the terminal."""
    stderr = Terminal()
    monkeypatch.setattr("sys.stderr", stderr)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")
    run()
    assert line in stderr.getvalue()


def test_lines_of_a_batch_reach_a_redirected_standard_output(tmp_path: Path) -> None:
    """`report a b > file` on a terminal: the spinner takes none of them."""
    code = (
        "from agentcore_probe.commands.terminal import show_batch_progress\n"
        "with show_batch_progress(1) as progress:\n"
        "    progress('e1', 'environment', 'done'); print('a line', flush=True)\n"
    )
    terminal, theirs = os.openpty()
    with (tmp_path / "out").open("w") as out:
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            cwd=PROJECT,
            env={**os.environ, "TERM": "xterm"},
            stdout=out,
            stderr=theirs,
        )
    os.close(theirs)
    os.close(terminal)
    assert (tmp_path / "out").read_text() == "a line\n"
