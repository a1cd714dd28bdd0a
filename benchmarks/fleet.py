"""Reports of many environments from records, and their index: time and memory for 100, 300 and 1,000.

    python -m benchmarks.fleet --numbers 100,300,1000

Every third environment is not verified, in turn. Processor time a report and the peak must not grow with the number.
What the index costs is the difference from that of two environments, of which almost all is imports.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import tree_memory

NUMBERS = (100, 300, 1000)
PROJECT = Path(__file__).resolve().parents[1]
SETUPS = ("local", "local", "local-broken")
"""The environments whose records are replayed, in turn."""


@dataclass(frozen=True)
class Measurement:
    """One command."""

    seconds: float
    cpu: float
    """Of the command and all its processes."""
    peak: float
    """MiB of the process tree (PSS)."""


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--numbers", default=",".join(map(str, NUMBERS)), help="how many environments")
    numbers = [int(number) for number in parser.parse_args().numbers.split(",")]
    print("| environments | wall s | cpu s a report | peak MiB (PSS) | index kB | index: cpu s more than for 2 | `index` alone: wall s | cpu s | peak MiB |")  # fmt: skip
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory(prefix="bench-fleet-") as name:
        folder = Path(name)
        (folder / "environments").mkdir()
        for setup in sorted(set(SETUPS)):
            _run("record", setup, "--out", f"environments/{setup}.json", folder=folder)
        for number in range(max(numbers)):
            text = f'record = "{SETUPS[number % len(SETUPS)]}.json"\n'
            (folder / "environments" / f"account-{number:04}.toml").write_text(text)
        names = [f"account-{number:04}" for number in range(max(numbers))]
        _run("report", *names[:2], "--out", "reports-2", folder=folder)
        smallest = _run("index", "--out", "reports-2", folder=folder)
        for number in numbers:
            _row(names[:number], folder, smallest)


def _row(names: Sequence[str], folder: Path, smallest: Measurement) -> None:
    reports = f"reports-{len(names)}"
    made = _run("report", *names, "--out", reports, folder=folder)
    index = _run("index", "--out", reports, folder=folder)
    size = (folder / reports / "index.html").stat().st_size
    print(
        f"| {len(names)} | {made.seconds:.1f} | {made.cpu / len(names):.3f} | {made.peak:.0f} | {size / 1000:.0f} | "
        f"{index.cpu - smallest.cpu:.2f} | {index.seconds:.2f} | {index.cpu:.2f} | {index.peak:.0f} |",
        flush=True,
    )


def _run(*words: str, folder: Path) -> Measurement:
    """Runs a command once."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "agentcore_probe", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    peaks = [0]
    ended = threading.Event()

    def sample() -> None:
        while not ended.wait(0.5 if words[0] == "report" else 0.02):
            peaks.append(tree_memory(process.pid))

    sampler = threading.Thread(target=sample)
    sampler.start()
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0  # it was waited for
    seconds = time.perf_counter() - start
    ended.set()
    sampler.join()
    return Measurement(seconds, usage.ru_utime + usage.ru_stime, max(peaks) / 2**20)


if __name__ == "__main__":
    main()
