"""`make load`: many runs at once against one embedded AgentCore, then repeated reports; no run may fail or leak."""

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
from benchmarks.table import spread

PROJECT = Path(__file__).resolve().parents[1]
ENVIRONMENT = Environment(name="local", local=LocalSetup(), limits=Limits(seconds=300))
"""With a long limit: fifty runs at once on two cores are slow."""


def main() -> None:
    """Prints the results; exits with 1 where a run failed or a resource grew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=50, help="runs at the same time [default: 50]")
    parser.add_argument("--minutes", type=float, default=30.0, help="of repeated reports [default: 30]")
    arguments = parser.parse_args()
    problems = _run_at_once(arguments.runs) + _run_repeatedly(arguments.minutes)
    sys.exit(1 if problems else 0)


def _run_at_once(runs: int) -> int:
    """The number of runs that are not verified."""
    with LocalProcess(LocalSetup()) as process:
        ready = process.ready().facts
        start = time.monotonic()
        with ThreadPoolExecutor(runs) as pool:
            failures = [failure for failure in pool.map(lambda _: _failure(ready), range(runs)) if failure]
        seconds = time.monotonic() - start
    print(
        f"{runs} runs at once against one embedded AgentCore: {seconds:.1f} s, {len(failures)} not verified"
    )
    for failure in failures:
        print(f"  {failure}")
    return len(failures)


def _failure(ready: Mapping[str, Any]) -> str:
    """The unexpected rows of a run with their causes; empty where the run is verified."""
    judgement = api.judge(with_embedded(ENVIRONMENT, ready).run().observe())
    if judgement.verdict == "verified":
        return ""
    rows = [
        f"{finding.method}: {finding.outcome}, {finding.diagnosis.cause}"
        for finding in judgement.findings
        if finding.outcome not in ("as-expected", "not-applicable")
    ]
    return ", ".join(rows) or judgement.verdict


def _run_repeatedly(minutes: float) -> int:
    """Makes reports and runs in this process in turn; the number of failures and of resources that grew."""
    with LocalProcess(LocalSetup()) as process, tempfile.TemporaryDirectory(prefix="load-") as folder:
        ready = process.ready().facts
        for _ in range(3):
            _failure(ready)  # fills caches
        first, failures, seconds = _resources(), 0, []
        deadline = time.monotonic() + 60 * minutes
        while time.monotonic() < deadline:
            start = time.monotonic()
            failures += _report_fails(Path(folder)) + bool(_failure(ready))
            seconds.append(time.monotonic() - start)
        last = _resources()
    print(
        f"{len(seconds)} reports and runs in {minutes:g} minutes: {spread(seconds)} s each, {failures} failed\n"
    )
    print("| resource | at first | at last |\n| --- | ---: | ---: |")
    for name, before in first.items():
        print(f"| {name} | {before} | {last[name]} |")
    grown = [
        name
        for name, before in first.items()
        if last[name] > before + (0.25 * before if "MiB" in name else 3)
    ]
    print(f"\ngrown: {', '.join(grown) or 'nothing'}")
    return failures + len(grown)


def _report_fails(folder: Path) -> bool:
    command = [sys.executable, "-m", "agentcore_probe", "report", "local", "--out", str(folder)]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, check=False).returncode != 0


def _resources() -> dict[str, int]:
    """Memory, descriptors and threads of this process and of the embedded AgentCore; temporary files; processes."""
    resources: dict[str, int] = {}
    own = psutil.Process()
    for name, process in (("this process", own), ("the embedded AgentCore", own.children()[0])):
        resources[f"{name}, MiB"] = process.memory_full_info().uss >> 20
        resources[f"{name}, descriptors"] = process.num_fds()
        resources[f"{name}, threads"] = process.num_threads()
    resources["temporary files"] = len(list(Path(tempfile.gettempdir()).glob("agentcore-probe-*")))
    resources["processes"] = len(own.children(recursive=True))
    return resources


if __name__ == "__main__":
    main()
