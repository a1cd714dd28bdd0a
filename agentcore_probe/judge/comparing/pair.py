"""The results in which two runs differ, each with the facts that explain it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple, get_args

from agentcore_probe.judge.comparing.direction import Direction
from agentcore_probe.judge.comparing.named import facts_about
from agentcore_probe.judge.comparing.requirement import Requirement, Row, configuration_errors, row_of
from agentcore_probe.judge.comparing.situation import Situation, situation_of
from agentcore_probe.judge.judge import configuration_errors as errors_of
from agentcore_probe.model.comparison import Basis, FactDifference, RowState, Subject
from agentcore_probe.model.judgement import Finding, Judgement
from agentcore_probe.model.methods import Target, caller_of, method, way_in
from agentcore_probe.model.methods.through_gateway import TO_RUNTIME
from agentcore_probe.model.record import RunRecord

_FOLLOWING = ("no-accepted-twin", "no-encoded-call")
"""Reasons of rows that count only beside an accepted call."""


class Explained(NamedTuple):
    """A result that differs."""

    subject: Subject
    facts: tuple[str, ...]
    """The ids of the facts that explain it; empty if none does."""


@dataclass(frozen=True)
class Pair:
    """Two runs with their judgements, the first environment's first."""

    records: tuple[RunRecord, RunRecord]
    judgements: tuple[Judgement, Judgement]

    @cached_property
    def directions(self) -> tuple[Direction, Direction]:
        """Facts of the second run in the first, and the reverse."""
        one, other = map(situation_of, self.records)
        return Direction.of(one, other), Direction.of(other, one)

    @property
    def changes(self) -> dict[str, FactDifference]:
        """Every fact that differs in substance."""
        return self.directions[0].changes

    def change(self, id: str) -> FactDifference:
        """How a fact differs, the first environment first."""
        forth, back = self.directions
        for found in (forth.changes, forth.literal_changes):
            if id in found:
                return found[id]
        one, other = back.changes[id].values
        return FactDifference(fact=id, values=(other, one))

    def rows(self) -> Iterator[Explained]:
        """The rows that differ, except those that follow from another one."""
        for id in self._methods:
            one, other = self._findings(id)
            is_left_out = None in (one, other) and any(judgement.only for judgement in self.judgements)
            if is_left_out or not self._differs(id) or self.leader(id) is not None:
                continue
            facts, basis = self._why(id)
            yield Explained(Subject(id=id, kind="row", basis=basis, rows=self._states(id)), facts)

    def errors(self) -> Iterator[Explained]:
        """The errors of the configuration that only one run has."""
        found = [
            [error.id for error in errors_of(judgement.configuration, record)]
            for judgement, record in zip(self.judgements, self.records, strict=True)
        ]
        for id in dict.fromkeys((*found[0], *found[1])):
            present = id in found[0], id in found[1]
            if present[0] == present[1]:
                continue
            direction = self.directions[0 if present[0] else 1]
            facts = direction.search(partial(_is_without, id), direction.ids)
            basis: Basis = "decides" if facts else "nothing"
            yield Explained(Subject(id=id, kind="configuration", basis=basis, present=present), facts)

    def expectations(self) -> Iterator[Explained]:
        """The expectations of the file that only one run does not meet, or has after their date."""
        found = [{item.method for item in judgement.expectations} for judgement in self.judgements]
        for id in sorted(found[0] ^ found[1]):
            fact = f"file.expect.{id}"
            is_known = fact in self.changes
            if not is_known and self._differs(id):
                continue  # the row says it
            subject = Subject(
                id=id,
                kind="expectation",
                basis="named" if is_known else "nothing",
                present=(id in found[0], id in found[1]),
            )
            yield Explained(subject, (fact,) if is_known else ())

    def followers(self, id: str) -> tuple[Subject, ...]:
        """The rows that follow from a row: their refusal counts only beside an accepted call."""
        return tuple(
            Subject(id=other, kind="row", basis="decides", rows=self._states(other), follows=True)
            for other in self._methods
            if self.leader(other) == id
        )

    def leader(self, id: str) -> str | None:
        """The row from which a row follows, if it does: a counterpart that differs."""
        known, caller = method(id), caller_of(id)
        if known is None or not self._differs(id) or not self._is_following(id):
            return None
        own = () if caller is None else tuple(way_in(caller, row) for row in known.counterparts)
        return next(
            (
                row
                for row in (*own, *known.counterparts)
                if self._differs(row) and not self._is_following(row)
            ),
            None,
        )

    @cached_property
    def _methods(self) -> tuple[str, ...]:
        ids = [finding.method for judgement in self.judgements for finding in judgement.all_findings]
        return tuple(dict.fromkeys(ids))

    def _findings(self, id: str) -> tuple[Finding | None, Finding | None]:
        one, other = self.judgements
        return one.finding(id), other.finding(id)

    def _states(self, id: str) -> tuple[RowState, RowState]:
        one, other = self._findings(id)
        return _state(one), _state(other)

    def _differs(self, id: str) -> bool:
        """Whether decision or outcome differ, or the cause of a row that is not as expected."""
        one, other = self._states(id)
        if (one.observed, one.outcome) != (other.observed, other.outcome):
            return True
        return one.outcome != "as-expected" and (one.cause, one.reason) != (other.cause, other.reason)

    def _is_following(self, id: str) -> bool:
        """Whether both runs got the same decision, which counts in one of them only."""
        one, other = self._states(id)
        is_alike = one.observed == other.observed and one.observed is not None
        return is_alike and bool({one.reason, other.reason} & set(_FOLLOWING))

    def _order(self, fact: str) -> tuple[int, str]:
        """The place of a fact in reading order."""
        ids = list(self.changes)
        return (ids.index(fact) if fact in ids else len(ids), fact)

    def _why(self, id: str) -> tuple[tuple[str, ...], Basis]:
        """The facts that explain a row, and how they do."""
        if facts := self._required(id):
            return facts, "decides"
        about = facts_about(*self._findings(id))
        named = tuple(
            fact
            for fact in self.changes
            if any(fact == name or fact.startswith(f"{name}.") for name in about) and _is_of(fact, id)
        )
        return named, "named" if named else "nothing"

    def _required(self, id: str) -> tuple[str, ...]:
        """The smallest set of facts by which one run must give what the other one gave.

        Facts are tried in the run that refuses: almost any foreign value makes a call fail, and few make it succeed. Where
        both refuse, they are tried in both: the rule that one of them fails first may hide the other's.
        """
        findings = self._findings(id)
        rows = [row for record in self.records if (row := row_of(id, record)) is not None]
        if len(rows) < 2 or any(finding is None or finding.observed is None for finding in findings):
            return ()
        situations = [direction.base for direction in self.directions]
        required = [rows[0].requirement(situations[0]), rows[1].requirement(situations[1])]
        observed = [finding.observed for finding in findings if finding]
        is_obeyed = observed == [requirement.decision for requirement in required]
        if required[0] == required[1] or not (is_obeyed or observed[0] == observed[1]):
            return ()
        accepted = [requirement.decision == "accepted" for requirement in required]
        found: tuple[str, ...] = ()
        for base in (0, 1):
            if accepted[base] and not accepted[1 - base]:
                continue
            direction = self.directions[base]
            found += direction.search(
                partial(_requires, rows[base], required[1 - base]),
                [fact for fact in direction.ids if _is_of(fact, id)],
                tries_literal=accepted[1 - base],
            )
        return tuple(sorted(set(found), key=self._order))


def _requires(row: Row, requirement: Requirement, situation: Situation) -> bool:
    """Whether a situation requires this of a row."""
    return row.requirement(situation) == requirement


def _is_without(id: str, situation: Situation) -> bool:
    """Whether the configuration does not have this error."""
    return id not in configuration_errors(situation)


def _state(finding: Finding | None) -> RowState:
    if finding is None:
        return RowState(observed=None, outcome=None, cause="none")
    return RowState(
        observed=finding.observed,
        outcome=finding.outcome,
        cause=finding.diagnosis.cause,
        values=finding.diagnosis.values,
        reason=finding.reason,
    )


def _is_of(fact: str, id: str) -> bool:
    """Whether a fact may matter for a row: one of the other target, or of another caller, does not."""
    known, caller = method(id), caller_of(id)
    target = known.target if known is not None else "runtime"
    concerned = {target, "runtime"} if known is not None and known.entrance == TO_RUNTIME else {target}
    for other in set(get_args(Target)) - concerned:
        if fact.startswith((f"{other}.", f"issuer.{other}.", f"policy.{other}", f"file.{other}")):
            return False
    if fact.startswith("token"):
        return fact.startswith("token." if caller is None else f"token of {caller}.")
    return True
