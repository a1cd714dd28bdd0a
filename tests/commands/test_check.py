"""`check`: an unaltered page, an altered one, and one that cannot be compared."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT, Command


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of the sample."""
    out = tmp_path_factory.mktemp("out")
    subprocess.run(
        [sys.executable, "-m", "agentcore_probe", "report", "sample", "--out", str(out)],
        cwd=PROJECT,
        env={**os.environ, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=False,
    )
    (file,) = out.glob("sample/*/report.html")
    return file.read_text("utf-8")


def test_an_unaltered_page_is_confirmed_outside_of_a_checkout(
    command: Command, tmp_path: Path, page: str
) -> None:
    """Exit 0, with the digest of its record; the folder contains nothing but the page."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "report.html").write_text(page, "utf-8")
    result = command("check", "report.html", cwd=folder)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("unaltered: report.html is what its record says (")


def test_the_first_altered_line_is_named(command: Command, project: Path, page: str) -> None:
    """Exit 1, with its number."""
    lines = page.split("\n")
    number = next(n for n, line in enumerate(lines) if "Not verified" in line)
    lines[number] = lines[number].replace("Not verified", "Verified", 1)
    (project / "report.html").write_text("\n".join(lines), "utf-8")
    result = command("check", "report.html")
    assert result.returncode == 1
    assert result.stdout.startswith("altered: report.html differs from what its record says, first in line ")
    assert result.stdout.split()[-1] == str(number + 1)


def test_a_page_of_other_versions_cannot_be_compared(command: Command, project: Path, page: str) -> None:
    """Exit 1: the record is intact, and both versions are printed."""
    before, start, rest = page.partition('<meta name="renderer" content="')
    altered = f"{before}{start}agentcore-probe 0.0.1\x1b[2J {rest}"
    (project / "report.html").write_text(altered, "utf-8")
    result = command("check", "report.html")
    assert result.returncode == 1
    assert result.stdout.startswith("record intact (")
    assert "made by: agentcore-probe 0.0.1" in result.stdout
    assert "\x1b" not in result.stdout


def test_a_record_file_is_not_a_page(command: Command) -> None:
    """Exit 2, with what to pass."""
    result = command("check", "environments/sample.record.json")
    assert result.returncode == 2
    assert "environments/sample.record.json: is not a report page. Pass a report.html" in result.stderr
