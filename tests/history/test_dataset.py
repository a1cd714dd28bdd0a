"""The Parquet files of the history: their types, who may write at the same time, and what a bad file does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from agentcore_probe import secret
from agentcore_probe.errors import SecretLeakError
from agentcore_probe.history.columns import COLUMNS
from agentcore_probe.history.dataset import Dataset
from agentcore_probe.storage import open_storage
from tests.history.runs import many, run


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    """An empty history."""
    return Dataset(open_storage(tmp_path))


def rows_in(dataset: Dataset) -> list[Any]:
    """Every row, in order."""
    return dataset.connection().execute("FROM findings ORDER BY started, environment, position").fetchall()


def test_without_files_the_table_is_empty(dataset: Dataset) -> None:
    """And has every column."""
    described = dataset.connection().execute("DESCRIBE findings").fetchall()
    assert [name for name, *_ in described] == [column.name for column in COLUMNS]
    assert rows_in(dataset) == []


def test_a_run_is_added_once(dataset: Dataset) -> None:
    """By environment and run id; the file is named by both, in the month of the start in UTC."""
    assert dataset.add([run(1), run(1, "stage")]) == 2
    assert dataset.add([run(1)]) == 0
    assert len(rows_in(dataset)) == 6
    assert dataset.names() == [
        f"history/month=2026-01/prod-{1:032x}.parquet",
        f"history/month=2026-01/stage-{1:032x}.parquet",
    ]


def test_every_file_has_every_type(dataset: Dataset, tmp_path: Path) -> None:
    """Also of columns without a value, since the first file's types count for Athena and Spark."""
    empty = [
        {**row, **dict.fromkeys(("started", "ended", "account", "issuer", "milliseconds"))} for row in run(1)
    ]
    dataset.add([empty, run(2)])
    schemas = [pq.read_schema(tmp_path / name) for name in dataset.names()]
    assert schemas[0].equals(schemas[1])
    types = {field.name: field.type for field in schemas[0]}
    assert types["started"] == pa.timestamp("us", tz="UTC")
    assert types["account"] == pa.string()
    assert types["milliseconds"] == pa.float64()
    assert types["versions"] == pa.map_(pa.string(), pa.string())


def test_others_read_it_as_a_partitioned_dataset(dataset: Dataset, tmp_path: Path) -> None:
    """As Spark and Athena do: the month is text, and the values are those that were written."""
    dataset.add(many(40))
    month = ds.partitioning(pa.schema([("month", pa.string())]), flavor="hive")
    table = ds.dataset(tmp_path / "history", format="parquet", partitioning=month).to_table()
    assert table.num_rows == 120
    assert set(table["month"].to_pylist()) == {"2026-01", "2026-02"}
    first = next(row for row in table.to_pylist() if row["run_id"] == f"{0:032x}" and row["position"] == 0)
    assert first["started"] == datetime(2026, 1, 1, 9, 30, tzinfo=UTC)
    assert dict(first["versions"]) == {"python": "3.11", "boto3": "1.44"}


def test_times_are_in_utc_on_every_machine(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's zone changes neither the month nor what is read, also by a cursor."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    late = [{**row, "started": "2026-02-01T00:30:00.000001+09:00"} for row in run(1)]
    dataset.add([late])
    assert dataset.names() == [f"history/month=2026-01/prod-{1:032x}.parquet"]
    cursor = dataset.connection().cursor()
    assert cursor.execute("SELECT DISTINCT started::VARCHAR FROM findings").fetchone() == (
        "2026-01-31 15:30:00.000001+00",
    )


def test_writers_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    """Each with its own object, as separate commands have it."""
    with ThreadPoolExecutor(8) as pool:
        added = pool.map(lambda number: Dataset(open_storage(tmp_path)).add([run(number), run(7)]), range(24))
    assert sum(added) == 24
    assert len(rows_in(Dataset(open_storage(tmp_path)))) == 72


@pytest.mark.parametrize("environment", ["../up", "a/b", "名前", "x" * 300, "it's [a]*", "all-x"])
def test_any_name_is_one_file_of_the_month(dataset: Dataset, environment: str) -> None:
    """A record from elsewhere may have any name."""
    dataset.add([run(1, environment)])
    (name,) = dataset.names()
    assert name.startswith("history/month=2026-01/")
    assert name.count("/") == 2
    assert {row[1] for row in rows_in(dataset)} == {environment}
    assert dataset.add([run(1, environment)]) == 0


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    """Also one that looks like a pattern or a partition."""
    dataset = Dataset(open_storage(tmp_path / "team=a" / "[x]*" / "it's"))
    dataset.add([run(1)])
    (row,) = dataset.connection().execute("SELECT DISTINCT environment FROM findings").fetchall()
    assert row == ("prod",)


def test_a_bad_file_is_named_and_left_out(dataset: Dataset, tmp_path: Path) -> None:
    """An empty one, a cut one, a damaged one, and one of somebody else; the others are read."""
    dataset.add(many(3))
    good = (tmp_path / dataset.names()[0]).read_bytes()
    folder = tmp_path / "history" / "month=2026-01"
    (folder / "empty.parquet").touch()
    (folder / "cut.parquet").write_bytes(good[:-20])
    (folder / "damaged.parquet").write_bytes(good[:60] + bytes(90) + good[150:])
    (folder / "text.parquet").write_text("no Parquet")
    pq.write_table(
        pa.table({"started": ["yesterday"], "run_id": ["x"], "environment": ["prod"]}),
        folder / "other.parquet",
    )
    (folder / ".unfinished.parquet").touch()
    assert len(rows_in(dataset)) == 9
    assert {Path(name).stem: problem for name, problem in dataset.left_out.items()} == {
        "empty": "is empty",
        "cut": "is cut off",
        "damaged": "has other columns, or is damaged",
        "text": "is not a Parquet file",
        "other": "has other columns, or is damaged",
    }


def test_older_and_newer_files_are_read_together(dataset: Dataset, tmp_path: Path) -> None:
    """A column that a file lacks is missing there, and one that this version does not know is left out."""
    dataset.add([run(1)])
    table = pq.read_table(tmp_path / dataset.names()[0])
    other = table.drop_columns(["issuer"]).append_column("added_later", pa.array([1, 2, 3]))
    other = other.set_column(0, "run_id", pa.array(["f" * 32] * 3))
    pq.write_table(other, tmp_path / "history" / "month=2026-01" / "another.parquet")
    assert len(rows_in(dataset)) == 6
    assert dataset.left_out == {}


def test_only_some_environments_and_columns(dataset: Dataset) -> None:
    """For readers that need few."""
    dataset.add([run(1), run(2, "it's")])
    engine = dataset.connection(environments=("it's",), columns=("method", "run_id"))
    assert engine.execute("SELECT DISTINCT run_id FROM findings").fetchall() == [(f"{2:032x}",)]
    assert len(engine.execute("DESCRIBE findings").fetchall()) == 2


def test_a_registered_secret_is_not_written(dataset: Dataset, tmp_path: Path) -> None:
    """Although a search of the compressed file would not find it."""
    secret.register("a-password-of-a-user-7", "password")
    leaking = [{**row, "issuer": "https://a-password-of-a-user-7.example"} for row in run(1)]
    with pytest.raises(SecretLeakError):
        dataset.add([leaking])
    assert list(tmp_path.iterdir()) == []
