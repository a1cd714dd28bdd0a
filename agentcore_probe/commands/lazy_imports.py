"""Puts off what a quick command imports by way of others and does not need."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any


class _LoadedWhenCalled(ModuleType):
    """A module of functions, in place of the real one until one of them is called."""

    def __getattr__(self, name: str) -> Any:
        def function(*args: Any, **named: Any) -> Any:
            sys.modules.pop(self.__name__, None)
            return getattr(importlib.import_module(self.__name__), name)(*args, **named)

        if name.startswith("__"):
            raise AttributeError(name)
        return function


def put_off_plugins() -> None:
    """pydantic imports what looks for its plugins, with an e-mail parser and sockets: 25 ms, and none is wanted."""
    name = "importlib.metadata"
    if name not in sys.modules:
        sys.modules[name] = _LoadedWhenCalled(name)
