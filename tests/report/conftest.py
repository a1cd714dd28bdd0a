"""The sample record, a worker, the executed notebook, and a copy of the package that a test may extend."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest

from agentcore_probe import api, store
from agentcore_probe.model.record import RunRecord
from agentcore_probe.notebook.execute import execute
from agentcore_probe.notebook.worker import Worker
from tests.conftest import PROJECT

NOTEBOOK = PROJECT / "notebooks" / "verification.ipynb"


@pytest.fixture(scope="session")
def sample() -> RunRecord:
    """The recorded sample, whose verdict is "not verified"."""
    return api.load(PROJECT / "environments" / "sample.record.json")


def executed_with(record: RunRecord, folder: Path, worker: Worker, cell: str, source: str) -> Any:
    """The report's notebook, executed, with another source in one cell.

    Args:
        record: what it shows.
        folder: where it runs.
        worker: executes it.
        cell: the source of the cell to change.
        source: its new source.
    """
    book = nbformat.read(NOTEBOOK, 4)
    (target,) = [candidate for candidate in book.cells if candidate.source == cell]
    target.source = source
    nbformat.write(book, folder / "changed.ipynb")
    store.write(folder / "record.json", store.record_text(record, api.judge(record)))
    return execute(folder / "changed.ipynb", {"record": "record.json"}, folder=folder, worker=worker)


@dataclass(frozen=True)
class PackageCopy:
    """The package, environments and notebooks in a folder of their own."""

    root: Path

    @property
    def package(self) -> Path:
        return self.root / "agentcore_probe"

    @property
    def notebook(self) -> Path:
        return self.root / "notebooks" / "verification.ipynb"

    def replace(self, path: str, old: str, new: str) -> None:
        """Replaces the one occurrence of `old` in a file of the package."""
        file = self.package / path
        text = file.read_text("utf-8")
        assert text.count(old) == 1, (path, old)
        file.write_text(text.replace(old, new), "utf-8")

    def run(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """`python -m agentcore_probe WORDS` with the copy in place of the package."""
        return subprocess.run(
            [sys.executable, "-m", "agentcore_probe", *words],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": str(self.root)},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    def sample_page(self, *words: str) -> Path:
        """The page that `report sample WORDS` writes; the recorded sample is not verified, so it exits 1."""
        done = self.run("report", "sample", *words)
        assert done.returncode == 1, done.stderr
        (page,) = self.root.glob("reports/sample/2*/report.html")
        return page


@pytest.fixture
def package_copy(tmp_path: Path) -> PackageCopy:
    for folder in ("agentcore_probe", "environments", "notebooks"):
        shutil.copytree(PROJECT / folder, tmp_path / folder)  # with its bytecode, which takes seconds to make
    return PackageCopy(tmp_path)
