"""Joins the lines that a mail program or a terminal broke at its width, in sentences and in strings."""

from __future__ import annotations

import itertools
import re

_MIN_WIDTH, _MAX_WIDTH = 60, 100
_MAX_LINES = 20
"""Of one string."""
_STRUCTURE = re.compile(
    r"\s|[{}\[\]<>|*#$%@=+~^-]|HTTP/|\(?at |File \"|Traceback|:?[\w.$-]{1,80}:(?: |$)|During handling|The above exception"
    r"|(?:curl|aws|POST|GET|PUT|DELETE|OPTIONS|HEAD)\b|[\w.]{1,120}(?:Error|Exception)\b"
)
"""The beginning of a line that is a line of its own: of a head, of JSON, of a stack, of a command."""
_QUOTES = re.compile(r"\\.|\"")
_LONG_WORD = re.compile(r"\S{30,}$")


def join_wrapped_lines(text: str) -> str:
    """The text with sentences and strings on one line each; heads, pretty-printed JSON and stacks keep theirs."""
    return "\n".join(_join_sentences(_join_strings(text.split("\n"))))


def _join_strings(lines: list[str]) -> list[str]:
    """Lines joined where a string between double quotes goes on in the next line."""
    result: list[str] = []
    index = 0
    while index < len(lines):
        end = _find_end_of_string(lines, index) if '"' in lines[index] else index
        line = lines[index]
        for following in lines[index + 1 : end + 1]:
            line = _join(line, following, len(lines[index]))
        result.append(line)
        index = end + 1
    return result


def _find_end_of_string(lines: list[str], start: int) -> int:
    """The line in which a string that line `start` leaves open ends; `start` if it does not."""
    if not _is_odd(lines[start]) or len(lines[start]) < _MIN_WIDTH - 20:
        return start
    for number in range(start + 1, min(start + _MAX_LINES, len(lines))):
        line = lines[number]
        if not line.strip() or (
            _STRUCTURE.match(line) and not line.startswith((" ", "[", "{", "%", "-", "="))
        ):
            return start
        if '"' in line:
            return number if _is_odd(line) else start
    return start


def _is_odd(line: str) -> bool:
    """Whether a line has an odd number of double quotes."""
    return sum(token[0] == '"' for token in _QUOTES.finditer(line)) % 2 == 1


def _join(line: str, following: str, width: int) -> str:
    """Two lines; with a space between words, without one inside a word that was longer than the line."""
    if line.endswith(" ") or following.startswith(" "):
        return f"{line.rstrip()} {following.lstrip()}"
    is_inside = _LONG_WORD.search(line[-200:]) is not None and len(line) >= width
    return line + following if is_inside else f"{line} {following}"


def _join_sentences(lines: list[str]) -> list[str]:
    """Lines joined where the next line's first word would not have fitted."""
    result: list[str] = []
    for paragraph in _paragraphs(lines):
        width = max(map(len, paragraph))
        joined = [paragraph[0]]
        for line, following in itertools.pairwise(paragraph):
            if width <= _MAX_WIDTH and _is_continued(line, following, width):
                joined[-1] = _join(joined[-1], following, 0)
            else:
                joined.append(following)
        result.extend(joined)
    return result


def _is_continued(line: str, following: str, width: int) -> bool:
    if len(line) < _MIN_WIDTH or _STRUCTURE.match(following):
        return False
    first = following.split(None, 1)[0]
    if len(line.rstrip()) + 1 + len(first) <= width:
        return False
    if line.endswith(" "):
        return True
    return line[-1].isalnum() or line[-1] in ",-/'_)%" or (line[-1] in ':"' and first[0].islower())


def _paragraphs(lines: list[str]) -> list[list[str]]:
    """The lines between empty lines; an empty line is a paragraph of its own."""
    paragraphs: list[list[str]] = []
    is_open = False
    for line in lines:
        if line.strip() and is_open:
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
            is_open = bool(line.strip())
    return paragraphs
