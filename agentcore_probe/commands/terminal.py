"""The terminal: the summary table, and progress where somebody watches."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from agentcore_probe.commands.printable import printable
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.methods import METHODS
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.messages import messages
from agentcore_probe.report.view import View

_COLOURS = {
    "as-expected": "green",
    "unexpected": "red",
    "not-applicable": "dim",
    "verified": "green",
    "not-verified": "red",
}
_PIPE_WIDTH = 140
"""Columns of a table that goes into a pipe, where no terminal says how wide it is."""


def print_summary(record: RunRecord, judgement: Judgement, language: str) -> None:
    """Prints method, auth, result, as expected? and why, then the verdict."""
    view = View(record, judgement, messages(language))
    console = Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH, highlight=False)
    table = Table(title=_text(view.title), title_justify="left")
    for column in ("method", "auth", "result", "outcome", "explanation"):
        table.add_column(_text(view.messages(f"column-{column}")), overflow="fold")
    for row in view.rows():
        outcome = _text(f"{row['symbol']} {row['outcome_word']}", _COLOURS.get(row["outcome"], "yellow"))
        table.add_row(
            _text(row["id"]), _text(row["auth"]), _text(row["result"]), outcome, _text(row["explanation"])
        )
    console.print(table)
    verdict = view.verdict
    said = view.messages("summary-verdict", verdict=verdict["word"], sentence=verdict["sentence"])
    console.print(_text(said, _COLOURS.get(verdict["id"], "yellow")))
    if record.provenance.source != "aws":
        console.print(_text(verdict["source"]))
    for found in view.configuration():
        colour = "red" if found["severity"] == "error" else "yellow"
        console.print(_text(f"{found['word']}: {found['title']}", colour))
    for line in view.expectations():
        console.print(_text(line, "red"))


def _text(text: str, style: str = "") -> Text:
    """A text that steers nothing: a server's words are read neither as markup nor as control characters."""
    return Text(printable(text), style)


def print_changes(record: RunRecord, judgement: Judgement, language: str) -> None:
    """Prints each request that was sent again with one thing changed, and both answers."""
    view = View(record, judgement, messages(language))
    for each in record.experiments():
        change = each.change
        before = record.exchange(change.of) if change else None
        if change is None or before is None:
            continue
        told = view.messages(
            "summary-changed",
            id=change.of,
            factor=view.messages(f"factor-{change.factor}"),
            before=change.before,
            after=change.after,
            one=view.status(before),
            other=view.status(each),
        )
        print(printable(told))


@contextlib.contextmanager
def progress() -> Iterator[Callable[[str, str], None]]:
    """Tells what happens on standard error while the block runs; silent when nobody watches."""
    if not sys.stderr.isatty():
        yield lambda phase, state: None
        return
    done: set[str] = set()
    known = {method.id for method in METHODS}
    console = Console(stderr=True)
    with console.status("starting") as status:

        def tell(phase: str, state: str) -> None:
            if state != "begun" and phase in known:
                done.add(phase)
            counted = f" ({len(done)} of {len(known)} methods)" if done else ""
            status.update(_text(f"{phase}: {state}{counted}"))

        yield tell


@contextlib.contextmanager
def counter(total: int) -> Iterator[Callable[[str, str, str], None]]:
    """The same for many environments; it is told each one's name, too."""
    if not sys.stderr.isatty():
        yield lambda name, phase, state: None
        return
    done: set[str] = set()
    with Console(stderr=True).status("starting") as status:

        def tell(name: str, phase: str, state: str) -> None:
            if (phase, state) == ("report", "done"):
                done.add(name)
            status.update(_text(f"{len(done)} of {total} reports; {name}: {phase}: {state}"))

        yield tell
