"""Lets modules of other packages import what they name only when they use it.

A module of a table gets an `import` statement of its own, which Python takes from the module's builtins. Nothing else sees
the difference: no stand-in is ever in `sys.modules`, so other threads and later imports find the real packages.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType, SimpleNamespace
from typing import Any


class LateImports:
    """Imports that wait until they are used.

    Args:
        later: by module, the modules that it imports, as it writes them. It only calls their functions and classes.
        instead: by module, what it gets in the place of such a module, or of a name of one, because it needs it at once.
        absent: by module, the modules that it imports where they are installed, and does without.
    """

    def __init__(
        self,
        later: Mapping[str, str],
        instead: Mapping[str, Mapping[str, object]] | None = None,
        absent: Mapping[str, str] | None = None,
    ) -> None:
        self._later = _split(later)
        self._instead = instead or {}
        self._absent = _split(absent or {})

    def install(self) -> None:
        """Applies them to the modules that are not imported yet."""
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)

    def remove(self) -> None:
        """Lets modules that are imported from now on import what they name."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """A module of the tables as it is found otherwise, with a loader of ours."""
        if name not in self._later and name not in self._absent:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(name, spec.loader.path, partial(self._import, name))
        return spec

    def _import(  # noqa: PLR0913, PLR0917  (all but the first as Python passes them)
        self,
        importer: str,
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        """The `import` statement of a module of the tables."""
        written = "." * level + name
        if written in self._absent.get(importer, ()):
            raise ModuleNotFoundError(f"{importer} does without {written}", name=name)
        waiting, instead = self._later.get(importer, frozenset()), self._instead.get(importer, {})
        later = partial(import_module, package=(globals or {}).get("__package__"))
        submodules = {item: f"{written}.{item}" for item in fromlist or ()}
        if submodules and waiting.issuperset(submodules.values()):
            return SimpleNamespace(
                **{item: _Later(partial(later, module)) for item, module in submodules.items()}
            )
        if written not in waiting:
            return builtins.__import__(name, globals, locals, fromlist or (), level)
        module = partial(later, written)
        return _Names(module, instead) if fromlist else instead.get(written, _Later(module))


def _split(table: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    return {module: frozenset(names.split()) for module, names in table.items()}


class _Loader(SourceFileLoader):
    """Executes a module with an `import` statement of its own."""

    def __init__(self, name: str, path: str, statement: Callable[..., Any]) -> None:
        super().__init__(name, path)
        self._statement = statement

    def exec_module(self, module: ModuleType) -> None:
        """Executes the module."""
        vars(module)["__builtins__"] = {**vars(builtins), "__import__": self._statement}
        super().exec_module(module)


class _Names:
    """What `from MODULE import NAME` takes a name from."""

    def __init__(self, module: Callable[[], ModuleType], instead: Mapping[str, object]) -> None:
        self.__module = module
        self.__dict__.update(instead)

    def __getattr__(self, name: str) -> _Later:
        return _Later(lambda: getattr(self.__module(), name))


class _Later:
    """Stands for a module, or for a function or class of it, and imports it when it is called."""

    def __init__(self, real: Callable[[], Any]) -> None:
        self.__real = real

    def __getattr__(self, name: str) -> _Later:
        return _Later(lambda: getattr(self.__real(), name))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.__real()(*args, **kwargs)

    def __or__(self, other: Any) -> _Later:
        """In an annotation."""
        return self

    __ror__ = __or__
