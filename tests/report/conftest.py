"""A copy of the package that a test may extend, run as its own process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import PROJECT


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
        (page,) = self.root.glob("reports/sample/*/report.html")
        return page


@pytest.fixture
def package_copy(tmp_path: Path) -> PackageCopy:
    for folder in ("agentcore_probe", "environments", "notebooks"):
        shutil.copytree(PROJECT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return PackageCopy(tmp_path)
