"""`history`: since when, how often, and how long."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from agentcore_probe import api
from agentcore_probe.commands.printable import printable
from agentcore_probe.environments.load import find_root
from agentcore_probe.errors import InputError, RecordError
from agentcore_probe.history.trend import history
from agentcore_probe.model.record import RunRecord


def run(name: str, *, out: Path | None, as_json: bool) -> None:
    """Prints the runs of an environment and each row's past.

    Raises:
        InputError: there is no report of that environment.
    """
    folder = (out or find_root() / "reports") / name
    found = history(_records(folder))
    if not found.runs:
        raise InputError(
            "there is no report yet", where=str(folder), hint=f"Run: agentcore-probe report {name}"
        )
    if as_json:
        print(json.dumps(asdict(found), default=str, ensure_ascii=False))
        return
    print(f"{name}: {len(found.runs)} runs, newest last")
    for started, verdict in found.runs:
        print(f"  {_day(started)}  {verdict}")
    print(f"\n{'method':22} {'observed':10} {'outcome':14} {'since':16} {'runs':>4} {'median ms':>9}")
    for row in found.rows:
        spent = "-" if row.milliseconds is None else f"{row.milliseconds:.1f}"
        print(
            f"{row.method:22} {row.observed:10} {row.outcome:14} {_day(row.since):16} {row.runs:4} {spent:>9}"
        )


def _day(time: object) -> str:
    return str(time)[:16] if time else "-"


def _records(folder: Path) -> Iterator[RunRecord]:
    """Every run's record: the record file, else the page that carries it. A broken one is named and left out."""
    for run in sorted(folder.iterdir()) if folder.is_dir() else ():
        for file in (run / "record.json", run / "report.html"):
            if not file.is_file():
                continue
            try:
                yield api.load(file)
            except RecordError as error:
                print(printable(f"left out: {error.line()}"), file=sys.stderr)
            break
