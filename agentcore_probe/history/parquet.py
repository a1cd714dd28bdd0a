"""SQL that reads and writes Parquet files with the columns of the history."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agentcore_probe.errors import ReportError
from agentcore_probe.history.columns import COLUMNS
from agentcore_probe.history.engine import literal
from agentcore_probe.store import checked

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_TYPES = {column.name: column.type for column in COLUMNS}
_KEY = ("environment", "run_id")
_IS_OURS = "environment IS NOT NULL AND run_id IS NOT NULL"
_ORDER = "environment, started, run_id, position"
"""Of the rows of a file: an environment's rows are together, so that a reader of one skips the others."""


def empty(columns: Iterable[str] = _TYPES) -> str:
    """SQL: these columns without a row."""
    return f"SELECT {', '.join(f'NULL::{_TYPES[name]} AS {name}' for name in columns)} WHERE false"


def scan(columns: Iterable[str] = _TYPES) -> str:
    """SQL: the rows of the files in the parameter `$files`, with these columns and `filename`.

    Folders are not read as partitions: a folder above may be called `team=a`, and months would become numbers.
    """
    selected = ", ".join(f"CAST({name} AS {_TYPES[name]}) AS {name}" for name in columns)
    # A column exists even where every file is older than it.
    return (
        f"SELECT {selected}, filename FROM ({empty()} UNION ALL BY NAME SELECT * FROM "
        "read_parquet($files, union_by_name = true, hive_partitioning = false, filename = true))"
    )


def deduplicated(columns: Iterable[str] = _TYPES, condition: str = "true") -> str:
    """SQL: the same, each run from one of its files only, and without rows of somebody else's files."""
    rows = scan(dict.fromkeys(("environment", "run_id", *columns)))
    one_file = f"SELECT (environment, run_id, max(filename)) FROM ({scan(_KEY)}) GROUP BY environment, run_id"
    return (
        f"SELECT {', '.join(columns)} FROM ({rows}) "
        f"WHERE {_IS_OURS} AND {condition} AND (environment, run_id, filename) IN ({one_file})"
    )


def plain(columns: Iterable[str] = _TYPES, condition: str = "true") -> str:
    """SQL: the same, where no run is in two files."""
    rows = scan(dict.fromkeys(("environment", "run_id", *columns)))
    return f"SELECT {', '.join(columns)} FROM ({rows}) WHERE {_IS_OURS} AND {condition}"


def files(paths: Iterable[Path]) -> list[str]:
    """Paths as a parameter of `scan`: as they are, not as patterns."""
    return ["".join(f"[{sign}]" if sign in "[*?" else sign for sign in str(path)) for path in paths]


def parquet_of(rows: Sequence[dict[str, Any]], engine: DuckDBPyConnection) -> bytes:
    """A Parquet file with these rows.

    Args:
        rows: values by column.
        engine: makes it.

    Raises:
        SecretLeakError: a value contains a registered secret, which a search of the compressed file would not find.
    """
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    content = checked(text.encode("utf-8", "replace"), where="history")  # halves of a surrogate pair
    with _temporary_folder() as folder:
        source = folder / "rows.json"
        source.write_bytes(content)
        types = ", ".join(f"{name}: {literal(type)}" for name, type in _TYPES.items())
        query = f"SELECT * FROM read_json($source, columns = {{{types}}}, format = 'newline_delimited')"
        return write(query, {"source": str(source)}, engine)


def write(query: str, parameters: dict[str, Any], engine: DuckDBPyConnection) -> bytes:
    """A Parquet file with the result of `query`, which has the columns of the history.

    Raises:
        duckdb.Error: the query fails.
        ReportError: there is no room for temporary files.
    """
    with _temporary_folder() as folder:
        path = folder / "rows.parquet"
        names = ", ".join(_TYPES)
        engine.execute(
            f"COPY (SELECT {names} FROM ({query}) ORDER BY {_ORDER}) TO {literal(str(path))} "
            "(FORMAT parquet, COMPRESSION zstd)",
            parameters,
        )
        return path.read_bytes()


@contextlib.contextmanager
def _temporary_folder() -> Iterator[Path]:
    """A private folder.

    Raises:
        ReportError: there is no room for temporary files.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="agentcore-probe-") as name:
            yield Path(name)
    except OSError as error:
        raise ReportError(
            f"a temporary file cannot be written: {error.strerror}",
            where=tempfile.gettempdir(),
            hint="Free disk space, or set TMPDIR",
        ) from None


def problem_of(path: Path) -> str | None:
    """What is wrong with a file as a whole, seen at its two ends; None: nothing, as far as that shows.

    Raises:
        FileNotFoundError: it is not there any more.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4)
            size = file.seek(0, 2)
            if size == 0:
                return "is empty"
            file.seek(max(0, size - 8))
            tail = file.read()
    except FileNotFoundError:
        raise
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if head != b"PAR1":
        return "is not a Parquet file"
    is_whole = size >= 12 and tail[4:] == b"PAR1" and int.from_bytes(tail[:4], "little") <= size - 12
    return None if is_whole else "is cut off"


def is_usable(path: Path, engine: DuckDBPyConnection, columns: Iterable[str] = _TYPES) -> bool:
    """Whether every value of these columns can be read."""
    import duckdb

    try:
        engine.execute(
            f"SELECT bit_xor(hash(COLUMNS(*))) FROM ({scan(columns)})", {"files": files([path])}
        ).fetchall()
    except duckdb.Error:
        return False
    return True


def is_replaceable(path: Path, engine: DuckDBPyConnection) -> bool:
    """Whether a file has nothing but a history's columns, so that this version can write all of it again.

    Others are somebody else's, or a later version's.
    """
    import duckdb

    query = "DESCRIBE SELECT * FROM read_parquet($files, hive_partitioning = false)"
    try:
        names = {name for name, *_ in engine.execute(query, {"files": files([path])}).fetchall()}
    except duckdb.Error:
        return False
    return {*_KEY} <= names <= _TYPES.keys()
