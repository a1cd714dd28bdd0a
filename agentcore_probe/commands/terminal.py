"""Terminal output: repeated requests, and progress where standard error is a terminal."""

from __future__ import annotations

import contextlib
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner

from agentcore_probe.commands.inert import inert
from agentcore_probe.commands.printable import printable
from agentcore_probe.live import Progress
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.progress import PROMPT, ProgressText
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


class _Spinner:
    """One line of progress on standard error, which makes way for a prompt."""

    def __init__(self) -> None:
        self._spinner = Spinner("dots", "starting")
        # rich prints what goes to standard output above the spinner: only where both are on the terminal.
        self._live = Live(
            self._spinner,
            console=Console(stderr=True),
            refresh_per_second=12.5,
            transient=True,
            redirect_stdout=sys.stdout.isatty(),
        )
        self._is_hidden = False

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def show(self, phase: str, state: str, text: str) -> None:
        """Shows `text`; hides the line while the phase is a prompt that has begun."""
        if phase == PROMPT:
            self._is_hidden = state == "begun"
            (self._live.stop if self._is_hidden else self._live.start)()
        elif not self._is_hidden:
            self._spinner.update(text=inert(text))


@contextlib.contextmanager
def show_progress() -> Iterator[Progress]:
    """Shows the progress of one run on standard error while the block runs, if that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda phase, state: None
        return
    text = ProgressText()
    with _Spinner() as spinner:

        def progress(phase: str, state: str) -> None:
            spinner.show(phase, state, text(phase, state))

        yield progress


@contextlib.contextmanager
def show_batch_progress(total: int) -> Iterator[BatchProgress]:
    """The same for the runs of `total` environments."""
    if not sys.stderr.isatty():
        yield lambda name, phase, state: None
        return
    done: set[str] = set()
    texts: defaultdict[str, ProgressText] = defaultdict(ProgressText)
    with _Spinner() as spinner:

        def progress(name: str, phase: str, state: str) -> None:
            if (phase, state) == ("environment", "done"):
                done.add(name)
            line = f"{len(done)} of {total} environments; {name}: {texts[name](phase, state)}"
            spinner.show(phase, state, line)

        yield progress
