"""Without the extra `fleet`: one environment's history comes from its records, and reports are written without a history."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from agentcore_probe import api, store
from agentcore_probe.commands import history, prune, rebuild
from agentcore_probe.commands.history_writer import HistoryWriter
from agentcore_probe.errors import InputError
from agentcore_probe.storage import open_storage
from tests.history.runs import START, record_at


@pytest.fixture(autouse=True)
def without_duckdb(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in an environment where it is not installed."""
    monkeypatch.setitem(sys.modules, "duckdb", None)


def test_one_environment_is_read_from_its_records(tmp_path: Path) -> None:
    """Nothing is written for a run, which is not an error."""
    record = record_at(START)
    judgement = api.judge(record)
    store.write(
        tmp_path / "sample" / "20260101T093100Z" / "record.json", store.record_text(record, judgement)
    )
    writer = HistoryWriter(open_storage(tmp_path))
    writer.add(record, judgement, "sample/20260101T093100Z")
    writer.merge()
    assert [path.name for path in tmp_path.iterdir()] == ["sample"]
    assert len(api.history("sample", reports=tmp_path).runs) == 1


def test_several_environments_need_the_extra(tmp_path: Path) -> None:
    """The error says what to install."""
    for command in (
        lambda: history.run(("all",), out=str(tmp_path), as_json=False),
        lambda: rebuild.run(("all",), out=str(tmp_path)),
        lambda: prune.run(("all",), age="90d", out=str(tmp_path), is_trial=True),
    ):
        with pytest.raises(InputError, match=r"pip install 'agentcore-probe\[fleet\]'"):
            command()
