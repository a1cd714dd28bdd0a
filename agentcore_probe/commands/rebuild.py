"""`history --rebuild`: writes the history again from the records of the reports."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from agentcore_probe import api
from agentcore_probe.commands.printable import printable
from agentcore_probe.commands.reports import open_reports
from agentcore_probe.environments.load import check_name
from agentcore_probe.errors import InputError, RecordError
from agentcore_probe.extras import require_extra
from agentcore_probe.history.engine import is_installed
from agentcore_probe.history.rows import Row, rows_of
from agentcore_probe.model.record import RunRecord
from agentcore_probe.run_folders import RunFolder, read_run, run_folders
from agentcore_probe.storage import Storage


def run(names: Sequence[str], *, out: str | None) -> None:
    """Writes the runs of environments anew; those whose report is gone stay in the history.

    Args:
        names: environments, patterns of their names, or `all`.
        out: where the reports are; None: `reports/` of the project.

    Raises:
        InputError: DuckDB is not installed, or no report is there.
        ReportError: the history cannot be read or written.
    """
    if not is_installed():
        require_extra("fleet", "'history --rebuild'")
    from agentcore_probe.history.dataset import Dataset
    from agentcore_probe.history.rebuild import replace

    reports = open_reports(out)
    environments = reported_environments(reports, names)
    runs = replace(Dataset(reports), _rows(reports, environments))
    noun = "run" if runs == 1 else "runs"
    where = "1 environment" if len(environments) == 1 else f"{len(environments)} environments"
    print(f"history: {runs} {noun} of {where} written from their records")


def reported_environments(reports: Storage, names: Sequence[str]) -> list[str]:
    """The environments with reports that names, patterns or `all` mean, in alphabetical order.

    Raises:
        InputError: a name is none of an environment, or has no reports.
        ReportError: they cannot be listed.
    """
    for name in names:
        if not (name == "all" or any(sign in name for sign in "*?[")):
            check_name(name)  # `..` would be a folder outside of the storage
    if not any(name == "all" or any(sign in name for sign in "*?[") for name in names):
        present = [name for name in names if any(reports.names(f"{name}/"))]
    else:
        present = sorted(
            {name.partition("/")[0] for name in reports.names() if name.count("/") >= 2} - {"history"}
        )
    for name in names:
        if not any(name == "all" or fnmatchcase(environment, name) for environment in present):
            raise InputError("no reports", where=reports.where("" if name == "all" else name))
    return [one for one in present if any(name == "all" or fnmatchcase(one, name) for name in names)]


def _rows(reports: Storage, environments: Sequence[str]) -> Iterator[list[Row]]:
    for environment in environments:
        for folder in run_folders(reports, environment):
            record = read_or_name(reports, folder)
            if record is not None:
                yield rows_of(record, api.judge(record), f"{environment}/{folder.name}")


def read_or_name(reports: Storage, folder: RunFolder) -> RunRecord | None:
    """The record of a report; None where it has none, or one that cannot be read, which is printed."""
    try:
        return read_run(reports, folder)
    except RecordError as error:
        print(printable(f"left out: {error.line()}"), file=sys.stderr)
        return None
