"""JSON: a list of objects, or a listing as the AWS CLI prints it; one environment an object."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from agentcore_probe.environments.tables.listings import cells_of
from agentcore_probe.environments.tables.table import Row, Table, checked_columns, checked_row
from agentcore_probe.errors import EnvironmentFileError
from agentcore_probe.regex import regex

_SPACE = regex(r"\s*")
_DECODER = json.JSONDecoder()


class _Item(NamedTuple):
    line: int
    value: Any


def read_json(text: str, where: str) -> Table:
    """The table in a JSON file.

    Args:
        text: the content.
        where: names the file in errors.

    Raises:
        EnvironmentFileError: it is not JSON, or no list of objects.
    """
    try:
        json.loads(text)
        lists = dict(_lists(text))
    except RecursionError:
        raise EnvironmentFileError("is nested too deeply", where=where) from None
    except ValueError as error:
        raise EnvironmentFileError(
            f"is not JSON: {error}", where=where, hint="Write it again, or correct it"
        ) from None
    if "NextToken" in lists or "nextToken" in lists:
        raise EnvironmentFileError(
            "is one page of a longer listing (it has a NextToken)",
            where=where,
            hint="Print all: leave out --max-items and --no-paginate",
        )
    found = [(key, items) for key, items in lists.items() if items is not None]
    if len(found) != 1:
        raise EnvironmentFileError(
            "is neither a list of objects nor a listing of the AWS CLI",
            where=where,
            hint='[{"name": "prod", "account": "123456789012"}], or what `aws organizations list-accounts` prints',
        )
    ((key, items),) = found
    if not items:
        raise EnvironmentFileError("has no rows", where=where, hint="Add one an environment")
    rows = tuple(_row(number, item, key) for number, item in enumerate(items, start=1))
    columns = checked_columns(dict.fromkeys(column for row in rows for column in row.cells), where)
    return Table(where, columns, rows)


def _row(number: int, item: _Item, listing: str) -> Row:
    label = f"item-{number}"
    if not isinstance(item.value, dict):
        return Row(item.line, label, problem="is not an object", hint='{"name": "prod", ...}')
    return checked_row(Row(item.line, label, cells_of(item.value, listing)))


def _lists(text: str) -> Iterator[tuple[str, list[_Item] | None]]:
    """The keys of the object with their items, None for what is not a list; of a list, the key is empty.

    Args:
        text: valid JSON. It is read again, because the parser does not tell where a value is.
    """
    position = _after_space(text, 0)
    if text[position] == "[":
        yield "", [*_items(text, position)]
        return
    if text[position] != "{":
        return
    position = _after_space(text, position + 1)
    while text[position] != "}":
        key, position = _DECODER.raw_decode(text, position)
        position = _after_space(text, _after_space(text, position) + 1)
        yield key, [*_items(text, position)] if text[position] == "[" else None
        _, position = _DECODER.raw_decode(text, position)
        position = _after_space(text, position)
        if text[position] == ",":
            position = _after_space(text, position + 1)


def _items(text: str, position: int) -> Iterator[_Item]:
    line, counted = 1, 0
    position = _after_space(text, position + 1)
    while text[position] != "]":
        line, counted = line + text.count("\n", counted, position), position
        value, position = _DECODER.raw_decode(text, position)
        yield _Item(line, value)
        position = _after_space(text, position)
        if text[position] == ",":
            position = _after_space(text, position + 1)


def _after_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    assert match is not None
    return match.end()
