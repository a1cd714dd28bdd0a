"""What one environment file says, what several say together, and where each value is from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from agentcore_probe.environments.toml_lines import key_lines
from agentcore_probe.errors import EnvironmentFileError
from agentcore_probe.regex import regex

EXTENDS, DEFAULTS, UNSET, TABLE = "extends", "defaults", "unset", "table"
LAYER_KEYS = (EXTENDS, DEFAULTS, UNSET, TABLE)
"""The keys of a file that are about other files."""

SOURCES = frozenset({"env", "file", "secretsmanager", "ssm", "command"})
"""The keys by which a reference to a secret says where it is."""
Path = tuple[str, ...]


class Origin(NamedTuple):
    """Where a value is from."""

    kind: Literal["file", "table", "extends", "defaults", "builtin"]
    """`table`: made of a row. `builtin`: nobody wrote it, it is the program's own default."""
    where: str = ""
    """The file; empty for `builtin`."""
    line: int | None = None
    """The line in the file, where it is known; that of the table for a part of an inline table."""
    columns: tuple[str, ...] = ()
    """Of `table`: the columns of which the value is made."""


@dataclass(frozen=True)
class Source:
    """One file."""

    name: str
    """Of its environment."""
    where: str
    """Names it in messages: `environments/prod.toml`."""
    tables: Mapping[str, Any]
    lines: Mapping[Path, int] = field(default_factory=dict)
    """Key -> line, for those whose line is known."""
    cells: Mapping[Path, Origin] = field(default_factory=dict)
    """Key -> where its value is from, for those that are made of a row of a table."""
    row: str = ""
    """Names that row in messages; empty: the file is not a template."""
    empty: tuple[str, ...] = ()
    """The row's columns without a cell, because of which keys were left out."""

    @classmethod
    def of(cls, name: str, where: str, tables: Mapping[str, Any], text: str) -> Source:
        """The file with the content `text`, parsed as `tables`."""
        return cls(name, where, tables, key_lines(text))

    @property
    def extends(self) -> str | None:
        """The environment whose file it extends.

        Raises:
            EnvironmentFileError: it is not a name.
        """
        base = self.tables.get(EXTENDS)
        if base is not None and not isinstance(base, str):
            raise EnvironmentFileError(
                "must be the name of one environment",
                where=f"{self.where}, {EXTENDS}",
                hint='extends = "base"',
            )
        return base

    @property
    def own(self) -> dict[str, Any]:
        """What it says about an environment itself."""
        return {key: value for key, value in self.tables.items() if key not in LAYER_KEYS}

    @property
    def defaults(self) -> dict[str, Any]:
        """What it says about those that extend it.

        Raises:
            EnvironmentFileError: it is not a table.
        """
        defaults = self.tables.get(DEFAULTS, {})
        if not isinstance(defaults, dict):
            raise EnvironmentFileError("must be a table", where=f"{self.where}, {DEFAULTS}")
        return defaults

    @property
    def unset(self) -> list[Path]:
        """The inherited keys that it does not have.

        Raises:
            EnvironmentFileError: they are not a list of keys.
        """
        keys = self.tables.get(UNSET, [])
        if not isinstance(keys, list) or not all(isinstance(key, str) and key for key in keys):
            raise EnvironmentFileError(
                "must be a list of keys", where=f"{self.where}, {UNSET}", hint='unset = ["identity.scope"]'
            )
        return [tuple(key.split(".")) for key in keys]


@dataclass(frozen=True)
class Layered:
    """The content of an environment, merged."""

    source: Source
    """Its own file."""
    tables: dict[str, Any]
    origins: Mapping[Path, Origin]
    """Key -> where its value is from, for every value that is not a table."""

    def origin(self, path: Path) -> Origin | None:
        """Where a value is from, or a part of it; of a table, the first of its values. None: nobody wrote it."""
        for length in range(len(path), 0, -1):
            if (origin := self.origins.get(path[:length])) is not None:
                return origin
        order = ("file", "table", "extends", "defaults")
        below = [origin for key, origin in self.origins.items() if key[: len(path)] == path]
        return min(below, key=lambda origin: order.index(origin.kind), default=None)

    def relocate(self, error: EnvironmentFileError) -> EnvironmentFileError:
        """An error of the merged content, which names its own file, with the file that has the wrong value.

        Args:
            error: its location is a file and a key in TOML's notation: `environments/prod.toml, [gateway] id`.
        """
        location = _LOCATION.fullmatch((error.where or "").removeprefix(f"{self.source.where}, "))
        table = location["table"].split(".") if location and location["table"] else []
        path = (*table, *([location["key"]] if location and location["key"] else []))
        origin = self.origin(path) if path else None
        if self.source.row and (origin is None or origin.kind in ("file", "table")):
            return self._of_row(error, origin)
        if location is None or origin is None or origin.kind == "file":
            return error
        by = f"{origin.where} (extended by {self.source.name})" if origin.kind == "extends" else origin.where
        if origin.kind == "defaults":
            table = [DEFAULTS, *table]
        parts = [f"[{'.'.join(table)}]" if table else "", location["key"] or ""]
        return type(error)(error.what, where=f"{by}, {' '.join(filter(None, parts))}", hint=error.hint)

    def _of_row(self, error: EnvironmentFileError, origin: Origin | None) -> EnvironmentFileError:
        """An error with the row that has the wrong value, or for which the file is wrong."""
        columns = origin.columns if origin is not None else ()
        column = f", column{'s' * (len(columns) > 1)} {', '.join(columns)}" if columns else ""
        empty = self.source.empty if not columns else ()
        hint = f"Empty in this row: {', '.join(empty)}" if empty else error.hint
        return type(error)(error.what, where=f"{self.source.row}{column} ({error.where})", hint=hint)


_LOCATION = regex(r"(?:\[(?P<table>[^\]]+)\])? ?(?P<key>[\w-]+)?")
