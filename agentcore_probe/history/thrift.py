"""Values in the compact protocol of Apache Thrift, in which a Parquet file describes itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Value = tuple[int, bytes]
"""The number of its type, and its content."""

TRUE: Value = (1, b"")
"""As a field of a structure."""
_SHORT_LIST = 15


def i32(number: int) -> Value:
    """A number of 32 bits that is not negative."""
    return 5, varint(2 * number)


def i64(number: int) -> Value:
    """A number of 64 bits that is not negative."""
    return 6, varint(2 * number)


def binary(text: str) -> Value:
    """A text."""
    content = text.encode()
    return 8, varint(len(content)) + content


def listed(values: Sequence[Value]) -> Value:
    """A list of values of one type, at least one."""
    type, length = values[0][0], len(values)
    head = bytes([length << 4 | type]) if length < _SHORT_LIST else bytes([0xF0 | type]) + varint(length)
    return 9, head + b"".join(content for _, content in values)


def structure(fields: Mapping[int, Value]) -> Value:
    """A structure.

    Args:
        fields: by their ids, in ascending order without gaps of more than 15.
    """
    content, last = bytearray(), 0
    for id, (type, value) in fields.items():
        content += bytes([(id - last) << 4 | type]) + value
        last = id
    return 12, bytes(content) + b"\0"


def varint(number: int) -> bytes:
    """A number that is not negative, seven bits in each byte, the lowest first."""
    content = bytearray()
    while number > 0x7F:
        content.append(number & 0x7F | 0x80)
        number >>= 7
    content.append(number)
    return bytes(content)
