"""`explain`: explains one exchange, or material without one, read from a file, the command line or standard input."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

from agentcore_probe.commands.explanation_lines import explanation_json, explanation_lines
from agentcore_probe.commands.printable import printable
from agentcore_probe.errors import ExitCode, InputError, RecordError
from agentcore_probe.judge.explain import explain
from agentcore_probe.model.exchange import TokenFacts
from agentcore_probe.model.token import unverified_facts
from agentcore_probe.regex import regex
from agentcore_probe.report.messages import messages
from agentcore_probe.secret import register

_MAX_BYTES = 2_000_000

_FILE_NAME = regex(r"^(?!eyJ|arn:|\w+://)[^\s{}\"'=/\\]*([/\\]\S*|\.[A-Za-z]\w{0,5})")
"""A path, or a name with an extension; no token, ARN, URL or JSON."""


_VARIABLE = regex(r"[A-Z][A-Z0-9_]{0,39}")
"""A usual name of a variable, which no token is."""


def run(source: str | None, *, language: str, as_json: bool, token_variable: str | None = None) -> int:
    """Prints the explanation of one exchange, or of material without one; returns the exit code.

    Args:
        source: a file, the text itself, or `-` for standard input; None for standard input, but for the token alone
            where one is named.
        language: "en" or "ja".
        as_json: print one JSON object.
        token_variable: the environment variable with the bearer token.

    Raises:
        RecordError: the file cannot be read, or contains nothing that can be explained.
        InputError: the variable is not set.
    """
    token = None if token_variable is None else _token(token_variable)
    text, where = ("", "the text") if source is None and token is not None else _read(source or "-")
    explanation = explain(text, where=where, token=token)
    catalogue = messages(language)
    if as_json:
        # ASCII: no character can reorder or hide a line.
        print(json.dumps(explanation_json(explanation, catalogue)))
    else:
        for line in explanation_lines(explanation, catalogue):
            print(printable(line))
    return ExitCode.NOT_VERIFIED if explanation.diagnosis.cause == "unexplained" else ExitCode.VERIFIED


def _token(variable: str) -> TokenFacts:
    """The header and claims of the token in a variable, which is remembered as a secret."""
    value = os.environ.get(variable, "").strip()
    if not value:
        # A token in the place of the name is not repeated.
        name = variable if _VARIABLE.fullmatch(variable) else "for the token"
        raise InputError(f"the environment variable {name} is not set")
    value = re.sub(r"^bearer\s{1,9}", "", value, flags=re.I)
    register(value, "token")
    return unverified_facts(value)


def _read(source: str) -> tuple[str, str]:
    """The text to explain, and what errors call it."""
    if source == "-":
        if sys.stdin.isatty():
            end = "Ctrl-Z and Enter" if sys.platform == "win32" else "Ctrl-D"
            print(f"Paste the answer, error, token, ARN or URL, then press {end}.", file=sys.stderr)
        where = "standard input"
        return _decode(sys.stdin.buffer.read(_MAX_BYTES + 1), where), where
    if not _FILE_NAME.fullmatch(source) and not _exists(source):
        return source, "the text"
    try:
        data = Path(source).read_bytes()
    except OSError as error:
        raise RecordError(f"cannot be read: {error.strerror}", where=source) from None
    return _decode(data, source), source


def _exists(source: str) -> bool:
    """Whether there is such a file; a long text cannot be the name of one."""
    try:
        return Path(source).exists()
    except (OSError, ValueError):
        return False


def _decode(data: bytes, where: str) -> str:
    if len(data) > _MAX_BYTES:
        raise RecordError(f"is larger than {_MAX_BYTES} bytes", where=where, hint="Pass a single exchange")
    # PowerShell writes UTF-16 with a byte order mark.
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return data.decode(encoding, "replace")
