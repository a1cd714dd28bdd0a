"""Terminal output: the summary table, and progress where standard error is a terminal."""

from __future__ import annotations

import contextlib
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from agentcore_probe.commands.printable import printable
from agentcore_probe.live import Progress
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.progress import ProgressText
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.messages import messages
from agentcore_probe.report.view import View

BatchProgress = Callable[[str, str, str], None]
"""Called with an environment's name, a phase and its state."""

_COLOURS = {
    "as-expected": "green",
    "unexpected": "red",
    "not-applicable": "dim",
    "verified": "green",
    "not-verified": "red",
}
_PIPE_WIDTH = 140
"""Columns of a table that is not printed to a terminal."""


def print_summary(record: RunRecord, judgement: Judgement, language: str) -> None:
    """Prints the table of access methods, then the verdict and what is wrong in the configuration.

    Args:
        record: the facts.
        judgement: their judgement.
        language: "en" or "ja".
    """
    view = View(record, judgement, messages(language))
    console = Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH, highlight=False)
    table = Table(title=_inert(view.title), title_justify="left")
    for column in ("method", "auth", "result", "outcome", "explanation"):
        table.add_column(_inert(view.messages(f"column-{column}")), overflow="fold")
    for row in view.rows():
        outcome = _inert(f"{row['symbol']} {row['outcome_word']}", _COLOURS.get(row["outcome"], "yellow"))
        table.add_row(
            _inert(row["id"]), _inert(row["auth"]), _inert(row["result"]), outcome, _inert(row["explanation"])
        )
    console.print(table)
    verdict = view.verdict
    line = view.messages("summary-verdict", verdict=verdict["word"], sentence=verdict["sentence"])
    console.print(_inert(line, _COLOURS.get(verdict["id"], "yellow")))
    if (gaps := view.not_tried()) is not None:
        console.print(_inert(gaps))
    if record.provenance.source != "aws":
        console.print(_inert(verdict["source"]))
    for finding in view.configuration():
        colour = "red" if finding["severity"] == "error" else "yellow"
        console.print(_inert(f"{finding['word']}: {finding['title']}", colour))
    for line in view.expectations():
        console.print(_inert(line, "red"))


def _inert(text: str, style: str = "") -> Text:
    """Text in which a server's words are neither markup nor control characters."""
    return Text(printable(text), style)


def print_changes(record: RunRecord, judgement: Judgement, language: str) -> None:
    """Prints each request that was repeated with one factor changed, and both responses.

    Args:
        record: the facts.
        judgement: their judgement.
        language: "en" or "ja".
    """
    view = View(record, judgement, messages(language))
    for experiment in record.experiments():
        change = experiment.change
        original = record.exchange(change.of) if change else None
        if change is None or original is None:
            continue
        line = view.messages(
            "summary-changed",
            id=change.of,
            factor=view.messages(f"factor-{change.factor}"),
            before=change.before,
            after=change.after,
            one=view.status(original),
            other=view.status(experiment),
        )
        print(printable(line))


@contextlib.contextmanager
def show_progress() -> Iterator[Progress]:
    """Shows the progress of one run on standard error while the block runs, if that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda phase, state: None
        return
    text = ProgressText()
    with Console(stderr=True).status("starting") as status:

        def progress(phase: str, state: str) -> None:
            status.update(_inert(text(phase, state)))

        yield progress


@contextlib.contextmanager
def show_batch_progress(total: int) -> Iterator[BatchProgress]:
    """The same for the runs of `total` environments."""
    if not sys.stderr.isatty():
        yield lambda name, phase, state: None
        return
    done: set[str] = set()
    texts: defaultdict[str, ProgressText] = defaultdict(ProgressText)
    with Console(stderr=True).status("starting") as status:

        def progress(name: str, phase: str, state: str) -> None:
            if (phase, state) == ("report", "done"):
                done.add(name)
            status.update(_inert(f"{len(done)} of {total} reports; {name}: {texts[name](phase, state)}"))

        yield progress
