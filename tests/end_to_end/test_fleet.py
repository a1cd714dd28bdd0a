"""A fleet: every report says what is right, whatever is wrong with its neighbours."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PROJECT, run_here
from tests.embedded_fleet import Fleet, Truth, embedded_fleet


def said(environment: dict[str, Any], row: str) -> Truth:
    """What an environment of the JSON summary says, of the row that matters."""
    if environment["error"]:
        return Truth("error", cause=environment["error"]["error"])
    found = next((one for one in environment["rows"] if one["method"] == row), None)
    return Truth(environment["verdict"], row, *((found["outcome"], found["cause"]) if found else ("", "")))


def check(fleet: Fleet, summary: Path) -> None:
    """Compares with what is right: each environment once."""
    environments = json.loads(summary.read_text("utf-8"))["environments"]
    assert sorted(environment["name"] for environment in environments) == sorted(fleet.truths)
    wrong = {
        environment["name"]: (right, is_said)
        for environment in environments
        if (is_said := said(environment, (right := fleet.truths[environment["name"]]).row)) != right
    }
    assert wrong == {}


def test_a_small_fleet_is_verified_as_it_is(tmp_path: Path) -> None:
    """Two shared embedded AgentCores with a fault each, and healthy and faulty environments beside them."""
    with embedded_fleet(tmp_path, 6, ("runtime-audience-rule", "accepts-everything")) as fleet:
        words = (
            "verify",
            *fleet.truths,
            "--controls",
            "few",
            "--no-experiments",
            "--json-summary",
            "summary.json",
        )
        result = run_here(words, tmp_path, fleet.variables)
    assert result.returncode == 2, result.stderr
    check(fleet, tmp_path / "summary.json")


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_each_of_a_hundred_reports_is_right(tmp_path: Path) -> None:
    """Twelve shared embedded AgentCores with a fault each; pages, badges and the index say the same as the summary."""
    with embedded_fleet(tmp_path / "fleet", 100) as fleet:
        result = subprocess.run(
            [sys.executable, "-m", "agentcore_probe", "report", "all", "--json-summary", "summary.json"],
            cwd=fleet.root,
            env={**os.environ, "PYTHONPATH": str(PROJECT), **fleet.variables},
            capture_output=True,
            text=True,
            timeout=1000,
            check=False,
        )
    assert result.returncode == 2, result.stderr
    check(fleet, fleet.root / "summary.json")
    words = {"verified": "Verified", "not-verified": "Not verified", "inconclusive": "Inconclusive"}
    for name, truth in fleet.truths.items():
        pages = list((fleet.root / "reports" / name).glob("2*/report.html"))
        assert len(pages) == (truth.state != "error"), name
        for page in pages:
            assert re.search(rf"\b{words[truth.state]}\b", page.read_text("utf-8")), name
    counts = {
        state: [truth.state for truth in fleet.truths.values()].count(state)
        for state in ("verified", "error")
    }
    line = rf"^{counts['verified']} verified, .*, {counts['error']} could not run$"
    assert re.search(line, result.stdout, re.MULTILINE)
    badge = (fleet.root / "reports" / "badge.svg").read_text("utf-8")
    assert f"{counts['verified']} verified" in badge
