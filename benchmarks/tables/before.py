"""This checkout beside an earlier one, each with its own notebooks, showing the same record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.commands import OUT, Commands
from benchmarks.measure import Approach
from benchmarks.table import CPU, PEAK, SECONDS, Table, cpu, ratio, seconds
from benchmarks.tables.start import RESPONSE
from benchmarks.workplace import PROJECT, WITHOUT_AWS, Workplace, names, probe


def table(earlier: Path) -> Table:
    """The table that compares with the checkout `earlier`."""

    def approaches(workplace: Workplace) -> Iterator[Approach]:
        checkouts = {"before": earlier, "now": PROJECT}
        # Each needs packages that the other does not.
        programs = {name: checkout / ".venv" / "bin" for name, checkout in checkouts.items()}
        record = workplace.record_of(earlier, programs["before"])  # later code reads earlier records
        projects = {name: workplace.project_of(checkout, record) for name, checkout in checkouts.items()}
        (workplace.folder / "response.txt").write_text(RESPONSE)
        commands = {
            "one report": ["report", "--from", "record.json", "--out", OUT],
            "32 reports": ["report", "--out", OUT, *names(32)],
            "100 reports": ["report", "--out", OUT, *names(100)],
            "`report local`": ["report", "local", "--out", OUT],
            "`verify local`": ["verify", "local"],
            "`explain`": ["explain", str(workplace.folder / "response.txt")],
        }
        for title, words in commands.items():
            for name, checkout in checkouts.items():
                environment = {**WITHOUT_AWS, "PYTHONPATH": str(checkout)}
                work = Commands([[*probe(programs[name]), *words]], projects[name], environment)
                yield Approach(
                    f"{title}, {name}",
                    work,
                    references=(f"{title}, before",),
                    is_long=title == "100 reports",
                )

    return Table(
        "before",
        f"Beside an earlier checkout, {earlier.name}",
        approaches,
        (SECONDS, ratio("of before", seconds), CPU, ratio("of before", cpu), PEAK),
        "command",
        "Without `aws`. The reports show a record that the earlier checkout made.",
    )
