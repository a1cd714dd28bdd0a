"""The result of a run in the terminal, in any width."""

from __future__ import annotations

import re

import pytest
from rich.cells import cell_len

from agentcore_probe import api
from agentcore_probe.commands.summary import print_summary
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.messages import messages
from tests.conftest import PROJECT


@pytest.fixture(autouse=True)
def _without_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a pipe; pytest-xdist sets it."""
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture
def sample() -> RunRecord:
    """The recorded environment's record, whose verdict is "not verified"."""
    return api.load(PROJECT / "environments" / "sample.record.json")


def printed(
    record: RunRecord, judgement: Judgement, capsys: pytest.CaptureFixture[str], language: str
) -> str:
    print_summary(record, judgement, language)
    return capsys.readouterr().out


def without_lines_to_paste(text: str) -> list[str]:
    """Lines to paste are not wrapped."""
    return [line for line in text.splitlines() if not line.startswith("     ")]


@pytest.mark.parametrize("columns", [None, "80", "40"])
def test_no_line_is_wider_than_asked_for(
    sample: RunRecord,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    columns: str | None,
) -> None:
    """A pipe has 140 columns unless COLUMNS says otherwise; without colours."""
    if columns is not None:
        monkeypatch.setenv("COLUMNS", columns)
    for language in LANGUAGES:
        out = printed(sample, api.judge(sample), capsys, language)
        assert max(map(cell_len, without_lines_to_paste(out))) <= int(columns or 140)
        assert "\x1b" not in out
        assert ("┃" in out) == (columns is None)


@pytest.mark.parametrize("columns", ["60", "80", "120"])
def test_no_word_is_broken_and_a_line_to_paste_is_one_line(
    sample: RunRecord, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    """`AccessDeniedException` is in one piece, and so is the command."""
    monkeypatch.setenv("COLUMNS", columns)
    judgement = api.judge(sample)
    out = printed(sample, judgement, capsys, "en")
    for word in ("AccessDeniedException", "runtime-jwt", "runtime-cli", "unexpected", "(arn-not-encoded)"):
        assert word in out
    for line in judgement.actions[0].command.splitlines():
        assert f"     {line}\n" in out


def test_it_begins_with_the_verdict_and_what_to_do(
    sample: RunRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    """Then come the rows that are not as expected; the others are one line."""
    out = printed(sample, api.judge(sample), capsys, "en")
    order = [
        "AgentCore access verification: sample",
        "Verdict: Not verified.",
        "What to do now\n1. Percent-encode",
        "2. Allow the caller",
        "unexpected",
        "1 access method behaved as expected: gateway-jwt\n",
        "Not tried:",
    ]
    assert [out.index(text) for text in order] == sorted(out.index(text) for text in order)
    assert len(re.findall(r"\bgateway-jwt\b", out)) == 1


def test_a_verified_run_has_one_line_for_all_rows(
    sample: RunRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rows that do not apply are one line for each reason."""
    judgement = api.judge(sample)
    findings = [
        finding.model_copy(update={"outcome": "as-expected", "reason": None})
        for finding in judgement.findings[:2]
    ]
    skipped = judgement.findings[2].model_copy(
        update={"outcome": "not-applicable", "observed": None, "reason": "aws-not-on-path"}
    )
    verified = Judgement(findings=(*findings, skipped), verdict="verified")
    lines = printed(sample, verified, capsys, "en").splitlines()
    assert "2 access methods behaved as expected: gateway-jwt, runtime-jwt" in lines
    reason = messages("en")("reason-aws-not-on-path")
    assert any(line.startswith("Not applicable: runtime-cli.") and line.endswith(reason) for line in lines)
    assert not [line for line in lines if "What to do now" in line or "┃" in line]


def test_lines_end_without_spaces_and_rows_with_one_reason_are_one_entry(
    sample: RunRecord, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two rows of one result differ in their names only."""
    monkeypatch.setenv("COLUMNS", "80")
    judgement = api.judge(sample)
    failing = next(finding for finding in judgement.findings if finding.outcome == "unexpected")
    twin = failing.model_copy(update={"method": "gateway-jwt"})
    twins = judgement.model_copy(update={"findings": (failing, twin)})
    out = printed(sample, twins, capsys, "en")
    assert f"{failing.method} (JWT Bearer), gateway-jwt (JWT Bearer): ✗ unexpected" in out
    actions = out.partition("What to do now")[2].partition("\n\n")[0]
    assert len(actions.splitlines()) > 5
    assert not re.search(r" $", actions, re.M)
