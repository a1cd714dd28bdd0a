"""`environments`: the names that a command line means."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import Command


def write(project: Path, **contents: str) -> None:
    for name, content in contents.items():
        (project / "environments" / f"{name}.toml").write_text(content)


def test_every_environment_is_listed_with_its_file(command_here: Command, project: Path) -> None:
    """Built-in ones, and those that `all` leaves out, are marked."""
    (project / "environments" / "local-iam.toml").unlink()
    write(project, prod='region = "us-east-1"\n', broken="=\n")
    result = command_here("environments")
    lines = {words[0]: words[1:] for line in result.stdout.splitlines() if (words := line.split(maxsplit=1))}
    assert result.returncode == 0
    assert lines["prod"] == ["environments/prod.toml"]
    assert lines["broken"] == ["environments/broken.toml"]
    assert lines["sample"] == ["environments/sample.toml  (not in 'all')"]
    assert lines["local-iam"] == ["built in  (not in 'all')"]


def test_a_program_gets_what_all_and_patterns_mean(command_here: Command, project: Path) -> None:
    """A list of objects; exit 2 where there are none, or a name is unknown."""
    write(project, p1="", p2="", q="")
    listed = json.loads(command_here("environments", "p*", "--json").stdout)
    assert listed == [
        {"name": name, "file": f"environments/{name}.toml", "all": True} for name in ("p1", "p2")
    ]
    names = [one["name"] for one in json.loads(command_here("environments", "all", "--json").stdout)]
    assert {"p1", "p2", "q"} <= set(names)
    assert "sample" not in names
    for unknown in (("nope",), ("p1", "nope", "--json")):
        result = command_here("environments", *unknown)
        assert (result.returncode, result.stdout) == (2, "")
        assert "environment 'nope' not found" in result.stderr
    result = command_here("environments", "x*")
    assert (result.returncode, result.stdout) == (2, "")
    assert "no environment matches 'x*'" in result.stderr


def test_a_row_is_listed_with_its_line(command_here: Command, project: Path) -> None:
    """And its template, which is the file."""
    (project / "environments" / "agents.toml").write_text('[table]\nfile = "agents.csv"\n[local]\n')
    (project / "environments" / "agents.csv").write_text("name\na\n\nall\n")
    assert command_here("environments", "agents").stdout.splitlines() == [
        "a              environments/agents.csv:2 (environments/agents.toml)",
        "agents-line-4  environments/agents.csv:4 (environments/agents.toml)",
    ]
    (row, _) = json.loads(command_here("environments", "agents", "--json").stdout)
    assert row == {"name": "a", "file": "environments/agents.toml", "all": True}
