"""Fills the table of a template with what is deployed: first in one region of one account, then in the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agentcore_probe import store
from agentcore_probe.environments.discover import Discoverer
from agentcore_probe.environments.discovered import Discovered, NotDiscovered, write_beside
from agentcore_probe.environments.groups import Group
from agentcore_probe.environments.layers import TABLE
from agentcore_probe.environments.load import FOLDER, check_name, environment_names, local_names
from agentcore_probe.environments.sources import RESERVED, builtin_names, is_local, label, read_file
from agentcore_probe.environments.table_draft import (
    COLUMNS,
    cells_of,
    group_cells,
    row_names,
    template_text,
    with_own_user,
)
from agentcore_probe.environments.tables.adding import Added, key_of, known_rows, with_rows
from agentcore_probe.environments.templates import table_path
from agentcore_probe.errors import InputError, ReportError


@dataclass(frozen=True, kw_only=True)
class FilledTable:
    """A template and its table."""

    template: Path
    is_new: bool
    """Whether the template was written."""
    table: Path
    content: Added
    rows: tuple[Discovered, ...]
    """The environments of the new and the updated rows, as files."""
    failed: tuple[NotDiscovered, ...] = ()
    backup: Path | None = None
    """The copy of the table in which rows were replaced."""


class TableFiller:
    """The table of one template.

    Args:
        name: the template's.
        root: the project's root.

    Raises:
        InputError: there is a file of this name that is not a template, or whose table is not a CSV file.
    """

    def __init__(self, name: str, root: Path) -> None:
        check_name(name)
        if name in builtin_names():
            raise InputError(f"environment {name!r} is built in", hint="Use another name")
        self.name, self._root, folder = name, root, root / FOLDER
        self.template = folder / f"{name}.toml"
        self._is_new = not is_local(name, root)
        path: Path | None = folder / f"{name}.csv"
        if not self._is_new:
            source = read_file(self.template, name)
            path = table_path(source, folder)
            if TABLE not in source.tables or path is None:
                raise InputError(
                    "is not a template of a table", where=label(name), hint="Give another name for the table"
                )
            if path.suffix.lower() == ".json":
                raise InputError(
                    "the table of this template is JSON, and rows are added to CSV only",
                    where=label(name),
                    hint="Give another name for the table",
                )
        assert path is not None
        self.table = path
        self._where = f"{FOLDER}/{path.name}" if path.parent == folder else str(path)

    def fill(
        self, finder: Discoverer, groups: Sequence[Group], *, force: bool = False, dry: bool = False
    ) -> FilledTable:
        """Adds a row for each group that has none.

        Args:
            finder: reads what is deployed.
            groups: what the rows are about.
            force: whether rows about the same are updated; the former table is kept beside it.
            dry: whether nothing is written.

        Raises:
            InputError: the table cannot be read, or was changed meanwhile.
            ReportError: a file cannot be written.
        """
        before = self._content()
        known = known_rows(before, self._where)
        new = [group for group in groups if key_of(group_cells(group)) not in known]
        old = [group for group in groups if key_of(group_cells(group)) in known]
        named = list(zip(new, row_names(new, self._taken(before), finder.region), strict=True))
        if force:
            named += [(group, known[key_of(group_cells(group))].cells.get("name", "")) for group in old]
        # The variables of secrets are called after the template: most often one user logs in everywhere.
        results = [*finder.draft_named([(group, self.name) for group, _ in named])]
        drafted = [
            (one, name) for one, (_, name) in zip(results, named, strict=True) if isinstance(one, Discovered)
        ]
        account = finder.inventory.account
        cells = [cells_of(one, name, region=finder.region, account=account) for one, name in drafted]
        cells = [with_own_user(one) if key_of(one) in known else one for one in cells]
        unchanged = [] if force else [group_cells(group) for group in old]
        content = with_rows(before, [*cells, *unchanged], COLUMNS, self._where, update=force)
        backup = None if dry or not (drafted or before) else self._write(before, content)
        return FilledTable(
            template=self.template,
            is_new=self._is_new,
            table=self.table,
            content=content,
            rows=tuple(one for one, _ in drafted),
            failed=tuple(one for one in results if isinstance(one, NotDiscovered)),
            backup=backup,
        )

    def _taken(self, before: bytes | None) -> set[str]:
        """Names that no new row can have."""
        rows = known_rows(before, self._where).values()
        names = {*environment_names(self._root), *local_names(self._root), *RESERVED, self.name}
        return names | {row.cells["name"] for row in rows if row.cells.get("name")}

    def _content(self) -> bytes | None:
        try:
            return self.table.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ReportError(f"cannot be read: {error.strerror}", where=self._where) from None

    def _write(self, before: bytes | None, content: Added) -> Path | None:
        """Writes the table, then the template, which is of no use without; the copy of the former table, where rows changed."""
        backup = None
        if self._content() != before:
            raise InputError("was changed meanwhile", where=self._where, hint="Run the command again")
        if content.data != before:
            if content.updated and before is not None:
                backup = write_beside(self.table, before)
            store.write(self.table, content.data)
        if self._is_new:
            store.write_new(self.template, template_text(self.name))
        return backup
