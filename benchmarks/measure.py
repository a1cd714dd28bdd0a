"""Measures approaches in alternation, so that a slow moment of the machine affects all of them."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from benchmarks.commands import Run, RunFailedError

MEMORY_RUNS = 2
"""Further runs of a short approach, whose memory is sampled: sampling slows it down."""
SHORT, LONG = 0.02, 0.5
"""Seconds between samples of the memory."""


class Work(Protocol):
    """What an approach does."""

    def run(self, out: Path, interval: float | None, /) -> Run:
        """Does it once, as `Commands.run`."""


@dataclass(frozen=True)
class Approach:
    """One way to do something: a row of a table."""

    name: str
    work: Work
    units: int = 1
    """How many reports, environments or runs it is about."""
    references: Sequence[str] = ()
    """The approaches that it is compared with; empty: the first of the table."""
    is_long: bool = False
    """Whether it takes so long that it needs no run to fill caches, and that samples of its memory do not slow it down."""


@dataclass
class Measurement:
    """The runs of an approach."""

    approach: Approach
    kept: Path
    """Where the folders of failed runs stay."""
    runs: list[Run | None] = field(default_factory=list)
    """One for each round; None failed."""
    peaks: list[float] = field(default_factory=list)
    """MiB."""
    failures: list[str] = field(default_factory=list)

    def run(self, interval: float | None) -> Run | None:
        """Runs the approach once, in a folder of its own, which stays only if the run fails."""
        try:
            run = run_once(self.approach.work, self.kept, self.approach.name, interval)
        except RunFailedError as error:
            self.failures.append(str(error))
            return None
        if run.peak is not None:
            self.peaks.append(run.peak)
        return run


def run_once(work: Work, kept: Path, name: str, interval: float | None = None) -> Run:
    """Does a work once, in a new folder, which stays only if it fails.

    Raises:
        RunFailedError: it failed.
    """
    kept.mkdir(exist_ok=True)
    out = Path(tempfile.mkdtemp(dir=kept, prefix=re.sub(r"\W+", "-", name).strip("-") + "-"))
    run = work.run(out, interval)
    shutil.rmtree(out)
    return run


def measure(
    approaches: Sequence[Approach], rounds: int, kept: Path, *, with_memory: bool = False
) -> list[Measurement]:
    """Runs every approach once in each round, in the other order in every second one.

    Args:
        approaches: the rows of a table.
        rounds: how often.
        kept: where the folders of failed runs stay.
        with_memory: whether memory is measured.
    """
    measurements = [Measurement(approach, kept) for approach in approaches]
    short = [measurement for measurement in measurements if not measurement.approach.is_long]
    for measurement in short:
        measurement.run(None)  # fills the caches of files and byte code
    for number in range(rounds):
        for measurement in measurements[:: -1 if number % 2 else 1]:
            interval = LONG if with_memory and measurement.approach.is_long else None
            measurement.runs.append(measurement.run(interval))
    for measurement in short * MEMORY_RUNS if with_memory else ():
        measurement.run(SHORT)
    return measurements
