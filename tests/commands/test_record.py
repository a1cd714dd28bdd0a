"""`record`: the facts of a run as a file, and the same without names."""

from __future__ import annotations

import json
from pathlib import Path

from agentcore_probe import api
from tests.conftest import PROJECT, Command

SAMPLE = PROJECT / "environments" / "sample.record.json"


def test_the_record_of_an_environment_is_written(command_here: Command, tmp_path: Path) -> None:
    """Under the environment's name; that it is not verified is no error of this command."""
    result = command_here("record", "sample")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "Written: sample.record.json (3 exchanges; Not verified)\n"
    assert api.load(tmp_path / "sample.record.json").digest == api.load(SAMPLE).digest


def test_an_anonymous_record_has_no_names(command_here: Command, tmp_path: Path) -> None:
    """It says what to do with it, and means the same."""
    result = command_here("record", "--from", str(SAMPLE), "--anonymous")
    assert result.returncode == 0
    assert "docs/captures.md" in result.stdout
    text = (tmp_path / "capture.record.json").read_text()
    assert "my_agent-ABCDEFGHIJ" in SAMPLE.read_text()
    assert "my_agent-ABCDEFGHIJ" not in text
    assert json.loads(text)["judgement"]["verdict"] == "not-verified"


def test_a_file_that_exists_is_kept(command_here: Command, tmp_path: Path) -> None:
    """Unless it may be replaced."""
    file = tmp_path / "sample.record.json"
    file.write_text("mine")
    result = command_here("record", "sample")
    assert result.returncode == 2
    assert "sample.record.json: exists. Name another file with --out, or add --force" in result.stderr
    assert file.read_text() == "mine"
    assert command_here("record", "sample", "--force").returncode == 0


def test_standard_output_has_nothing_but_the_record(command_here: Command) -> None:
    """So that it can be piped."""
    result = command_here("record", "sample", "--out", "-")
    assert json.loads(result.stdout)["environment"]["name"] == "sample"
