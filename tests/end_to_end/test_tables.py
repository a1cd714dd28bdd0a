"""Environments from a table, against the embedded account: each row with its own role, through moto's STS."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from agentcore_probe.model.environment import LocalSetup
from tests.conftest import PROJECT, Command
from tests.embedded import started
from tests.environments.test_account import variables

PAGE = (PROJECT / "docs" / "fleet" / "tables.md").read_text("utf-8")


def block(language: str) -> str:
    """The first block of the page in a language."""
    match = re.search(rf"^```{language}\n(.*?)^```", PAGE, re.M | re.S)
    assert match is not None
    return match[1]


@pytest.fixture
def example(project: Path) -> Path:
    """A project with the files of the page."""
    (project / "environments" / "agents.toml").write_text(block("toml"))
    (project / "environments" / "agents.csv").write_text(block("csv"))
    return project


@pytest.mark.slow
def test_the_example_of_the_page(command_here: Command, example: Path) -> None:
    """What it prints is what the page shows."""
    console = block("console")
    assert "local --export --runtimes 4" in console
    with started(LocalSetup(runtimes=4)) as facts:
        env = {**variables(facts), "PROBE_PASSWORD": facts["identity"]["password"]}
        result = command_here("verify", "agents", env=env)
    assert result.returncode == 2
    shown = [line for line in console.splitlines() if not line.startswith("$")]
    printed = " ".join(f"{result.stdout} {result.stderr}".split())  # lines break at the terminal's width
    assert sorted(" ".join(shown).split()) == sorted(printed.split())
    assert all(line in printed for line in shown)


@pytest.mark.slow
def test_twenty_rows_and_a_bad_one(command_here: Command, example: Path) -> None:
    """Each is called as its own role; the bad row is an error in every output, and the others are verified."""
    table = example / "environments" / "agents.csv"
    header = block("csv").splitlines()[0].split(",")
    rows = [
        {
            "name": f"row-{number:02}",
            "account": "123456789012",
            "region": "us-east-1",
            "runtime": f"agent_{number:03}-LOCAL{number:05}",
            "role": "probe-external" if number % 3 == 0 else "probe-caller",
            "external_id": "embedded-external-id" if number % 3 == 0 else "",
            "user": "probe" if number % 2 else "",
        }
        for number in range(2, 21)
    ]
    rows.insert(7, {"name": "bad", "runtime": "agent 009", "account": "123456789012", "region": "us-east-1"})
    with table.open("w", newline="") as file:
        writer = csv.DictWriter(file, header)
        writer.writeheader()
        writer.writerows(rows)
    with started(LocalSetup(runtimes=20)) as facts:
        env = {**variables(facts), "PROBE_PASSWORD": facts["identity"]["password"]}
        options = ("--json-summary", "all.json", "--junit", "all.xml", "--controls", "few")
        result = command_here("verify", "agents", *options, env=env)
        doctor = command_here("doctor", "row-03", "bad", env=env)
    assert result.returncode == 2, result.stderr
    place = "environments/agents.csv:9, columns region, account, runtime (environments/agents.toml, [runtime] arn): "
    assert f"error: bad: {place}" in result.stderr
    assert result.stdout.splitlines()[-1] == "19 verified, 1 could not run"
    summary = json.loads((example / "all.json").read_text())
    states = {one["name"]: one["verdict"] for one in summary["environments"]}
    assert states == {row["name"]: "verified" if row["name"] != "bad" else None for row in rows}
    assert place in (example / "all.xml").read_text()
    text = " ".join(doctor.stdout.split())
    assert "you are arn:aws:sts::123456789012:assumed-role/probe-external/agentcore-probe" in text
    assert place.strip() in text
