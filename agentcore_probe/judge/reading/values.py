"""The values that structures in a text have, and which brackets are structures at all."""

from __future__ import annotations

import re
from typing import Any

from agentcore_probe.judge.reading.tokens import NUMBER, OPAQUE, WORD, WORDS


class Named(dict[str, Any]):
    """A mapping with the name of its type: `Response {...}`, `ClientError(...)`."""

    def __init__(self, name: str, values: dict[str, Any]) -> None:
        super().__init__(values)
        self.name = name


class Raw(str):
    """A text without quotes."""

    __slots__ = ()


class Words(list[Any]):
    """What is between the brackets of a sentence."""


def _read_number(match: re.Match[str]) -> int | float:
    digits = match["number"]
    return float(digits) if any(mark in digits for mark in ".eE") else int(digits)


SCALARS = (
    (NUMBER, _read_number),
    (WORD, lambda match: WORDS.get(match["word"].lower())),
    (OPAQUE, lambda match: Raw(match[0])),
)


def make_value(opener: str, name: str, pairs: dict[str, Any], items: list[Any]) -> Any:
    """The value of a container; None for a call whose arguments say nothing, such as that of datetime."""
    if pairs and opener == "(" and any(isinstance(item, int) for item in items):
        return None
    if pairs:
        return Named(name, pairs) if name and name != "map" else pairs
    if opener == "(" and name and not name.endswith("Object") and name.lower() != "array":
        if name.endswith(("Error", "Exception", "Fault")) and items:
            return Named(name, {"message": items[0]} if isinstance(items[0], str) else {"args": items})
        return items[0] if len(items) == 1 and not isinstance(items[0], Raw) else None
    if opener == "{" and not items:
        return Named(name, {}) if name else {}
    return items


def has_content(value: Any, items: list[Any], *, is_closed: bool) -> bool:
    """Whether a container is more than a bracket of a sentence: it has pairs, or quoted texts, numbers, containers."""
    if isinstance(value, dict):
        return bool(value)
    return bool(items) and is_closed and not any(isinstance(item, Raw | Words) for item in items)
