"""A template: a file with `[table]`, of which each row of a table makes an environment."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from agentcore_probe.environments.layers import DEFAULTS, EXTENDS, TABLE, Origin, Source
from agentcore_probe.environments.placeholders import fill, fill_text, names_in, placeholders
from agentcore_probe.environments.sources import is_name
from agentcore_probe.environments.tables.reading import read_table
from agentcore_probe.environments.tables.table import Row, Table, column_name
from agentcore_probe.errors import EnvironmentFileError

_KEYS = ("file", "name", "only")


@dataclass(frozen=True)
class Template:
    """A file and its table."""

    source: Source
    table: Table
    name: str
    """What rows are called, with placeholders."""
    rows: tuple[Row, ...]
    """Those that `only` lets through."""

    @property
    def name_columns(self) -> tuple[str, ...]:
        """The columns of which a name is made."""
        return tuple(dict.fromkeys(column_name(one) for one in names_in(self.name)))

    def name_of(self, row: Row) -> str | None:
        """What a row is called, with - in place of what no name may have; None: it has no usable name."""
        if not all(row.cells.get(column) for column in self.name_columns):
            return None
        name = re.sub(r"[^A-Za-z0-9_-]+", "-", fill_text(self.name, row.cells)).strip("-_")
        return name if is_name(name) else None

    def source_of(self, name: str, row: Row) -> Source:
        """The file as it is for one row.

        Args:
            name: of the row's environment.
            row: one of `rows`.
        """
        filled = fill({key: value for key, value in self.source.tables.items() if key != TABLE}, row.cells)
        cells = {
            path: Origin("table", self.table.where, row.line, columns)
            for path, columns in filled.columns.items()
        }
        empty = tuple(dict.fromkeys(filled.empty))
        return replace(
            self.source,
            name=name,
            tables=filled.tables,
            cells=cells,
            row=self.table.place(row),
            empty=empty,
        )


def table_path(source: Source, folder: Path) -> Path | None:
    """The file of the table that a template names; None where it names none."""
    settings = source.tables.get(TABLE)
    file = settings.get("file") if isinstance(settings, dict) else None
    return folder / file if isinstance(file, str) and file else None


def read_template(source: Source, folder: Path) -> Template:
    """The template in a file.

    Args:
        source: a file with `[table]`.
        folder: where it is.

    Raises:
        EnvironmentFileError: the file or its table cannot be used at all.
    """
    settings = source.tables[TABLE]
    where = f"{source.where}, [{TABLE}]"
    if not isinstance(settings, dict):
        raise EnvironmentFileError("must be a table", where=where, hint='[table] file = "accounts.csv"')
    for key in settings.keys() - {*_KEYS}:
        near = difflib.get_close_matches(key, _KEYS, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"Valid keys: {', '.join(_KEYS)}"
        raise EnvironmentFileError(f"unknown key {key!r}", where=f"{where} {key}", hint=hint)
    name, only = settings.get("name", "{name}"), settings.get("only", {})
    path = table_path(source, folder)
    if path is None:
        raise EnvironmentFileError(
            "must be the path of the table", where=f"{where} file", hint='file = "accounts.csv"'
        )
    if not isinstance(name, str):
        raise EnvironmentFileError("must be text", where=f"{where} name", hint='name = "{account}-{region}"')
    if DEFAULTS in source.tables:
        raise EnvironmentFileError(
            "a file with [table] cannot be extended, so its defaults are for nobody",
            where=f"{source.where}, {DEFAULTS}",
            hint="Write the values above [table], or in the file that this one extends",
        )
    if names_in(source.tables.get(EXTENDS)):
        raise EnvironmentFileError(
            "is the same for all rows", where=f"{source.where}, {EXTENDS}", hint="Name one file"
        )
    table = read_table(path, str(Path(source.where).parent / settings["file"]), source.where)
    _check_placeholders(source, table, name)
    return Template(source, table, name, _chosen(table, only, f"{where} only"))


def _check_placeholders(source: Source, table: Table, name: str) -> None:
    used: list[tuple[tuple[str, ...], str]] = [((TABLE, "name"), one) for one in names_in(name)]
    used += [(path, one) for path, one in placeholders(source.tables) if path[0] != TABLE]
    for path, placeholder in used:
        if column_name(placeholder) not in table.columns:
            key = path[0] if len(path) == 1 else f"[{'.'.join(path[:-1])}] {path[-1]}"
            hint = _column_hint(placeholder, table)
            if path == (TABLE, "name") and placeholder == "name":
                hint = f'Say how rows are called: [table] name = "{{account}}-{{region}}". {hint}'
            elif path != (TABLE, "name"):
                hint += f" For the text itself: {{{{{placeholder}}}}}"
            raise EnvironmentFileError(
                f"{{{placeholder}}} is not a column of {table.where}",
                where=f"{source.where}, {key}",
                hint=hint,
            )


def _column_hint(name: str, table: Table) -> str:
    near = difflib.get_close_matches(column_name(name), table.columns, n=1)
    return f"Did you mean {{{near[0]}}}?" if near else f"Columns: {', '.join(table.columns)}."


def _chosen(table: Table, only: Any, where: str) -> tuple[Row, ...]:
    """The rows whose cells have the wanted values; a row that cannot be read is not left out without a word."""
    if not isinstance(only, Mapping) or not all(
        isinstance(value, str) or (isinstance(value, list) and all(isinstance(one, str) for one in value))
        for value in only.values()
    ):
        raise EnvironmentFileError(
            "must say which values a column has", where=where, hint='only = { status = "ACTIVE" }'
        )
    for column in only:
        if column_name(column) not in table.columns:
            raise EnvironmentFileError(
                f"{column!r} is not a column of {table.where}", where=where, hint=_column_hint(column, table)
            )
    wanted = {
        column_name(column): [value] if isinstance(value, str) else value for column, value in only.items()
    }
    rows = tuple(
        row
        for row in table.rows
        if all(
            any(fnmatchcase(row.cells.get(column, ""), pattern) for pattern in patterns)
            or (row.problem is not None and column not in row.cells)
            for column, patterns in wanted.items()
        )
    )
    if not rows:
        raise EnvironmentFileError(
            f"no row of {table.where} has these values", where=where, hint="Correct the values, or the table"
        )
    return rows
