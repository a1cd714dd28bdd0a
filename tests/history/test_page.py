"""docs/fleet/history.md: its tables are those of the code, and its queries run."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from agentcore_probe.history.dataset import Dataset
from agentcore_probe.storage import open_storage
from tests.history.page import PAGE, with_columns
from tests.history.runs import many

TEXT = PAGE.read_text("utf-8")


def test_the_tables_are_those_of_the_code() -> None:
    """`make docs` writes them."""
    assert with_columns(TEXT) == TEXT


@pytest.mark.parametrize("query", re.findall(r"```sql\n(.*?)```", TEXT, re.DOTALL))
def test_each_query_of_duckdb_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, query: str) -> None:
    """On a history with runs, and finds some."""
    Dataset(open_storage(tmp_path / "reports")).add(many(3))
    monkeypatch.chdir(tmp_path)
    assert duckdb.connect().execute(query).fetchall()
