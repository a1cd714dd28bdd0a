"""`report` and `verify` on `local`, and `report` with all entrances on."""

from __future__ import annotations

from benchmarks.commands import OUT, Commands
from benchmarks.measure import Approach
from benchmarks.table import CPU, PEAK, SECONDS, Table, cpu, ratio, seconds
from benchmarks.workplace import PROJECT, WITHOUT_AWS, Workplace, probe


def _approaches(_: Workplace) -> list[Approach]:
    report = "`report local`, no further entrances, without `aws`"
    commands = {
        report: (["report", "local", "--out", OUT], WITHOUT_AWS),
        "`report local`, with the machine's PATH": (["report", "local", "--out", OUT], {}),
        "`report local-entrances`, all, without `aws`": (
            ["report", "local-entrances", "--out", OUT],
            WITHOUT_AWS,
        ),
        "`verify local`, without a page, without `aws`": (["verify", "local"], WITHOUT_AWS),
    }
    return [
        Approach(
            name,
            Commands([[*probe(), *words, "--json-summary", f"{OUT}/summary.json"]], PROJECT, environment),
        )
        for name, (words, environment) in commands.items()
    ]


TABLE = Table(
    "local",
    "`local`, with the start of its embedded AgentCore",
    _approaches,
    (SECONDS, ratio("of the first", seconds), CPU, ratio("of the first", cpu), PEAK),
    "command",
)
