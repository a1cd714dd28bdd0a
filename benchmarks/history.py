"""What the history costs: `python -m benchmarks.history` prints the table in benchmarks/RESULTS.md.

A real run of `local` is varied and written as `report` writes it: 200 and 2,000 runs of one environment one by one, and
100,000 and 1,000,000 rows of many environments in batches. Then whole commands read it; the index reads the newest
record of each environment as well.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agentcore_probe import api
from agentcore_probe.history.compaction import compact
from agentcore_probe.history.dataset import Dataset
from agentcore_probe.history.rebuild import replace
from agentcore_probe.history.rows import Row, rows_of
from agentcore_probe.model.record import RunRecord
from agentcore_probe.storage import Storage, open_storage
from agentcore_probe.store import record_text
from benchmarks.measure import Approach, memory_peaks

START = datetime(2026, 1, 1, tzinfo=UTC)
ENVIRONMENTS = 300
HALF_A_YEAR = 180 * 24 * 3600


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each command [default: 3]")
    rounds = parser.parse_args().rounds
    record = api.observe("local")
    real = rows_of(record, api.judge(record), "local/20260101T000000Z")
    print(
        "| history | command | seconds | processor seconds | peak MiB |\n| --- | --- | ---: | ---: | ---: |"
    )
    for runs in (200, 2_000):
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            dataset = Dataset(open_storage(folder))
            _add_one_by_one(dataset, varied(real, runs, environments=1))
            _measure(f"{runs:,} runs", folder, ["history", "prod-0"], rounds)
            _measure(f"{runs:,} runs", folder, ["history", "all"], rounds)
    for rows in (100_000, 1_000_000):
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            runs = rows // len(real)
            replace(Dataset(open_storage(folder)), varied(real, runs, environments=ENVIRONMENTS))
            newest = itertools.islice(
                varied(real, runs, environments=ENVIRONMENTS), runs - ENVIRONMENTS, None
            )
            _write_records(record, newest, open_storage(folder))
            for words in (["history", "prod-7"], ["history", "all"], ["index"]):
                _measure(f"{rows:,} rows of {ENVIRONMENTS} environments", folder, words, rounds)


def varied(real: Sequence[Row], runs: int, *, environments: int) -> Iterator[list[Row]]:
    """So many runs like a real one over half a year: other times, latencies and sometimes results.

    Args:
        real: the rows of a run.
        runs: how many runs to make.
        environments: of how many environments, in turns.
    """
    chance = random.Random(19)  # noqa: S311  (the same rows every time)
    for number in range(runs):
        environment = f"prod-{number % environments}"
        started = START + timedelta(seconds=HALF_A_YEAR * number / runs)
        run = {
            "run_id": uuid.UUID(int=chance.getrandbits(128)).hex,
            "environment": environment,
            "started": started.isoformat(),
            "ended": (started + timedelta(seconds=5)).isoformat(),
            "report": f"{environment}/{started:%Y%m%dT%H%M%SZ}",
        }
        broken = chance.random() < 0.05
        run["verdict"] = "not-verified" if broken else "verified"
        yield [_row({**row, **run}, chance, broken=broken) for row in real]


def _write_records(record: RunRecord, runs: Iterable[Sequence[Row]], storage: Storage) -> None:
    """The record of each run, as the index reads it."""
    for rows in runs:
        run, environment = rows[0], record.environment.model_copy(update={"name": rows[0]["environment"]})
        provenance = record.provenance.model_copy(
            update={"run": run["run_id"], "started": datetime.fromisoformat(run["started"])}
        )
        own = record.model_copy(update={"environment": environment, "provenance": provenance})
        storage.write(f"{run['report']}/record.json", record_text(own, api.judge(own)))


def _row(row: Row, chance: random.Random, *, broken: bool) -> Row:
    if row["milliseconds"] is not None:
        row["milliseconds"] = round(row["milliseconds"] * chance.lognormvariate(0, 0.4), 3)
    if broken and row["position"] == 0:
        row |= {"observed": "refused", "outcome": "unexpected", "cause": "audience-not-allowed"}
    return row


def _add_one_by_one(dataset: Dataset, runs: Iterator[list[Row]]) -> None:
    before, count = time.process_time(), 0
    for rows in runs:
        dataset.add([rows])
        count += 1
        if count % 25 == 0:
            compact(dataset)
    milliseconds = (time.process_time() - before) / count * 1000
    print(
        f"| {count:,} runs | written one by one, a run: {milliseconds:.1f} ms of processor time | | | |",
        flush=True,
    )


def _measure(title: str, folder: str, arguments: list[str], rounds: int) -> None:
    command = [sys.executable, "-m", "agentcore_probe", *arguments, "--out", folder]
    results = sorted(_run(command) for _ in range(rounds))
    wall, cpu = results[len(results) // 2]
    peak = max(memory_peaks(Approach("history", [command], Path.cwd(), {}), runs=2))
    files = sum(1 for _ in Path(folder, "history").rglob("*.parquet"))
    print(
        f"| {title} ({files} files) | `{' '.join(arguments)}` | {wall:.2f} | {cpu:.2f} | {peak:.0f} |",
        flush=True,
    )


def _run(command: list[str]) -> tuple[float, float]:
    """Wall and processor seconds."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
