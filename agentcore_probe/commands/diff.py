"""`diff`: the differences between two runs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from agentcore_probe import api
from agentcore_probe.commands.past_runs import last_two_runs
from agentcore_probe.commands.printable import printable
from agentcore_probe.commands.reports import open_reports
from agentcore_probe.errors import InputError
from agentcore_probe.history.diff import Difference, compare
from agentcore_probe.model.record import RunRecord

_ABSENT = "(absent)"


def run(old: str, new: str | None, *, out: str | None, as_json: bool) -> int:
    """Prints each difference and returns 1; 0 where there is none.

    Args:
        old: the `record.json` or `report.html` of the earlier run; without `new`, the name of an environment, whose
            last two runs are compared.
        new: that of the later run.
        out: where the reports are; None: `reports/` of the project.
        as_json: print one JSON list.

    Raises:
        InputError: the environment has fewer than two runs, or `out` does not apply.
        RecordError: one of the files does not contain a record.
        ReportError: the reports cannot be read.
    """
    differences = compare(*_records(old, new, out))
    if as_json:
        print(json.dumps([asdict(difference) for difference in differences], ensure_ascii=False))
    elif not differences:
        print("no differences")
    else:
        for line in lines(differences):
            print(line)
    return 1 if differences else 0


def lines(differences: Iterable[Difference]) -> Iterator[str]:
    """One printable line a difference: `runtime-jwt outcome: as-expected -> unexpected`."""
    for difference in differences:
        before, after = difference.before or _ABSENT, difference.after or _ABSENT
        yield printable(f"{difference.where}: {before} -> {after}")


def _records(old: str, new: str | None, out: str | None) -> tuple[RunRecord, RunRecord]:
    if new is not None:
        if out is not None:
            raise InputError("--out is for the runs of one environment", hint="Leave it out with two files")
        return api.load(old), api.load(new)
    if Path(old).is_file() or old.endswith((".json", ".html")):
        raise InputError("there is nothing to compare it with", where=old, hint="Name a second file")
    return last_two_runs(open_reports(out), old)
