"""`make bench`: one report against its peers, many reports, and `make report`; ratios of one run, with spread."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Way, peak, ratio, spread, walls

PROJECT = Path(__file__).resolve().parents[1]
CLEAN = PROJECT / ".venv-bench"
"""Without JupyterLab, whose packages slow papermill and nbconvert down."""
NEEDED = ("papermill", "nbconvert", "ipykernel", "matplotlib", "pandas", "boto3", "requests", "pydantic", "rich", "fluent.runtime", "click", "PyJWT[crypto]")  # fmt: skip


def main() -> None:
    """Prints the tables of benchmarks/RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="runs of each way [default: 7]")
    rounds = parser.parse_args().rounds
    _make_clean()
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
        _many(folder, rounds)
        _whole_run(folder, rounds)


def _make_clean() -> None:
    if (CLEAN / "done").is_file():
        return
    print("Making an environment without JupyterLab (once) ...", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", "--clear", CLEAN], check=True)
    # Constraints take neither hashes nor extras: the pins alone, with their markers.
    lines = (PROJECT / "requirements.txt").read_text("utf-8").splitlines()
    pins = [line.partition(" \\")[0] for line in lines if "==" in line and not line.startswith(" ")]
    constraints = CLEAN / "pins.txt"
    constraints.write_text("\n".join(pin for pin in pins if "[" not in pin) + "\n")
    pip = [
        CLEAN / "bin" / "python",
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        "-c",
        constraints,
    ]
    subprocess.run([*pip, *NEEDED], check=True)
    (CLEAN / "done").touch()


def _prepare(folder: Path) -> None:
    """A project with a record of `local`, and recorded environments e1 to e32."""
    for each in ("environments", "notebooks"):
        shutil.copytree(PROJECT / each, folder / each)
    run = [sys.executable, "-m", "agentcore_probe", "report", "local", "--out", str(folder / "made")]
    subprocess.run(run, cwd=PROJECT, check=True, capture_output=True)
    (record,) = (folder / "made" / "local").glob("*/record.json")
    shutil.copy(record, folder / "record.json")
    shutil.copy(record, folder / "environments" / "bench.record.json")
    for number in range(1, 33):
        (folder / "environments" / f"e{number}.toml").write_text('record = "bench.record.json"\n')


def _one_report(folder: Path, title: str, programs: Path, rounds: int) -> None:
    """One report from a record: ours, the naive way, nbconvert alone, a plain script."""
    environment = {"PYTHONPATH": str(PROJECT), "PATH": f"{programs}:/usr/bin:/bin"}
    python, notebook = str(programs / "python"), "notebooks/verification.ipynb"
    kernel = ["-p", "environment", "local", "-p", "record", "record.json", "-p", "language", "en"]
    ways = [
        Way(
            "ours",
            [[python, "-m", "agentcore_probe", "report", "--from", "record.json", "--out", "out"]],
            folder,
            environment,
        ),
        Way(
            "naive: papermill, then nbconvert",
            [
                [str(programs / "papermill"), "--no-progress-bar", *kernel, notebook, "naive.ipynb"],
                [str(programs / "jupyter-nbconvert"), "--to", "html", "--no-input", "naive.ipynb"],
            ],
            folder,
            environment,
        ),
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
    ways[1].run()  # nbconvert --execute runs what papermill parameterized
    spent = walls(ways, rounds)
    print(f"## One report from a record, {title}\n")
    print("| way | seconds | ours / it | peak MiB (PSS) |\n| --- | ---: | ---: | ---: |")
    for way in ways:
        print(
            f"| {way.name} | {spread(spent[way.name])} | {ratio(spent['ours'], spent[way.name])} | {peak(way):.0f} |"
        )
    print(flush=True)


def _many(folder: Path, rounds: int) -> None:
    """Reports of N recorded environments in one command."""
    environment = {"PYTHONPATH": str(PROJECT)}
    ways = [
        Way(
            str(number),
            [
                [
                    sys.executable,
                    "-m",
                    "agentcore_probe",
                    "report",
                    *(f"e{n}" for n in range(1, number + 1)),
                    "--out",
                    "out",
                ]
            ],
            folder,
            environment,
        )
        for number in (1, 8, 32)
    ]
    spent = walls(ways, max(3, rounds // 2))
    print("## Many environments, one command\n")
    print("| reports | seconds | seconds a report | peak MiB (PSS) |\n| ---: | ---: | ---: | ---: |")
    for way in ways:
        values = spent[way.name]
        each = spread([value / int(way.name) for value in values])
        print(f"| {way.name} | {spread(values)} | {each} | {peak(way):.0f} |")
    print(flush=True)


def _whole_run(folder: Path, rounds: int) -> None:
    """`make report` on `local`, warm, with and without the `aws` command on PATH."""
    make = [["make", "-s", "-C", str(PROJECT), "report", f"ARGS=--out {folder / 'out'}"]]
    ways = [
        Way("with the machine's PATH", make, folder, {}),
        Way("without `aws`", make, folder, {"PATH": "/usr/bin:/bin"}),
    ]
    spent = walls(ways, rounds)
    print("## `make report` on `local`, warm\n")
    print("| PATH | seconds | peak MiB (PSS) |\n| --- | ---: | ---: |")
    for way in ways:
        print(f"| {way.name} | {spread(spent[way.name])} | {peak(way):.0f} |")


if __name__ == "__main__":
    main()
