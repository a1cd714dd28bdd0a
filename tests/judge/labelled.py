"""Labelled cases: exchanges with the cause and the decision that they must get."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from agentcore_probe.judge.choice import choose
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.case_file import from_form

HERE = Path(__file__).parent
CASES: dict[str, dict[str, Any]] = {
    **{path.stem: json.loads(path.read_text("utf-8")) for path in sorted((HERE / "cases").glob("*.json"))},
    **{form["id"]: form for form in map(json.loads, (HERE / "cases.jsonl").read_text("utf-8").splitlines())},
}
"""Labelled cases by name. Those in `cases/` are from documentation and reports; those in `cases.jsonl` have every cause
in other regions, protocols, partitions and identity providers, and were written independently of the rules."""


def form_of(name: str) -> dict[str, Any]:
    """The case form of a labelled case, without its label."""
    return {key: value for key, value in CASES[name].items() if key not in ("then", "id")}


def case_of(name: str) -> Case:
    """A labelled case as the rules get it."""
    return choose(from_form(form_of(name), where=name))
