"""Merges an environment file with those that it extends and the defaults of its folder.

What a file says itself wins over what it extends, and that over every `[defaults]`. Tables are merged key by key; a list, a
reference to a secret, a payload and a tool call are one value each.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal

from agentcore_probe.environments.consistency import ROLE_KEYS
from agentcore_probe.environments.layers import (
    DEFAULTS,
    EXTENDS,
    SOURCES,
    UNSET,
    Layered,
    Origin,
    Path,
    Source,
)
from agentcore_probe.errors import EnvironmentFileError

DEFAULTS_NAME = "defaults"
"""The file whose `[defaults]` are those of every file in its folder."""
_WHOLE = {("runtime", "payload"), ("gateway", "tool"), ("gateway", "passthrough", "body")}
"""Tables that are one value."""
_TARGETS = {"record", "local", "runtime", "gateway", "harness", "registry"}
"""Keys that say what is verified."""
_INAPPLICABLE = {
    "record": ("runtime", "gateway", "harness", "registry", "identity", "identities", "local", "endpoints"),
    "local": ("record", "runtime", "harness", "registry", "identity", "identities", "endpoints"),
}
"""Key of an environment -> keys that it excludes, so that such defaults are not for it."""


def chain(source: Source, read: Callable[[str], Source]) -> list[Source]:
    """A file and those that it extends, itself first.

    Args:
        source: the first file.
        read: reads the file of an environment.

    Raises:
        EnvironmentFileError: one does not exist, cannot be read, or extends itself.
    """
    sources = [source]
    while (base := sources[-1].extends) is not None:
        names = [*(entry.name for entry in sources), base]
        way, where = " -> ".join(names), f"{sources[-1].where}, {EXTENDS}"
        if base in names[:-1]:
            raise EnvironmentFileError(f"extends itself: {way}", where=where, hint="Remove one of them")
        try:
            sources.append(read(base))
        except EnvironmentFileError as error:
            if error.where is not None:  # the file exists, and is wrong
                raise
            steps = f" ({way})" if len(names) > 2 else ""
            raise EnvironmentFileError(f"{error.what}{steps}", where=where, hint=error.hint) from None
    return sources


def merge(sources: Sequence[Source], folder: Source | None) -> Layered:
    """The content of an environment.

    Args:
        sources: its file and those that it extends, itself first.
        folder: the file with the defaults of the folder, or None.

    Raises:
        EnvironmentFileError: what a file says about others cannot be used.
    """
    own, *bases = sources
    merging = _Merging()
    if folder is not None:
        _check_defaults_file(folder)
        merging.add(folder.defaults, folder, "defaults")
    for base in reversed(bases):
        merging.add(base.defaults, base, "defaults")
    _leave_out_inapplicable(merging, sources)
    for base in reversed(bases):
        merging.remove(base)
        merging.add(base.own, base, "extends")
    merging.remove(own)
    merging.add(own.own, own, "file")
    return Layered(own, merging.tables, merging.origins)


def bases_of(sources: Mapping[str, Source]) -> set[str]:
    """The files that only serve others: they have nothing but defaults, or are extended and name no target.

    Args:
        sources: the files of a folder by their names.
    """
    extended = {str(source.tables.get(EXTENDS)) for source in sources.values()}
    only_defaults = {name for name, source in sources.items() if source.tables.keys() == {DEFAULTS}}
    return only_defaults | {name for name in extended & sources.keys() if not _names_target(name, sources)}


def _names_target(name: str, sources: Mapping[str, Source]) -> bool:
    """Whether a file, or one that it extends, says what is verified; those outside the folder do."""
    seen = set[str]()
    while name in sources and name not in seen:
        seen.add(name)
        if _TARGETS & sources[name].tables.keys():
            return True
        name = str(sources[name].tables.get(EXTENDS, name))
    return name not in sources


def _check_defaults_file(folder: Source) -> None:
    """`[defaults]` is the only table of the folder's defaults, which would otherwise be ignored without a word."""
    for key in folder.tables:
        if key != DEFAULTS:
            raise EnvironmentFileError(
                "has no meaning outside [defaults]",
                where=f"{folder.where}, {key}",
                hint=f"Write it below [{DEFAULTS}]",
            )


def _leave_out_inapplicable(merging: _Merging, sources: Sequence[Source]) -> None:
    """Removes the defaults that an environment of this kind cannot have, such as an identity of `[local]`."""
    for kind, excluded in _INAPPLICABLE.items():
        if any(kind in source.own for source in sources):
            for key in excluded:
                merging.drop((key,))
    if "role_arn" not in merging.tables and not any("role_arn" in source.own for source in sources):
        for key in ROLE_KEYS:
            merging.drop((key,))


class _Merging:
    """What is merged so far, from the lowest layer upwards."""

    def __init__(self) -> None:
        self.tables: dict[str, Any] = {}
        self.origins: dict[Path, Origin] = {}

    def add(
        self, tables: Mapping[str, Any], source: Source, kind: Literal["file", "extends", "defaults"]
    ) -> None:
        """Puts a layer on top."""
        cells = source.cells if kind == "file" else {}

        def origin(path: Path) -> Origin:
            return cells.get(path) or Origin(kind, source.where, _line(source, kind, path))

        self._add(self.tables, tables, (), origin)

    def _add(
        self, target: dict[str, Any], tables: Mapping[str, Any], path: Path, origin: Callable[[Path], Origin]
    ) -> None:
        for key, value in tables.items():
            here = (*path, key)
            if is_table(here, value) and is_table(here, target.get(key)):
                self._add(target[key], value, here, origin)
                continue
            self._forget(here)
            target[key] = copy.deepcopy(value)
            self.origins |= {leaf: origin(leaf) for leaf in leaves(here, value)}

    def remove(self, source: Source) -> None:
        """Removes what a file does not inherit.

        Raises:
            EnvironmentFileError: there is nothing to remove.
        """
        for path in source.unset:
            if not self.drop(path):
                raise EnvironmentFileError(
                    f"{'.'.join(path)!r} is not inherited", where=f"{source.where}, {UNSET}", hint="Remove it"
                )

    def drop(self, path: Path) -> bool:
        """Removes a key, and the tables that are then empty; returns whether it was there."""
        table: Any = self.tables
        for key in path[:-1]:
            table = table.get(key) if isinstance(table, dict) else None
        if not isinstance(table, dict) or path[-1] not in table:
            return False
        del table[path[-1]]
        self._forget(path)
        if not table and len(path) > 1:
            self.drop(path[:-1])
        return True

    def _forget(self, path: Path) -> None:
        """Forgets where a value is from, which is removed or replaced."""
        self.origins = {key: at for key, at in self.origins.items() if key[: len(path)] != path}


def is_table(path: Path, value: object) -> bool:
    """Whether a value is merged key by key."""
    return isinstance(value, dict) and path not in _WHOLE and not value.keys() & SOURCES


def leaves(path: Path, value: Any) -> Iterator[Path]:
    """The paths of all values at and below `path` that are no tables, or empty ones."""
    if not is_table(path, value) or not value:
        yield path
        return
    for key, member in value.items():
        yield from leaves((*path, key), member)


def _line(source: Source, kind: str, path: Path) -> int | None:
    """The line of a key, or of the table around it that is written on one line."""
    full = (DEFAULTS, *path) if kind == "defaults" else path
    lines = (source.lines.get(full[:length]) for length in range(len(full), 0, -1))
    return next((line for line in lines if line is not None), None)
