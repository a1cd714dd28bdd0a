"""The map of entrances and callers in the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from agentcore_probe.commands.inert import COLOURS, inert
from agentcore_probe.commands.wrapping import print_wrapped
from agentcore_probe.report.view import View
from agentcore_probe.report.view.entrances import Column, columns, map_rows

_GAP = 2
"""Columns of the terminal between two of the table."""


def print_map(console: Console, view: View) -> None:
    """Prints a row for each entrance and a column for each caller, as many beside each other as fit.

    In brackets is what is intended, where it differs from what was observed.
    """
    own = [column for column in columns(view) if not column.is_caller]
    further = [column for column in columns(view) if column.is_caller]
    for caption, block in (("map-caption", own), ("map-caption-callers", further)):
        if block:
            console.print()
            print_wrapped(console, view.messages(caption), "bold")
        for number, table in enumerate(_tables(console, view, block)):
            if number:
                console.print()
            console.print(table)


def _tables(console: Console, view: View, map_columns: Sequence[Column]) -> Iterator[Table]:
    """As many tables as it takes for each to fit the width of the console. One column is never split."""
    label, rows = view.messages("column-entrance"), map_rows(view)
    names = max(cell_len(text) for text in (label, *(row["name"] for row in rows)))
    block: list[Column] = []
    used = names
    for column in map_columns:
        cells = (_cell(row["cells"][column.id]).cell_len for row in rows)
        width = _GAP + max(cell_len(column.name), *cells)
        if block and used + width > console.width:
            yield _table(label, rows, block)
            block, used = [], names
        block.append(column)
        used += width
    if block:
        yield _table(label, rows, block)


def _table(label: str, rows: Iterable[dict[str, Any]], block: Sequence[Column]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0))
    table.add_column(inert(label), no_wrap=True)
    for column in block:
        table.add_column(inert(column.name), overflow="fold")
    for row in rows:
        if any(row["cells"][column.id] for column in block):
            table.add_row(inert(row["name"]), *(_cell(row["cells"][column.id]) for column in block))
    return table


def _cell(results: list[dict[str, Any]]) -> Text:
    """The result that needs attention most."""
    if not results or results[0]["outcome"] == "not-applicable":
        return inert("–")
    first = results[0]
    text = f"{first['symbol']} {first['word']}{' ' + first['intended'] if first['differs'] else ''}"
    return inert(text, COLOURS.get(first["outcome"], "yellow"))
