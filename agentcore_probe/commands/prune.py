"""`prune`: removes old reports; what they showed stays in the history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self

from agentcore_probe import api
from agentcore_probe.api.locations import open_reports
from agentcore_probe.commands.printable import print_to_stderr, printable
from agentcore_probe.commands.selection import select_reported
from agentcore_probe.environments.load import find_root
from agentcore_probe.errors import InputError
from agentcore_probe.extras import require_extra
from agentcore_probe.history.rows import rows_of
from agentcore_probe.model.display import counted
from agentcore_probe.regex import regex
from agentcore_probe.run_folders import PAGE, RECORD, RunFolder, run_folders, usable_record
from agentcore_probe.storage import Storage

if TYPE_CHECKING:
    from agentcore_probe.history.dataset import Dataset

_AGE = regex(r"(\d{1,5})([dwh]?)")
_UNITS = {"": "days", "d": "days", "w": "weeks", "h": "hours"}
_LONGEST_RUN = timedelta(hours=6)
"""A report without its page may be one that is being written, as long as it is not older."""
_TIME = regex(r"\d{8}T\d{6}Z(-\d+)?")
_FILES = (PAGE, "report.ipynb", "checks.json", RECORD)
"""What a report consists of; the record is removed last, so that a kill leaves a report that is known."""


def run(names: Sequence[str], *, age: str, out: str | None, is_trial: bool) -> None:
    """Removes the reports that are older than `age`.

    The newest report of an environment and that of its newest run stay, and so does every folder that has another name
    or other files than a report.

    Args:
        names: environments, patterns of their names, or `all`.
        age: `90d`, `12w`, `36h`.
        out: where the reports are; None: `reports/` of the project.
        is_trial: print only what would be removed.

    Raises:
        InputError: `age` is malformed, DuckDB is not installed, or no report is there.
        ReportError: the history cannot be written, or a report cannot be removed.
    """
    now = datetime.now(UTC)
    before, unfinished = _folder_name(now - read_age(age)), _folder_name(now - _LONGEST_RUN)
    require_extra("fleet", "'prune'", only="duckdb")
    from agentcore_probe.history.compaction import compact
    from agentcore_probe.history.dataset import Dataset

    reports = open_reports(out)
    dataset = Dataset(reports)
    removed = left = 0
    for environment in select_reported(names, reports, find_root()):
        if reports.folder is not None and (reports.folder / environment).is_symlink():
            print_to_stderr(f"left: {reports.where(environment)} is a link")
            continue
        timed = [folder for folder in run_folders(reports, environment) if _TIME.fullmatch(folder.name)]
        old = [folder for folder in timed if folder.position[0] < before]
        if not old:
            continue
        past = _Past.of(dataset, environment)
        for folder in old:
            if folder == timed[-1] or _name(folder) == past.newest:
                continue
            if PAGE not in folder.files and folder.position[0] > unfinished:
                continue  # another command is writing it
            if not _is_report(reports, folder) or not past.remember(reports, folder, is_trial=is_trial):
                left += 1
                continue
            removed += 1
            print(printable(f"{'would remove' if is_trial else 'removed'} {_name(folder)}"))
            if not is_trial:
                reports.remove([f"{_name(folder)}/{file}" for file in _FILES if file in folder.files])
    compact(dataset)
    verb = "would be removed" if is_trial else "removed"
    print(f"{counted(removed, 'report')} {verb}" + (f", {left} left" if left else ""))


def _folder_name(moment: datetime) -> str:
    return f"{moment.year:04}{moment:%m%dT%H%M%SZ}"  # %Y has no zero before a year such as 210


@dataclass
class _Past:
    """What the history has of one environment."""

    dataset: Dataset
    run_ids: set[str]
    newest: str | None
    """The report of the newest run."""

    @classmethod
    def of(cls, dataset: Dataset, environment: str) -> Self:
        engine = dataset.connection(
            environments=(environment,), columns=("run_id", "report", "started", "position")
        )
        query = "SELECT run_id, report FROM findings WHERE position = 0 ORDER BY started NULLS FIRST, run_id"
        runs = engine.execute(query).fetchall()
        return cls(dataset, {run_id for run_id, _ in runs}, runs[-1][1] if runs else None)

    def remember(self, reports: Storage, folder: RunFolder, *, is_trial: bool) -> bool:
        """Whether the run of a report is in the history, after it was added where it was not."""
        record = usable_record(reports, folder, print_to_stderr)
        if record is None:
            return False
        if record.run_id not in self.run_ids and not is_trial:
            self.dataset.add([rows_of(record, api.judge(record), _name(folder))])
            self.run_ids.add(record.run_id)
        return True


def read_age(text: str) -> timedelta:
    """The time that `90d`, `12w` or `36h` means; a number alone is in days.

    Raises:
        InputError: it is none of these.
    """
    match = _AGE.fullmatch(text)
    if match is None:
        raise InputError(f"{text!r} is not an age", where="--older-than", hint="Write 90d, 12w or 36h")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def _is_report(reports: Storage, folder: RunFolder) -> bool:
    others = sorted(folder.files - set(_FILES))
    if others:
        print_to_stderr(f"left: {reports.where(_name(folder))} has other files: {', '.join(others[:3])}")
    return not others


def _name(folder: RunFolder) -> str:
    return f"{folder.environment}/{folder.name}"
