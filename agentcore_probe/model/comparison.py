"""Why two environments get different results: the smallest difference between them that explains it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from agentcore_probe.model.base import Frozen
from agentcore_probe.model.decision import Decision
from agentcore_probe.model.display import table, text_table
from agentcore_probe.model.judgement import Outcome, Verdict
from agentcore_probe.model.record import Source

if TYPE_CHECKING:
    import pandas as pd

Basis = Literal["decides", "named", "nothing"]
"""`decides`: with the other environment's value, configuration and token require the other environment's result.
`named`: the value differs, and the cause is about it. `nothing`: what was recorded does not explain it."""

State = Literal["value", "unset", "set", "read", "only", "nothing", "matches", "fails"]
"""`value`: as its text says. `unset`: it is absent. `set`: it is there; its value is a name or a secret. `read`: what is
deployed could be read. `only`: of a list or a map, what the other environment does not have, or has with other properties;
`nothing`: there is no such part. `matches`, `fails`: whether the token satisfies the rule."""


class FactValue(Frozen):
    """What one environment has of a fact."""

    state: State
    text: str = ""
    """The value, without prose."""
    claim: str = ""
    """For `matches` and `fails`: the claim that decides (`client_id`)."""
    found: str = ""
    """The token's value of that claim."""

    def as_words(self) -> str:
        """The value in a few words of English, for tables and logs."""
        words: dict[State, str] = {
            "value": self.text,
            "unset": "not set",
            "only": f"only here: {self.text}",
            "nothing": "nothing else",
            "matches": f"matches the token's {self.claim}",
            "fails": f"does not match the token's {self.claim}",
        }
        return words.get(self.state, self.state)


class FactDifference(Frozen):
    """One fact in which the environments differ."""

    fact: str
    """Its place and its name: `runtime.allowedClients`, `token.scope`, `file.expect.runtime-jwt`."""
    values: tuple[FactValue, FactValue]

    @property
    def words(self) -> tuple[str, str]:
        """Both values in words."""
        one, other = self.values
        return one.as_words(), other.as_words()


class RowState(Frozen):
    """A row of one environment."""

    observed: Decision | None
    """None: nothing was sent, or the row is absent."""
    outcome: Outcome | None
    """None: the run has no such row."""
    cause: str
    values: dict[str, str] = Field(default_factory=dict)
    """The variables of the cause's text."""
    reason: str | None = None


class Subject(Frozen):
    """Something whose result differs: an access method, an error of the deployed configuration, an expectation."""

    id: str
    """A method (also of a further caller, `admin:gateway-jwt`), or the id of a finding about the configuration."""
    kind: Literal["row", "configuration", "expectation"]
    basis: Basis
    rows: tuple[RowState, RowState] | None = None
    """Of a row, in both environments."""
    present: tuple[bool, bool] = (True, True)
    """Of any other: which environments have it."""
    follows: bool = False
    """Whether it follows from another row of the group: its refusal counts only beside an accepted call."""


class Explanation(Frozen):
    """Differences that have the same explanation."""

    subjects: tuple[Subject, ...]
    facts: tuple[FactDifference, ...] = ()
    """The smallest set that explains them; empty if nothing that was recorded does."""


class Side(Frozen):
    """One of the two environments, and its run."""

    environment: str
    verdict: Verdict
    only: str | None = None
    """The one method that was tested."""
    source: Source
    run: str
    started: datetime | None = None
    tool: str = ""


class Comparison(Frozen):
    """Two environments, why their results differ, and what else differs."""

    sides: tuple[Side, Side]
    explanations: tuple[Explanation, ...] = ()
    """Why results differ, those about most rows first."""
    others: tuple[FactDifference, ...] = ()
    """What differs and explains nothing; ARNs, ids, hosts, times and other names that each account has of its own are not
    compared."""

    @property
    def differs(self) -> bool:
        """Whether any result differs, or the verdict."""
        return bool(self.explanations) or self.sides[0].verdict != self.sides[1].verdict

    def as_json(self) -> dict[str, Any]:
        """The comparison as plain JSON values, with `differs`."""
        return {"differs": self.differs, **self.model_dump(mode="json", exclude_defaults=False)}

    def to_frame(self) -> pd.DataFrame:
        """One row for each fact that differs.

        Columns: `fact`, one named after each environment (with `(1)` and `(2)` where both have one name) with its value in
        words, `explains` (the methods and findings that it explains, with commas; missing for none), all text.
        """
        from agentcore_probe.model.frames import fact_frame

        names = self._names
        rows = [
            dict(zip(("fact", *names, "explains"), (*cells, subjects or None), strict=True))
            for *cells, subjects in self._rows()
        ]
        return fact_frame(rows, dict.fromkeys(("fact", *names, "explains"), "str"))

    @property
    def _names(self) -> tuple[str, str]:
        one, other = (side.environment for side in self.sides)
        return (one, other) if one != other else (f"{one} (1)", f"{other} (2)")

    def _rows(self) -> list[tuple[str, str, str, str]]:
        explaining = [
            (fact, ", ".join(subject.id for subject in explanation.subjects))
            for explanation in self.explanations
            for fact in explanation.facts
        ]
        return [
            (fact.fact, *fact.words, subjects)
            for fact, subjects in (*explaining, *((fact, "") for fact in self.others))
        ]

    @property
    def _title(self) -> str:
        return " and ".join(
            f"{name}: {side.verdict}" for name, side in zip(self._names, self.sides, strict=True)
        )

    def as_html(self) -> str:
        """What differs in the results, then every fact that differs."""
        subjects = [
            (subject.id, *(_words(subject, place) for place in (0, 1)), _facts(explanation))
            for explanation in self.explanations
            for subject in explanation.subjects
        ]
        head = ("result", *self._names, "because of")
        facts = table("facts that differ", ("fact", *self._names, "explains"), self._rows())
        return (table(self._title, head, subjects) if subjects else f"<p>{self._title}</p>") + facts

    def as_text(self) -> str:
        """One line for each fact that differs."""
        return text_table(self._title, ("fact", *self._names, "explains"), self._rows())


def _words(subject: Subject, place: int) -> str:
    if subject.rows is None:
        return subject.kind if subject.present[place] else "-"
    row = subject.rows[place]
    return f"{row.observed or row.outcome or '-'}" + ("" if row.cause == "none" else f" ({row.cause})")


def _facts(explanation: Explanation) -> str:
    return ", ".join(fact.fact for fact in explanation.facts) or "nothing that was recorded"
