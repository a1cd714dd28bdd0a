"""Reports of hundreds of recorded environments with their index, and the index alone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.commands import Commands
from benchmarks.measure import Approach
from benchmarks.table import CPU, PEAK, SECONDS, Table, amount, cpu, result
from benchmarks.workplace import Workplace, names, probe

NUMBERS = (100, 1000)


def _approaches(workplace: Workplace) -> Iterator[Approach]:
    for number in NUMBERS:
        reports = workplace.folder / f"fleet-{number}"
        for words in (["report", *names(number)], ["index"]):
            yield Approach(
                f"`{words[0]}`, {number:,}",
                Commands(
                    [[*probe(), *words, "--out", str(reports)]],
                    workplace.project,
                    result=partial(_kilobytes, reports / "index.html"),
                ),
                units=number,
                is_long=True,
            )


def _kilobytes(page: Path, _out: Path) -> float:
    return page.stat().st_size / 1000


TABLE = Table(
    "fleet",
    "Hundreds of recorded environments, and their index",
    _approaches,
    (
        SECONDS,
        CPU,
        amount("processor seconds an environment", cpu, each=True, digits=3),
        PEAK,
        result("index.html, kB"),
    ),
    "command, environments",
    "`report` makes the index too; `index` makes it again.",
    share=7,
)
