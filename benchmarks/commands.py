"""Runs whole commands, and says what they took or how they failed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.memory import sampled

OUT = "{out}"
"""In a word of a command: the folder of the run."""
_VERDICT = re.compile(r"Not verified|Inconclusive", re.IGNORECASE)


@dataclass(frozen=True)
class Run:
    """What one run took."""

    seconds: float
    """Wall clock time."""
    cpu: float
    """Seconds of processor time, user and system, of its processes and of all below them that were waited for."""
    peak: float | None = None
    """The highest memory of the process tree, in MiB; None where it was not sampled."""
    result: float | None = None
    """What else the table shows: the size of a page, the number of verified environments."""


class RunFailedError(Exception):
    """A run that does not count.

    Args:
        reason: how it ended.
        out: its folder, which is kept.
    """

    def __init__(self, reason: str, out: Path) -> None:
        super().__init__(f"{reason}; kept in {out}")


@dataclass(frozen=True)
class Commands:
    """Command lines, run one after the other in a folder."""

    lines: Sequence[Sequence[str]]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables beside those of this process."""
    result: Callable[[Path], float] | None = None
    """Reads `Run.result` from the folder of the run."""

    def run(self, out: Path, interval: float | None, /) -> Run:
        """Runs the commands once.

        Args:
            out: the folder of the run, which gets their output as `stdout.txt` and `stderr.txt`.
            interval: seconds between samples of the memory; None takes none.

        Raises:
            RunFailedError: a command ended with another exit code than 0.
        """
        start, cpu, samples = time.perf_counter(), 0.0, []
        for line in self.lines:
            with (out / "stdout.txt").open("ab") as stdout, (out / "stderr.txt").open("ab") as stderr:
                process = subprocess.Popen(
                    [word.replace(OUT, str(out)) for word in line],
                    cwd=self.folder,
                    env={**os.environ, **self.environment},
                    stdout=stdout,
                    stderr=stderr,
                )
            with sampled(process.pid, interval) as memory:
                _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            cpu += usage.ru_utime + usage.ru_stime
            samples += memory
            if process.returncode:
                raise RunFailedError(_reason(process.returncode, out), out)
        seconds = time.perf_counter() - start
        return Run(seconds, cpu, max(samples, default=None), self.result(out) if self.result else None)


def _reason(code: int, out: Path) -> str:
    """How a command ended: with a verdict, or without one."""
    if code < 0:
        return f"ended by signal {-code}"
    if code == 1 and (verdict := _verdict(out)):
        return f"{verdict} (exit 1)"
    errors = (out / "stderr.txt").read_text("utf-8", "replace").split("\n")
    return f"failed (exit {code}): {next(filter(None, reversed(errors)), 'no message')}"


def _verdict(out: Path) -> str:
    """What the command said of its environments; empty if it did not say anything."""
    summary = out / "summary.json"
    if summary.is_file():
        counts = json.loads(summary.read_text("utf-8"))["counts"]
        return ", ".join(f"{number} {verdict}" for verdict, number in counts.items())
    verdict = _VERDICT.search((out / "stdout.txt").read_text("utf-8", "replace"))
    return verdict[0].lower() if verdict else ""
