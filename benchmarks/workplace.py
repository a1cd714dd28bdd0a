"""What the tables share: Python environments, and a project with a real record."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from benchmarks.commands import OUT, Commands
from benchmarks.measure import run_once

PROJECT = Path(__file__).resolve().parents[1]
PROGRAMS = PROJECT / ".venv" / "bin"
"""The programs of the product's own environment."""
WITHOUT_AWS = {"PATH": "/usr/bin:/bin"}
"""Without the `aws` command, whose time is its own."""
_PACKAGES = ("papermill", "nbconvert", "ipykernel", "matplotlib", "pandas", "boto3", "requests", "pydantic", "rich", "fluent.syntax", "click", "PyJWT[crypto]")  # fmt: skip
ENVIRONMENTS = 1000
"""How many recorded environments a project has: e1, e2, ..."""


class Workplace:
    """What the tables share; it is made when a table needs it.

    Args:
        folder: for files that are removed at the end.
        kept: for the folders of failed runs, which stay.
    """

    def __init__(self, folder: Path, kept: Path) -> None:
        self.folder = folder
        self.kept = kept
        self.resources = contextlib.ExitStack()
        """What a table has open, until it is measured."""

    @cached_property
    def clean(self) -> Path:
        """The programs of an environment without JupyterLab, whose packages slow papermill and nbconvert down."""
        return _environment(".venv-bench", _PACKAGES)

    @cached_property
    def ploomber(self) -> Path:
        """The programs of an environment with ploomber-engine, which needs older packages."""
        return _environment(".venv-ploomber", (*_PACKAGES, "ploomber-engine==0.0.33"))

    @cached_property
    def record(self) -> Path:
        """The record of a run of `local`."""
        return self.record_of(PROJECT, PROGRAMS)

    @cached_property
    def project(self) -> Path:
        """A project of this checkout."""
        return self.project_of(PROJECT, self.record)

    def record_of(self, checkout: Path, programs: Path, *options: str) -> Path:
        """The record of a run of `local` with these options, by the code of a checkout.

        Raises:
            RunFailedError: it was not verified.
        """
        path = self.folder / f"record-{len(list(self.folder.glob('record-*')))}.json"
        command = [*probe(programs), "report", "local", "--out", OUT, *options]
        environment = {**WITHOUT_AWS, "PYTHONPATH": str(checkout)}

        def copy(out: Path) -> float:
            (record,) = out.glob("local/[0-9]*/record.json")  # beside `latest`
            shutil.copy(record, path)
            return path.stat().st_size

        run_once(Commands([command], checkout, environment, copy), self.kept, "record")
        return path

    def project_of(self, checkout: Path, record: Path) -> Path:
        """A folder with the notebooks of a checkout, this record, and environments that show it."""
        folder = self.folder / f"project-{len(list(self.folder.glob('project-*')))}"
        for name in ("environments", "notebooks"):
            shutil.copytree(checkout / name, folder / name)
        shutil.copy(record, folder / "record.json")
        shutil.copy(record, folder / "environments" / "bench.record.json")
        for name in names(ENVIRONMENTS):
            (folder / "environments" / f"{name}.toml").write_text('record = "bench.record.json"\n')
        return folder


def probe(programs: Path = PROGRAMS) -> list[str]:
    """The beginning of a command of AgentCore Probe."""
    return [str(programs / "python"), "-m", "agentcore_probe"]


def names(number: int) -> list[str]:
    """The names of so many recorded environments."""
    return [f"e{index}" for index in range(1, number + 1)]


def _environment(name: str, packages: Sequence[str]) -> Path:
    """The programs of a virtual environment with these packages in the versions that the project pins; made once."""
    environment = PROJECT / name
    if not (environment / "done").is_file():
        print(f"Creating {name} (once) ...", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", environment], check=True)
        # Constraints may have neither hashes nor extras, only pins and their markers.
        lines = (PROJECT / "requirements.txt").read_text("utf-8").splitlines()
        pins = [line.partition(" \\")[0] for line in lines if "==" in line and not line.startswith(" ")]
        constraints = environment / "pins.txt"
        constraints.write_text("\n".join(pin for pin in pins if "[" not in pin) + "\n")
        pip = [
            str(environment / "bin" / "python"),
            "-m",
            "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
        ]
        subprocess.run([*pip, "-c", constraints, *packages], check=True)
        (environment / "done").touch()
    return environment / "bin"
