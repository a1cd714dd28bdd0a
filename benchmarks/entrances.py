"""`report` with all entrances on, beside `local`, whose file asks for none: `python -m benchmarks.entrances`.

The commands run in alternation. Processor seconds are those of the whole process tree, and depend less on what else runs.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import Approach, memory_peaks, ratio, spread

PROJECT = Path(__file__).resolve().parents[1]
NONE, ALL = "`local`, no further entrances", "`local-entrances`, all"


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="measurements of each command [default: 7]")
    parser.add_argument("--before", type=Path, help="another checkout, whose `local` is measured too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        table(Path(name), options.rounds, options.before)


def table(folder: Path, rounds: int, before: Path | None = None) -> None:
    """Prints the table.

    Args:
        folder: where the reports are written.
        rounds: measurements of each command.
        before: another checkout of this project, or None.
    """
    approaches = [_report(NONE, PROJECT, "local", folder), _report(ALL, PROJECT, "local-entrances", folder)]
    if before is not None:
        approaches.insert(0, _report(f"`local`, {before.name}", before.resolve(), "local", folder))
    seconds, processor = _measure(approaches, rounds)
    first = approaches[0].name
    print("## All entrances\n")
    print("| | seconds | ratio | processor seconds | ratio | peak MiB (PSS) |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for approach in approaches:
        wall, own = seconds[approach.name], processor[approach.name]
        print(
            f"| {approach.name} | {spread(wall)} | {ratio(wall, seconds[first])} | {spread(own)}"
            f" | {ratio(own, processor[first])} | {spread(memory_peaks(approach), 0)} |"
        )
    print(flush=True)


def _report(name: str, checkout: Path, environment: str, folder: Path) -> Approach:
    """The command without `aws`, whose time is its own, by the code of a checkout."""
    command = [sys.executable, "-m", "agentcore_probe", "report", environment, "--out", str(folder / "out")]
    return Approach(name, [command], checkout, {"PYTHONPATH": str(checkout), "PATH": "/usr/bin:/bin"})


def _measure(
    approaches: Sequence[Approach], rounds: int
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Seconds and processor seconds by approach, in alternation."""
    seconds: dict[str, list[float]] = {approach.name: [] for approach in approaches}
    processor: dict[str, list[float]] = {approach.name: [] for approach in approaches}
    for approach in approaches:
        approach.run()  # fills the caches of files and byte code
    for _ in range(rounds):
        for approach in approaches:
            start, used = time.perf_counter(), _used()
            approach.run()
            seconds[approach.name].append(time.perf_counter() - start)
            processor[approach.name].append(_used() - used)
    return seconds, processor


def _used() -> float:
    """Processor seconds of all processes below this one that have ended and were waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
