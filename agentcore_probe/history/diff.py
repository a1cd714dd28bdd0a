"""What changed between two runs: verdict, rows, deployed configuration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from agentcore_probe.judge.judge import judge
from agentcore_probe.model.record import RunRecord


@dataclass(frozen=True)
class Change:
    """One thing that is not as it was."""

    where: str
    """`verdict`, a method and what of it (`runtime-jwt outcome`), or a configuration field's path."""
    before: str | None
    """None: it was not there."""
    after: str | None


def compare(old: RunRecord, new: RunRecord) -> list[Change]:
    """Every change from `old` to `new`, verdict first; times and session ids are no change."""
    return [*_verdicts(old, new), *_configurations(old, new)]


def _verdicts(old: RunRecord, new: RunRecord) -> Iterator[Change]:
    before, after = judge(old), judge(new)
    if before.verdict != after.verdict:
        yield Change("verdict", before.verdict, after.verdict)
    rows = {each.method: _row(each) for each in before.findings}
    others = {each.method: _row(each) for each in after.findings}
    for method in dict.fromkeys((*rows, *others)):
        one, other = rows.get(method, {}), others.get(method, {})
        for name in dict.fromkeys((*one, *other)):
            if one.get(name) != other.get(name):
                yield Change(f"{method} {name}", one.get(name), other.get(name))


def _row(finding: Any) -> dict[str, str]:
    return {
        "observed": finding.observed or "-",
        "expected": finding.expected or "-",
        "outcome": finding.outcome,
        "cause": finding.diagnosis.cause,
    }


def _configurations(old: RunRecord, new: RunRecord) -> Iterator[Change]:
    one, other = (dict(_fields("", each.facts()["configuration"])) for each in (old, new))
    for path in dict.fromkeys((*one, *other)):
        if one.get(path) != other.get(path):
            yield Change(path, one.get(path), other.get(path))


def _fields(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Each leaf of a JSON value with its path; a list's items go by their place."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _fields(f"{path}.{name}" if path else name, each)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _fields(f"{path}[{number}]", each)
    else:
        yield path, str(value)
