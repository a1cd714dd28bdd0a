"""Tables of measurements in Markdown."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.commands import Run
from benchmarks.measure import Approach, Measurement

if TYPE_CHECKING:
    from benchmarks.workplace import Workplace

Quantity = Callable[[Run], float]
Measurements = Mapping[str, Measurement]
"""By approach, in the order of the rows."""


@dataclass(frozen=True)
class Column:
    """A column of figures."""

    heading: str
    cell: Callable[[Measurement, Measurements], str]


@dataclass(frozen=True)
class Table:
    """What is measured, and how it is shown."""

    name: str
    """What `--only` calls it."""
    title: str
    approaches: Callable[[Workplace], Iterable[Approach]]
    columns: Sequence[Column]
    subject: str = ""
    """The heading of the approaches."""
    note: str = ""
    """How it is measured, where that is not as in the other tables."""
    share: int = 1
    """How many rounds of `--rounds` make one of this table, which takes longer than others."""

    def rounds(self, wanted: int) -> int:
        """How often its approaches are measured, of so many rounds."""
        return max(1, wanted // self.share)

    def markdown(self, measurements: Sequence[Measurement]) -> str:
        """The table; with the number of failed runs, and where they are kept, if there are any."""
        rows = {measurement.approach.name: measurement for measurement in measurements}
        failures = [
            f"- {name}: {failure}" for name, measurement in rows.items() for failure in measurement.failures
        ]
        columns = [*self.columns, FAILED] if failures else self.columns
        lines = [
            _line([self.subject, *(column.heading for column in columns)]),
            _line(["---", *("---:" for _ in columns)]),
            *(
                _line([name, *(column.cell(measurement, rows) for column in columns)])
                for name, measurement in rows.items()
            ),
        ]
        if failures:
            lines += ["", "Failed runs, which are not in the figures:", "", *failures]
        return "\n".join(lines) + "\n"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def seconds(run: Run) -> float:
    """Wall clock time."""
    return run.seconds


def cpu(run: Run) -> float:
    """Processor time."""
    return run.cpu


def amount(heading: str, quantity: Quantity, *, each: bool = False, digits: int = 2) -> Column:
    """The median and the range of a quantity; with `each`, of every unit."""

    def cell(row: Measurement, _: Measurements) -> str:
        units = row.approach.units if each else 1
        return spread([quantity(run) / units for run in row.runs if run], digits)

    return Column(heading, cell)


def ratio(
    heading: str, quantity: Quantity, *, each: bool = False, inverted: bool = False, reference: int = 0
) -> Column:
    """The median and the range of the ratios of pairs: a run of the row, and that of its reference in the same round.

    Args:
        heading: of the column.
        quantity: of a run.
        each: whether that of every unit is compared.
        inverted: whether the reference is divided by the row.
        reference: which of the row's references.
    """

    def cell(row: Measurement, rows: Measurements) -> str:
        references = row.approach.references or list(rows)[:1]
        other = rows[references[reference]]
        factor = other.approach.units / row.approach.units if each else 1
        ratios = [
            factor * quantity(run) / quantity(base)
            for run, base in zip(row.runs, other.runs, strict=True)
            if run and base
        ]
        return _spread([1 / value for value in ratios] if inverted else ratios, _ratio)

    return Column(heading, cell)


def result(heading: str, digits: int = 0) -> Column:
    """What a run came to, beside time and memory."""

    def cell(row: Measurement, _: Measurements) -> str:
        return spread([run.result for run in row.runs if run and run.result is not None], digits)

    return Column(heading, cell)


def spread(values: Sequence[float], digits: int = 2) -> str:
    """The median, with the lowest and the highest in brackets."""
    return _spread(values, lambda value: f"{value:,.{digits}f}")


def _spread(values: Sequence[float], text: Callable[[float], str]) -> str:
    if not values:
        return ""
    median, lowest, highest = (text(value) for value in (statistics.median(values), min(values), max(values)))
    return median if lowest == highest else f"{median} ({lowest} to {highest})"


def _ratio(value: float) -> str:
    return f"{value:.2f}" if value > 0.1 else f"1/{1 / value:.0f}"


SECONDS = amount("seconds", seconds)
CPU = amount("processor seconds", cpu)
PEAK = Column("peak MiB (PSS)", lambda row, _: spread(row.peaks, 0))
FAILED = Column("failed", lambda row, _: str(len(row.failures)))
