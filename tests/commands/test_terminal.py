"""The table of a run, repeated requests, and progress on a terminal."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from agentcore_probe import api
from agentcore_probe.commands.terminal import (
    print_changes,
    print_summary,
    show_batch_progress,
    show_progress,
)
from agentcore_probe.model.environment import Environment, LocalSetup
from agentcore_probe.model.record import RunRecord
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


@pytest.mark.parametrize(("language", "verdict"), [("en", "Verdict: Not verified."), ("ja", "判定")])
def test_the_summary_has_a_row_a_method_and_the_verdict(
    sample: RunRecord, capsys: pytest.CaptureFixture[str], language: str, verdict: str
) -> None:
    """Not wider than a page where no terminal has a width; without colours."""
    print_summary(sample, api.judge(sample), language)
    out = capsys.readouterr().out
    for text in ("gateway-jwt", "HTTP 404", "AccessDeniedException", verdict):
        assert text in out
    assert max(map(len, out.splitlines())) <= 140
    assert "\x1b" not in out


def test_a_repeated_request_is_one_line_with_both_responses(capsys: pytest.CaptureFixture[str]) -> None:
    """And a record without experiments prints nothing."""
    local = Environment(name="local", local=LocalSetup())
    record = observed(local, only="runtime-jwt", change="auth")
    print_changes(record, api.judge(record), "en")
    assert capsys.readouterr().out == (
        "runtime-jwt/1 repeated, with the credential changed from bearer token to SigV4: HTTP 200, then HTTP 403.\n"
    )


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
        progress("e1\x1b[2J", "report", "done")


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
        (run_many, "1 of 2 reports; e1\N{REPLACEMENT CHARACTER}[2J: the report is written"),
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
