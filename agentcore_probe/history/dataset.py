"""The history of all environments in a storage: Parquet files, `history/month=YYYY-MM/*.parquet`, with `columns.COLUMNS`.

A run's file is named by environment and run id, so adding a run again changes nothing. A month's files are merged into one
when there are many (`compaction.py`); whoever reads in between counts each run once.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
import time
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from agentcore_probe.errors import ReportError
from agentcore_probe.history.columns import COLUMNS
from agentcore_probe.history.engine import literal, open_engine
from agentcore_probe.history.local_files import local_paths
from agentcore_probe.history.parquet import (
    deduplicated,
    empty,
    files,
    is_usable,
    parquet_of,
    plain,
    problem_of,
    scan,
)
from agentcore_probe.history.rows import Row
from agentcore_probe.storage import Storage

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FOLDER = "history/"
_MERGED = re.compile(r"all-[0-9a-f]{16}\.parquet")
"""The name of a file with many runs; that of a single run's ends with 32 digits."""

_FILE = re.compile(rf"{FOLDER}month=(\d{{4}}-\d\d|unknown)/[^/.][^/]*\.parquet")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_RUN_ID = re.compile(r"[0-9a-f]{32}")
_ATTEMPTS = 9
_PAUSE = 0.05
"""Seconds before the second attempt, then twice as long each time: a merge removes its files one after the other, and several
quick attempts would all be in the midst of it."""


class Dataset:
    """The history in one storage. Several threads and processes may use it at the same time.

    Needs the extra `fleet`.

    Args:
        storage: the one with the reports.
    """

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.left_out: dict[str, str] = {}
        """By name: files that cannot be used, and why. `connection` sets it."""
        self._merged: dict[str, list[str]] = {}
        """The files with many runs, by month, for those that were listed."""
        self._keys: dict[str, frozenset[tuple[str, str]]] = {}
        """Environment and run id of the runs in each file with many, which never changes."""
        self._engine: DuckDBPyConnection | None = None
        self._lock = threading.Lock()

    @property
    def engine(self) -> DuckDBPyConnection:
        """A connection for one thread to the database that this dataset writes with; it has no tables."""
        with self._lock:
            self._engine = self._engine or open_engine()
            return self._engine.cursor()

    def names(self, month: str = "") -> list[str]:
        """The names of the files, sorted.

        Args:
            month: `2026-11`; empty: all.

        Raises:
            ReportError: they cannot be listed.
        """
        prefix = f"{FOLDER}month={month}/" if month else FOLDER
        return [name for name in self.storage.names(prefix) if _FILE.fullmatch(name)]

    def add(self, runs: Iterable[Sequence[Row]]) -> int:
        """Adds runs that are not there yet, a file for each; how many it added.

        Args:
            runs: the rows of each run (`rows.rows_of`); one without rows is left out.

        Raises:
            SecretLeakError: a row contains a registered secret.
            ReportError: a file cannot be read or written.
        """
        return sum(self._add(rows) for rows in runs if rows)

    def _add(self, rows: Sequence[Row]) -> bool:
        engine = self.engine
        if self._is_in(self._merged_files(month_of(rows[0])), rows[0], engine):
            return False
        return self.storage.write_new(name_of(rows[0]), parquet_of(rows, engine))

    def _merged_files(self, month: str) -> list[str]:
        """The files with many runs; listed once, since for each of n runs it would be n times n names.

        What another process merges meanwhile is not among them: to add a run twice harms nobody.
        """
        if month not in self._merged:
            self._merged[month] = [name for name in self.names(month) if is_merged(name)]
        return self._merged[month]

    def replace(self, month: str, content: bytes, names: Iterable[str]) -> None:
        """Puts one file with many runs in the place of others.

        Args:
            month: theirs.
            content: of the new file.
            names: of those that it contains.

        Raises:
            ReportError: a file cannot be written or removed.
        """
        self.storage.write(new_merged_name(month), content)
        self.storage.remove(names)
        self._merged.pop(month, None)

    def _is_in(self, names: Sequence[str], row: Row, engine: DuckDBPyConnection) -> bool:
        for name in names:
            if name not in self._keys:
                self._keys[name] = self._read_keys(name, engine)
            if (row["environment"], row["run_id"]) in self._keys[name]:
                return True
        return False

    def _read_keys(self, name: str, engine: DuckDBPyConnection) -> frozenset[tuple[str, str]]:
        import duckdb

        query = f"SELECT DISTINCT environment, run_id FROM ({scan(('environment', 'run_id'))})"
        try:
            with local_paths(self.storage, [name]) as paths:
                return frozenset(engine.execute(query, {"files": files(paths.values())}).fetchall())
        except duckdb.Error:  # damaged, or merged at this moment: to add a run twice harms nobody
            return frozenset()

    def connection(
        self, *, environments: Collection[str] | None = None, columns: Collection[str] | None = None
    ) -> DuckDBPyConnection:
        """A connection of its own with the table `findings`: the rows as they are now, each run once, times in UTC.

        Files that cannot be used are left out and named in `left_out`.

        Args:
            environments: only the rows of these; None: of all.
            columns: only these columns; None: all.

        Raises:
            ReportError: the files cannot be listed or read.
        """
        wanted = [column.name for column in COLUMNS if columns is None or column.name in columns]
        engine = open_engine()
        for attempt in range(_ATTEMPTS):
            if attempt:
                time.sleep(_PAUSE * 2 ** (attempt - 1))
            if self._load(engine, wanted, environments):
                return engine
        raise ReportError("changes faster than it can be read", where=self._location)

    def _load(
        self, engine: DuckDBPyConnection, columns: Sequence[str], environments: Collection[str] | None
    ) -> bool:
        """Makes the table; False: files vanished meanwhile, because they were merged."""
        import duckdb

        self.left_out = {}
        with local_paths(self.storage, self.names()) as paths:
            while True:
                try:
                    for name, path in paths.items():
                        if problem := problem_of(path):
                            self.left_out[name] = problem
                    used = {name: path for name, path in paths.items() if name not in self.left_out}
                    has_copies = _has_copies(used, engine)
                    engine.execute(*_table(used.values(), columns, environments, has_copies=has_copies))
                except FileNotFoundError:
                    return False
                except duckdb.Error as error:
                    if not all(path.exists() for path in used.values()):
                        return False
                    bad = [name for name, path in used.items() if not is_usable(path, engine, columns)]
                    if not bad:
                        raise ReportError(f"cannot be read: {error}", where=self._location) from None
                    self.left_out |= dict.fromkeys(bad, "has other columns, or is damaged")
                else:
                    return True

    @property
    def _location(self) -> str:
        return self.storage.where(FOLDER)


def name_of(row: Row) -> str:
    """The name of the file of the run that a row belongs to."""
    environment, run_id = row["environment"], row["run_id"]
    is_plain = _NAME.fullmatch(environment) and _RUN_ID.fullmatch(run_id)
    stem = f"{environment}-{run_id}" if is_plain else _digest(f"{environment}/{run_id}")
    return f"{FOLDER}month={month_of(row)}/{stem}.parquet"


def month_of(row: Row) -> str:
    """The month in UTC in which a row's run began, as its folder says it."""
    started = row["started"]
    return datetime.fromisoformat(started).astimezone(UTC).strftime("%Y-%m") if started else "unknown"


def new_merged_name(month: str) -> str:
    """A name that no file has, for one with many runs of a month."""
    return f"{FOLDER}month={month}/all-{secrets.token_hex(8)}.parquet"


def month_in(name: str) -> str:
    """The month in a file's name."""
    return name.removeprefix(f"{FOLDER}month=").partition("/")[0]


def is_merged(name: str) -> bool:
    """Whether a file has the runs of several files."""
    return _MERGED.fullmatch(name.rpartition("/")[2]) is not None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _has_copies(used: dict[str, Path], engine: DuckDBPyConnection) -> bool:
    """Whether a run is in several files: a run of its own file, or of two files with many."""
    if not any(map(is_merged, used)):
        return False
    keys = scan(("environment", "run_id", "position"))
    query = (
        f"SELECT 1 FROM ({keys}) WHERE position = 0 GROUP BY environment, run_id HAVING count(*) > 1 LIMIT 1"
    )
    return engine.execute(query, {"files": files(used.values())}).fetchone() is not None


def _table(
    paths: Collection[Path],
    columns: Sequence[str],
    environments: Collection[str] | None,
    *,
    has_copies: bool,
) -> tuple[str, dict[str, object]]:
    """The statement that makes the table `findings`, and its parameters."""
    condition = "true"
    if environments is not None:
        condition = f"environment IN ({', '.join(map(literal, environments)) or 'NULL'})"
    if not paths:
        query = empty(columns)
    elif has_copies:
        query = deduplicated(columns, condition)
    else:
        query = plain(columns, condition)
    return f"CREATE OR REPLACE TABLE findings AS {query}", {"files": files(paths)} if paths else {}
