"""CSV as people and spreadsheets write it: a header, then one environment a line."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from agentcore_probe.environments.tables.table import Row, Table, checked_columns, checked_row
from agentcore_probe.errors import EnvironmentFileError

_SEPARATORS = ",;\t"
_LONGEST_CELL = 50
"""In lines. A quotation mark that is not closed within so many is a mistake in its line, not a long cell."""


class Layout(NamedTuple):
    """How a file is written."""

    header: int
    """The index of the line with the headers."""
    separator: str
    columns: tuple[str, ...]
    """In the order of the cells; empty where a cell of the header is."""


def read_csv(text: str, where: str) -> Table:
    """The table in a CSV file: cells are separated by commas, semicolons or tabs, whatever the header has most of.

    Empty lines and those that begin with # are left out.

    Args:
        text: the content.
        where: names the file in errors.

    Raises:
        EnvironmentFileError: there is no header, or it cannot be used.
    """
    layout = read_layout(text, where)
    rows = tuple(_rows(text.splitlines(), layout.header + 1, layout.separator, layout.columns))
    if not rows:
        raise EnvironmentFileError("has no rows below its header", where=where, hint="Add one an environment")
    return Table(where, tuple(filter(None, layout.columns)), rows)


def read_layout(text: str, where: str) -> Layout:
    """How a CSV file is written.

    Args:
        text: as for `read_csv`.
        where: as for `read_csv`.

    Raises:
        EnvironmentFileError: as for `read_csv`; there may be no rows.
    """
    lines = text.splitlines()
    start, separator = 0, None
    if lines and lines[0].lower().startswith("sep=") and len(lines[0]) == 5:  # Excel's own first line
        start, separator = 1, lines[0][4]
    while start < len(lines) and _is_empty(lines[start]):
        start += 1
    if start == len(lines):
        raise EnvironmentFileError(
            "is empty",
            where=where,
            hint="The first line has the names of the columns: name,account,region,runtime,gateway",
        )
    header = lines[start]
    separator = separator or max(_SEPARATORS, key=header.count)
    place = f"{where}:{start + 1}"
    names = _cells(header, separator)
    if isinstance(names, str):
        raise EnvironmentFileError(names, where=place, hint="Correct the header")
    return Layout(start, separator, checked_columns(names, place))


def _is_empty(line: str) -> bool:
    return line.startswith("#") or not line.strip(f" {_SEPARATORS}\xa0")


def _rows(lines: list[str], start: int, separator: str, columns: tuple[str, ...]) -> Iterator[Row]:
    number = start
    while number < len(lines):
        if _is_empty(lines[number]):
            number += 1
            continue
        line, cells = number + 1, _cells(lines[number], separator)
        number += 1
        if isinstance(
            cells, str
        ):  # a cell with line breaks goes on; a bad line does not take the others with it
            for end in range(number + 1, min(number + _LONGEST_CELL, len(lines) + 1)):
                longer = _cells("\n".join(lines[line - 1 : end]), separator)
                if len(longer) == len(columns) and not isinstance(longer, str):
                    cells, number = longer, end
                    break
        yield replace(checked_row(_row(line, cells, columns)), length=number - line + 1)


def _row(line: int, cells: list[str] | str, columns: tuple[str, ...]) -> Row:
    label = f"line-{line}"
    if isinstance(cells, str):
        return Row(line, label, problem=cells, hint='Write "" for a quotation mark within quotation marks')
    count = len(columns)
    more = [cell for cell in cells[count:] if cell.strip()]
    named = {
        column: cell.strip() for column, cell in zip(columns, cells, strict=False) if column and cell.strip()
    }
    if more or len(cells) < count:
        problem = f"has {len(cells)} cells, and the header has {count}"
        if len(cells) < count:
            problem = f"has {len(cells)} of the {count} cells of the header"
        return Row(line, label, named, problem, "Leave a cell empty where there is nothing: prod,,us-east-1")
    return Row(line, label, named)


def _cells(text: str, separator: str) -> list[str] | str:
    """The cells of a record, or why it has none."""
    try:
        records = [*csv.reader(text.splitlines(keepends=True), delimiter=separator, strict=True)]
    except csv.Error as error:
        is_open = "unexpected end" in str(error)
        return "a quotation mark is not closed" if is_open else f"is not CSV: {error}"
    return records[0] if len(records) == 1 else "is more than one line"
