"""`history --rebuild`: writes the history again from the records of the reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agentcore_probe import api
from agentcore_probe.api.locations import open_reports
from agentcore_probe.commands.printable import print_to_stderr
from agentcore_probe.commands.selection import select_reported
from agentcore_probe.environments.load import find_root
from agentcore_probe.extras import require_extra
from agentcore_probe.history.rows import Row, rows_of
from agentcore_probe.model.display import counted
from agentcore_probe.run_folders import run_folders, usable_record
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
    require_extra("fleet", "'history --rebuild'", only="duckdb")
    from agentcore_probe.history.dataset import Dataset
    from agentcore_probe.history.rebuild import replace

    reports = open_reports(out)
    environments = select_reported(names, reports, find_root())
    runs = replace(Dataset(reports), _rows(reports, environments))
    where = counted(len(environments), "environment")
    print(f"history: {counted(runs, 'run')} of {where} written from their records")


def _rows(reports: Storage, environments: Sequence[str]) -> Iterator[list[Row]]:
    for environment in environments:
        for folder in run_folders(reports, environment):
            record = usable_record(reports, folder, print_to_stderr)
            if record is not None:
                yield rows_of(record, api.judge(record), f"{environment}/{folder.name}")
