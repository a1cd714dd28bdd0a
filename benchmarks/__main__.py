"""`make bench`: one report against its peers, many reports, and `make report`; ratios of one run, with spread."""

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

from benchmarks import fresh, probing
from benchmarks.measure import Way, peaks, ratio, spread, walls

PROJECT = Path(__file__).resolve().parents[1]
CLEAN = PROJECT / ".venv-bench"
"""Without JupyterLab, whose packages slow papermill and nbconvert down."""
PLOOMBER = PROJECT / ".venv-ploomber"
"""A peer in an environment of its own: its packages slow the others down, and it wants older ones."""
NEEDED = ("papermill", "nbconvert", "ipykernel", "matplotlib", "pandas", "boto3", "requests", "pydantic", "rich", "fluent.runtime", "click", "PyJWT[crypto]")  # fmt: skip


def main() -> None:
    """Prints the tables of benchmarks/RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="runs of each way [default: 7]")
    rounds = parser.parse_args().rounds
    _make(CLEAN, NEEDED)
    _make(PLOOMBER, (*NEEDED, "ploomber-engine==0.0.33"))
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
        _whole_run(folder, rounds)
        _start(folder, rounds)
        fresh.table(folder)


def _make(environment: Path, packages: Sequence[str]) -> None:
    """An environment with these packages at the project's own pins, once."""
    if (environment / "done").is_file():
        return
    print(f"ReportWriter {environment.name} (once) ...", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", "--clear", environment], check=True)
    # Constraints take neither hashes nor extras: the pins alone, with their markers.
    lines = (PROJECT / "requirements.txt").read_text("utf-8").splitlines()
    pins = [line.partition(" \\")[0] for line in lines if "==" in line and not line.startswith(" ")]
    constraints = environment / "pins.txt"
    constraints.write_text("\n".join(pin for pin in pins if "[" not in pin) + "\n")
    pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*pip, "-c", constraints, *packages], check=True)
    (environment / "done").touch()


def _prepare(folder: Path) -> None:
    """A project with a record of `local`, and recorded environments e1 to e100."""
    for each in ("environments", "notebooks"):
        shutil.copytree(PROJECT / each, folder / each)
    run = [sys.executable, "-m", "agentcore_probe", "report", "local", "--out", str(folder / "made")]
    subprocess.run(run, cwd=PROJECT, check=True, capture_output=True)
    (record,) = (folder / "made" / "local").glob("*/record.json")
    shutil.copy(record, folder / "record.json")
    shutil.copy(record, folder / "environments" / "bench.record.json")
    for number in range(1, 101):
        (folder / "environments" / f"e{number}.toml").write_text('record = "bench.record.json"\n')


def _one_report(folder: Path, title: str, programs: Path, rounds: int) -> None:
    """One report from a record: ours, the naive way, nbconvert alone, a plain script."""
    environment = {"PYTHONPATH": str(PROJECT), "PATH": f"{programs}:/usr/bin:/bin"}
    python, notebook = str(programs / "python"), "notebooks/verification.ipynb"
    ways = [
        Way(
            "ours",
            [[python, "-m", "agentcore_probe", "report", "--from", "record.json", "--out", "out"]],
            folder,
            environment,
        ),
        _naive(programs, folder, environment),
        Way(
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
        Way(
            "plain script, no notebook",
            [[python, "-m", "benchmarks.plain", "record.json", "plain.html"]],
            folder,
            environment,
        ),
    ]
    ways.append(
        Way(
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
    ways[1].run()  # nbconvert --execute runs what papermill parameterized
    spent = walls(ways, rounds)
    print(f"## One report from a record, {title}\n")
    print("| way | seconds | ours / it | peak MiB (PSS) |\n| --- | ---: | ---: | ---: |")
    for way in ways:
        print(
            f"| {way.name} | {spread(spent[way.name])} | {ratio(spent['ours'], spent[way.name])} | {spread(peaks(way), 0)} |"
        )
    print(flush=True)


def _one_core(folder: Path, rounds: int) -> None:
    """The same where there is nothing to do two things at once with."""
    environment = {"PYTHONPATH": str(PROJECT), "PATH": f"{CLEAN / 'bin'}:/usr/bin:/bin"}
    python = str(CLEAN / "bin" / "python")
    ways = [
        Way("ours", [[python, "-m", "agentcore_probe", "report", "--from", "record.json", "--out", "out"]], folder, environment),
        _naive(CLEAN / "bin", folder, environment),
        Way("plain script, no notebook", [[python, "-m", "benchmarks.plain", "record.json", "plain.html"]], folder, environment),
    ]  # fmt: skip
    ways = [
        Way(way.name, [["taskset", "-c", "0", *line] for line in way.commands], folder, environment)
        for way in ways
    ]
    spent = walls(ways, rounds)
    print("## The same on one core (`taskset -c 0`)\n")
    print("| way | seconds | ours / it |\n| --- | ---: | ---: |")
    for way in ways:
        print(f"| {way.name} | {spread(spent[way.name])} | {ratio(spent['ours'], spent[way.name])} |")
    print(flush=True)


def _many(folder: Path, rounds: int) -> None:
    """Reports of N recorded environments in one command, beside the naive way for one."""
    environment = {"PYTHONPATH": str(PROJECT), "PATH": f"{CLEAN / 'bin'}:/usr/bin:/bin"}
    command = [str(CLEAN / "bin" / "python"), "-m", "agentcore_probe", "report", "--out", "out"]
    ways = [
        Way(str(number), [[*command, *(f"e{n}" for n in range(1, number + 1))]], folder, environment)
        for number in (1, 8, 32, 100)
    ]
    naive = _naive(CLEAN / "bin", folder, environment)
    spent = walls([*ways, naive], max(3, rounds // 2))
    print("## Many environments, one command, without JupyterLab\n")
    print("| reports | seconds | seconds a report | of the naive way's, a report | peak MiB (PSS) |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for way in ways:
        each = [value / int(way.name) for value in spent[way.name]]
        of = ratio(each, spent[naive.name])
        print(
            f"| {way.name} | {spread(spent[way.name])} | {spread(each, 3)} | {of} | {spread(peaks(way), 0)} |"
        )
    print(flush=True)


def _naive(programs: Path, folder: Path, environment: Mapping[str, str]) -> Way:
    """What a user would write."""
    notebook = "notebooks/verification.ipynb"
    given = ["-p", "environment", "local", "-p", "record", "record.json", "-p", "language", "en"]
    return Way(
        "naive: papermill, then nbconvert",
        [
            [str(programs / "papermill"), "--no-progress-bar", *given, notebook, "naive.ipynb"],
            [str(programs / "jupyter-nbconvert"), "--to", "html", "--no-input", "naive.ipynb"],
        ],
        folder,
        environment,
    )


def _whole_run(folder: Path, rounds: int) -> None:
    """`make report` on `local`, warm, with and without the `aws` command on PATH, and the same run without a page."""
    make = [["make", "-s", "-C", str(PROJECT), "report", f"ARGS=--out {folder / 'out'}"]]
    ways = [
        Way("with the machine's PATH", make, folder, {}),
        Way("without `aws`", make, folder, {"PATH": "/usr/bin:/bin"}),
        Way("`make verify`, which makes no page", [["make", "-s", "-C", str(PROJECT), "verify"]], folder, {}),
    ]
    spent = walls(ways, rounds)
    print("## `make report` on `local`, warm\n")
    print("| | seconds | peak MiB (PSS) |\n| --- | ---: | ---: |")
    for way in ways:
        print(f"| {way.name} | {spread(spent[way.name])} | {spread(peaks(way), 0)} |")
    print(flush=True)


def _start(folder: Path, rounds: int) -> None:
    """What needs no report: the interpreter, papermill and matplotlib are not waited for."""
    command = [str(PROJECT / ".venv" / "bin" / "python"), "-m", "agentcore_probe"]
    answer = folder / "answer.txt"
    answer.write_text(
        "HTTP/1.1 403 Forbidden\ncontent-type: application/json\n\n"
        '{"message":"OAuth authorization failed: Claim \'client_id\' value mismatch with configuration."}\n'
    )
    ways = [
        Way("`--help`", [[*command, "--help"]], folder, {}),
        Way("`explain`", [[*command, "explain", str(answer)]], folder, {}),
    ]
    spent = walls(ways, rounds)
    print("## Start-up\n\n| command | seconds | peak MiB (PSS) |\n| --- | ---: | ---: |")
    for way in ways:
        print(f"| {way.name} | {spread(spent[way.name])} | {spread(peaks(way), 0)} |")
    print(flush=True)


if __name__ == "__main__":
    main()
