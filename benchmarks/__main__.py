"""`make bench`: one report and its alternatives, many reports, the probe phase, `make report` and start-up."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import entrances, fresh, live, probing
from benchmarks.measure import Approach, memory_peaks, ratio, spread, wall_times

PROJECT = Path(__file__).resolve().parents[1]
CLEAN = PROJECT / ".venv-bench"
"""An environment without JupyterLab, whose packages slow papermill and nbconvert down."""
PLOOMBER = PROJECT / ".venv-ploomber"
"""An environment for ploomber-engine, which needs older packages."""
PACKAGES = ("papermill", "nbconvert", "ipykernel", "matplotlib", "pandas", "boto3", "requests", "pydantic", "rich", "fluent.syntax", "click", "PyJWT[crypto]")  # fmt: skip


OWN = "AgentCore Probe"
"""The approach that the others are compared with."""


def main() -> None:
    """Prints the tables of benchmarks/RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="measurements of each command [default: 7]")
    rounds = parser.parse_args().rounds
    _create(CLEAN, PACKAGES)
    _create(PLOOMBER, (*PACKAGES, "ploomber-engine==0.0.33"))
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        _prepare(folder)
        print(
            f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}, {rounds} rounds\n"
        )
        for title, python in (
            ("without JupyterLab", CLEAN),
            ("the product's own environment", PROJECT / ".venv"),
        ):
            _one_report(folder, title, python / "bin", rounds)
        _one_core(folder, max(3, rounds // 2))
        _many(folder, rounds)
        probing.table(rounds)
        live.table()
        _whole_run(folder, rounds)
        entrances.table(folder, rounds)
        _start(folder, rounds)
        fresh.table(folder)


def _create(environment: Path, packages: Sequence[str]) -> None:
    """Creates a virtual environment with these packages in the versions that the project pins, once."""
    if (environment / "done").is_file():
        return
    print(f"Creating {environment.name} (once) ...", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", "--clear", environment], check=True)
    # Constraints may have neither hashes nor extras, only pins and their markers.
    lines = (PROJECT / "requirements.txt").read_text("utf-8").splitlines()
    pins = [line.partition(" \\")[0] for line in lines if "==" in line and not line.startswith(" ")]
    constraints = environment / "pins.txt"
    constraints.write_text("\n".join(pin for pin in pins if "[" not in pin) + "\n")
    pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*pip, "-c", constraints, *packages], check=True)
    (environment / "done").touch()


def _prepare(folder: Path) -> None:
    """Fills `folder` with a project: a record of `local`, and recorded environments e1 to e100."""
    for name in ("environments", "notebooks"):
        shutil.copytree(PROJECT / name, folder / name)
    run = [sys.executable, "-m", "agentcore_probe", "report", "local", "--out", str(folder / "made")]
    subprocess.run(run, cwd=PROJECT, check=True, capture_output=True)
    (record,) = (folder / "made" / "local").glob("*/record.json")
    shutil.copy(record, folder / "record.json")
    shutil.copy(record, folder / "environments" / "bench.record.json")
    for number in range(1, 101):
        (folder / "environments" / f"e{number}.toml").write_text('record = "bench.record.json"\n')


def _one_report(folder: Path, title: str, programs: Path, rounds: int) -> None:
    """One report from a record: by this package, by papermill and nbconvert, by others."""
    environment = {"PYTHONPATH": str(PROJECT), "PATH": f"{programs}:/usr/bin:/bin"}
    python, notebook = str(programs / "python"), "notebooks/verification.ipynb"
    approaches = [
        Approach(
            OWN,
            [[python, "-m", "agentcore_probe", "report", "--from", "record.json", "--out", "out"]],
            folder,
            environment,
        ),
        _naive(programs, folder, environment),
        Approach(
            "nbconvert --execute",
            [
                [
                    str(programs / "jupyter-nbconvert"),
                    "--execute",
                    "--to",
                    "html",
                    "--no-input",
                    "--output",
                    "executed.html",
                    "naive.ipynb",
                ]
            ],
            folder,
            environment,
        ),
        Approach(
            "plain script, no notebook",
            [[python, "-m", "benchmarks.plain", "record.json", "plain.html"]],
            folder,
            environment,
        ),
    ]
    approaches.append(
        Approach(
            "ploomber-engine, then nbconvert",
            [
                [
                    str(PLOOMBER / "bin" / "python"),
                    "-m",
                    "benchmarks.ploomber",
                    notebook,
                    "record.json",
                    "ploomber.html",
                ]
            ],
            folder,
            environment,
        )
    )
    approaches[1].run()  # `nbconvert --execute` needs the notebook that papermill writes
    seconds = wall_times(approaches, rounds)
    print(f"## One report from a record, {title}\n")
    print(
        "| approach | seconds | AgentCore Probe / approach | peak MiB (PSS) |\n| --- | ---: | ---: | ---: |"
    )
    for approach in approaches:
        print(
            f"| {approach.name} | {spread(seconds[approach.name])} | {ratio(seconds[OWN], seconds[approach.name])} | {spread(memory_peaks(approach), 0)} |"
        )
    print(flush=True)


def _one_core(folder: Path, rounds: int) -> None:
    """One report from a record, where processes cannot run at the same time."""
    environment = {"PYTHONPATH": str(PROJECT), "PATH": f"{CLEAN / 'bin'}:/usr/bin:/bin"}
    python = str(CLEAN / "bin" / "python")
    approaches = [
        Approach(OWN, [[python, "-m", "agentcore_probe", "report", "--from", "record.json", "--out", "out"]], folder, environment),
        _naive(CLEAN / "bin", folder, environment),
        Approach("plain script, no notebook", [[python, "-m", "benchmarks.plain", "record.json", "plain.html"]], folder, environment),
    ]  # fmt: skip
    approaches = [
        Approach(
            approach.name, [["taskset", "-c", "0", *line] for line in approach.commands], folder, environment
        )
        for approach in approaches
    ]
    seconds = wall_times(approaches, rounds)
    print("## The same on one core (`taskset -c 0`)\n")
    print("| approach | seconds | AgentCore Probe / approach |\n| --- | ---: | ---: |")
    for approach in approaches:
        print(
            f"| {approach.name} | {spread(seconds[approach.name])} | {ratio(seconds[OWN], seconds[approach.name])} |"
        )
    print(flush=True)


def _many(folder: Path, rounds: int) -> None:
    """Reports of N recorded environments in one command, compared with the naive approach for one."""
    environment = {"PYTHONPATH": str(PROJECT), "PATH": f"{CLEAN / 'bin'}:/usr/bin:/bin"}
    command = [str(CLEAN / "bin" / "python"), "-m", "agentcore_probe", "report", "--out", "out"]
    approaches = [
        Approach(str(number), [[*command, *(f"e{n}" for n in range(1, number + 1))]], folder, environment)
        for number in (1, 8, 32, 100)
    ]
    naive = _naive(CLEAN / "bin", folder, environment)
    seconds = wall_times([*approaches, naive], max(3, rounds // 2))
    print("## Many environments, one command, without JupyterLab\n")
    print("| reports | seconds | seconds a report | a report / a naive report | peak MiB (PSS) |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for approach in approaches:
        per_report = [value / int(approach.name) for value in seconds[approach.name]]
        naive_ratio = ratio(per_report, seconds[naive.name])
        print(
            f"| {approach.name} | {spread(seconds[approach.name])} | {spread(per_report, 3)} | {naive_ratio} | {spread(memory_peaks(approach), 0)} |"
        )
    print(flush=True)


def _naive(programs: Path, folder: Path, environment: Mapping[str, str]) -> Approach:
    """papermill and nbconvert, as a user would combine them."""
    notebook = "notebooks/verification.ipynb"
    parameters = ["-p", "environment", "local", "-p", "record", "record.json", "-p", "language", "en"]
    return Approach(
        "naive: papermill, then nbconvert",
        [
            [str(programs / "papermill"), "--no-progress-bar", *parameters, notebook, "naive.ipynb"],
            [str(programs / "jupyter-nbconvert"), "--to", "html", "--no-input", "naive.ipynb"],
        ],
        folder,
        environment,
    )


def _whole_run(folder: Path, rounds: int) -> None:
    """`make report` on `local`, with and without the `aws` command on PATH, and `make verify`."""
    make = [["make", "-s", "-C", str(PROJECT), "report", f"ARGS=--out {folder / 'out'}"]]
    approaches = [
        Approach("with the machine's PATH", make, folder, {}),
        Approach("without `aws`", make, folder, {"PATH": "/usr/bin:/bin"}),
        Approach("`make verify`, without a page", [["make", "-s", "-C", str(PROJECT), "verify"]], folder, {}),
    ]
    seconds = wall_times(approaches, rounds)
    print("## `make report` on `local`, warm\n")
    print("| | seconds | peak MiB (PSS) |\n| --- | ---: | ---: |")
    for approach in approaches:
        print(f"| {approach.name} | {spread(seconds[approach.name])} | {spread(memory_peaks(approach), 0)} |")
    print(flush=True)


def _start(folder: Path, rounds: int) -> None:
    """Commands without a report, which import neither papermill nor matplotlib."""
    command = [str(PROJECT / ".venv" / "bin" / "python"), "-m", "agentcore_probe"]
    response = folder / "response.txt"
    response.write_text(
        "HTTP/1.1 403 Forbidden\ncontent-type: application/json\n\n"
        '{"message":"OAuth authorization failed: Claim \'client_id\' value mismatch with configuration."}\n'
    )
    approaches = [
        Approach("`--help`", [[*command, "--help"]], folder, {}),
        Approach("`explain`", [[*command, "explain", str(response)]], folder, {}),
    ]
    seconds = wall_times(approaches, rounds)
    print("## Start-up\n\n| command | seconds | peak MiB (PSS) |\n| --- | ---: | ---: |")
    for approach in approaches:
        print(f"| {approach.name} | {spread(seconds[approach.name])} | {spread(memory_peaks(approach), 0)} |")
    print(flush=True)


if __name__ == "__main__":
    main()
