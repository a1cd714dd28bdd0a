"""Heads of requests and answers in a text: `curl -i` and `-v`, httpie, wget, PowerShell, browsers' panels."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from agentcore_probe.judge.reading import commandline
from agentcore_probe.judge.reading.parts import Part
from agentcore_probe.regex import regex

_STATUS_LINE = regex(
    r"[<*]?\s{0,8}HTTP/(?:1\.[01]|2(?:\.0)?|3(?:\.0)?) (?P<status>[1-5]\d\d)(?![\d.])(?P<reason>[^\n]{0,100})"
)
_OKHTTP_STATUS = regex(r"<-- (?P<status>[1-5]\d\d)\b")
_REQUEST_LINE = regex(
    r"(?P<mark>(?:--)?>\s{0,3})?(?P<method>[A-Z]{3,10}) (?P<target>(?:(?:https?|wss?):/)?/\S*)(?P<version> HTTP/[\d.]{1,3})?\s*$"
)
_BROKEN_REQUEST_LINE = regex(
    r"(?<=GET|PUT)\n(?=/\S)|(?<=POST)\n(?=/\S)|(?<=DELETE)\n(?=/\S)|\n(?=HTTP/[\d.]{1,3}[ \t]{0,8}\n)"
)
"""Between method and path, where a terminal or mail broke the line."""
_HEADER = regex(r"(?P<name>[A-Za-z][\w-]{0,80})\s?: ?(?P<value>.*)$")
_EVENTS = regex(r"(?:(?:data|event|id|retry)?:[^\n]*(?:\n|$)|\n)+")
_NAME = regex(r"[\w-]{1,60}:?")
"""The beginning of a header in which a text ends."""
_LONG_WORD = regex(r"[\w.+/=-]{20,}")
_EVENT_FIELDS = ("data", "event", "id", "retry")
"""Fields of an event, which follow the head at once where a mail or log dropped the empty line."""
_COMMENT = regex(r"[*}{] ")
"""What `curl -v` writes about the connection."""


class _Line(NamedTuple):
    start: int
    end: int
    text: str


def find_heads(text: str) -> Iterator[Part]:
    """Each head of a request, and each head of an answer with what follows as its body, in the order of the text.

    Answers of a proxy to CONNECT and interim answers (1xx but 101) are marked as passed over.
    """
    # A line feed becomes a space, so that every place stays the same.
    lines = list(_lines(_BROKEN_REQUEST_LINE.sub(" ", text)))
    index, is_tunnel = 0, False
    while index < len(lines):
        line = lines[index]
        if (request := _REQUEST_LINE.match(line.text)) is not None:
            is_tunnel = request["method"] == "CONNECT"
            part, index = _request(request, lines, index, text)
            if not is_tunnel and part is not None:
                yield part
        elif (status := _STATUS_LINE.match(line.text) or _OKHTTP_STATUS.match(line.text)) is not None:
            part, index = _answer(int(status["status"]), lines, index, text)
            is_from_proxy = part.status == 200 and (
                is_tunnel or "connection established" in line.text.lower()
            )
            is_interim = (part.status or 0) < 200 and part.status != 101
            yield part._replace(form="passed-over", status=None) if is_from_proxy or is_interim else part
            is_tunnel = is_tunnel and is_interim
        else:
            index += 1


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    for line in text.split("\n"):
        yield _Line(start, start + len(line), line)
        start += len(line) + 1


def _request(match: re.Match[str], lines: list[_Line], index: int, text: str) -> tuple[Part | None, int]:
    """The request whose first line is `index`, and the index of the line after it; None if it is only a line like one."""
    first = lines[index]
    headers, index, end = _read_headers(lines, index + 1)
    is_absolute = not match["target"].startswith("/")
    if (not match["mark"] and not headers) or not (match["version"] or is_absolute):
        return None, index
    body = None
    if not match["mark"] and index < len(lines) and lines[index].text.lstrip().startswith(("{", "[")):
        start = lines[index].start
        end = _end_of_body(text, start, len(text))
        body = text[start:end].strip()
        while index < len(lines) and lines[index].start < end:
            index += 1
    url = commandline.absolute_url(match["target"], headers)
    request = commandline.make_request(match["method"], url, headers, body)
    return Part(start=first.start, end=end, form="request-head", request=request), index


def _answer(status: int, lines: list[_Line], index: int, text: str) -> tuple[Part, int]:
    first = lines[index]
    headers, index, end = _read_headers(lines, index + 1)
    start = lines[index].start if index < len(lines) else len(text)
    limit = start
    for line in lines[index:]:
        if _ends_body(line.text):
            break
        limit = line.end
    is_cut_header = start - end <= 1 and _NAME.fullmatch(text[start:].strip()) is not None
    body_end = start if is_cut_header else _end_of_body(text, start, limit)
    while index < len(lines) and lines[index].start < body_end:
        index += 1
    part = Part(
        start=first.start,
        end=len(text) if is_cut_header else max(end, body_end),
        form="head",
        status=status,
        headers=headers,
        body=text[start:body_end].strip(),
    )
    return part, index


def _read_headers(lines: list[_Line], index: int) -> tuple[dict[str, str], int, int]:
    """The headers from line `index` on, the index of the line after them, and where they end in the text."""
    headers: dict[str, str] = {}
    end = lines[index - 1].end
    while index < len(lines):
        if lines[index].text.startswith(("--> ", "<-- ")):
            return headers, index, end
        line = lines[index].text.lstrip("<>").strip()
        if not line:
            return headers, index + 1, end
        if _COMMENT.match(lines[index].text):
            index += 1
            continue
        header = _HEADER.match(line)
        if headers and header is None and _LONG_WORD.fullmatch(line):
            _continue_last(headers, line)
            end, index = lines[index].end, index + 1
            continue
        if header is None or header["name"] in _EVENT_FIELDS or _STATUS_LINE.match(line):
            return headers, index, end
        headers[header["name"]] = header["value"].strip()
        end = lines[index].end
        index += 1
    return headers, index, end


def _continue_last(headers: dict[str, str], word: str) -> None:
    """Adds to the last header what a terminal or mail broke off: the rest of a word, or the next one."""
    name = next(reversed(headers))
    last_word = headers[name].rpartition(" ")[2]
    is_inside = _LONG_WORD.fullmatch(last_word) is not None
    headers[name] = f"{headers[name]}{'' if is_inside else ' '}{word}"


def _ends_body(line: str) -> bool:
    """Whether a line is not part of a body: another head, a command, or what `curl -v` says of the connection."""
    return (
        _STATUS_LINE.match(line) is not None
        or line.startswith(("--> ", "<-- ", "curl: ("))
        or _REQUEST_LINE.match(line) is not None
        or _COMMENT.match(line) is not None
        or commandline.begins_command(line)
    )


def _end_of_body(text: str, start: int, limit: int) -> int:
    """Where the body that begins at `start` ends: after its JSON, its page, its last event, else at an empty line.

    Args:
        text: the whole text.
        start: where the body may begin.
        limit: where it must have ended.
    """
    begin = start + len(text[start:limit]) - len(text[start:limit].lstrip())
    body = text[begin:limit]
    if body.startswith(("{", "[")):
        try:
            return begin + json.JSONDecoder().raw_decode(body)[1]
        except (ValueError, RecursionError):
            pass
    if body.startswith(("data:", "event:", "id:", ":")):
        events = _EVENTS.match(body)
        return begin + (events.end() if events else 0)
    if body.startswith("<"):
        page = re.search(r"</html>", body, re.I)
        return begin + page.end() if page else limit
    blank = re.search(r"\n[ \t]*\n", body)
    return begin + (blank.start() if blank else len(body.rstrip()))
