"""Wall time and memory of whole commands, in alternation, with spread."""

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
class Way:
    """One way to do the job: its command lines, one after the other, in a folder."""

    name: str
    commands: Sequence[Sequence[str]]
    folder: Path
    environment: Mapping[str, str]

    def run(self) -> None:
        """Does the job once.

        Raises:
            CalledProcessError: a command failed; what it said is printed.
        """
        for command in self.commands:
            done = subprocess.run(
                command,
                cwd=self.folder,
                env={**os.environ, **self.environment},
                check=False,
                capture_output=True,
                text=True,
            )
            if done.returncode:
                print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
                done.check_returncode()


def walls(ways: Sequence[Way], rounds: int) -> dict[str, list[float]]:
    """Seconds of each way, in alternation: whatever slows the machine down slows all of them down."""
    spent: dict[str, list[float]] = {way.name: [] for way in ways}
    for way in ways:
        way.run()  # warm: caches of files and byte code
    for _ in range(rounds):
        for way in ways:
            begun = time.perf_counter()
            way.run()
            spent[way.name].append(time.perf_counter() - begun)
    return spent


def peaks(way: Way, runs: int = 5) -> list[float]:
    """MiB of the whole tree of processes (PSS) in some runs; of each the highest sample, one every 20 ms.

    The processes are read one after the other: what is forked meanwhile counts twice now and then.
    """
    return [_peak(way) for _ in range(runs)]


def _peak(way: Way) -> float:
    highest = 0
    for command in way.commands:
        process = subprocess.Popen(
            command,
            cwd=way.folder,
            env={**os.environ, **way.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while process.poll() is None:
            highest = max(highest, _pss(process.pid))
            time.sleep(0.02)
    return highest / 2**20


def _pss(pid: int) -> int:
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
    """Median, and in brackets the lowest and the highest."""
    shown = (f"{value:.{digits}f}" for value in (statistics.median(values), min(values), max(values)))
    return "{} ({} to {})".format(*shown)


def ratio(mine: Sequence[float], theirs: Sequence[float]) -> str:
    """The median of the ratios of the pairs that ran one after the other."""
    middle = statistics.median(a / b for a, b in zip(mine, theirs, strict=True))
    return f"{middle:.2f}" if middle > 0.1 else f"1/{1 / middle:.0f}"
