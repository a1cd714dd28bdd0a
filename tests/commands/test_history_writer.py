"""What `report` adds to the history, and what happens where it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentcore_probe import api
from agentcore_probe.commands.history_writer import HistoryWriter
from agentcore_probe.history.dataset import Dataset
from agentcore_probe.sharing import share_record
from agentcore_probe.storage import open_storage
from tests.conftest import Command
from tests.history.runs import SAMPLE, START, record_at
from tests.history.test_dataset import rows_in

JUDGEMENT = api.judge(SAMPLE)


def test_a_run_is_added_with_its_report(tmp_path: Path) -> None:
    """Once, under the run's own id."""
    writer = HistoryWriter(open_storage(tmp_path))
    record = record_at(START)
    writer.add(record, JUDGEMENT, "sample/20260101T093100Z")
    writer.add(record, JUDGEMENT, "sample/20260202T093100Z")
    writer.merge()
    rows = (
        Dataset(open_storage(tmp_path)).connection().execute("SELECT DISTINCT run_id, report FROM findings")
    )
    assert rows.fetchall() == [(record.run_id, "sample/20260101T093100Z")]


def test_a_run_of_one_method_alone_is_not_added(tmp_path: Path) -> None:
    """It says little about the environment."""
    record = record_at(START)
    partial = record.model_copy(
        update={"provenance": record.provenance.model_copy(update={"only": "runtime-jwt"})}
    )
    HistoryWriter(open_storage(tmp_path)).add(partial, JUDGEMENT, "sample/20260101T093100Z")
    assert list(tmp_path.iterdir()) == []


def test_a_record_without_names_is_not_added(tmp_path: Path) -> None:
    """Its run is in the history of those who made it, and two of them would have one id."""
    record = record_at(START)
    named = record.model_copy(update={"provenance": record.provenance.model_copy(update={"run": "0" * 32})})
    shared = share_record(named)
    assert (named.is_shared, shared.is_shared) == (False, True)
    assert shared.run_id == shared.digest[:32]
    HistoryWriter(open_storage(tmp_path)).add(shared, JUDGEMENT, "sample/20260101T093100Z")
    assert list(tmp_path.iterdir()) == []


def test_a_history_that_cannot_be_written_is_a_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The report is there, so the command goes on; the line says what to do."""
    (tmp_path / "history").write_text("a file where the folder should be")
    writer = HistoryWriter(open_storage(tmp_path))
    writer.add(record_at(START), JUDGEMENT, "sample/20260101T093100Z")
    writer.merge()
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("warning: this run is not in the history: ")
    assert line.endswith("Its report is written. Then run: agentcore-probe history --rebuild sample")


@pytest.mark.slow
def test_report_adds_its_run_once(command_here: Command, project: Path) -> None:
    """Another page of a recorded run, a shared page and `verify` add nothing; the section is in both languages."""
    reports = project / "reports"
    for arguments in (
        ("report", "sample"),
        ("report", "sample", "--history", "--lang", "en,ja"),
        ("report", "sample", "--share"),
        ("verify", "sample"),
    ):
        assert command_here(*arguments).returncode == 1
    rows = rows_in(Dataset(open_storage(reports)))
    assert [row[0] for row in rows] == [SAMPLE.run_id] * 3
    pages = [page.read_text("utf-8") for page in sorted(reports.glob("sample/2*/report.html"))]
    checked = command_here("check", str(sorted(reports.glob("sample/2*/report.html"))[1]))
    assert (checked.returncode, checked.stdout.partition(" (")[0]) == (2, "record intact")
    assert ["<h2>History</h2>" in page and "<h2>履歴</h2>" in page for page in pages] == [False, True, False]
