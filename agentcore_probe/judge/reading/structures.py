"""Finds the structures in a text, however they are written: JSON, reprs, dumps, XML, HTML, events, queries.

JSON is parsed by the json module. `literals` reads everything that is written with brackets besides, and JSON that
is escaped or cut off; `markup` reads XML and HTML. Each character is looked at a fixed number of times.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from agentcore_probe.judge.reading.literals import Structure, read_literal
from agentcore_probe.judge.reading.markup import Markup
from agentcore_probe.judge.reading.values import Named
from agentcore_probe.regex import regex

_BEGIN = regex(
    r"(?P<go>(?<!\w)(?:map\[[\w.]{1,40}\]|\[\])(?:interface \{\}|[\w.*]{1,40})\{)"
    r"|(?P<bracket>[{\[])"
    r"|(?P<call>(?<![\w.:])(?:\w{1,40}(?:\.|::)){0,4}[A-Z]\w{0,80}+\((?=[\w.]{1,40}=[^=]|['\"{\[]|[bru]['\"]))"
    r"|(?P<array>(?<!\w)(?:Array|\w{1,80}+ Object)\s{1,9}\((?=\s{1,200}(?:\[|\)))|(?<!\w)array \((?=\s))"
    r"|(?P<map>(?<!\w)map\[)"
    r"|(?P<tuple>\((?=\d{3},|[bu]?['\"]|[{\[]))"
    r"|(?P<markup><(?=[A-Za-z?!]))"
    r"|(?P<query>[?&#](?=error=\w))"
    r"|(?P<events>^data:[ \t]?(?=\S))",
    re.M,
)
_SOURCE = regex(r"^[ \t|]{0,80}File \"[^\"\n]{0,1000}\", line \d[^\n]{0,400}\n[^\n]*", re.M)
"""A line of source in a Python traceback."""
_ERROR_HEAD = regex(r"(?:Uncaught )?\[?(?P<name>[A-Za-z_$][\w.$]{0,80}): (?P<message>[^\n]*)")
_STACK_LINE = regex(r"[ \t]{1,80}at ")
_MAX_STACK = 60
_QUERY = regex(r"[^\s\"'<>\\()\]}]{1,8000}")
_EVENT_LINES = regex(
    r"(?:(?:data|event|id|retry|):[^\n]*(?:\n|\Z)|\n{1,3}(?=(?:data|event|id|retry|):))+", re.M
)
_DATA = regex(r"^data:[ \t]?([^\n]*)", re.M)
_JSON = regex(r"\{\s{0,200}(?:\}|\"(?:[^\"\\\n]|\\.){0,1000}+\"\s{0,20}:)|\[\s{0,200}[\[{\"\d\-tfn\]]")
_QUOTES = ("'", '"', "`")
_WINDOW = 2_000
_DECODER = json.JSONDecoder()


def find_structures(text: str) -> list[Structure]:
    """Every outermost structure in a text, in order. Never raises.

    Args:
        text: with the marks of terminals and logs removed (`normalise`).
    """
    return list(_find(text))


def _find(text: str) -> Iterator[Structure]:
    markup = Markup(text)
    sources = [(source.start(), source.end()) for source in _SOURCE.finditer(text)]
    position = 0
    while begin := _BEGIN.search(text, position):
        position = begin.end()
        while sources and sources[0][1] <= begin.start():
            sources.pop(0)
        if sources and sources[0][0] <= begin.start():
            position = sources[0][1]
            continue
        match begin.lastgroup:
            case "markup":
                structures, end = markup.read(begin.start())
            case "query":
                structures, end = _read_query(text, position)
            case "events":
                structures, end = _read_events(text, begin.start())
            case _:
                structures, end = _read_brackets(text, begin)
        yield from structures
        position = max(position, end)


def _read_brackets(text: str, begin: re.Match[str]) -> tuple[list[Structure], int]:
    """The structure that begins with a bracket, or with the name before it; and where it ends."""
    start = begin.start()
    if _JSON.match(text, start):
        structure = _read_json(text, start, start + _WINDOW)
        if structure is not None:
            return [structure], structure.end
    structures, end = read_literal(text, start, begin.end() - 1)
    if structures and structures[0].start == start:
        structures[0] = _with_error(text, structures[0])
    return structures, end


def _read_json(text: str, start: int, limit: int) -> Structure | None:
    """The JSON that begins here; None if it is none. Read in a window first, since json counts the lines of an error."""
    window = text[start:limit]
    try:
        value, length = _DECODER.raw_decode(window)
    except RecursionError:
        return None
    except json.JSONDecodeError as error:
        is_at_end = error.pos >= len(window) - 10 or error.msg.startswith("Unterminated")
        return _read_json(text, start, len(text)) if is_at_end and limit < len(text) else None
    end = start + length
    if text[start - 1 : start] in _QUOTES and "\\\\" in text[start:end]:
        value = _parse_quoted(text[start:end], value)
    return Structure(start, end, value, text=text[start:end], form="json")


def _parse_quoted(text: str, value: Any) -> Any:
    """The value of JSON that is in a string of another language, where its backslashes are doubled."""
    try:
        return json.loads(text.replace("\\\\", "\\"))
    except (ValueError, RecursionError):
        return value


def _with_error(text: str, structure: Structure) -> Structure:
    """The properties that Node.js prints after an error's stack, with the error's name and message."""
    end = structure.start
    line = text.rfind("\n", max(0, end - 1000), end) + 1
    if not isinstance(structure.value, dict) or not _STACK_LINE.match(text, line, end):
        return structure
    for _ in range(_MAX_STACK):
        end = line - 1
        line = text.rfind("\n", max(0, end - 10_000), max(end, 0)) + 1
        if end <= 0 or not _STACK_LINE.match(text, line, end):
            break
    head = _ERROR_HEAD.match(text, line, max(end, 0))
    if head is None:
        return structure
    value = Named(head["name"], {"message": head["message"], **structure.value})
    return structure._replace(start=line, value=value, text=text[line : structure.end])


def _read_query(text: str, start: int) -> tuple[list[Structure], int]:
    """The error in the query or fragment of a URL (RFC 6749 section 4.1.2.1)."""
    match = _QUERY.match(text, start)
    if match is None:
        return [], start
    query = match[0].rstrip(".,;:!")
    value = dict(parse_qsl(query, keep_blank_values=True))
    end = start + len(query)
    return [Structure(start, end, value, text=query, form="query")], end


def _read_events(text: str, start: int) -> tuple[list[Structure], int]:
    """A stream of events: the list of their data, those that are JSON parsed."""
    match = _EVENT_LINES.match(text, start)
    if match is None:
        return [], start
    lines = match[0].rstrip("\n")
    value = []
    for event in re.split(r"\n\n", lines):
        data = "\n".join(line[1] for line in _DATA.finditer(event))
        try:
            value.append(json.loads(data))
        except (ValueError, RecursionError):
            value.extend(_parse_lines(data))
    end = start + len(lines)
    return [Structure(start, end, value, text=lines, form="events")], end


def _parse_lines(data: str) -> list[object]:
    """The data of events whose empty lines between them were lost."""
    values: list[object] = []
    for line in filter(None, data.split("\n")):
        try:
            values.append(json.loads(line))
        except (ValueError, RecursionError):
            values.append(line)
    return values
