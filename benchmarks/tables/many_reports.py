"""Reports of many recorded environments by one command, beside the naive way for one."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.commands import OUT
from benchmarks.measure import Approach
from benchmarks.table import CPU, PEAK, SECONDS, Table, amount, cpu, ratio, seconds
from benchmarks.tables.one_report import commands, naive
from benchmarks.workplace import Workplace, names, probe

NAIVE = "naive: papermill, then nbconvert"


def _approaches(workplace: Workplace) -> Iterator[Approach]:
    programs = workplace.clean
    for number in (1, 8, 32, 100):
        report = [*probe(programs), "report", "--out", OUT, *names(number)]
        work = commands(workplace, programs, report)
        yield Approach(str(number), work, number, references=(NAIVE,), is_long=number == 100)
    yield Approach(NAIVE, commands(workplace, programs, *naive(programs)), references=(NAIVE,))


TABLE = Table(
    "reports",
    "Many recorded environments, one command, without JupyterLab",
    _approaches,
    (
        SECONDS,
        amount("seconds a report", seconds, each=True, digits=3),
        ratio("of a naive report", seconds, each=True),
        CPU,
        amount("processor seconds a report", cpu, each=True, digits=3),
        ratio("of a naive report", cpu, each=True),
        PEAK,
    ),
    "reports",
    share=2,
)
