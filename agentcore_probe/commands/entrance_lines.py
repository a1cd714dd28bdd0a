"""The map of entrances and callers in the terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from agentcore_probe.commands.inert import COLOURS, inert
from agentcore_probe.commands.wrapping import print_wrapped
from agentcore_probe.report.view import View
from agentcore_probe.report.view.entrances import columns, map_rows

_LABEL, _CELL = 21, 14
"""Columns of the terminal that an entrance's name and a result need."""


def print_map(console: Console, view: View) -> None:
    """Prints a row for each entrance and a column for each caller, as many beside each other as fit.

    In brackets is what is intended, where it differs from what was observed.
    """
    rows, shown = map_rows(view), columns(view)
    fitting = max(1, (console.width - _LABEL) // _CELL)
    own = [column for column in shown if not column.is_caller]
    further = [column for column in shown if column.is_caller]
    console.print()
    print_wrapped(console, view.messages("map-title"), "bold")
    for block in (own, *(further[start : start + fitting] for start in range(0, len(further), fitting))):
        if not block:
            continue
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        table.add_column(inert(view.messages("column-entrance")), no_wrap=True)
        for column in block:
            table.add_column(inert(column.name), overflow="fold")
        for row in rows:
            if any(row["cells"][column.id] for column in block):
                table.add_row(inert(row["name"]), *(_cell(row["cells"][column.id]) for column in block))
        console.print(table)
        console.print()


def _cell(results: list[dict[str, Any]]) -> Text:
    """The result that needs attention most."""
    if not results or results[0]["outcome"] == "not-applicable":
        return inert("–")
    first = results[0]
    text = f"{first['symbol']} {first['word']}{' ' + first['intended'] if first['differs'] else ''}"
    return inert(text, COLOURS.get(first["outcome"], "yellow"))
