"""A comparison of two environments in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agentcore_probe.commands.printable import printable
from agentcore_probe.commands.wrapping import open_console, print_wrapped
from agentcore_probe.report.comparison import ComparisonView

_PIPE_WIDTH = 80
"""Columns where the width is not known."""


def print_comparison(view: ComparisonView) -> None:
    """Prints what explains the different results, the results, and what else differs.

    Args:
        view: what the comparison says.
    """
    console = open_console(_PIPE_WIDTH)
    for line in _lines(view):
        print_wrapped(console, printable(line))


def _lines(view: ComparisonView) -> Iterator[str]:
    """A line break before a line leaves one empty; spaces indent it."""
    yield view.title
    yield from (f"  {run['symbol']} {run['text']}" for run in view.runs)
    yield from (f"  {note}" for note in view.notes)
    if view.summary is not None:
        yield f"\n{view.summary}"
    for number, explanation in enumerate(view.explanations(), start=1):
        yield f"\n{number}. {explanation['title']}"
        for fact in explanation["facts"]:
            if len(explanation["facts"]) > 1:
                yield f"   {fact['label']}"
            yield from _values(view, fact, 5)
        yield f"   {explanation['basis']}"
        for row in explanation["rows"]:
            yield f"   - {row['label']}"
            yield from _values(view, row, 5)
        yield from (f"   {cause}" for cause in explanation["causes"])
        if explanation["follows"]:
            yield f"   {explanation['follows']}"
    if others := view.others():
        yield f"\n{view.others_count}"
        for fact in others:
            yield f"   {fact['label']}"
            yield from _values(view, fact, 5)


def _values(view: ComparisonView, row: dict[str, Any], indent: int) -> Iterator[str]:
    width = max(map(len, view.names)) + 1
    for name, value in zip(view.names, row["values"], strict=True):
        yield f"{' ' * indent}{name + ':':{width}} {value}"
