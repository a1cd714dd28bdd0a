"""A fleet as readers see it: counts, what to do first, changes, groups of rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import Any

from markupsafe import Markup, escape

from agentcore_probe.model.display import SYMBOLS
from agentcore_probe.model.fleet import STATES, EnvironmentState, Fleet
from agentcore_probe.model.judgement import Outcome
from agentcore_probe.model.methods import caller_of, form_of, is_invocation, method, place_of
from agentcore_probe.report.fleet import first_steps
from agentcore_probe.report.messages import Messages

CALLERS = "callers"
"""The column of further callers: the worst outcome of their ways in."""
ENTRANCES = "entrances"
"""What the columns of further entrances are below: each has the worst outcome of its ways in."""
_GROUPS = ("gateway", "runtime", ENTRANCES, "")
"""What columns are below, in order."""

_WORST: tuple[Outcome, ...] = ("unexpected", "error", "not-testable", "as-expected", "not-applicable")
LETTERS: dict[Outcome, str] = dict(zip(_WORST, "uetan", strict=True))
"""The class of a cell: one letter, since a page of 1,000 environments has 12,000 cells."""
_ATTENTION = ("error", "not-verified", "inconclusive", "changed", "verified")
"""What a row is, by `EnvironmentState.rank`."""
OPEN_ROWS = 30
"""A page with at most so many rows, or rows that need attention, has the folds with these rows open."""


@dataclass(frozen=True)
class FleetView:
    """The content of an index in one language."""

    fleet: Fleet
    messages: Messages
    base: str = ""
    """What the links to reports begin with."""

    @property
    def prefix(self) -> str:
        """Before every id of this language's part of the page."""
        return self.messages.language.id_prefix

    def anchor(self, id: str) -> str:
        """The anchor of a section."""
        return f"{self.prefix}{id}"

    @property
    def title(self) -> str:
        """The page's title."""
        return self.messages("fleet-title", count=len(self.fleet.environments))

    @property
    def verdict(self) -> dict[str, Any]:
        """The worst state with its word, and how many environments are in each state."""
        worst = next(iter(self.fleet.counts))
        needy = sum(count for state, count in self.fleet.counts.items() if state != "verified")
        text = "fleet-verdict-attention" if needy else "fleet-verdict-verified"
        return {
            "id": "not-verified" if worst == "error" else worst,
            "symbol": SYMBOLS[worst],
            "word": self.messages(text, count=needy, all=len(self.fleet.environments)),
            "counts": self.counts(self.fleet.environments),
        }

    def counts(self, states: Iterable[EnvironmentState]) -> list[dict[str, Any]]:
        """How many environments are in each state, the worst first, then how many changed."""
        counts = Counter(state.state for state in states)
        parts = [self._count(state, counts[state]) for state in STATES if counts[state]]
        changed = sum(state.is_changed for state in states)
        return [*parts, *([self._count("changed", changed)] if changed else [])]

    def _count(self, id: str, count: int) -> dict[str, Any]:
        text = self.messages(f"count-{id}", count=count)
        return {"id": id, "symbol": SYMBOLS.get(id, "Δ"), "count": count, "text": text}

    def facts(self) -> list[tuple[str, str]]:
        """Which time the page is about, and who did not answer from AWS."""
        times = sorted(state.as_of for state in self.fleet.environments if state.as_of)
        facts = []
        if times:
            first, last = self.time(times[0]), self.time(times[-1])
            facts.append(
                ("runs", first if first == last else self.messages("fleet-from-to", first=first, last=last))
            )
        facts.append(("made", self.time(self.fleet.made)))
        return [(self.messages(f"fleet-fact-{name}"), value) for name, value in facts]

    def sources(self) -> list[str]:
        """Whose answers did not come from AWS, in a sentence each."""
        by_source: dict[str, list[str]] = {}
        for state in self.fleet.environments:
            if state.source != "aws":
                by_source.setdefault(state.source, []).append(state.environment)
        return [
            self.messages(f"fleet-source-{source}", count=len(names), names=self.some(names))
            for source, names in sorted(by_source.items())
        ]

    def some(self, names: Sequence[str]) -> str:
        """The first names, and how many there are besides."""
        if len(names) <= _SOME + 1:
            return self.messages.comma.join(names)
        return self.messages(
            "fleet-and-more", names=self.messages.comma.join(names[:_SOME]), count=len(names) - _SOME
        )

    def first_steps(self) -> list[dict[str, Any]]:
        """What to do first: each step once, with the environments that it concerns."""
        return first_steps.steps(self)

    def changes(self) -> list[dict[str, Any]]:
        """The environments whose newest run differs from the one before, those that got worse first."""
        changed = [state for state in self.fleet.by_attention if state.is_changed]
        return [
            {
                **self.identity(state),
                "before": self._word(state.previous_verdict),
                "after": self._word(state.verdict),
                "same": state.previous_verdict == state.verdict,
                "ways": [
                    {
                        "method": change.method,
                        "before": self.outcome(change.before),
                        "after": self.outcome(change.after),
                    }
                    for change in state.changes
                ],
                "before_at": self.time(state.previous),
                "after_at": self.time(state.started),
            }
            for state in changed
        ]

    def compared(self) -> int:
        """How many environments have a run before the newest one, and could run."""
        return sum(state.previous is not None and state.failure is None for state in self.fleet.environments)

    def outcome(self, outcome: Outcome) -> dict[str, str]:
        """An outcome with its symbol and word."""
        return {"id": outcome, "symbol": SYMBOLS[outcome], "word": self.messages(f"outcome-{outcome}")}

    def _word(self, verdict: str | None) -> dict[str, str]:
        id = verdict or "inconclusive"
        return {"id": id, "symbol": SYMBOLS[id], "word": self.messages(f"verdict-{id}")}

    @cached_property
    def columns(self) -> list[dict[str, str]]:
        """The ways in, with their targets; then the further entrances and the further callers, where there are any."""
        columns = [
            {"id": id, "target": self._target(id), "name": self._way(id), "whole": self.method_name(id)}
            for id in self.fleet.methods
            if _further_entrance(id) is None
        ]
        further = {entrance for id in self.fleet.methods if (entrance := _further_entrance(id)) is not None}
        for entrance in sorted(further, key=place_of):
            name = self.messages(f"entrance-{entrance}")
            columns.append({"id": entrance, "target": ENTRANCES, "name": name, "whole": name})
        if any(caller_of(way) for state in self.fleet.environments for way in state.ways):
            word = self.messages("fleet-callers")
            columns.append({"id": CALLERS, "target": "", "name": word, "whole": word})
        return sorted(columns, key=lambda column: _GROUPS.index(column["target"]))

    def targets(self) -> list[tuple[str, int]]:
        """The name of each target with the number of its columns, in order."""
        grouped = groupby(self.columns, key=lambda column: column["target"])
        counted = [(target, len(list(columns))) for target, columns in grouped]
        return [(self._heading(target), count) for target, count in counted]

    def _heading(self, target: str) -> str:
        if target == ENTRANCES:
            return self.messages("fleet-entrances")
        return self.messages(f"target-{target}") if target else ""

    @staticmethod
    def _target(id: str) -> str:
        known = method(id)
        return known.target if known else ""

    def _way(self, id: str) -> str:
        known = method(id)
        way = f"way-{form_of(known)}" if known else ""
        return self.messages(way) if known and self.messages.has(way) else id

    def method_name(self, id: str) -> str:
        """A method's name; its id where this version does not have the method."""
        return self.messages(f"method-{id}") if self.messages.has(f"method-{id}") else id

    def groups(self) -> list[dict[str, Any]]:
        """The environments by account and region, the groups with the worst rows first."""
        groups: dict[tuple[str, str], list[EnvironmentState]] = {}
        for state in self.fleet.by_attention:
            groups.setdefault((state.account or "", state.region or ""), []).append(state)
        ordered = sorted(groups.items(), key=lambda item: (item[1][0].rank, item[0]))
        needy = sum(state.rank < _VERIFIED for state in self.fleet.environments)
        is_small = len(self.fleet.environments) <= OPEN_ROWS
        return [
            {
                "name": self._place(account, region),
                "counts": self.counts(states),
                "is_open": is_small or (needy <= OPEN_ROWS and states[0].rank < _VERIFIED),
                "worst": _ATTENTION[states[0].rank],
                **self._split(states, is_small=is_small),
            }
            for (account, region), states in ordered
        ]

    def _split(self, states: list[EnvironmentState], *, is_small: bool) -> dict[str, list[dict[str, Any]]]:
        """The rows of a group; many verified ones, where others need attention, are a fold of their own."""
        rest = [state for state in states if state.rank == _VERIFIED]
        if is_small or len(rest) < _FEW or len(rest) == len(states):
            rest = []
        rows = states[: len(states) - len(rest)]
        return {"rows": [self._row(state) for state in rows], "rest": [self._row(state) for state in rest]}

    def _place(self, account: str, region: str) -> str:
        parts = [part for part in (account, region) if part]
        return " · ".join(parts) or self.messages("fleet-no-account")

    def identity(self, state: EnvironmentState) -> dict[str, Any]:
        """The environment's name with its anchor."""
        return {"name": state.environment, "anchor": f"{self.prefix}env-{state.environment}"}

    def _row(self, state: EnvironmentState) -> dict[str, Any]:
        return {
            **self.identity(state),
            "link": f"{self.base}{state.link}" if state.link else None,
            "kind": _ATTENTION[state.rank],
            "symbol": SYMBOLS[state.state],
            "word": self.messages("fleet-state-error" if state.failure else f"verdict-{state.state}"),
            "is_changed": state.is_changed,
            "why": self._why(state),
            "cells": self._cells(tuple(self._cell(state, column["id"]) for column in self.columns)),
            "bad": [] if state.failure else list(_bad(state)),
            "as_of": self.time(state.as_of),
            "past": self._past(state),
        }

    def _past(self, state: EnvironmentState) -> str:
        """Since when the verdict is as it is; of an attempt without a record, when the last run was."""
        if state.failure is not None:
            return self.messages("fleet-last-run", time=self.time(state.started)) if state.started else ""
        if state.runs < 2 or state.since is None or state.fails_only_checks:
            return ""
        return self.messages("fleet-since", day=f"{state.since:%Y-%m-%d}", count=state.runs)

    def _why(self, state: EnvironmentState) -> str:
        """Why it is not verified, in a sentence; empty for a verified one."""
        if state.failure is not None:
            return state.failure.line
        if state.fails_only_checks:
            return self.failed_checks(state)
        if state.action is None or state.state == "verified":
            return ""
        return first_steps.because(self.messages, state.action)

    def failed_checks(self, state: EnvironmentState) -> str:
        """Which checks of the team failed, as a sentence."""
        return self.messages("fleet-checks-failed", names=self.some(state.failed_checks))

    @staticmethod
    def _cell(state: EnvironmentState, column: str) -> Outcome | None:
        """What a row shows in a column; nothing where the last attempt shows nothing."""
        if state.failure is not None:
            return None
        if column in state.ways:
            return state.ways[column]
        outcomes = {outcome for way, outcome in state.ways.items() if _summary_column(way) == column}
        return next((outcome for outcome in _WORST if outcome in outcomes), None)

    def _cells(self, outcomes: tuple[Outcome | None, ...]) -> str:
        """The cells of a row: a letter for the symbol and the word of each; most rows have the same."""
        if outcomes not in self._known_cells:
            cells = (
                f"<td class={LETTERS[one]}><b>{escape(self.outcomes[one])}</b>" if one else "<td>"
                for one in outcomes
            )
            self._known_cells[outcomes] = Markup("".join(cells))  # noqa: S704  (escaped above)
        return self._known_cells[outcomes]

    @cached_property
    def _known_cells(self) -> dict[tuple[Outcome | None, ...], Markup]:
        return {}

    @cached_property
    def outcomes(self) -> dict[str, str]:
        """The word of each outcome."""
        return {outcome: self.messages(f"outcome-{outcome}") for outcome in _WORST}

    @staticmethod
    def time(time: datetime | None) -> str:
        """A time in UTC, to the minute."""
        return f"{time:%Y-%m-%d %H:%M}" if time else "–"


def _further_entrance(way: str) -> str | None:
    """The entrance of a method that only some environments ask for; None for any other."""
    known = method(way)
    return known.entrance if known is not None and not is_invocation(known) else None


def _summary_column(way: str) -> str | None:
    """The column that has the worst outcome of several ways in; None for a way in with a column of its own."""
    return CALLERS if caller_of(way) is not None else _further_entrance(way)


def _bad(state: EnvironmentState) -> Iterator[str]:
    """The ways in that are not as expected; of a further entrance, how many."""
    bad = [way for way, outcome in state.ways.items() if outcome not in ("as-expected", "not-applicable")]
    counts = Counter(
        entrance for way in bad if caller_of(way) is None and (entrance := _further_entrance(way)) is not None
    )
    yield from (way for way in bad if caller_of(way) is not None or _further_entrance(way) is None)
    yield from (f"{entrance}({count})" for entrance, count in counts.items())


_SOME = 6
_FEW = 10
_VERIFIED = _ATTENTION.index("verified")
