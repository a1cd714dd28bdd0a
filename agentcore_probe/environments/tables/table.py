"""A table: its columns, and its rows with the lines in which they are."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from agentcore_probe.errors import EnvironmentFileError
from agentcore_probe.regex import regex


@dataclass(frozen=True)
class Row:
    """One row."""

    line: int
    """Where it begins in the file, counted from 1."""
    label: str
    """Tells it from the others of its table: `line-7`, `item-7`."""
    cells: Mapping[str, str] = field(default_factory=dict)
    """Column -> text, without white space around it; empty where the row has nothing."""
    problem: str | None = None
    """Why the row cannot be used."""
    hint: str | None = None
    column: str | None = None
    """The column of the problem."""
    length: int = 1
    """How many lines it has."""


@dataclass(frozen=True)
class Table:
    """The content of a file."""

    where: str
    """Names the file in messages: `environments/accounts.csv`."""
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def place(self, row: Row, columns: Iterable[str] = ()) -> str:
        """Where a row is, for messages: `environments/accounts.csv:7, column gateway`."""
        names = [*columns]
        item = f", {row.label.replace('-', ' ')}" if row.label.startswith("item") else ""
        column = f", column{'s' * (len(names) > 1)} {', '.join(names)}" if names else ""
        return f"{self.where}:{row.line}{item}{column}"


_WORDS = regex(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[\s\-./:]+")


def column_name(header: str) -> str:
    """A header as a column's name: `Account ID`, `AccountId` and `account_id` are all `account_id`."""
    text = unicodedata.normalize("NFKC", header).strip()
    return "_".join(filter(None, _WORDS.sub("_", text).lower().split("_")))


def checked_columns(headers: Iterable[str], where: str) -> tuple[str, ...]:
    """The names of columns.

    Args:
        headers: as the file has them; empty ones stay empty.
        where: names the line of the headers.

    Raises:
        EnvironmentFileError: one is not a word, or two are the same.
    """
    headers = [*headers]
    names = [column_name(header) for header in headers]
    for header, name in zip(headers, names, strict=True):
        if name and not name.isidentifier():
            raise EnvironmentFileError(
                f"the header {header!r} is not the name of a column",
                where=where,
                hint="The first line has the names of the columns: letters, digits and _",
            )
        if name and names.count(name) > 1:
            raise EnvironmentFileError(
                f"two columns are called {name!r}", where=where, hint="Rename one of them"
            )
    return tuple(names)


_ACCOUNT = regex(r"\d{12}")


def checked_row(row: Row) -> Row:
    """A row, with a problem where a spreadsheet has spoilt its account id."""
    account = row.cells.get("account", "")
    if row.problem is not None or not account or _ACCOUNT.fullmatch(account):
        return row
    return replace(
        row,
        problem=f"{account!r} is not an account id, which has 12 digits",
        hint="A spreadsheet drops leading zeros unless the column is formatted as text",
        column="account",
    )
