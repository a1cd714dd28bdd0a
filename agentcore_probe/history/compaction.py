"""Merges the many small files of a month into one.

The order makes it safe: the merged file is in place before a file that it contains is removed, and has a name of its own. So
a kill at any moment leaves every run, at most twice, and readers count each once. Two that merge at the same time do no harm
either: each removes only files whose rows it has written again.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing

from agentcore_probe.history.dataset import Dataset, is_merged, month_in
from agentcore_probe.history.engine import open_engine
from agentcore_probe.history.local_files import local_paths
from agentcore_probe.history.parquet import deduplicated, files, is_replaceable, problem_of, write

MANY = 100
"""From so many files of single runs on, a month's files are merged: reading one costs 0.3 ms of processor time, and merging
rewrites what is there."""
MANY_MERGED = 20
"""From so many merged files on, these are merged too. Merging them each time would write a month's rows again and again."""
_AT_ONCE = 200
"""So many files of single runs become one: to merge a thousand at once takes 130 MiB."""


def compact(dataset: Dataset, months: Iterable[str] | None = None) -> int:
    """Merges the files of each month that has many; how many files it removed.

    Args:
        dataset: the history.
        months: `2026-11`; None: all.

    Raises:
        ReportError: a file cannot be read or written.
    """
    names = dataset.names()
    by_month: dict[str, list[str]] = {}
    for name in names:
        by_month.setdefault(month_in(name), []).append(name)
    return sum(
        _compact(dataset, month, found)
        for month, found in by_month.items()
        if months is None or month in months
    )


def _compact(dataset: Dataset, month: str, names: list[str]) -> int:
    single = [name for name in names if not is_merged(name)]
    removed = 0
    if len(single) >= MANY:
        groups = (single[start : start + _AT_ONCE] for start in range(0, len(single), _AT_ONCE))
        removed = sum(merge(dataset, month, group) for group in groups)
        names = dataset.names(month)
    merged = [name for name in names if is_merged(name)]
    return removed + (merge(dataset, month, merged) if len(merged) >= MANY_MERGED else 0)


def merge(dataset: Dataset, month: str, names: list[str]) -> int:
    """Merges files of one month into a new one; how many it removed.

    Files that cannot be read, or have more than this version knows, stay as they are.

    Raises:
        ReportError: the merged file cannot be written.
    """
    import duckdb

    try:
        # A database of its own, so that its memory is free afterwards.
        with closing(open_engine()) as engine, local_paths(dataset.storage, names) as paths:
            usable = {
                name: path
                for name, path in paths.items()
                if problem_of(path) is None and is_replaceable(path, engine)
            }
            if not usable:
                return 0
            content = write(deduplicated(), {"files": files(usable.values())}, engine)
    except (FileNotFoundError, duckdb.Error):
        return 0  # another command merges them, or one is damaged: the next reader names it
    dataset.replace(month, content, usable)
    return len(usable)
