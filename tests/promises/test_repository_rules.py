"""Promises 26 and 27: imports follow the layers, packages are pinned with hashes, notebooks are clean."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from tests import checks
from tests.conftest import PROJECT


def test_imports_follow_the_layers() -> None:
    """No contract of import-linter is broken."""
    lint = Path(sys.executable).parent / "lint-imports"
    result = subprocess.run(
        [lint, "--no-cache"], cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 0, result.stdout
    assert re.search(r"Contracts: \d+ kept, 0 broken", result.stdout)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_is_pinned_with_its_hashes(name: str) -> None:
    """Every line has one version and at least one hash."""
    text = (PROJECT / name).read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert len(lines) > 50
    for line in lines:
        assert re.match(r"[\w.\[\],-]+==[\w.!+]+ ", line), line
        assert "--hash=sha256:" in line, line


def test_nbconvert_has_its_security_fixes() -> None:
    """CVE-2026-39377 and CVE-2026-39378 were fixed in 7.17.1."""
    version = tuple(int(part) for part in metadata.version("nbconvert").split(".")[:3])
    assert version >= (7, 17, 1)


def test_committed_notebooks_are_clean() -> None:
    """No outputs, no execution counts, no logic, no local metadata."""
    assert list(checks.notebooks()) == []
