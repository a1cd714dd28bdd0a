"""The strings of a JSON text or an event stream, with their key paths and positions. Never raises.

A tokenizer and not a parser, since redaction must know where each string is, also in a text that was cut off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from agentcore_probe.regex import regex

_DATA_LINE = regex(r"^data:[ \t]?([^\r\n]*)", re.M)
_TOKEN = regex(r'"((?:[^"\\\n]|\\.)*+)("?)(\s*+:)?|[\[\]{}]')
"""A string, ended or cut off, with the colon that makes it a key; or the begin or end of an array or object."""
_ROOT = 0
_LINES = 1
"""The path of event data that is not JSON."""


class JsonString(NamedTuple):
    """A string at `start` to `end`, without its quotation marks.

    Attributes:
        path: a number for its key path; the strings of all members of an array, and of all events of a stream
            at the same place, share it.
        text: as it is written, with its escapes.
        is_key: whether it is a key.
    """

    start: int
    end: int
    path: int
    text: str
    is_key: bool


def is_structured(text: str) -> bool:
    """Whether `text` seems to be JSON, lines of JSON or an event stream."""
    return text.lstrip()[:1] in ("{", "[") or text.startswith("data:") or "\ndata:" in text


def json_strings(text: str) -> Iterator[JsonString]:
    """Every string in a structured text, and the data of events that are not JSON."""
    ids: dict[tuple[int, str], int] = {}
    if text.lstrip()[:1] in ("{", "["):
        yield from _strings(text, 0, len(text), ids)
        return
    for line in _DATA_LINE.finditer(text):
        if line[1][:1] in ("{", "[", '"'):
            yield from _strings(text, line.start(1), line.end(1), ids)
        else:
            yield JsonString(line.start(1), line.end(1), _LINES, line[1], is_key=False)


def _strings(text: str, start: int, end: int, ids: dict[tuple[int, str], int]) -> Iterator[JsonString]:
    """The strings between two positions; `ids` numbers the paths by parent and key."""
    containers: list[int] = []  # the paths of open objects, and of the members of open arrays
    path = _ROOT  # of the next value
    for token in _TOKEN.finditer(text, start, end):
        character = token[0][0]
        if character == '"':
            is_key = token[3] is not None and bool(containers)
            if is_key:
                path = ids.setdefault((containers[-1], f".{token[1]}"), len(ids) + 2)
            yield JsonString(token.start(1), token.end(1), path, token[1], is_key)
        elif character == "[":
            path = ids.setdefault((path, "[]"), len(ids) + 2)
            containers.append(path)
        elif character == "{":
            containers.append(path)
        elif containers:
            containers.pop()
            path = containers[-1] if containers else _ROOT
