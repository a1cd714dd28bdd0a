"""Answers of three values: yes, no, or not known, with what it depends on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Truth(NamedTuple):
    """Whether something holds."""

    value: bool | None
    """None: it is not known."""
    depends: tuple[str, ...] = ()
    """What it depends on, where it is not known."""


YES, NO = Truth(True), Truth(False)


def maybe(*depends: str) -> Truth:
    """Not known."""
    return Truth(None, depends)


def all_of(parts: Iterable[Truth]) -> Truth:
    """No if one is no; yes if all are yes."""
    found = tuple(parts)
    if any(part.value is False for part in found):
        return NO
    return _unknown(found) if any(part.value is None for part in found) else YES


def any_of(parts: Iterable[Truth]) -> Truth:
    """Yes if one is yes; no if all are no."""
    found = tuple(parts)
    if any(part.value is True for part in found):
        return YES
    return _unknown(found) if any(part.value is None for part in found) else NO


def negated(truth: Truth) -> Truth:
    """The opposite; what is not known stays so."""
    return truth if truth.value is None else Truth(not truth.value)


def _unknown(parts: Iterable[Truth]) -> Truth:
    return Truth(None, tuple(dict.fromkeys(reason for part in parts for reason in part.depends)))
