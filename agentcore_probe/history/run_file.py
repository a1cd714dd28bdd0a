"""Writes the rows of a run as a Parquet file, uncompressed: loading DuckDB for it would take each report 0.1 s.

The format: https://parquet.apache.org/docs/file-format/
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from agentcore_probe.history.columns import COLUMNS, Column
from agentcore_probe.history.rows import Row
from agentcore_probe.history.thrift import TRUE, Value, binary, i32, i64, listed, structure, varint

_MAGIC = b"PAR1"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_REQUIRED, _OPTIONAL, _REPEATED = map(i32, range(3))
_DATA_PAGE = _PLAIN = _UNCOMPRESSED = i32(0)
_RLE = i32(3)


class _Kind(NamedTuple):
    """How values of a type are stored."""

    physical: Value
    """The number of Parquet's type."""
    meaning: dict[int, Value]
    """What it stands for, as fields of a `SchemaElement`: the older form (6) and the newer one (10)."""
    encoded: Callable[[Any], bytes]


class _Cell(NamedTuple):
    """A value in the place that its levels say; None where there is none."""

    repetition: int
    """1: it follows another one of the same row."""
    definition: int
    """How many of the optional or repeated parts of its path are there."""
    value: Any


class _Leaf(NamedTuple):
    """A column as it is stored: that of a map is two, its keys and its values."""

    path: tuple[str, ...]
    kind: _Kind
    repetition: int
    definition: int
    cells: Callable[[Any], Iterable[_Cell]]
    """Those of a row, from the row's value."""


def _text(value: str) -> bytes:
    content = value.encode("utf-8", "replace")  # halves of a surrogate pair
    return struct.pack("<I", len(content)) + content


def _microseconds(value: str) -> bytes:
    return struct.pack("<q", (datetime.fromisoformat(value) - _EPOCH) // timedelta(microseconds=1))


_TEXT = _Kind(i32(6), {6: i32(0), 10: structure({1: structure({})})}, _text)
_KINDS = {
    "VARCHAR": _TEXT,
    "TIMESTAMP WITH TIME ZONE": _Kind(
        i32(2),
        {6: i32(10), 10: structure({8: structure({1: TRUE, 2: structure({2: structure({})})})})},
        _microseconds,
    ),
    "INTEGER": _Kind(i32(1), {}, struct.Struct("<i").pack),
    "DOUBLE": _Kind(i32(5), {}, struct.Struct("<d").pack),
}
_MAP = "MAP(VARCHAR, VARCHAR)"
_IS_MAP = {6: i32(1), 10: structure({2: structure({})})}


def parquet_of(rows: Sequence[Row]) -> bytes:
    """A Parquet file with these rows, in their order. Its texts are found by a search of its bytes."""
    content = bytearray(_MAGIC)
    chunks = []
    for column in COLUMNS:
        for leaf in _leaves(column):
            page, count = _page(leaf, [row[column.name] for row in rows])
            chunks.append(_chunk(leaf, len(content), len(page), count))
            content += page
    group = structure({1: listed(chunks), 2: i64(len(content)), 3: i64(len(rows))})
    _, footer = structure({
        1: i32(1),
        2: listed(_SCHEMA),
        3: i64(len(rows)),
        4: listed([group]),
        6: binary("agentcore-probe"),
    })  # fmt: skip
    return bytes(content) + footer + struct.pack("<I", len(footer)) + _MAGIC


def _leaves(column: Column) -> tuple[_Leaf, ...]:
    if column.type == _MAP:
        path = (column.name, "key_value")
        return _Leaf((*path, "key"), _TEXT, 1, 2, _keys), _Leaf((*path, "value"), _TEXT, 1, 3, _values)
    return (_Leaf((column.name,), _KINDS[column.type], 0, 1, _single),)


def _single(value: Any) -> Iterator[_Cell]:
    yield _Cell(0, int(value is not None), value)


def _keys(entries: dict[str, str | None] | None) -> Iterator[_Cell]:
    if not entries:
        yield _Cell(0, int(entries is not None), None)
        return
    for number, key in enumerate(entries):
        yield _Cell(int(number > 0), 2, key)


def _values(entries: dict[str, str | None] | None) -> Iterator[_Cell]:
    for cell in _keys(entries):
        value = entries[cell.value] if entries else None
        yield cell._replace(definition=cell.definition + (value is not None), value=value)


def _page(leaf: _Leaf, values: Iterable[Any]) -> tuple[bytes, int]:
    """The page of a column, and how many cells it has."""
    cells = [cell for value in values for cell in leaf.cells(value)]
    content = (
        _levels([cell.repetition for cell in cells], leaf.repetition)
        + _levels([cell.definition for cell in cells], leaf.definition)
        + b"".join(leaf.kind.encoded(cell.value) for cell in cells if cell.definition == leaf.definition)
    )
    size = i32(len(content))
    data = structure({1: i32(len(cells)), 2: _PLAIN, 3: _RLE, 4: _RLE})
    _, header = structure({1: _DATA_PAGE, 2: size, 3: size, 5: data})
    return header + content, len(cells)


def _levels(levels: Iterable[int], highest: int) -> bytes:
    """Levels in runs of equal ones; nothing where there is only one level."""
    if not highest:
        return b""
    runs = b"".join(varint(len(list(same)) << 1) + bytes([level]) for level, same in groupby(levels))
    return struct.pack("<I", len(runs)) + runs


def _chunk(leaf: _Leaf, offset: int, size: int, count: int) -> Value:
    """Where the page of a column is."""
    return structure({
        2: i64(offset),
        3: structure({
            1: leaf.kind.physical,
            2: listed([_PLAIN, _RLE]),
            3: listed([binary(name) for name in leaf.path]),
            4: _UNCOMPRESSED,
            5: i64(count),
            6: i64(size),
            7: i64(size),
            9: i64(offset),
        }),
    })  # fmt: skip


def _elements(column: Column) -> Iterator[Value]:
    """A column as the schema names it."""
    if column.type == _MAP:
        yield structure({3: _OPTIONAL, 4: binary(column.name), 5: i32(1), **_IS_MAP})
        yield structure({3: _REPEATED, 4: binary("key_value"), 5: i32(2)})
        yield structure({1: _TEXT.physical, 3: _REQUIRED, 4: binary("key"), **_TEXT.meaning})
        yield structure({1: _TEXT.physical, 3: _OPTIONAL, 4: binary("value"), **_TEXT.meaning})
    else:
        kind = _KINDS[column.type]
        yield structure({1: kind.physical, 3: _OPTIONAL, 4: binary(column.name), **kind.meaning})


_SCHEMA = [
    structure({4: binary("history"), 5: i32(len(COLUMNS))}),
    *(element for column in COLUMNS for element in _elements(column)),
]
