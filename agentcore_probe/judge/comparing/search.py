"""The smallest set of facts whose replacement gives one situation the other one's result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from itertools import chain, combinations

from agentcore_probe.judge.comparing.fact import Fact
from agentcore_probe.judge.comparing.situation import Situation

Holds = Callable[[Situation], bool]
"""Whether a situation gives the result that is looked for."""


def smallest_set(
    situation: Situation, source: Situation, candidates: Mapping[str, Fact], holds: Holds
) -> tuple[str, ...] | None:
    """The ids of the smallest set of candidates that gives the result; None if not even all together give it.

    Single facts are tried first, then pairs. Of all together, every one is left out without which the result is the same.

    Args:
        situation: the situation in which facts are replaced.
        source: the one whose facts take their place.
        candidates: the facts that may be replaced, those that are to be preferred first.
        holds: whether the result is the one that is looked for.
    """

    def gives(ids: Iterable[str]) -> bool:
        changed = deepcopy(situation)
        for id in ids:
            candidates[id].put(changed, source)
        try:
            return holds(changed)
        except ValueError:  # facts that no environment has together
            return False

    for ids in chain(((id,) for id in candidates), combinations(candidates, 2)):
        if gives(ids):
            return ids
    return _without_idle(tuple(candidates), gives) if gives(candidates) else None


def _without_idle(ids: Sequence[str], gives: Callable[[Iterable[str]], bool]) -> tuple[str, ...]:
    """Of a set that gives the result, those that are needed for it."""
    needed = list(ids)
    for id in ids:
        others = [other for other in needed if other != id]
        if gives(others):
            needed = others
    return tuple(needed)
