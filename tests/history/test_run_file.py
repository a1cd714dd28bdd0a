"""The Parquet file of a run: written without DuckDB, read by it and by pyarrow as those that DuckDB wrote."""

from __future__ import annotations

import io
import json
import string
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentcore_probe import api, store
from agentcore_probe.history.columns import COLUMNS
from agentcore_probe.history.engine import open_engine
from agentcore_probe.history.parquet import compressed
from agentcore_probe.history.rows import Row
from agentcore_probe.history.run_file import parquet_of
from tests.conftest import PROJECT
from tests.history.runs import record_at, run

_TEXTS = st.text(st.characters(codec="utf-8"), max_size=300)
_VALUES = {
    "VARCHAR": _TEXTS,
    "TIMESTAMP WITH TIME ZONE": st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat),
    "MAP(VARCHAR, VARCHAR)": st.dictionaries(_TEXTS, st.none() | _TEXTS, max_size=4),
    "INTEGER": st.integers(-(2**31), 2**31 - 1),
    "DOUBLE": st.floats(allow_nan=False),
}
_ROWS = st.lists(
    st.fixed_dictionaries({column.name: st.none() | _VALUES[column.type] for column in COLUMNS}), max_size=40
)


def as_written(row: dict[str, Any]) -> Row:
    """A row that pyarrow read, with the values that were written."""
    times = {name: row[name] and row[name].isoformat() for name in ("started", "ended")}
    return {**row, **times, "versions": row["versions"] and dict(row["versions"])}


@given(_ROWS)
@settings(max_examples=60, deadline=None)
def test_values_come_back(rows: list[Row]) -> None:
    """Of every type, missing ones and empty texts too; an empty map is an empty list for pyarrow."""
    expected = [{**row, "versions": [] if row["versions"] == {} else row["versions"]} for row in rows]
    found = pq.read_table(io.BytesIO(parquet_of(rows))).to_pylist()
    assert list(map(as_written, found)) == expected


def test_long_columns_come_back() -> None:
    """Runs of levels and lengths that need several bytes."""
    rows = [{**run(1)[0], "position": n, "issuer": None if n % 500 > 200 else "i" * n} for n in range(3000)]
    assert list(map(as_written, pq.read_table(io.BytesIO(parquet_of(rows))).to_pylist())) == rows


def test_duckdb_writes_the_same_types_and_values() -> None:
    """What is merged is no different."""
    rows = [*run(1), {**run(2)[0], "versions": None}, {**run(3)[0], "versions": {}}]
    written = parquet_of(rows)
    merged = pq.read_table(io.BytesIO(compressed(written, open_engine())))
    own = pq.read_table(io.BytesIO(written))
    assert own.schema.equals(merged.schema)
    assert own.sort_by("run_id").to_pylist() == merged.sort_by("run_id").to_pylist()


def test_half_a_surrogate_pair_is_replaced() -> None:
    """A record from elsewhere may have one, and Parquet's texts are UTF-8."""
    (row,) = pq.read_table(io.BytesIO(parquet_of([{**run(1)[0], "issuer": "a\ud800b"}]))).to_pylist()
    assert row["issuer"] == "a?b"


_REPORT = """
import json, sys
from agentcore_probe import api
from agentcore_probe.commands.history_writer import HistoryWriter
from agentcore_probe.storage import open_storage

writer = HistoryWriter(open_storage(sys.argv[1]))
record = api.load(sys.argv[1] + '/record.json')
writer.add(record, api.judge(record), "sample/1")
writer.merge()
print(json.dumps(sorted(sys.modules)))
"""


@pytest.mark.parametrize(("merged", "is_read"), [(None, False), (1, False), (-1, True)])
def test_a_run_is_added_without_duckdb(tmp_path: Path, merged: int | None, is_read: bool) -> None:
    """It takes longer to load than all else. Only a merged file that was written after the run began may have it already."""
    started = datetime(2026, 11, 30, 12, tzinfo=UTC)
    record = record_at(started)
    store.write(tmp_path / "record.json", store.record_text(record, api.judge(record)))
    month = tmp_path / "history" / "month=2026-11"
    if merged is not None:
        month.mkdir(parents=True)
        seconds = int((started - timedelta(days=merged)).timestamp())
        (month / f"all-{seconds:08x}00000000.parquet").write_bytes(parquet_of(run(1)))
    command = [sys.executable, "-c", _REPORT, str(tmp_path)]
    loaded = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    assert ("duckdb" in json.loads(loaded)) == is_read
    assert len(list(month.iterdir())) == (1 if merged is None else 2)


def test_names_of_columns_are_those_of_the_contract() -> None:
    """In their order."""
    assert pq.read_schema(io.BytesIO(parquet_of(run(1)))).names == [column.name for column in COLUMNS]
    assert all(set(column.name) <= {*string.ascii_lowercase, "_"} for column in COLUMNS)
