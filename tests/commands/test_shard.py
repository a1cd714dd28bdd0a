"""`--shard`: parts of the environments for several machines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentcore_probe.commands.shard import Shard
from tests.conftest import Command


@given(st.lists(st.text("abcde", min_size=1), unique=True), st.integers(1, 12))
def test_every_environment_is_in_exactly_one_part(names: list[str], count: int) -> None:
    """Whatever order the names are in; the parts differ by one at most."""
    parts = [Shard(number, count).part(names) for number in range(1, count + 1)]
    shuffled = list(reversed(names))
    assert [Shard(number, count).part(shuffled) for number in range(1, count + 1)] == parts
    assert sorted(name for part in parts for name in part) == sorted(names)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


@pytest.mark.parametrize("value", ["0/4", "5/4", "1", "1/0", "a/b", "1/2/3", "-1/2", "1 / 2"])
def test_another_form_is_a_usage_error(command_here: Command, value: str) -> None:
    """Exit 2; the message says which form it has."""
    result = command_here("verify", "sample", "--shard", value)
    assert result.returncode == 2
    assert "is not I/N, such as 1/4 for the first of 4 parts" in result.stderr


def test_a_part_is_run_and_an_empty_one_is_no_error(command_here: Command, project: Path) -> None:
    """Exit 0 for it, with outputs that have no environment."""
    (project / "environments" / "other.toml").write_text('record = "sample.record.json"\n')
    result = command_here("verify", "sample", "other", "--shard", "1/2", "--json-summary", "one.json")
    assert result.returncode == 1
    names = [one["name"] for one in json.loads((project / "one.json").read_text())["environments"]]
    assert names == ["other"]
    files = ("--json-summary", "none.json", "--junit", "j.xml", "--markdown", "m.md", "--sarif", "s.sarif")
    result = command_here("verify", "sample", "other", "--shard", "3/3", "--github", *files)
    assert (result.returncode, result.stderr) == (0, "part 3/3 is empty: there are 2 environments\n")
    none = json.loads((project / "none.json").read_text())
    assert (none["exit_code"], none["environments"]) == (0, [])
