"""Looks for the facts of one run that give another run its results."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from agentcore_probe.judge.comparing.fact import Fact, difference
from agentcore_probe.judge.comparing.facts import facts_of
from agentcore_probe.judge.comparing.search import Holds, smallest_set
from agentcore_probe.judge.comparing.situation import Situation
from agentcore_probe.judge.comparing.translation import translated
from agentcore_probe.model.comparison import FactDifference


@dataclass(frozen=True)
class Direction:
    """One run, in which facts of another one are tried."""

    base: Situation
    """The run in which facts are replaced."""
    source: Situation = field(repr=False)
    """The other run, in the names of the base."""
    literal_source: Situation = field(repr=False)
    """The other run in its own names."""
    facts: dict[str, Fact] = field(repr=False)
    """Those of the base that mean something else in the source."""
    changes: dict[str, FactDifference]
    """How they differ, the base first, each side in its own names."""
    literal: dict[str, Fact] = field(repr=False)
    """What the token of the base has, and the source's has not, name for name: both runs may have one list of clients, and
    two clients."""
    literal_changes: dict[str, FactDifference] = field(repr=False)

    @classmethod
    def of(cls, base: Situation, other: Situation) -> Direction:
        """The direction from one run to another.

        Args:
            base: the run in which facts are replaced.
            other: the one whose facts take their place.
        """
        source = translated(other, base)
        own, others = facts_of(base, source), facts_of(source, base)
        literal, literal_others = facts_of(base, other), facts_of(other, base)
        changes = {
            id: _in_own_names(change, literal_others.get(id))
            for id, fact in own.items()
            if id in others and (change := difference(fact, others[id])) is not None
        }
        literal_changes = {
            id: FactDifference(fact=id, values=(fact.shown, literal_others[id].shown))
            for id, fact in literal.items()
            if id.startswith("token") and id in literal_others and fact.raw != literal_others[id].raw
        }
        return cls(
            base,
            source,
            other,
            {id: own[id] for id in changes},
            changes,
            {id: literal[id] for id in literal_changes},
            literal_changes,
        )

    def search(self, holds: Holds, ids: Iterable[str], *, tries_literal: bool = False) -> tuple[str, ...]:
        """The smallest set of facts with which the base gives a result; empty if not even all together do.

        Args:
            holds: whether a situation gives the result.
            ids: the facts that may matter.
            tries_literal: whether single facts of the token are tried as they are, before any translated one. Only for an
                acceptance: a foreign issuer or client is refused by nature.
        """
        allowed = set(ids)
        for id, fact in self.literal.items() if tries_literal else ():
            if id in allowed and smallest_set(self.base, self.literal_source, {id: fact}, holds):
                return (id,)
        candidates = {id: fact for id, fact in self.facts.items() if id in allowed}
        return smallest_set(self.base, self.source, candidates, holds) or ()

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all facts that can be tried."""
        return tuple(dict.fromkeys((*self.facts, *self.literal)))


def _in_own_names(change: FactDifference, literal: Fact | None) -> FactDifference:
    """The source's value in its own names, unless it lists only what the base does not have."""
    one, other = change.values
    if literal is None or literal.members is not None or literal.shown.state != other.state:
        return change
    return change.model_copy(update={"values": (one, literal.shown)})
