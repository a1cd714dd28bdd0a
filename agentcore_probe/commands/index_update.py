"""What `report` does for the index: notes attempts without a record, and makes the index of what is there afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from agentcore_probe.commands.index import INDEX, IndexMaker, maker, write_index
from agentcore_probe.commands.options import ReportOptions
from agentcore_probe.commands.paths import display_path
from agentcore_probe.commands.printable import print_to_stderr
from agentcore_probe.environments.load import environment_names
from agentcore_probe.environments.rows import rows_in
from agentcore_probe.environments.sources import is_name
from agentcore_probe.errors import ExitCode, ProbeError
from agentcore_probe.fleet.badges import renew_badge
from agentcore_probe.fleet.failures import forget_failure, keep_failure
from agentcore_probe.fleet.runs import FAILURE, find_runs, has_run, names_of_runs
from agentcore_probe.notebook.parameters import fleet_notebook
from agentcore_probe.regex import regex
from agentcore_probe.report.exports.result import EnvironmentResult
from agentcore_probe.storage import Storage

if TYPE_CHECKING:
    from agentcore_probe.notebook.worker import Worker


_UNNAMED = regex(r"-(line|item)-\d+$")
"""What follows the template in the name of a row without one of its own (`tables.table.Row.label`)."""


@dataclass
class IndexUpdate:
    """The index of the storage that a command writes to.

    Shared reports have none: it would name their environments. A part of them (`--shard`) makes none: whoever starts the
    parts does, once, with `index`.

    Args:
        root: the folder that contains `environments/`.
        reports: the storage.
        options: the command's options.
        worker: the process whose children execute notebooks; None: Jupyter's own kernel.
    """

    root: Path
    reports: Storage
    options: ReportOptions
    worker: Worker | None
    is_outdated: bool = field(default=False, init=False)
    """Whether something was noted that the index does not show yet."""

    def note(self, result: EnvironmentResult, *, is_alone: bool = False) -> None:
        """Keeps why the last attempt at an environment has no record. One with a report needs nothing.

        A name that no environment has leaves nothing, and neither does a report on a record that is replayed, nor the only
        environment of a command where there are no reports yet: nothing could be mistaken for its state. Where it cannot be
        kept, that is printed.
        """
        options = self.options
        if options.share:
            return
        self.is_outdated |= result.record is not None
        if result.error is None or result.page is not None or options.source is not None:
            return
        try:
            if result.record is not None and has_run(self.reports, result.record):
                forget_failure(self.reports, result.name)  # only the page is missing
            elif self._is_to_be_kept(result.name, is_alone=is_alone):
                run = result.record.run_id if result.record is not None else None
                keep_failure(self.reports, result.name, result.error, run)
                self.is_outdated = True
            else:
                return
            renew_badge(self.reports, result.name)
        except ProbeError as error:
            _print_error(error)

    def _is_to_be_kept(self, name: str, *, is_alone: bool) -> bool:
        """Of one of a fleet, always: its index would not show that an environment is missing."""
        if name not in self._environments:
            return False
        folder = self.reports.folder
        is_of_fleet = folder is None or self.options.shard is not None or (folder / INDEX).is_file()
        return not is_alone or is_of_fleet or bool(self.reports.names(f"{name}/"))

    @cached_property
    def _environments(self) -> frozenset[str]:
        return frozenset(filter(is_name, environment_names(self.root)))

    def after_several(self) -> int:
        """Makes the index and prints where it is; the exit code."""
        if not self._is_wanted:
            return ExitCode.VERIFIED
        # In a process that has loaded what pages need; this one has not.
        code = self._write(self.worker.index if self.worker is not None else maker(None))
        if code == ExitCode.VERIFIED:
            print(display_path(self.reports.where(INDEX)), flush=True)
        return code

    def after_one(self) -> int:
        """Makes the index anew where there is one in a folder; the exit code.

        Elsewhere, hundreds of commands that report on one environment each would make and send it hundreds of times.
        """
        folder = self.reports.folder
        if not self._is_wanted or folder is None or not (folder / INDEX).is_file():
            return ExitCode.VERIFIED
        return self._write(maker(self.worker))

    @property
    def _is_wanted(self) -> bool:
        return self.is_outdated and not self.options.share and self.options.shard is None

    def _forget_former_rows(self) -> None:
        """Forgets the failures of what a template made before it was put right: itself, and rows without a name of their own."""
        templates = rows_in(self.root).of
        for runs in find_runs(self.reports, names_of_runs(self.reports)) if templates else ():
            template = _UNNAMED.sub("", runs.environment)
            is_former = template in templates and runs.environment not in self._environments
            if is_former and runs.has_failure and not runs.files:
                self.reports.remove([f"{runs.environment}/{file}" for file in ("badge.svg", FAILURE)])

    def _write(self, make: IndexMaker) -> int:
        """Makes the index; if that fails, the former one stays, and the error is printed."""
        try:
            self._forget_former_rows()
            notebook = fleet_notebook(self.root)
            write_index(self.reports, self.options.languages, notebook=notebook, make=make)
        except ProbeError as error:
            _print_error(error)
            return ExitCode.REPORT
        return ExitCode.VERIFIED


def _print_error(error: ProbeError) -> None:
    print_to_stderr(f"error: the index was not renewed: {error.line()}")
