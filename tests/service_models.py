"""Compares JSON answers with botocore's service models, which botocore's own parser does not do.

The parser drops unknown members and checks neither enums nor patterns nor lengths, so the raw body is compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from botocore.model import Shape

Check = Callable[[Any, Any, str], Iterator[str]]


def deviations(value: Any, shape: Shape, path: str = "answer") -> Iterator[str]:
    """Where a JSON value is not what its shape describes, one sentence each.

    Args:
        value: the decoded value.
        shape: its shape, of the type that botocore makes for it.
        path: where the value is.
    """
    yield from _CHECKS[shape.type_name](value, shape, path)


def _structure(value: Any, shape: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path} is not an object"
        return
    names = {member.serialization.get("name", name): name for name, member in shape.members.items()}
    for key in value.keys() - names.keys():
        yield f"{path}.{key} is not in the model"
    for key, name in names.items():
        if key in value:
            yield from deviations(value[key], shape.members[name], f"{path}.{key}")
        elif name in shape.required_members:
            yield f"{path}.{key} is missing"
    if getattr(shape, "is_tagged_union", False) and len(value) != 1:
        yield f"{path} has {len(value)} members of a union"


def _list(value: Any, shape: Any, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{path} is not a list"
        return
    yield from _size(len(value), shape, path)
    for number, item in enumerate(value):
        yield from deviations(item, shape.member, f"{path}[{number}]")


def _map(value: Any, shape: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path} is not an object"
        return
    yield from _size(len(value), shape, path)
    for key, item in value.items():
        yield from deviations(key, shape.key, f"a key of {path}")
        yield from deviations(item, shape.value, f"{path}.{key}")


def _string(value: Any, shape: Any, path: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{path} is not a string"
        return
    if shape.enum and value not in shape.enum:
        yield f"{path} is {value!r}, not one of {shape.enum}"
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(pattern, value):
        yield f"{path} is {value!r}, which does not match {pattern}"
    yield from _size(len(value), shape, path)


def _number(value: Any, shape: Any, path: str) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield f"{path} is not a number"
        return
    yield from _size(value, shape, path)


def _integer(value: Any, shape: Any, path: str) -> Iterator[str]:
    if not isinstance(value, int):
        yield f"{path} is not an integer"
        return
    yield from _number(value, shape, path)


def _boolean(value: Any, _: Any, path: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield f"{path} is not a boolean"


def _timestamp(value: Any, shape: Any, path: str) -> Iterator[str]:
    if shape.serialization.get("timestampFormat") != "iso8601":
        yield from _number(value, shape, path)
        return
    try:
        is_exact = datetime.fromisoformat(value).tzinfo is not None
    except (TypeError, ValueError):
        is_exact = False
    if not is_exact:
        yield f"{path} is {value!r}, not an ISO 8601 time with a zone"


def _size(size: float, shape: Any, path: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < float(least):
        yield f"{path} is {size}, less than {least}"
    if most is not None and size > float(most):
        yield f"{path} is {size}, more than {most}"


_CHECKS: dict[str, Check] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _string,
    "integer": _integer,
    "long": _integer,
    "float": _number,
    "double": _number,
    "boolean": _boolean,
    "timestamp": _timestamp,
}


def member_names(shape: Shape) -> set[str]:
    """The names of all members of a structure and of the structures in it, as botocore's parser returns them."""
    return _members(shape, frozenset())


def _members(shape: Any, inside: frozenset[str]) -> set[str]:
    if shape.name in inside:
        return set()
    inside |= {shape.name}
    if shape.type_name == "structure":
        nested = (_members(member, inside) for member in shape.members.values())
        return set(shape.members).union(*nested)
    if shape.type_name == "list":
        return _members(shape.member, inside)
    return _members(shape.value, inside) if shape.type_name == "map" else set()
