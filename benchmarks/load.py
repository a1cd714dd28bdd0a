"""`make load`: many runs against one embedded AgentCore, then reports for minutes on end; nothing may grow or fail."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil

from agentcore_probe import api
from agentcore_probe.live import with_embedded
from agentcore_probe.local.process import LocalProcess
from agentcore_probe.model.environment import Environment, Limits, LocalSetup
from benchmarks.measure import spread

PROJECT = Path(__file__).resolve().parents[1]
WHERE = Environment(name="local", local=LocalSetup(), limits=Limits(seconds=300))
"""Fifty runs on two cores take their time; how long is not what this is about."""


def main() -> None:
    """Prints two tables, and ends with 1 where something failed or grew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=50, help="runs at the same time [default: 50]")
    parser.add_argument("--minutes", type=float, default=30.0, help="of repeated reports [default: 30]")
    given = parser.parse_args()
    bad = _at_once(given.runs) + _repeated(given.minutes)
    sys.exit(1 if bad else 0)


def _at_once(runs: int) -> int:
    """How many of the runs were not verified."""
    with LocalProcess(LocalSetup()) as process:
        told = process.ready().facts
        begun = time.monotonic()
        with ThreadPoolExecutor(runs) as pool:
            surprises = [each for each in pool.map(lambda _: _surprises(told), range(runs)) if each]
        spent = time.monotonic() - begun
    print(f"{runs} runs at once against one embedded AgentCore: {spent:.1f} s, {len(surprises)} not verified")
    for each in surprises:
        print(f"  {each}")
    return len(surprises)


def _surprises(told: Mapping[str, Any]) -> str:
    """The rows that came out otherwise than expected, with their causes; empty where the run is verified."""
    judgement = api.judge(with_embedded(WHERE, told).run().observe())
    if judgement.verdict == "verified":
        return ""
    good = ("as-expected", "not-applicable")
    rows = [each for each in judgement.findings if each.outcome not in good]
    return (
        ", ".join(f"{each.method}: {each.outcome}, {each.diagnosis.cause}" for each in rows)
        or judgement.verdict
    )


def _repeated(minutes: float) -> int:
    """Reports one after the other, and runs in this process against one embedded AgentCore: what failed or grew."""
    with LocalProcess(LocalSetup()) as process, tempfile.TemporaryDirectory(prefix="load-") as folder:
        told = process.ready().facts
        for _ in range(3):
            _surprises(told)
        first, until, spent, failed = _held(), time.monotonic() + 60 * minutes, [], 0
        while time.monotonic() < until:
            begun = time.monotonic()
            failed += _report(Path(folder)) + bool(_surprises(told))
            spent.append(time.monotonic() - begun)
        last = _held()
    print(f"{len(spent)} reports and runs in {minutes:g} minutes: {spread(spent)} s each, {failed} failed\n")
    print("| held by | at first | at last |\n| --- | ---: | ---: |")
    for name, before in first.items():
        print(f"| {name} | {before} | {last[name]} |")
    grown = [
        name
        for name, before in first.items()
        if last[name] > before + (0.25 * before if "MiB" in name else 3)
    ]
    print(f"\ngrown: {', '.join(grown) or 'nothing'}")
    return failed + len(grown)


def _report(folder: Path) -> bool:
    """Whether a report failed."""
    command = [sys.executable, "-m", "agentcore_probe", "report", "local", "--out", str(folder)]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, check=False).returncode != 0


def _held() -> dict[str, int]:
    """Memory, descriptors and threads of this process and of the embedded AgentCore; our temporary files."""
    held: dict[str, int] = {}
    mine = psutil.Process()
    for name, process in (("this process", mine), ("the embedded AgentCore", mine.children()[0])):
        held[f"{name}, MiB"] = process.memory_full_info().uss >> 20
        held[f"{name}, descriptors"] = process.num_fds()
        held[f"{name}, threads"] = process.num_threads()
    held["temporary files"] = len(list(Path(tempfile.gettempdir()).glob("agentcore-probe-*")))
    held["processes"] = len(mine.children(recursive=True))
    return held


if __name__ == "__main__":
    main()
