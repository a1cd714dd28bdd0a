"""Merging the files of a month: nothing is lost and nothing counted twice, whatever happens at the same time."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from agentcore_probe.history import compaction
from agentcore_probe.history.compaction import compact, merge
from agentcore_probe.history.dataset import Dataset, is_merged
from agentcore_probe.history.rebuild import replace
from agentcore_probe.storage import open_storage
from tests.conftest import PROJECT
from tests.history.runs import run
from tests.history.test_dataset import rows_in


@pytest.fixture
def dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dataset:
    """A history that counts six files as many."""
    monkeypatch.setattr(compaction, "MANY", 6)
    monkeypatch.setattr(compaction, "MANY_MERGED", 3)
    return Dataset(open_storage(tmp_path))


def test_few_files_stay(dataset: Dataset) -> None:
    """Merging them would gain nothing."""
    dataset.add(run(number, day=1) for number in range(5))
    assert compact(dataset) == 0
    assert len(dataset.names()) == 5


def test_many_files_become_one(dataset: Dataset) -> None:
    """With the same rows; a run in it is not added again."""
    dataset.add(run(number, day=1) for number in range(6))
    before = rows_in(dataset)
    assert compact(dataset, ["2026-01"]) == 6
    (name,) = dataset.names()
    assert is_merged(name)
    assert rows_in(dataset) == before
    assert dataset.add([run(3, day=1)]) == 0


def test_an_environment_is_together_in_the_merged_file(dataset: Dataset, tmp_path: Path) -> None:
    """So that a reader of one skips the others."""
    dataset.add(run(number, f"env-{number % 2}", day=1) for number in range(6))
    compact(dataset)
    environments = pq.read_table(tmp_path / dataset.names()[0])["environment"].to_pylist()
    assert environments == sorted(environments)


def test_merged_files_are_merged_when_they_are_many(dataset: Dataset) -> None:
    """Not each time, which would write a month again and again."""
    for start in (0, 6):
        dataset.add(run(number, day=1) for number in range(start, start + 6))
        compact(dataset)
    assert len(dataset.names()) == 2
    dataset.add(run(number, day=1) for number in range(12, 18))
    compact(dataset)
    assert len(dataset.names()) == 1
    assert len(rows_in(dataset)) == 54


def test_very_many_files_become_several(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """To merge all of them at once would take much memory; together with those before, they become one."""
    monkeypatch.setattr(compaction, "_AT_ONCE", 8)
    dataset.add(run(number, day=1) for number in range(16))
    before = rows_in(dataset)
    assert compact(dataset) == 16
    assert len(dataset.names()) == 2
    dataset.add(run(number, day=1) for number in range(3))
    assert len(dataset.names()) == 2
    dataset.add(run(number, day=1) for number in range(16, 23))
    assert compact(dataset) == 7 + 3
    assert len(dataset.names()) == 1
    assert rows_in(dataset)[: len(before)] == before


def test_between_writing_and_removing_each_run_counts_once(dataset: Dataset, tmp_path: Path) -> None:
    """A kill there leaves both; the next merge ends it."""
    dataset.add(run(number, day=1) for number in range(6))
    before = rows_in(dataset)
    kept = {name: (tmp_path / name).read_bytes() for name in dataset.names()}
    compact(dataset)
    for name, content in kept.items():
        (tmp_path / name).write_bytes(content)
    assert len(dataset.names()) == 7
    assert rows_in(dataset) == before
    compact(dataset)
    compact(dataset)
    assert rows_in(dataset) == before


def test_two_that_merge_the_same_files_lose_nothing(dataset: Dataset) -> None:
    """Each removes only what it has written again."""
    dataset.add(run(number, day=1) for number in range(6))
    before, names = rows_in(dataset), dataset.names()
    other = Dataset(dataset.storage)
    assert merge(dataset, "2026-01", names) == 6
    assert merge(other, "2026-01", names) == 0
    assert rows_in(dataset) == before


def test_a_bad_file_is_neither_merged_nor_removed(dataset: Dataset, tmp_path: Path) -> None:
    """Somebody may want to look at it."""
    dataset.add(run(number, day=1) for number in range(6))
    bad = tmp_path / "history" / "month=2026-01" / "bad.parquet"
    bad.touch()
    assert compact(dataset) == 6
    assert bad.exists()
    assert len(rows_in(dataset)) == 18


def test_what_others_put_there_is_neither_merged_nor_removed(dataset: Dataset, tmp_path: Path) -> None:
    """A table of somebody else, and a later version's file with one more column, which this version would lose."""
    dataset.add(run(number, day=1) for number in range(8))
    newer, *_ = (tmp_path / name for name in dataset.names())
    rows = pq.read_table(newer)
    pq.write_table(rows.append_column("newer", [["x"] * len(rows)]), newer)
    other = newer.with_name("prices.parquet")
    pq.write_table(rows.select(["region", "account"]), other)
    kept = [newer.read_bytes(), other.read_bytes()]
    before = rows_in(dataset)
    assert compact(dataset) == 7
    replace(dataset, [run(100, day=1)])
    assert [newer.read_bytes(), other.read_bytes()] == kept
    assert len(rows_in(dataset)) == len(before) + 3


def test_a_reader_outlasts_a_merge_that_removes_its_files_slowly(dataset: Dataset, tmp_path: Path) -> None:
    """As on a busy machine, or a file system behind a network."""
    dataset.add(run(number, day=1) for number in range(60))
    before = rows_in(dataset)
    merging = Dataset(open_storage(shutil.copytree(tmp_path, tmp_path / "copy")))
    compact(merging)
    single = [tmp_path / name for name in dataset.names()]
    (merged,) = merging.names()
    shutil.copy(tmp_path / "copy" / merged, tmp_path / merged)

    def remove() -> None:
        for path in single:
            path.unlink()
            time.sleep(0.02)

    with ThreadPoolExecutor(1) as pool:
        removal = pool.submit(remove)
        while not removal.done():
            assert rows_in(dataset) == before


_WRITER = """
import sys
from agentcore_probe.history import compaction
from agentcore_probe.history.dataset import Dataset
from agentcore_probe.storage import open_storage
from tests.history.runs import run
compaction.MANY, compaction.MANY_MERGED = 4, 3
dataset = Dataset(open_storage(sys.argv[1]))
for number in range(int(sys.argv[2]), int(sys.argv[3])):
    dataset.add([run(number, day=1)])
    print(number, flush=True)
    compaction.compact(dataset)
"""


@pytest.mark.slow
@pytest.mark.parametrize("attempt", range(5))
def test_killed_writers_lose_nothing_that_they_reported(tmp_path: Path, attempt: int) -> None:
    """Three commands write and merge at the same time, and are killed at any moment; a reader sees each run once."""
    commands = [
        [sys.executable, "-c", _WRITER, str(tmp_path), str(start), str(start + 200)]
        for start in (0, 200, 400)
    ]
    writers = [
        subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) for command in commands
    ]
    reader = Dataset(open_storage(tmp_path))
    deadline, rows = time.monotonic() + 60, list[object]()
    while len(rows) < 60 + 25 * attempt and time.monotonic() < deadline:
        rows = rows_in(reader)
        assert len(rows) == len(set(map(str, rows)))
    for writer in writers:
        os.kill(writer.pid, signal.SIGKILL)
    reported = {int(line) for writer in writers for line in writer.communicate()[0].splitlines()}
    found = [int(row[0], 16) for row in rows_in(reader)]
    assert len(reported) >= 15
    assert reported <= set(found)
    assert all(found.count(number) == 3 for number in set(found))
