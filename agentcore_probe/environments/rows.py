"""The environments that templates make: the name of each row, and which template it is of."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from agentcore_probe.environments.layers import TABLE, Source
from agentcore_probe.environments.merging import DEFAULTS_NAME
from agentcore_probe.environments.placeholders import fill_text
from agentcore_probe.environments.sources import (
    FOLDER,
    builtin_names,
    check_name,
    is_local,
    label,
    local_names,
    read_file,
)
from agentcore_probe.environments.tables.table import Row
from agentcore_probe.environments.templates import Template, read_template, table_path
from agentcore_probe.environments.unchanged import Stamp, is_settled, stamp
from agentcore_probe.errors import EnvironmentFileError


class NamedRow(NamedTuple):
    """A row with the name of its environment."""

    name: str
    template: Template
    row: Row
    error: EnvironmentFileError | None
    """Why it cannot be used, where the table alone shows it."""

    def source(self) -> Source:
        """The template as it is for this row.

        Raises:
            EnvironmentFileError: the row cannot be used.
        """
        if self.error is not None:
            raise self.error
        return self.template.source_of(self.name, self.row)


@dataclass(frozen=True)
class Rows:
    """The rows of all templates of a folder."""

    by_name: Mapping[str, NamedRow]
    of: Mapping[str, tuple[str, ...]]
    """Template -> the names of its rows, in the order of the table; none where the template cannot be used."""
    stamps: Mapping[Path, Stamp | None]
    """Of the folder, the templates and their tables."""

    def is_current(self) -> bool:
        """Whether none of its files has changed."""
        return all(stamp(path) == before for path, before in self.stamps.items())


_kept: dict[Path, Rows] = {}


def rows_in(root: Path) -> Rows:
    """The rows of all templates in `root`.

    Args:
        root: the project's root.
    """
    folder = (root / FOLDER).absolute()
    templates: dict[str, Source] = {}
    for name in local_names(root):
        source = _read(name, folder)
        if source is not None and name != DEFAULTS_NAME and TABLE in source.tables:
            templates[name] = source
    kept = _kept.get(folder)
    if kept is not None and kept.of.keys() == templates.keys() and kept.is_current():
        return kept
    files = [folder, *(folder / f"{name}.toml" for name in templates)]
    files += [path for source in templates.values() if (path := table_path(source, folder)) is not None]
    stamps = {path: stamp(path) for path in files}
    taken = {name: label(name) for name in local_names(root)} | dict.fromkeys(
        builtin_names(), "a built-in environment"
    )
    by_name: dict[str, NamedRow] = {}
    of: dict[str, tuple[str, ...]] = {}
    for name, source in templates.items():
        of[name] = ()
        with contextlib.suppress(EnvironmentFileError):  # it is reported where the template itself is used
            named = [*_named(read_template(source, folder), taken)]
            by_name |= {one.name: one for one in named}
            of[name] = tuple(one.name for one in named)
    rows = Rows(by_name, of, stamps)
    if is_settled(stamps.values()):
        _kept[folder] = rows
    return rows


def find_row(name: str, root: Path) -> NamedRow | None:
    """The row whose environment has this name; None: there is none.

    Args:
        name: no file of `root` is called so.
        root: the project's root.
    """
    kept = _kept.get((root / FOLDER).absolute())
    if kept is not None and name in kept.by_name and kept.is_current():
        return kept.by_name[name]
    return rows_in(root).by_name.get(name)


def place_of(name: str, root: Path) -> str:
    """Where an environment is, for messages: its file, or its row and the template of that.

    Args:
        name: the environment's.
        root: the project's root.
    """
    row = None if is_local(name, root) else find_row(name, root)
    if row is None:
        return label(name)
    return f"{row.template.table.place(row.row)} ({row.template.source.where})"


def _read(name: str, folder: Path) -> Source | None:
    try:
        return read_file(folder / f"{name}.toml", name)
    except EnvironmentFileError:  # it is reported where the file itself is used
        return None


def _named(template: Template, taken: dict[str, str]) -> Iterator[NamedRow]:
    """The rows of a template with their names.

    Args:
        template: the template.
        taken: name -> what is called so already; the rows' names are added.
    """
    for row in template.rows:
        where = template.table.place(row)
        name, problem = template.name_of(row), _problem(template, row)
        if name is not None and name in taken:
            problem = EnvironmentFileError(
                f"the name {name!r} is also that of {taken[name]}",
                where=template.table.place(row, template.name_columns),
                hint="Give the row another name",
            )
            name = None
        if name is None:
            base = f"{template.source.name[:40]}-{row.label}"
            further = (f"{base}-{number}" for number in itertools.count(2))
            name = next(one for one in itertools.chain([base], further) if one not in taken)
        taken[name] = where
        yield NamedRow(name, template, row, problem)


def _problem(template: Template, row: Row) -> EnvironmentFileError | None:
    """Why a row cannot be used, its name included."""
    if row.problem is not None:
        place = template.table.place(row, filter(None, [row.column]))
        return EnvironmentFileError(row.problem, where=place, hint=row.hint)
    place = template.table.place(row, template.name_columns)
    name = fill_text(template.name, row.cells)
    empty = [column for column in template.name_columns if not row.cells.get(column)]
    if empty:
        return EnvironmentFileError(
            f"the row has no name, because {', '.join(empty)} is empty", where=place, hint="Fill the cell"
        )
    try:
        check_name(template.name_of(row) or name)
    except EnvironmentFileError as error:
        return EnvironmentFileError(error.what, where=place, hint=error.hint)
    return None
