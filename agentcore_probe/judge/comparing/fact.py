"""One fact of a situation: what it is, how it is compared, and how another situation's value takes its place."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from agentcore_probe.judge.comparing.situation import Situation
from agentcore_probe.model.comparison import FactDifference, FactValue

Path = tuple[str, ...]
Put = Callable[[Situation, Situation], None]
"""Changes the first situation, so that it has the second one's fact."""


class Fact(NamedTuple):
    """A fact of one situation."""

    id: str
    """Its place and its name, as in `FactDifference.fact`."""
    shown: FactValue
    raw: Any
    """The JSON value: equal ones do not differ, whatever they mean for the token."""
    put: Put
    members: Mapping[str, str] | None = None
    """Of a list or a map: what is in it, each with its properties."""


def plain(id: str, situation: Any, *paths: Path) -> Fact:
    """A fact that is compared by its value.

    Args:
        id: its place and its name.
        situation: a situation.
        paths: where its parts are.
    """
    values = [at(situation, path) for path in paths]
    raw = values[0] if len(values) == 1 else values
    return Fact(id=id, shown=as_value(raw), raw=raw, put=putting(*paths))


def given(id: str, situation: Any, path: Path) -> Fact:
    """A fact of which only matters whether it is there."""
    is_given = bool(at(situation, path))
    return Fact(id=id, shown=FactValue(state="set" if is_given else "unset"), raw=is_given, put=putting(path))


def reading(problem: str | None) -> FactValue:
    """What is shown of something that can be read: why it could not be; `-` for what was not requested."""
    if problem is None:
        return FactValue(state="read")
    return FactValue(state="unset") if problem == "-" else FactValue(state="value", text=problem)


def members(id: str, path: Path, found: Mapping[str, str] | None) -> Fact:
    """A fact with parts that have names.

    Args:
        id: its place and its name.
        path: where it is.
        found: the parts, each with its properties; None: not known.
    """
    shown = FactValue(state="unset") if found is None else FactValue(state="value")
    raw = found if found is None else dict(found)
    return Fact(id=id, shown=shown, raw=raw, put=putting(path), members=found)


def as_value(raw: Any) -> FactValue:
    """A JSON value as it is shown."""
    if raw in (None, [], {}, ""):
        return FactValue(state="unset")
    if isinstance(raw, bool):
        return FactValue(state="value", text="true" if raw else "false")
    if isinstance(raw, list) and not any(isinstance(item, dict | list) for item in raw):
        return FactValue(state="value", text=", ".join(map(str, raw)))
    text = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False, sort_keys=True)
    return FactValue(state="value", text=text)


def at(situation: Any, path: Path) -> Any:
    """The JSON value at a path; None where there is none."""
    value = situation
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def putting(*paths: Path) -> Put:
    """What copies the values at these paths."""

    def put(target: Any, source: Any) -> None:
        for path in paths:
            put_value(target, path, at(source, path))

    return put


def put_value(target: Any, path: Path, value: Any) -> None:
    """Puts a value at a path, whose parents are made; None removes what is there."""
    for key in path[:-1]:
        target = target.setdefault(key, {})
    if value is None:
        target.pop(path[-1], None)
    else:
        target[path[-1]] = value


def difference(one: Fact, other: Fact) -> FactDifference | None:
    """How a fact differs; None where it means the same in both."""
    if one.raw == other.raw:
        return None
    if one.members is not None and other.members is not None:
        sides = (_only(one.members, other.members), _only(other.members, one.members))
        return FactDifference(fact=one.id, values=sides)
    states = {one.shown.state, other.shown.state}
    # Without a token in one of the runs, nothing is known of what the rule says of it.
    is_alike = len(states) == 1 or "value" in states if states & _RELATED else one.shown == other.shown
    return None if is_alike else FactDifference(fact=one.id, values=(one.shown, other.shown))


_RELATED = frozenset({"matches", "fails"})


def _only(own: Mapping[str, str], others: Mapping[str, str]) -> FactValue:
    """What the other one does not have, or has with other properties."""
    texts = [
        f"{name} ({properties})" if properties else name
        for name, properties in own.items()
        if others.get(name) != properties
    ]
    return FactValue(state="only", text=", ".join(texts)) if texts else FactValue(state="nothing")
