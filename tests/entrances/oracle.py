"""What must come of every row, written by hand: `oracle/` has a file for each set-up of the embedded AgentCore.

A cell is a row of the report: its decision and its cause. `[cells]` is how they are without a fault; each of `[[faults]]` names
the cells that it changes, and no other may change. `@name` is a group of rows that one authorizer judges by one credential.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agentcore_probe.environments.load import load_environment
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.judgement import Finding
from tests.conftest import PROJECT

FOLDER = Path(__file__).with_name("oracle")


@dataclass(frozen=True)
class World:
    """A set-up with at most one fault, and the cells that it must have."""

    setup: str
    fault: str | None
    quick: bool
    why: str
    environment: Environment
    cells: Mapping[str, str]

    @property
    def id(self) -> str:
        return f"{self.setup}, {self.fault or 'no fault'}"


def worlds() -> Iterator[World]:
    """Those of all files."""
    for path in sorted(FOLDER.glob("*.toml")):
        yield from _worlds_of(path.stem, tomllib.loads(path.read_text("utf-8")))


def _worlds_of(setup: str, table: Mapping[str, Any]) -> Iterator[World]:
    groups = table.get("groups", {})
    cells = _expanded(table["cells"], groups)

    def world(fault: str | None, why: str, quick: bool, flips: Mapping[str, str]) -> World:
        changed = _expanded(flips, groups)
        assert changed.keys() <= cells.keys(), (setup, fault, changed.keys() - cells.keys())
        same = {row: cell for row, cell in changed.items() if cells[row] == cell}
        assert not same, f"{setup}, {fault}: a flip that changes nothing: {same}"
        environment = _environment(table)
        own = environment.local
        assert own is not None
        local = own.model_copy(update={"faults": (*own.faults, *([fault] if fault else []))})
        environment = environment.model_copy(update={"local": local})
        return World(setup, fault, quick, why, environment, {**cells, **changed})

    yield world(None, "as deployed", table.get("quick", False), {})
    for fault in table.get("faults", []):
        yield world(fault["fault"], fault["why"], fault.get("quick", False), fault["flips"])


def _environment(table: Mapping[str, Any]) -> Environment:
    """A built-in environment, or one of `[local]` and `[file]`, which has the file's other keys."""
    if "environment" in table:
        return load_environment(table["environment"], PROJECT)
    return Environment.model_validate({**table.get("file", {}), "name": "local", "local": table["local"]})


def _expanded(cells: Mapping[str, str], groups: Mapping[str, list[str]]) -> dict[str, str]:
    """Each row with its cell; no row is named twice."""
    named = [
        (row, cell)
        for name, cell in cells.items()
        for row in (groups[name[1:]] if name.startswith("@") else [name])
    ]
    assert len(named) == len(dict(named)), f"a row is named twice: {sorted(row for row, _ in named)}"
    return dict(named)


def cell_of(finding: Finding, *, confidence: bool) -> str:
    """A finding as the oracle writes it.

    Args:
        finding: the row.
        confidence: whether the oracle says how sure the cause is.
    """
    if finding.outcome == "not-applicable":
        return f"not applicable {finding.reason}"
    cause = finding.diagnosis.cause
    if finding.observed is None:
        return f"not tried {finding.reason if cause == 'none' else cause}"
    words = [finding.observed] if cause == "none" else [finding.observed, cause]
    return " ".join([*words, finding.diagnosis.confidence] if confidence else words)
