"""A comparison of two environments as readers see it, in one language: sentences and names, without markup."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from agentcore_probe.model.comparison import (
    Basis,
    Comparison,
    Explanation,
    FactDifference,
    FactValue,
    RowState,
    Subject,
)
from agentcore_probe.model.display import SYMBOLS
from agentcore_probe.report.messages import Messages

_MAX_TEXT = 160
"""Characters of a value that is shown; a list of tools or scopes may be longer."""


@dataclass(frozen=True)
class ComparisonView:
    """What a comparison says."""

    comparison: Comparison
    messages: Messages

    @property
    def names(self) -> tuple[str, str]:
        """Of the environments."""
        one, other = self.comparison.sides
        return one.environment, other.environment

    @property
    def title(self) -> str:
        """Both names."""
        return self.messages("compared-title", one=self.names[0], other=self.names[1])

    @property
    def runs(self) -> list[dict[str, str]]:
        """Both runs with their verdicts."""
        return [
            {"id": side.verdict, "symbol": SYMBOLS[side.verdict], "text": self._run(place)}
            for place, side in enumerate(self.comparison.sides)
        ]

    def _run(self, place: int) -> str:
        side = self.comparison.sides[place]
        verdict = self.messages("verdict-partial" if side.only else f"verdict-{side.verdict}")
        values = {"environment": side.environment, "verdict": verdict}
        if side.started is None:
            return self.messages("compared-run-undated", values)
        return self.messages("compared-run", values, started=f"{side.started:%Y-%m-%d %H:%M} UTC")

    @property
    def notes(self) -> list[str]:
        """What is to be known about the runs before their results are compared."""
        one, other = self.comparison.sides
        names = {"one": one.environment, "other": other.environment}
        notes = [
            self.messages("compared-only", environment=side.environment, method=side.only)
            for side in (one, other)
            if side.only
        ]
        if one.tool != other.tool:
            versions = {"first": one.tool or "-", "second": other.tool or "-"}
            notes.append(self.messages("compared-versions", names | versions))
        if one.source != other.source:
            words = [self.messages(f"compared-source-{side.source}") for side in (one, other)]
            notes.append(self.messages("compared-sources", names, first=words[0], second=words[1]))
        return notes

    @property
    def summary(self) -> str | None:
        """What to say where no result differs; None where some do."""
        if self.comparison.explanations:
            return None
        one, other = self.comparison.sides
        if one.verdict != other.verdict:
            return self.messages("compared-verdict-only")
        return self.messages("compared-equal-verified" if one.verdict == "verified" else "compared-equal")

    def explanations(self) -> Iterator[dict[str, Any]]:
        """What explains different results: the facts, how they do, and the results."""
        for explanation in self.comparison.explanations:
            own = [subject for subject in explanation.subjects if not subject.follows]
            following = [subject.id for subject in explanation.subjects if subject.follows]
            follows = self.messages.comma.join(following)
            yield {
                "title": self._heading(explanation),
                "facts": [self._fact(fact) for fact in explanation.facts],
                "basis": self.messages(f"compared-basis-{_basis(explanation)}"),
                "causes": self._causes(own),
                "rows": self._rows(own),
                "follows": self.messages("compared-follows", methods=follows) if following else "",
            }

    def others(self) -> list[dict[str, Any]]:
        """What differs and explains nothing."""
        return [self._fact(fact) for fact in self.comparison.others]

    @property
    def others_count(self) -> str:
        """How many these are, as a sentence."""
        return self.messages("compared-others", count=len(self.comparison.others))

    def _causes(self, subjects: list[Subject]) -> list[str]:
        """The causes of the rows that are not as expected, each once for each environment."""
        states: dict[tuple[str, str], RowState] = {}
        for subject in subjects:
            for name, state in zip(self.names, subject.rows or (), strict=False):
                is_failing = state.outcome in {"unexpected", "error"} or state.observed is None
                if is_failing and state.cause != "none":
                    states.setdefault((name, state.cause), state)
        return [
            self.messages("compared-cause", text=text, environment=name, cause=cause)
            for (name, cause), state in states.items()
            if (text := self.messages.cause(cause, state.values))
        ]

    def _heading(self, explanation: Explanation) -> str:
        names = [self._name(fact.fact) for fact in explanation.facts]
        return self.messages.comma.join(names) or self.messages("compared-nothing")

    def _fact(self, fact: FactDifference) -> dict[str, Any]:
        one, other = fact.values  # a tuple of facts
        return {
            "label": self._name(fact.fact),
            "id": fact.fact,
            "values": [self._value(fact.fact, one), self._value(fact.fact, other)],
        }

    def _name(self, id: str) -> str:
        """`runtime.allowedClients` as "Runtime: allowedClients"."""
        place, _, name = id.partition(".")
        if place == "issuer" and "." in name:
            target, _, name = name.partition(".")
            place = f"issuer-{target}"
        if place.startswith("token of "):
            where = self.messages("compared-place-token-of", caller=place.removeprefix("token of "))
        else:
            where = self.messages(f"compared-place-{place}")
        own = (f"compared-name-{place.partition('-')[0]}-{name}", f"compared-name-{name}")
        word = next((self.messages(message) for message in own if self.messages.has(message)), name)
        return self.messages("compared-fact", place=where, name=word)

    def _value(self, id: str, value: FactValue) -> str:
        if value.state == "value":
            validity = f"compared-validity-{value.text}"
            is_validity = id.endswith(".validity") and self.messages.has(validity)
            return self.messages(validity) if is_validity else _shortened(value.text)
        absent = "-absent" if value.state == "fails" and not value.found else ""
        message = f"compared-value-{value.state}{absent}"
        values = {"claim": value.claim, "found": _shortened(value.found), "text": _shortened(value.text)}
        return self.messages(message, values)

    def _rows(self, subjects: list[Subject]) -> list[dict[str, Any]]:
        """The results in both environments; those that are equal in both, together."""
        groups: dict[tuple[str, str], list[str]] = {}
        for subject in subjects:
            groups.setdefault(self._results(subject), []).append(subject.id)
        return [
            {"label": self.messages.comma.join(ids), "values": list(values)} for values, ids in groups.items()
        ]

    def _results(self, subject: Subject) -> tuple[str, str]:
        if subject.rows is not None:
            one, other = map(self._state, subject.rows)
        else:
            one, other = (
                self.messages(f"compared-{subject.kind if is_present else 'absent'}")
                for is_present in subject.present
            )
        return one, other

    def _state(self, state: RowState) -> str:
        if state.outcome is None:
            return self.messages("compared-absent")
        outcome = self.messages(f"outcome-{state.outcome}")
        if state.outcome == "not-applicable":
            return outcome
        is_sent = state.observed is not None
        result = self.messages(f"decision-{state.observed}" if is_sent else "result-nothing-sent")
        if state.cause == "none":
            return self.messages("compared-row", result=result, outcome=outcome)
        return self.messages("compared-row-cause", result=result, cause=state.cause, outcome=outcome)


def _basis(explanation: Explanation) -> Basis:
    """The strongest of its results, rows before the configuration."""
    own = [subject for subject in explanation.subjects if not subject.follows]
    found = {subject.basis for subject in own if subject.kind == "row"} or {subject.basis for subject in own}
    return next(basis for basis in ("decides", "named", "nothing") if basis in found)


def _shortened(text: str) -> str:
    return text if len(text) <= _MAX_TEXT else f"{text[: _MAX_TEXT - 1]}…"
