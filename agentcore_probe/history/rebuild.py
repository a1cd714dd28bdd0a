"""Writes runs into the history again, in place of what it says of them; runs without a record stay as they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agentcore_probe.history.compaction import compact
from agentcore_probe.history.dataset import Dataset, month_in, month_of, name_of, new_merged_name
from agentcore_probe.history.local_files import local_paths
from agentcore_probe.history.parquet import (
    deduplicated,
    files,
    is_replaceable,
    is_usable,
    parquet_of,
    scan,
    write,
)
from agentcore_probe.history.rows import Row

_AT_ONCE = 10_000
"""Rows that are written at a time: some 20 MiB."""


def replace(dataset: Dataset, runs: Iterable[Sequence[Row]]) -> int:
    """Writes runs anew; how many.

    What is new is in place before what was there is removed, so a kill leaves every run, and readers count each once.

    Args:
        dataset: the history.
        runs: the rows of each run; of those with the same environment and run id, the first counts.

    Raises:
        ReportError: a file cannot be read or written.
    """
    old = dataset.names()
    written: list[str] = []
    own_names: set[str] = set()
    waiting: list[Row] = []
    for rows in runs:
        if not rows or name_of(rows[0]) in own_names:
            continue
        own_names.add(name_of(rows[0]))
        waiting += rows
        if len(waiting) >= _AT_ONCE:
            written += _write(dataset, waiting)
            waiting = []
    written += _write(dataset, waiting)
    for month in sorted({month_in(name) for name in written}):
        new = [name for name in written if month_in(name) == month]
        _remove_replaced(dataset, month, [name for name in old if month_in(name) == month], new, own_names)
    compact(dataset)
    return len(own_names)


def _write(dataset: Dataset, rows: Sequence[Row]) -> list[str]:
    """Writes one file for each month; their names."""
    by_month: dict[str, list[Row]] = {}
    for row in rows:
        by_month.setdefault(month_of(row), []).append(row)
    names = []
    for month, of_month in by_month.items():
        names.append(new_merged_name(month))
        dataset.storage.write(names[-1], parquet_of(of_month, dataset.engine))
    return names


def _remove_replaced(
    dataset: Dataset, month: str, old: list[str], new: list[str], own_names: set[str]
) -> None:
    """Removes the old files of a month, of which the runs that are not in the new ones are kept in one more file."""
    engine = dataset.engine
    with local_paths(dataset.storage, old) as paths, local_paths(dataset.storage, new) as new_paths:
        usable = {
            name: path
            for name, path in paths.items()
            if path.exists() and is_usable(path, engine) and is_replaceable(path, engine)
        }
        if usable:
            keys = f"SELECT DISTINCT environment, run_id FROM ({scan(('environment', 'run_id'))})"
            written = {"files": files(new_paths.values())}
            engine.execute(f"CREATE OR REPLACE TEMP TABLE replaced AS {keys}", written)
            kept = f"{deduplicated()} AND (environment, run_id) NOT IN (SELECT (environment, run_id) FROM replaced)"
            parameters = {"files": files(usable.values())}
            if engine.execute(f"SELECT 1 FROM ({kept}) LIMIT 1", parameters).fetchone():
                dataset.storage.write(new_merged_name(month), write(kept, parameters, engine))
    broken = [name for name in old if name not in usable and name in own_names]
    dataset.storage.remove([*usable, *broken])
