"""`index`: the page about all environments of a storage, made of what is in it. `report` of several makes it too."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from agentcore_probe import store
from agentcore_probe.api.locations import open_reports
from agentcore_probe.commands.options import IndexOptions
from agentcore_probe.commands.paths import display_path
from agentcore_probe.commands.printable import print_to_stderr
from agentcore_probe.commands.result_lines import print_counts
from agentcore_probe.environments.load import find_root
from agentcore_probe.fleet.read import read_fleet
from agentcore_probe.fleet.runs import names_of_runs
from agentcore_probe.model.fleet import FLEET, Fleet
from agentcore_probe.notebook.parameters import fleet_notebook
from agentcore_probe.report.badge import fleet_badge
from agentcore_probe.storage import Storage

if TYPE_CHECKING:
    from agentcore_probe.notebook.worker import Page, Worker

INDEX = "index.html"


class IndexMaker(Protocol):
    """Makes the index (`report.fleet.page.make_index`, `notebook.worker.Worker.index`)."""

    def __call__(self, fleet: Fleet, languages: Sequence[str], *, notebook: Path, folder: Path) -> Page:
        """The page; raises the errors of `report.fleet.page.make_index`."""


def write_index(
    reports: Storage, languages: Sequence[str], *, notebook: Path, make: IndexMaker, anew: bool = False
) -> Fleet:
    """Writes `index.html`, `fleet.ipynb`, `badge.svg` and `fleet.json`; what they show. If it cannot be made, all stay.

    Args:
        reports: the storage.
        languages: of the page, the first counts; empty: that of most environments.
        notebook: the notebook's file.
        make: makes the page.
        anew: read every environment's newest records, also where nothing has changed since the last index.

    Raises:
        InputError: the storage has no reports.
        ReportError: the page cannot be made or written.
    """
    for attempt in range(_ATTEMPTS):
        fleet, problems, names = read_fleet(reports, anew=anew and attempt == 0)
        for problem in problems if attempt == 0 else ():
            print_to_stderr(f"left out of the index: {problem}")
        _write(reports, fleet, languages or (fleet.language,), notebook, make)
        # Another command may have written a report meanwhile, and its index before this one.
        if names_of_runs(reports) == names:
            break
    return fleet


_ATTEMPTS = 3


def _write(
    reports: Storage, fleet: Fleet, languages: Sequence[str], notebook: Path, make: IndexMaker
) -> None:
    facts = fleet.as_json()
    with tempfile.TemporaryDirectory(prefix="agentcore-probe-") as folder:
        store.write(Path(folder) / FLEET, facts)
        page = make(fleet, languages, notebook=notebook, folder=Path(folder))
    store.checked(page.html, where=reports.where(INDEX))
    reports.write(FLEET, facts)
    reports.write("fleet.ipynb", page.notebook)
    reports.write("badge.svg", fleet_badge((state.state, state.as_of) for state in fleet.environments))
    reports.write(INDEX, page.html)  # the last: what it shows is in the others


def run(options: IndexOptions, worker: Worker | None) -> None:
    """Makes the index of what is in a storage, and prints where it is.

    Args:
        options: the command's options.
        worker: the process whose children execute notebooks; None: Jupyter's own kernel.

    Raises:
        InputError: there are no reports.
        ReportError: the page cannot be made or written; the former one stays.
    """
    root = find_root()
    reports = open_reports(options.out, root)
    fleet = write_index(
        reports, options.languages, notebook=fleet_notebook(root), make=maker(worker), anew=True
    )
    states = [state.state for state in fleet.environments]
    print_counts(states, (*options.languages, fleet.language)[0])
    print(display_path(reports.where(INDEX)))


def maker(worker: Worker | None) -> IndexMaker:
    """Makes the page in this process, beside which the one for cells loads.

    Args:
        worker: the process whose children execute notebooks; None: Jupyter's own kernel.
    """

    def make(fleet: Fleet, languages: Sequence[str], *, notebook: Path, folder: Path) -> Page:
        from agentcore_probe.report.fleet.page import make_index

        return make_index(fleet, languages, notebook=notebook, folder=folder, worker=worker)

    return make
