"""Removes what mails, logs and test reports put before each line, and a common indentation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentcore_probe.regex import regex

_TIMESTAMP = (
    r"(?:\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|(?: UTC)| ?[+-]\d\d:?\d\d)?"
    r"|\d\d/\d\d/\d{2,4},? \d\d:\d\d:\d\d|\d\d?:\d\d:\d\d(?:[.,]\d{1,9})?(?: [AP]M)?|1[6-9]\d{8}(?:\d{3})?(?:\.\d{1,9})?)"
)
_LEVEL = r"(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|FATAL|CRITICAL|SEVERE)"
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

_PREFIXES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("|", regex(r"[\w.-]{1,60}(?<=\d)[ \t]{1,40}\|(?: |$)")),  # docker compose
    ("[", regex(r"\[(?:pod|container|service)/[^\]\n]{1,200}\](?: |$)")),  # kubectl --prefix
    (":", regex(r"[\w-]{3,80} [\w-]{1,60} (?=\d{4}-\d\d-\d\d)")),  # stern
    (
        ":",
        regex(
            r"(?:<\d{1,3}>)?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})? [\w.-]{1,80}"
            r" [\w./@-]{1,80}(?:\[\d{1,9}\])?:(?: |$)"
        ),
    ),
    (
        "",
        regex(
            rf"\[?{_TIMESTAMP}\]?(?:[ \t]{{0,2}}[|:-])?(?:[ \t]|$)(?:\[?[\w-]{{1,40}}\[[\w.-]{{1,40}}\]: ?)?"
        ),
    ),
    (
        "<",
        regex(r"<\d{1,3}>1 \S{10,40} \S{1,80} \S{1,80} \S{1,40} \S{1,40} (?:- ?|\[[^\]\n]{1,400}\] ?)"),
    ),  # RFC 5424
    (
        ".go:",
        regex(r"[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{1,9} {1,9}\d{1,9} [\w./-]{1,80}:\d{1,6}\](?: |$)"),
    ),  # klog
    ("-", regex(rf"{_UUID}[\t ](?={_LEVEL}|\S)")),  # Lambda
    (
        "",
        regex(
            rf"[ \t]{{0,3}}(?:\[(?:{_LEVEL}|(?i:{_LEVEL}))\][ \t]{{0,9}}|{_LEVEL}(?:[ \t]{{0,2}}[|:-](?:[ \t]{{1,5}}|$)|[ \t]|$))"
        ),
    ),
    (":", regex(rf"{_LEVEL}:[\w.]{{1,80}}:")),  # Python's basicConfig
    (
        "---",
        regex(r" ?\d{1,9} --- (?:\[[^\]\n]{1,80}\] ){1,2}[\w.$/\[\]-]{1,120}[ ]{0,80}:(?: |$)"),
    ),  # Spring
    ("\t", regex(r"[^\t\n|{\"]{1,100}\t[^\t\n|{\"]{1,100}\t(?=\d{4}-\d\d-\d\dT)")),  # gh run view --log
    ("##[", regex(r"##\[\w{1,20}\]")),  # GitHub Actions, Azure Pipelines
    ("\nE ", regex(r"E(?: {2,7}|$)")),  # pytest
    ("|", regex(r"[ ]{0,40}\|(?: |$)(?![^\n]*\|[ ]*$)|[ ]{0,40}\+[-+]{2,60}(?: \d{1,3} -{2,60})?$")),
)
"""What logs put before their lines, with a text that is in every one of them. Each is removed where two or more lines in a row have it."""
_LOGGER = regex(r"(?:[\w.@$][^\s{}\"'<>=()]{0,100}|\[[\w./ -]{1,60}\])(?: ?[:|]| -|[ \t]{1,40}\|)?(?: |$)")
_NO_LOGGER = regex(
    r"(?:HTTP/|https?://|arn:|data:|event:|id:|set-cookie:|\d{1,20}\s|\w{1,80}\s|[\w.]{0,120}(?:Error|Exception)\b)",
    re.I,
)
"""The name of a logger, removed where three or more lines in a row have the same."""

_QUOTED = regex(r"(?:> ?){1,40}")
_REQUEST_LINE = regex(r"> [A-Z]{3,10} \S{1,8000} HTTP/")

_INDENTED = regex(
    r"[ \t]{1,80}(?:HTTP/[\d.]{1,3} \d|[{\[]|curl |aws |\$ |[<>*] |Traceback|[A-Z]{3,7} \S{1,2000} HTTP/|[\w.]{1,120}(?:Error|Exception)\b)"
)
"""The first line of an excerpt."""
_SPACE = regex(r"[ \t]*")


def remove_prefixes(text: str) -> str:
    """The lines without the prefixes of mails and logs."""
    lines = text.split("\n")
    if ">" in text:
        lines = _remove_quotes(lines)
    for mark, prefix in _PREFIXES:
        if mark in text:
            lines = _remove_from_runs(lines, prefix)
    return "\n".join(_dedent(_remove_loggers(lines)))


def _remove_quotes(lines: list[str]) -> list[str]:
    """Without the `> ` of a mail; the requests of `curl -v`, whose lines begin with the same, keep it."""
    result = list(lines)
    start = 0
    for number, line in enumerate([*lines, ""]):
        if not line.startswith(">"):
            _unquote(result, start, number)
            start = number + 1
    return result


def _unquote(lines: list[str], start: int, end: int) -> None:
    """Remove the quotation marks that the lines from `start` to `end` have in common."""
    marks = [match[0] for line in lines[start:end] if (match := _QUOTED.match(line))]
    depth = min((mark.count(">") for mark in marks), default=0)
    if depth and _REQUEST_LINE.match(_without_marks(lines[start], depth - 1)):
        depth -= 1
    for number in range(start, end if depth else start):
        lines[number] = _without_marks(lines[number], depth)


def _without_marks(line: str, depth: int) -> str:
    for _ in range(depth):
        line = line[1:].removeprefix(" ")
    return line


def _remove_from_runs(lines: list[str], prefix: re.Pattern[str]) -> list[str]:
    """Without a prefix that two or more lines in a row have; empty lines do not end the row."""
    run: list[tuple[int, int]] = []
    result = list(lines)
    for number, line in enumerate([*lines, "."]):
        match = prefix.match(line) if line else None
        if match and match.end():
            run.append((number, match.end()))
        elif line and not line.isspace():
            if len(run) > 1:
                for place, end in run:
                    result[place] = lines[place][end:]
            run = []
    return result


def _remove_loggers(lines: list[str]) -> list[str]:
    names = [_logger(line) for line in lines]
    result = list(lines)
    start = 0
    for number in range(1, len(lines) + 1):
        if number == len(lines) or names[number] != names[start]:
            if names[start] and number - start > 2:
                for place in range(start, number):
                    result[place] = lines[place][len(names[start]) :].removeprefix(" ")
            start = number
    return result


def _logger(line: str) -> str:
    """What may be the name of a logger at the beginning of a line; empty if there is none."""
    match = None if _NO_LOGGER.match(f"{line} ") else _LOGGER.match(line)
    return match[0].rstrip() if match else ""


def _dedent(lines: list[str]) -> Iterator[str]:
    """What is indented as a whole begins at the margin: the text, or an excerpt in it."""
    index = 0
    last = previous = ""
    while index < len(lines):
        line = lines[index]
        is_excerpt = line[:1] in (" ", "\t") and (not previous.strip() or _INDENTED.match(line))
        if is_excerpt and line.strip() and not last.endswith(("{", "[", "(", ",", "=>")):
            end = index
            while end < len(lines) and (not lines[end] or lines[end][0] in " \t"):
                end += 1
            block = lines[index:end]
            width = min(_SPACE.match(other).end() for other in block if other.strip())  # type: ignore[union-attr]
            yield from (other[width:] for other in block)
            index = end
        else:
            yield line
            index += 1
        previous = lines[index - 1]
        last = previous.rstrip() or last
