"""The line of each key of a TOML file, which tomllib does not tell."""

from __future__ import annotations

from collections.abc import Mapping

from agentcore_probe.regex import regex

_KEY = r"""(?:[A-Za-z0-9_-]+|"[^"\\\n]*"|'[^'\n]*')"""
_PATH = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_HEADER = regex(rf"^[ \t]*\[[ \t]*(?P<path>{_PATH})[ \t]*\][ \t]*(?:#.*)?")
_ASSIGNMENT = regex(rf"^[ \t]*(?P<path>{_PATH})[ \t]*=(?P<value>.*)")
_KEYS = regex(_KEY)


def key_lines(text: str) -> Mapping[tuple[str, ...], int]:
    """Key -> its line, counted from 1. Keys within inline tables and arrays of tables are left out.

    Args:
        text: a TOML document that tomllib accepts.
    """
    lines: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] | None = ()
    quote, depth = "", 0
    for number, line in enumerate(text.split("\n"), start=1):
        rest = line
        if not quote and not depth:
            header, assignment = _HEADER.fullmatch(line.rstrip("\r")), _ASSIGNMENT.match(line)
            if header is not None:
                table = _path(header["path"])
                lines.setdefault(table, number)
                continue
            if assignment is None:
                if line.lstrip().startswith("[["):
                    table = None
                continue
            if table is not None:
                lines.setdefault((*table, *_path(assignment["path"])), number)
            rest = assignment["value"]
        quote, depth = _after(rest, quote, depth)
    return lines


def _path(text: str) -> tuple[str, ...]:
    return tuple(key.strip("\"'") for key in _KEYS.findall(text))


def _after(text: str, quote: str, depth: int) -> tuple[str, int]:
    """The quotation marks of the multi-line string that is open after `text`, and the number of open brackets."""
    position = 0
    while position < len(text):
        character = text[position]
        step = 1
        if quote:
            if character == "\\" and quote[0] == '"':
                step = 2
            elif text.startswith(quote, position):
                step, quote = len(quote), ""
        elif character == "#":
            break
        elif character in "\"'":
            quote = character * 3 if text.startswith(character * 3, position) else character
            step = len(quote)
        else:
            depth += (character in "[{") - (character in "]}")
        position += step
    return quote if len(quote) == 3 else "", depth
