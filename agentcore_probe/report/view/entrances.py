"""The entrances of a run as readers see them: which it went through, and what each gave each caller."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from agentcore_probe.model.display import SYMBOLS
from agentcore_probe.model.judgement import Finding, Outcome
from agentcore_probe.model.methods import (
    AccessMethod,
    caller_of,
    entrance_of,
    form_of,
    is_invocation,
    method,
    place_of,
)
from agentcore_probe.report.view.names import Names, decision_text

WORST: tuple[Outcome, ...] = ("unexpected", "error", "not-testable", "as-expected", "not-applicable")
"""The outcomes, those that need attention most first."""

OWN: Mapping[str, str] = {"none": "anonymous", "forged-jwt": "jwt-forged", "jwt": "jwt", "sigv4": "sigv4"}
"""The columns of the environment's own caller by credential, each with its text `way-…`. The ID token is in that of
the JWT."""


class Column(NamedTuple):
    """Who calls: the environment's own caller with one kind of credential, or a further caller."""

    id: str
    """As of `column_of`."""
    name: str
    is_caller: bool = False


class Group(NamedTuple):
    """The findings of one entrance."""

    id: str
    name: str
    findings: tuple[Finding, ...]
    """Those of the environment's own caller, then those of the further ones."""

    @property
    def own(self) -> tuple[Finding, ...]:
        """Those of the environment's own caller."""
        return tuple(finding for finding in self.findings if caller_of(finding.method) is None)

    @property
    def further(self) -> tuple[Finding, ...]:
        """Those of further callers."""
        return tuple(finding for finding in self.findings if caller_of(finding.method) is not None)

    def of(self, column: str) -> tuple[Finding, ...]:
        """The findings of one column, the one that the map shows first."""
        findings = [finding for finding in self.findings if column_of(finding.method) == column]
        return tuple(sorted(findings, key=_weight))

    @property
    def worst(self) -> Outcome:
        """The worst outcome of its findings."""
        outcomes = {finding.outcome for finding in self.findings}
        return next(outcome for outcome in WORST if outcome in outcomes)


def column_of(id: str) -> str:
    """The column of a way in: a credential, or the name of a further caller, after a colon."""
    if (caller := caller_of(id)) is not None:
        return f":{caller}"
    row = method(id)
    auth = row.auth if row is not None else "none"
    return "jwt" if auth == "id-token" else auth


def _weight(finding: Finding) -> tuple[int, bool]:
    """The worst comes first; a call whose result does not depend on what is deployed comes after the documented one."""
    row = method(finding.method)
    return WORST.index(finding.outcome), row is not None and row.fixed_prediction is not None


def has_more_entrances(names: Names) -> bool:
    """Whether the run went through more entrances than the two of every run: its rows are then grouped by entrance."""
    rows = (method(finding.method) for finding in names.judgement.findings)
    return any(row is not None and not is_invocation(row) for row in rows)


def entrance_id(id: str) -> str:
    """The entrance of a way in; empty for a method that only another version has."""
    row = method(id)
    return entrance_of(row).id if row is not None else ""


def entrance_name(names: Names, id: str) -> str:
    """An entrance's name."""
    return names.messages(f"entrance-{id}") if id else names.messages("entrance-other")


def groups(names: Names, findings: Iterable[Finding] | None = None) -> list[Group]:
    """The findings by entrance, in reading order.

    Args:
        names: the report.
        findings: those to group; None: all.
    """
    by_entrance: dict[str, list[Finding]] = {}
    for finding in names.judgement.all_findings if findings is None else findings:
        by_entrance.setdefault(entrance_id(finding.method), []).append(finding)
    return [
        Group(id, entrance_name(names, id), tuple(by_entrance[id]))
        for id in sorted(by_entrance, key=place_of)
    ]


def columns(names: Names) -> list[Column]:
    """Who called, in reading order: without a credential, with a forged token, as each kind of caller."""
    present = {column_of(finding.method) for finding in names.judgement.all_findings}
    own = [Column(id, names.messages(f"way-{way}")) for id, way in OWN.items() if id in present]
    further = [
        Column(f":{caller.name}", caller.name, is_caller=True)
        for caller in names.record.identities
        if f":{caller.name}" in present
    ]
    return [*own, *further]


def form_name(names: Names, row: AccessMethod) -> str:
    """How a method's caller is identified, in words."""
    way = f"way-{form_of(row)}"
    return names.messages(way) if names.messages.has(way) else names.messages(f"auth-{row.auth}")


def cell(names: Names, finding: Finding) -> dict[str, Any]:
    """One result of the map: what was observed, and what is intended."""
    row = method(finding.method)
    decision = "in-part" if names.is_in_part(finding) else finding.observed
    untried = "refused-at-login" if finding.reason == "refused-at-login" else "nothing-sent"
    word = decision_text(finding.method, decision) if decision else f"result-{untried}"
    is_there = finding.outcome != "not-applicable"
    intended = names.intended(finding) if is_there else None
    return {
        "id": finding.method,
        "form": form_name(names, row) if row is not None else finding.method,
        "caller": caller_of(finding.method),
        "outcome": finding.outcome,
        "symbol": SYMBOLS[finding.outcome],
        "word": names.messages(word if is_there else "outcome-not-applicable"),
        "intended": _intended(names, finding, intended) if intended else "",
        "differs": intended is not None and (finding.outcome == "unexpected" or intended != finding.observed),
    }


def _intended(names: Names, finding: Finding, decision: str) -> str:
    return names.messages("matrix-intended", decision=names.messages(decision_text(finding.method, decision)))


def map_rows(names: Names) -> list[dict[str, Any]]:
    """The map: for each entrance its cells by column, each the results of one caller, the worst first."""
    shown = columns(names)
    return [
        {
            "id": group.id,
            "name": group.name,
            "worst": group.worst,
            "symbol": SYMBOLS[group.worst],
            "cells": {column.id: [cell(names, one) for one in group.of(column.id)] for column in shown},
            "tally": tally(names, group.findings),
        }
        for group in groups(names)
    ]


def tally(names: Names, findings: Iterable[Finding]) -> str:
    """How many findings have each outcome, the worst first: "1 unexpected, 4 as expected"."""
    counts = Counter(finding.outcome for finding in findings)
    return names.messages.comma.join(
        names.messages("entrance-count", count=counts[outcome], outcome=names.messages(f"outcome-{outcome}"))
        for outcome in WORST
        if counts[outcome]
    )


def methods_text(names: Names, ids: Sequence[str], comma: str | None = None) -> str:
    """The ids of access methods; of more entrances, how many of each entrance."""
    comma = names.messages.comma if comma is None else comma
    if not has_more_entrances(names):
        return comma.join(ids)
    counts = Counter(entrance_id(id) for id in ids)
    return comma.join(
        names.messages("entrance-methods", entrance=entrance_name(names, id), count=counts[id])
        for id in sorted(counts, key=place_of)
    )
