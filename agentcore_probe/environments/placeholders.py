"""`{column}` in the strings of an environment file, and what takes its place in each row.

`{{column}}` is `{column}` itself; every other brace stays as it is, so that JSON in a string needs no care.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from agentcore_probe.environments.layers import Path
from agentcore_probe.environments.merging import is_table
from agentcore_probe.environments.tables.table import column_name
from agentcore_probe.regex import regex

_PLACEHOLDER = regex(r"\{(\{[^\W\d]\w*\})\}|\{([^\W\d]\w*)\}")
_LOGIN = ("role_arn", "username", "password", "token", "refresh_token", "subject_token")
_SUBJECTS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("runtime",), ("arn",)),
    (("gateway",), ("id", "url")),
    (("identity",), _LOGIN),
    (("identities", "*"), _LOGIN),
    (("expect", "*"), ("decision",)),
)
"""Tables, and the keys that say what they are about."""


@dataclass
class Filled:
    """The content of a file for one row."""

    tables: dict[str, Any] = field(default_factory=dict)
    columns: dict[Path, tuple[str, ...]] = field(default_factory=dict)
    """Key -> the columns that its value is made of, for those with placeholders."""
    empty: list[str] = field(default_factory=list)
    """Columns without a cell, because of which keys were left out."""


def placeholders(tables: Mapping[str, Any], path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every placeholder in the strings of a file, as it is written, with its key."""
    for key, value in tables.items():
        if isinstance(value, dict):
            yield from placeholders(value, (*path, key))
        else:
            for name in names_in(value):
                yield (*path, key), name


def names_in(value: object) -> list[str]:
    """The placeholders in a string, or in those of a list or table."""
    if isinstance(value, str):
        return [match[2] for match in _PLACEHOLDER.finditer(value) if match[2]]
    if isinstance(value, dict | list):
        return [
            name for part in (value.values() if isinstance(value, dict) else value) for name in names_in(part)
        ]
    return []


def fill(tables: Mapping[str, Any], cells: Mapping[str, str]) -> Filled:
    """The content of a file for one row.

    A value with the placeholder of an empty cell is left out. With it goes its table, where the key says what that is about:
    a Runtime's ARN, a Gateway's id and URL; who logs in, if nothing else of the login is from the row. A list, a reference to
    a secret, a payload and a tool call are one value each.

    Args:
        tables: the file's content.
        cells: the row's, by column.
    """
    filled = Filled()
    filled.tables = _filled_table(tables, (), cells, filled)
    return filled


def fill_text(text: str, cells: Mapping[str, str]) -> str:
    """A string for one row; an empty cell is empty text."""
    return _PLACEHOLDER.sub(lambda match: match[1] or cells.get(column_name(match[2]), ""), text)


def _filled_table(
    table: Mapping[str, Any], path: Path, cells: Mapping[str, str], filled: Filled
) -> dict[str, Any]:
    content: dict[str, Any] = {}
    lost: set[str] = set()
    for key, value in table.items():
        here = (*path, key)
        if is_table(here, value):
            members = _filled_table(value, here, cells, filled)
            if members or not value:
                content[key] = members
            continue
        columns = tuple(dict.fromkeys(column_name(name) for name in names_in(value)))
        empty = [column for column in columns if not cells.get(column)]
        if empty:
            filled.empty += empty
            lost.add(key)
        else:
            content[key] = _filled_value(value, cells)
            if columns:
                filled.columns[here] = columns
    is_from_row = any((*path, key) in filled.columns for key in content)
    return {} if _lost_its_subject(path, lost, content, is_from_row=is_from_row) else content


def _lost_its_subject(path: Path, lost: set[str], content: Mapping[str, Any], *, is_from_row: bool) -> bool:
    for table, subjects in _SUBJECTS:
        is_it = len(table) == len(path) and all(
            part in ("*", own) for part, own in zip(table, path, strict=True)
        )
        if is_it and lost & {*subjects}:
            return not is_from_row if subjects is _LOGIN else not content.keys() & {*subjects}
    return False


def _filled_value(value: Any, cells: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return fill_text(value, cells)
    if isinstance(value, list):
        return [_filled_value(part, cells) for part in value]
    if isinstance(value, dict):
        return {key: _filled_value(part, cells) for key, part in value.items()}
    return value
