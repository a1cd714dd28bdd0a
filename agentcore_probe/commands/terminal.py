"""Terminal output: repeated requests, and progress where standard error is a terminal."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

from rich.console import Console

from agentcore_probe.commands.printable import printable
from agentcore_probe.commands.summary import inert
from agentcore_probe.live import Progress
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.methods import METHODS
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.messages import messages
from agentcore_probe.report.view import View

BatchProgress = Callable[[str, str, str], None]
"""Called with an environment's name, a phase and its state."""


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
    methods = {method.id for method in METHODS}
    done: set[str] = set()
    with Console(stderr=True).status("starting") as status:

        def progress(phase: str, state: str) -> None:
            if state != "begun" and phase in methods:
                done.add(phase)
            count = f" ({len(done)} of {len(methods)} methods)" if done else ""
            status.update(inert(f"{phase}: {state}{count}"))

        yield progress


@contextlib.contextmanager
def show_batch_progress(total: int) -> Iterator[BatchProgress]:
    """The same for the runs of `total` environments."""
    if not sys.stderr.isatty():
        yield lambda name, phase, state: None
        return
    done: set[str] = set()
    with Console(stderr=True).status("starting") as status:

        def progress(name: str, phase: str, state: str) -> None:
            if (phase, state) == ("report", "done"):
                done.add(name)
            status.update(inert(f"{len(done)} of {total} reports; {name}: {phase}: {state}"))

        yield progress
