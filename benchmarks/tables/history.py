"""What the history costs."""

from __future__ import annotations

import itertools
import random
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
from benchmarks.commands import Commands
from benchmarks.measure import Approach
from benchmarks.table import CPU, PEAK, SECONDS, Table
from benchmarks.workplace import PROJECT, Workplace, probe

START = datetime(2026, 1, 1, tzinfo=UTC)
ENVIRONMENTS = 300
HALF_A_YEAR = 180 * 24 * 3600


def _approaches(workplace: Workplace) -> Iterator[Approach]:
    record = api.load(workplace.record)
    real = rows_of(record, api.judge(record), "local/20260101T000000Z")
    for runs in (200, 2_000):
        folder = workplace.folder / f"history-of-{runs}-runs"
        _add_one_by_one(Dataset(open_storage(str(folder))), varied(real, runs, environments=1))
        for words in (["history", "prod-0"], ["history", "all"]):
            yield _approach(f"{runs:,} runs", folder, words)
    for rows in (100_000, 1_000_000):
        folder = workplace.folder / f"history-of-{rows}-rows"
        storage, runs = open_storage(str(folder)), rows // len(real)
        replace(Dataset(storage), varied(real, runs, environments=ENVIRONMENTS))
        newest = itertools.islice(varied(real, runs, environments=ENVIRONMENTS), runs - ENVIRONMENTS, None)
        _write_records(record, newest, storage)
        for words in (["history", "prod-7"], ["history", "all"], ["index"]):
            yield _approach(f"{rows:,} rows of {ENVIRONMENTS} environments", folder, words)


def _approach(history: str, folder: Path, words: list[str]) -> Approach:
    files = sum(1 for _ in (folder / "history").rglob("*.parquet"))
    command = [*probe(), *words, "--out", str(folder)]
    return Approach(f"{history} ({files} files), `{' '.join(words)}`", Commands([command], PROJECT))


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


def _add_one_by_one(dataset: Dataset, runs: Iterable[list[Row]]) -> None:
    """Adds runs as `report` does."""
    for number, rows in enumerate(runs, start=1):
        dataset.add([rows])
        if number % 25 == 0:
            compact(dataset)


TABLE = Table(
    "history",
    "The history",
    _approaches,
    (SECONDS, CPU, PEAK),
    "history, command",
    "A real run of `local`, varied over half a year and written as `report` writes it: 200 and 2,000 runs of one environment one by\n"
    "one, the rows of many environments in batches. `index` reads the newest record of each environment as well.",
    share=2,
)
