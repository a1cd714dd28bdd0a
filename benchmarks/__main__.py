"""`make bench`: what whole commands take, as Markdown for benchmarks/RESULTS.md; exits with 1 if a run failed."""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from benchmarks.commands import RunFailedError
from benchmarks.measure import measure
from benchmarks.table import PEAK, Table
from benchmarks.tables import (  # fmt: skip
    before,
    burst,
    fleet,
    fresh,
    history,
    https,
    large_records,
    live,
    local,
    many_reports,
    one_report,
    probing,
    start,
)
from benchmarks.workplace import PROJECT, Workplace

TABLES = (
    one_report.CLEAN,
    one_report.PRODUCT,
    one_report.ONE_CORE,
    many_reports.TABLE,
    fleet.TABLE,
    large_records.TABLE,
    local.TABLE,
    probing.TABLE,
    https.TABLE,
    live.TABLE,
    burst.TABLE,
    history.TABLE,
    start.TABLE,
    fresh.TABLE,
)
"""In the order in which they are measured."""


def main() -> None:
    """Prints the tables."""
    options = _options()
    print(f"{_machine()}, `{_command()}`.\n", flush=True)
    kept = Path(tempfile.mkdtemp(prefix="bench-failed-runs-"))
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        workplace = Workplace(Path(folder), kept)
        failures = sum(_print(table, workplace, options.rounds) for table in _chosen(options))
    with contextlib.suppress(OSError):  # there are failed runs in it
        kept.rmdir()
    if failures:
        sys.exit(f"{failures} runs failed; they are kept in {kept}")


def _options() -> argparse.Namespace:
    tables = "\n".join(f"  {table.name:18} {table.title}" for table in TABLES)
    parser = argparse.ArgumentParser(
        prog="make bench",
        description=__doc__,
        epilog=f"tables, in their order:\n{tables}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--rounds",
        type=int,
        default=7,
        help="measurements of each command; fewer of those that take long [default: 7]",
    )
    parser.add_argument("--only", metavar="NAME[,NAME]", type=_tables, default=TABLES, help="these tables")
    parser.add_argument(
        "--before",
        metavar="CHECKOUT",
        type=Path,
        help="measure this checkout beside an earlier one (`make setup` there before), instead of the tables",
    )
    options = parser.parse_args()
    if options.before and not (options.before / ".venv").is_dir():
        parser.error(f"{options.before} has no .venv; run `make setup` there before")
    return options


def _tables(names: str) -> Sequence[Table]:
    by_name = {table.name: table for table in TABLES}
    unknown = [name for name in names.split(",") if name not in by_name]
    if unknown:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}")
    return [by_name[name] for name in names.split(",")]


def _chosen(options: argparse.Namespace) -> Sequence[Table]:
    return [before.table(options.before.resolve())] if options.before else options.only


def _print(table: Table, workplace: Workplace, rounds: int) -> int:
    """Measures and prints a table; how many runs failed."""
    print(f"### {table.title}\n", flush=True)
    if table.note:
        print(f"{table.note}\n")
    try:
        with workplace.resources:
            measurements = measure(
                list(table.approaches(workplace)),
                table.rounds(rounds),
                workplace.kept,
                with_memory=PEAK in table.columns,
            )
    except RunFailedError as error:
        print(f"Not measured: {error}.\n", flush=True)
        return 1
    print(table.markdown(measurements), flush=True)
    return sum(len(measurement.failures) for measurement in measurements)


def _machine() -> str:
    """What the figures are from."""
    model = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    revision = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    return (
        f"{os.cpu_count()} cores ({model[1] if model else platform.machine()}), {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, {datetime.now().astimezone():%Y-%m-%d}, {revision.stdout.strip()}"
    )


def _command() -> str:
    arguments = " ".join(sys.argv[1:])
    return f'make bench ARGS="{arguments}"' if arguments else "make bench"


if __name__ == "__main__":
    main()
