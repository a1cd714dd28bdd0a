"""Many environments in one command: each report is the same as that of a command of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import psutil
import pytest

from tests.conftest import PROJECT, Command
from tests.processes import still_running

RECORDED = 'record = "sample.record.json"\nlanguage = "{}"\n'


@pytest.fixture
def six(project: Path) -> list[str]:
    """Six recorded environments, some in Japanese."""
    names = [f"e{number}" for number in range(6)]
    for number, name in enumerate(names):
        (project / "environments" / f"{name}.toml").write_text(RECORDED.format(("en", "ja")[number % 2]))
    return names


def pages(folder: Path) -> dict[str, str]:
    return {path.parent.parent.name: path.read_text("utf-8") for path in folder.glob("*/2*/report.html")}


@pytest.mark.slow
def test_each_report_is_the_same_as_alone(command: Command, project: Path, six: list[str]) -> None:
    """Byte for byte, two at a time, one at a time, or by a command of its own."""
    at_once = command("report", *six, "--jobs", "2", "--out", "at-once")
    in_turn = command("report", *six, "--jobs", "1", "--out", "in-turn")
    assert (at_once.returncode, in_turn.returncode) == (1, 1)
    alone = command("report", six[1], "--out", "alone")
    assert alone.returncode == 1
    assert pages(project / "at-once") == pages(project / "in-turn")
    assert pages(project / "alone")[six[1]] == pages(project / "at-once")[six[1]]
    assert len(pages(project / "at-once")) == 6
    assert re.findall(r"^\S (e\d):", at_once.stdout, re.M) == six


def test_a_notebook_that_fails_names_its_cell_and_keeps_the_records(
    command_here: Command, project: Path, six: list[str]
) -> None:
    """Exit 5; each environment has its own error."""
    path = project / "notebooks" / "verification.ipynb"
    book = json.loads(path.read_text("utf-8"))
    next(cell for cell in book["cells"] if cell["id"] == "evidence")["source"] = ["1 / 0"]
    path.write_text(json.dumps(book))
    result = command_here("report", *six[:2])
    assert result.returncode == 5
    for name in six[:2]:
        assert f"error: {name}: the notebook: cell 6 failed: ZeroDivisionError" in result.stderr
    assert len(list((project / "reports").glob("*/2*/record.json"))) == 2
    assert not list((project / "reports").glob("*/2*/report.*"))


def test_a_lost_process_affects_only_its_own_report(
    command_here: Command, project: Path, six: list[str]
) -> None:
    """The error names the cell that ends its process; the other environments have reports."""
    path = project / "notebooks" / "verification.ipynb"
    book = json.loads(path.read_text("utf-8"))
    cell = next(cell for cell in book["cells"] if cell["id"] == "evidence")
    cell["source"] = ["import os\n", "os._exit(3) if environment == 'e1' else None\n", "report.evidence()"]
    path.write_text(json.dumps(book))
    result = command_here("report", *six[:3])
    assert result.returncode == 5
    assert "error: e1: the notebook: cell 6 was not finished: its process ended" in result.stderr
    assert sorted(pages(project / "reports")) == ["e0", "e2"]


def test_junit_and_markdown_contain_every_environment(
    command_here: Command, project: Path, six: list[str]
) -> None:
    """One suite and one list each, in the order of the command line."""
    command_here("verify", *six[:3], "--junit", "j.xml", "--markdown", "m.md")
    suites = ET.parse(project / "j.xml").getroot()  # noqa: S314  (our own file)
    assert suites.tag == "testsuites"
    assert [suite.find("testcase").get("classname") for suite in suites] == six[:3]  # type: ignore[union-attr]
    assert (project / "m.md").read_text("utf-8").count("\n## ") == 3


@pytest.mark.slow
def test_an_interrupt_leaves_no_partial_file_and_no_process(project: Path, six: list[str]) -> None:
    """Ctrl-C between two reports."""
    process = subprocess.Popen(
        [sys.executable, "-m", "agentcore_probe", "report", *six, "--jobs", "1"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not pages(project / "reports") and time.monotonic() < deadline:
        time.sleep(0.01)
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "interrupted" in stderr
    assert 0 < len(pages(project / "reports")) < 6
    assert all(page.rstrip().endswith("</html>") for page in pages(project / "reports").values())
    assert not list((project / "reports").rglob(".*"))
    assert still_running(children, 10) == []
