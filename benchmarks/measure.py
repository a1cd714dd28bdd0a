"""Wall time and memory of whole commands, run in alternation."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Approach:
    """One way to make a report: its command lines, one after the other, in a folder."""

    name: str
    commands: Sequence[Sequence[str]]
    folder: Path
    environment: Mapping[str, str]

    def run(self) -> None:
        """Runs the commands once.

        Raises:
            CalledProcessError: a command failed; its output is printed.
        """
        for command in self.commands:
            result = subprocess.run(
                command,
                cwd=self.folder,
                env={**os.environ, **self.environment},
                check=False,
                capture_output=True,
                text=True,
            )
            if result.returncode:
                print(result.stdout, result.stderr, sep="\n", file=sys.stderr)
                result.check_returncode()


def wall_times(approaches: Sequence[Approach], rounds: int) -> dict[str, list[float]]:
    """Seconds by approach, measured in alternation, so that a slow moment of the machine affects all of them."""
    seconds: dict[str, list[float]] = {approach.name: [] for approach in approaches}
    for approach in approaches:
        approach.run()  # fills the caches of files and byte code
    for _ in range(rounds):
        for approach in approaches:
            start = time.perf_counter()
            approach.run()
            seconds[approach.name].append(time.perf_counter() - start)
    return seconds


def memory_peaks(approach: Approach, runs: int = 5) -> list[float]:
    """MiB of the whole process tree (PSS), one value a run: the highest of its samples, one every 20 ms.

    Processes are read one after the other, so memory of a fork in between may count twice.
    """
    return [_peak(approach) for _ in range(runs)]


def _peak(approach: Approach) -> float:
    highest = 0
    for command in approach.commands:
        process = subprocess.Popen(
            command,
            cwd=approach.folder,
            env={**os.environ, **approach.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while process.poll() is None:
            highest = max(highest, tree_memory(process.pid))
            time.sleep(0.02)
    return highest / 2**20


def tree_memory(pid: int) -> int:
    """Bytes of a process and all below it (PSS)."""
    total = 0
    try:
        tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return 0
    for process in tree:
        try:
            total += process.memory_full_info().pss
        except psutil.Error:
            continue
    return total


def spread(values: Sequence[float], digits: int = 2) -> str:
    """The median, with the lowest and the highest in brackets."""
    texts = (f"{value:.{digits}f}" for value in (statistics.median(values), min(values), max(values)))
    return "{} ({} to {})".format(*texts)


def ratio(values: Sequence[float], others: Sequence[float]) -> str:
    """The median of the ratios of pairs of measurements."""
    median = statistics.median(value / other for value, other in zip(values, others, strict=True))
    return f"{median:.2f}" if median > 0.1 else f"1/{1 / median:.0f}"
