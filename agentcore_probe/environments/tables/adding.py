"""Adds rows to a CSV file that people edit, too: what is in it stays as it is, byte by byte."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agentcore_probe.environments.tables.csv_table import Layout, read_csv, read_layout
from agentcore_probe.environments.tables.reading import decoded
from agentcore_probe.environments.tables.table import Row
from agentcore_probe.errors import EnvironmentFileError

KEY = ("runtime", "gateway")
"""The columns that say what a row is about."""


@dataclass(frozen=True)
class Added:
    """The file with the rows."""

    data: bytes
    added: int = 0
    updated: int = 0
    known: int = 0
    """Rows of the same Runtime and Gateway, which stay as they are."""


def key_of(cells: Mapping[str, str]) -> tuple[str, ...]:
    """What a row is about."""
    return tuple(cells.get(column, "") for column in KEY)


def known_rows(before: bytes | None, where: str) -> dict[tuple[str, ...], Row]:
    """The rows of a file by what they are about; of several, the first.

    Args:
        before: the file's content; None: there is no file.
        where: names it in errors.

    Raises:
        EnvironmentFileError: it cannot be read, or has no such columns.
    """
    if before is None:
        return {}
    text, _ = decoded(before, where)
    layout = read_layout(text, where)
    missing = [column for column in KEY if column not in layout.columns]
    if missing:
        raise EnvironmentFileError(
            f"has no column {' and no column '.join(missing)}",
            where=f"{where}:{layout.header + 1}",
            hint="Add it to the header, or give another name",
        )
    rows: dict[tuple[str, ...], Row] = {}
    for row in _rows(text, where):
        rows.setdefault(key_of(row.cells), row)
    return rows


def with_rows(
    before: bytes | None,
    rows: Sequence[Mapping[str, str]],
    columns: Sequence[str],
    where: str,
    *,
    update: bool = False,
) -> Added:
    """A file with further rows at its end.

    Args:
        before: the file's content; None: there is no file.
        rows: their cells.
        columns: of a new file.
        where: names the file in errors.
        update: whether a row about the same is replaced: cells that `rows` have, but for its name.

    Raises:
        EnvironmentFileError: the file cannot be read, or has no columns for what rows are about.
    """
    known = known_rows(before, where)
    text, encoding = decoded(before, where) if before is not None else ("", "utf-8")
    end = "\r\n" if "\r\n" in text else "\n"
    if before is None:
        text = _line(dict(zip(columns, columns, strict=True)), Layout(0, ",", tuple(columns)), end)
    layout = read_layout(text, where)
    lines = text.splitlines(keepends=True)
    new: list[str] = []
    updated = 0
    for cells in rows:
        row = known.get(key_of(cells))
        if row is None:
            new.append(_line(cells, layout, end))
            continue
        changed = {
            **row.cells,
            **{column: cell for column, cell in cells.items() if cell and column != "name"},
        }
        if update and any(changed.get(column, "") != row.cells.get(column, "") for column in layout.columns):
            lines[row.line - 1] = _line(changed, layout, end)
            lines[row.line : row.line - 1 + row.length] = [""] * (row.length - 1)
            updated += 1
    if new and lines and not lines[-1].endswith(("\n", "\r")):
        lines[-1] += end
    data = "".join([*lines, *new]).encode(encoding)
    return Added(data, len(new), updated, len(rows) - len(new) - updated)


def _rows(text: str, where: str) -> Sequence[Row]:
    try:
        return read_csv(text, where).rows
    except EnvironmentFileError:  # no rows yet
        return ()


def _line(cells: Mapping[str, str], layout: Layout, end: str) -> str:
    line = io.StringIO()
    writer = csv.writer(line, delimiter=layout.separator, lineterminator=end)
    writer.writerow([cells.get(column, "") if column else "" for column in layout.columns])
    return line.getvalue()
