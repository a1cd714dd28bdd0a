"""What is wrong with a file that is not TOML: the parser's words, and the line with its values hidden."""

from __future__ import annotations

import tomllib

from agentcore_probe.regex import regex

_POSITION = regex(r" \(at (line (?P<line>\d+), column \d+|end of document)\)$")
_KEY = regex(r"^\s*[a-z_.-]{1,40}\s*=\s*")
"""Lower case, as all keys are: the last line of a key in base64 ends in `=`, too."""
_HEADER = regex(r"^\s*\[{1,2}[a-z0-9_.\" -]{0,80}\]{0,2}\s*(#.*)?")
_VALUE = regex(r"(?P<opening>[\[{]*(\"\"\"|'''|[\"']?))(?P<content>.*?)(?P<closing>[\"']{0,3}[\]}]*,?)")


def toml_problem(data: bytes, error: tomllib.TOMLDecodeError) -> str:
    """The problem in one line, e.g. `Invalid value (line 3, column 9: region = …)`.

    Values are hidden, because the line may hold a secret, or be the middle of one.

    Args:
        data: the file, UTF-8.
        error: what tomllib says of it.
    """
    message = str(error)
    position = _POSITION.search(message)
    if position is None:
        return message
    lines = data.decode("utf-8-sig").splitlines() or [""]
    number = int(position["line"]) if position["line"] else len(lines)
    place = position[1] if position["line"] else f"end of the file, line {number}"
    line = _without_values(lines[number - 1]) if number <= len(lines) else ""
    text = message[: position.start()].removesuffix(".")
    return f"{text} ({place}: {line})" if line else f"{text} ({place})"


def _without_values(line: str) -> str:
    """The line with its key, its quotes and its brackets; `…` for the rest."""
    if _HEADER.fullmatch(line):
        return line.partition("#")[0].strip()
    key = _KEY.match(line)
    if key is None:
        return "…" if line.strip() else ""
    value = _VALUE.fullmatch(line[key.end() :].strip())
    if value is None:
        return f"{key[0]}…".strip()
    hidden = "…" if value["content"] else ""
    return f"{key[0]}{value['opening']}{hidden}{value['closing']}".strip()
