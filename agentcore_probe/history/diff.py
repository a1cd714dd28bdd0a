"""The differences between two runs: verdict, rows, what MCP clients can be expected to do, deployed configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agentcore_probe.judge.decision import decision
from agentcore_probe.judge.judge import judge
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.model.judgement import Finding, Judgement
from agentcore_probe.model.login_chain import WayForecast
from agentcore_probe.model.record import RunRecord


@dataclass(frozen=True)
class Difference:
    """One value that differs."""

    where: str
    """`verdict`, a method and its property (`runtime-jwt outcome`), a target and an MCP client (`gateway client cursor`), or
    the path of a configuration field."""
    before: str | None
    """None: absent in the old run."""
    after: str | None
    """None: absent in the new run."""


def compare(old: RunRecord, new: RunRecord, judgement: Judgement | None = None) -> list[Difference]:
    """Every difference from `old` to `new`, verdict first; times and session ids are not compared.

    Args:
        old: the earlier run.
        new: the later run.
        judgement: the judgement of `new`, where it was made before.
    """
    return [*_judgement_differences(old, new, judgement or judge(new)), *_configuration_differences(old, new)]


def accepted_controls(record: RunRecord, method: str) -> tuple[str, ...]:
    """The controls of one row that the target accepted although it must refuse them, each with its step.

    A row with several holes has one outcome and one cause; this says which holes.
    """
    observation = record.observation(method)
    exchanges = record.of(observation) if observation is not None else ()
    names = {
        exchange.forged or f"{exchange.control} ({exchange.step})"
        for exchange in exchanges
        if exchange.must_be_refused
        and exchange.control != "id-token"  # whether it must be refused depends on its claims
        and decision(Case(exchange, record.configuration)) == "accepted"
    }
    return tuple(sorted(names))


def _judgement_differences(old: RunRecord, new: RunRecord, after: Judgement) -> Iterator[Difference]:
    before = judge(old)
    yield from _value_differences({"verdict": _verdict(before)}, {"verdict": _verdict(after)})
    old_rows = {finding.method: _row(finding, old) for finding in before.all_findings}
    new_rows = {finding.method: _row(finding, new) for finding in after.all_findings}
    for method in dict.fromkeys((*old_rows, *new_rows)):
        yield from _value_differences(old_rows.get(method, {}), new_rows.get(method, {}))
    yield from _value_differences(_forecasts(before), _forecasts(after))


def _forecasts(judgement: Judgement) -> dict[str, str]:
    """What each MCP client can be expected to do at each target, by its best way."""
    return {
        f"{chain.target} client {forecast.client}": _forecast(forecast.best)
        for chain in judgement.login_chains
        for forecast in chain.clients
    }


def _forecast(way: WayForecast) -> str:
    return way.outcome if way.step is None else f"{way.outcome} at {way.step} ({way.reason})"


def _verdict(judgement: Judgement) -> str:
    return judgement.verdict if judgement.only is None else f"{judgement.verdict} (only {judgement.only})"


def _row(finding: Finding, record: RunRecord) -> dict[str, str]:
    row = {
        f"{finding.method} observed": finding.observed or "-",
        f"{finding.method} expected": finding.expected or "-",
        f"{finding.method} outcome": finding.outcome,
        f"{finding.method} cause": finding.diagnosis.cause,
    }
    if holes := accepted_controls(record, finding.method):
        row[f"{finding.method} wrongly accepted"] = ", ".join(holes)
    return row


def _configuration_differences(old: RunRecord, new: RunRecord) -> Iterator[Difference]:
    before, after = (dict(_leaves("", record.facts()["configuration"])) for record in (old, new))
    yield from _value_differences(before, after)


def _value_differences(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Difference]:
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) != after.get(name):
            yield Difference(name, before.get(name), after.get(name))


def _leaves(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """The path and text of each leaf of a JSON value; list items are named by their index."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _leaves(f"{path}.{name}" if path else name, member)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(f"{path}[{index}]", item)
    else:
        yield path, str(value)
