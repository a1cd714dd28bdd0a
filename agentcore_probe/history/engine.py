"""DuckDB as the history uses it: in memory, offline, in UTC."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def is_installed() -> bool:
    """Whether DuckDB can be imported; nothing is imported."""
    return find_spec("duckdb") is not None


def open_engine() -> DuckDBPyConnection:
    """A connection of its own to an empty database in memory. Another thread uses its `cursor()`."""
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        # Extensions would be downloaded.
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        # Else what does not fit into memory goes to `.tmp` in the working directory.
        "temp_directory": "",
        # Names in statements are those of the history, never of variables.
        "python_enable_replacements": False,
        # Each thread has buffers of its own, and there is little to do.
        "threads": 1,
    }
    engine = duckdb.connect(":memory:", config=settings)
    engine.execute("SET GLOBAL TimeZone = 'UTC'; SET enable_progress_bar = false")  # global: for cursors, too
    return engine


def literal(text: str) -> str:
    """A text as SQL, for statements that take no parameters."""
    return "'" + text.replace("'", "''") + "'"
