"""What follows from an immutable object, worked out once for each object."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")
R = TypeVar("R")


def once(function: Callable[[T], R]) -> Callable[[T], R]:
    """`function`, whose result is kept as long as its argument exists.

    An object is recognized by its identity: to compare two bodies takes as long as to read one. The result must not
    refer to the argument, which would then exist for ever.

    Args:
        function: of one immutable object.
    """
    results: dict[int, tuple[weakref.ref[Any], R]] = {}

    @functools.wraps(function)
    def remembered(value: T) -> R:
        key = id(value)
        found = results.get(key)
        if found is not None and found[0]() is value:
            return found[1]

        def forget(gone: weakref.ref[Any]) -> None:
            entry = results.get(key)
            if entry is not None and entry[0] is gone:
                results.pop(key, None)

        result = function(value)
        results[key] = weakref.ref(value, forget), result
        return result

    return remembered


class lazy(Generic[T, R]):  # noqa: N801  (used like a decorator)
    """`functools.cached_property` without the lock that Python 3.11 has for all objects of a class.

    Threads that judge different records waited for each other there, for an eighth of their time.

    Args:
        function: makes the value from the object.
    """

    def __init__(self, function: Callable[[T], R]) -> None:
        self._function = function
        self._name = function.__name__
        self.__doc__ = function.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(self, instance: T, owner: type) -> R: ...

    def __get__(self, instance: T | None, owner: type) -> Self | R:
        if instance is None:
            return self
        value = instance.__dict__[self._name] = self._function(instance)
        return value
