"""One report from a record: by this package, by papermill and nbconvert, and by others; in three places."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.commands import OUT, Commands
from benchmarks.measure import Approach, run_once
from benchmarks.table import CPU, PEAK, SECONDS, Table, cpu, ratio, seconds
from benchmarks.workplace import PROGRAMS, PROJECT, Workplace, probe

OWN = "AgentCore Probe"
_NOTEBOOK = "notebooks/verification.ipynb"
_PARAMETERS = ("-p", "environment", "local", "-p", "record", "record.json", "-p", "language", "en")
_COLUMNS = (
    SECONDS,
    ratio(f"{OWN} / approach", seconds, inverted=True),
    CPU,
    ratio(f"{OWN} / approach", cpu, inverted=True),
    PEAK,
)


def commands(workplace: Workplace, programs: Path, *lines: Sequence[str]) -> Commands:
    """Command lines in the project, with the programs of a Python environment and this package."""
    environment = {"PYTHONPATH": str(PROJECT), "PATH": f"{programs}:/usr/bin:/bin"}
    return Commands(lines, workplace.project, environment)


def naive(programs: Path) -> list[list[str]]:
    """papermill and nbconvert, as a user would combine them."""
    executed = f"{OUT}/naive.ipynb"
    return [
        [str(programs / "papermill"), "--no-progress-bar", *_PARAMETERS, _NOTEBOOK, executed],
        [str(programs / "jupyter-nbconvert"), "--to", "html", "--no-input", executed],
    ]


def _approaches(workplace: Workplace, programs: Path, prefix: Sequence[str] = ()) -> list[Approach]:
    """Every approach with the programs of a Python environment; `prefix` comes before each of its commands."""
    python, papermill, nbconvert = (
        str(programs / name) for name in ("python", "papermill", "jupyter-nbconvert")
    )
    prepare = [papermill, "--prepare-only", *_PARAMETERS, _NOTEBOOK, "prepared.ipynb"]
    run_once(commands(workplace, programs, prepare), workplace.kept, "prepare")
    convert = ["--execute", "--to", "html", "--no-input", "--output-dir", OUT, "prepared.ipynb"]
    ploomber = str(workplace.ploomber / "python")
    approaches = {
        OWN: [[*probe(programs), "report", "--from", "record.json", "--out", OUT]],
        "naive: papermill, then nbconvert": naive(programs),
        "nbconvert --execute": [[nbconvert, *convert]],
        "plain script, no notebook": [[python, "-m", "benchmarks.plain", "record.json", f"{OUT}/plain.html"]],
        "ploomber-engine, then nbconvert": [
            [ploomber, "-m", "benchmarks.ploomber", _NOTEBOOK, "record.json", OUT]
        ],
    }
    return [
        Approach(name, commands(workplace, programs, *([*prefix, *line] for line in lines)))
        for name, lines in approaches.items()
    ]


CLEAN = Table(
    "report",
    "One report from a record, without JupyterLab",
    lambda workplace: _approaches(workplace, workplace.clean),
    _COLUMNS,
    "approach",
)
PRODUCT = Table(
    "report-jupyterlab",
    "One report from a record, the product's own environment",
    lambda workplace: _approaches(workplace, PROGRAMS),
    _COLUMNS,
    "approach",
    "With JupyterLab, whose packages slow papermill and nbconvert down.",
    share=2,
)
ONE_CORE = Table(
    "report-one-core",
    "One report from a record, on one core",
    lambda workplace: _approaches(workplace, workplace.clean, ("taskset", "-c", "0")),
    _COLUMNS,
    "approach",
    "Without JupyterLab, each command under `taskset -c 0`. Elsewhere two processes make a report at the same time, so the ratio\n"
    "to tools that use one core depends on the second one.",
    share=2,
)
