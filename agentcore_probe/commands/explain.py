"""`explain`: explains one exchange, or material without one, read from a file, the command line or standard input."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agentcore_probe.commands.material_lines import material_lines
from agentcore_probe.commands.printable import printable
from agentcore_probe.errors import ExitCode, InputError, RecordError
from agentcore_probe.judge.explain import explain
from agentcore_probe.model.exchange import TokenFacts
from agentcore_probe.model.judgement import Check, Explanation, Remedy
from agentcore_probe.model.token import unverified_facts
from agentcore_probe.secret import register

if TYPE_CHECKING:
    from agentcore_probe.report.messages import Messages

_MAX_BYTES = 2_000_000


_FILE_NAME = re.compile(r"^(?!eyJ|arn:|\w+://)[^\s{}\"'=/\\]*([/\\]\S*|\.[A-Za-z]\w{0,5})")
"""A path, or a name with an extension; no token, ARN, URL or JSON."""


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
    if as_json:
        print(json.dumps(explanation.as_json()))  # ASCII: no character can reorder or hide a line
    else:
        from agentcore_probe.report.messages import messages

        for line in _lines(explanation, messages(language)):
            print(printable(line))
    return ExitCode.NOT_VERIFIED if explanation.diagnosis.cause == "unexplained" else ExitCode.VERIFIED


def _token(variable: str) -> TokenFacts:
    """The header and claims of the token in a variable, which is remembered as a secret."""
    value = os.environ.get(variable, "").strip()
    if not value:
        raise InputError(f"the environment variable {variable} is not set")
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


def _lines(explanation: Explanation, text: Messages) -> Iterator[str]:
    """What it is; cause, decision and confidence; the reason; the fix and the checks; commands to paste."""
    diagnosis = explanation.diagnosis
    values = diagnosis.values
    if explanation.material:
        yield from material_lines(explanation.material, text)
        yield ""
    yield text.cause(diagnosis.cause, values)
    decision = text(f"decision-{explanation.decision}")
    if diagnosis.cause != "none":
        confidence = text(f"confidence-{diagnosis.confidence}")
        yield "  " + text("explain-head", cause=diagnosis.cause, confidence=confidence, decision=decision)
    elif explanation.decision != "undecided":
        yield "  " + text("explain-success", decision=decision)
    if len(diagnosis.evidence) > 1:
        yield "  " + text("explain-pair", one=diagnosis.evidence[0], other=diagnosis.evidence[1])
    if why := text.cause(f"{diagnosis.cause}.why", values):
        yield f"\n{text('root-cause-why')}: {why}"
    if diagnosis.cause != "none":
        yield f"{text('root-cause-fix')}: {text.cause(f'{diagnosis.cause}.fix', values)}"
    if program := values.get("program"):
        yield text("show-answer", program=program)
    if diagnosis.experiment:
        yield text("experiment-would-prove", factor=text(f"factor-{diagnosis.experiment}"))
    yield from _check_lines(diagnosis.checks, text)
    if diagnosis.remedy and (diagnosis.cause != "none" or explanation.material):
        yield from _remedy_lines(diagnosis.remedy, text)


def _check_lines(checks: Sequence[Check], text: Messages) -> Iterator[str]:
    if checks:
        yield f"\n{text('root-cause-checks')}:"
    for check in checks:
        symbol = {True: "✓", False: "✗", None: "?"}[check.passed]
        yield f"  {symbol} {text(f'check-{check.id}')}" + (f": {check.detail}" if check.detail else "")


def _remedy_lines(remedy: Remedy, text: Messages) -> Iterator[str]:
    for command in remedy.commands:
        yield f"\n{command}"
    for kind, fragment in remedy.fragments.items():
        yield f"\n# {text(f'fragment-{kind}')}\n{fragment}"
    yield f"\n{text('root-cause-recheck')}: {remedy.recheck}"
