"""`explain`: explains one exchange, read from a file, the command line or standard input."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from agentcore_probe.commands.printable import printable
from agentcore_probe.errors import RecordError
from agentcore_probe.judge.explain import explain
from agentcore_probe.model.judgement import Explanation, Remedy

if TYPE_CHECKING:
    from agentcore_probe.report.messages import Messages

_MAX_BYTES = 2_000_000


_FILE_NAME = re.compile(r"^(?!eyJ|arn:|\w+://)[^\s{}\"'=/\\]*([/\\]\S*|\.[A-Za-z]\w{0,5})")
"""A path, or a name with an extension; no token, ARN, URL or JSON."""


def run(source: str, *, language: str, as_json: bool) -> None:
    """Prints the explanation of one exchange.

    Args:
        source: a file, the text itself, or `-` for standard input.
        language: "en" or "ja".
        as_json: print one JSON object.

    Raises:
        RecordError: the file cannot be read, or does not contain a response.
    """
    text, where = _read(source)
    explanation = explain(text, where=where)
    if as_json:
        print(json.dumps(explanation.as_json()))  # ASCII: no character can reorder or hide a line
        return
    from agentcore_probe.report.messages import messages

    for line in _lines(explanation, messages(language)):
        print(printable(line))


def _read(source: str) -> tuple[str, str]:
    """The text to explain, and what errors call it."""
    if source == "-":
        if sys.stdin.isatty():
            end = "Ctrl-Z and Enter" if sys.platform == "win32" else "Ctrl-D"
            print(f"Paste the exchange, then press {end}.", file=sys.stderr)
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
    """Cause, decision and confidence; the reason; the fix and the checks; commands to paste."""
    diagnosis = explanation.diagnosis
    values = diagnosis.values
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
    if diagnosis.checks:
        yield f"\n{text('root-cause-checks')}:"
    for check in diagnosis.checks:
        symbol = {True: "✓", False: "✗", None: "?"}[check.passed]
        yield f"  {symbol} {text(f'check-{check.id}')}" + (f": {check.detail}" if check.detail else "")
    if diagnosis.remedy and diagnosis.cause != "none":
        yield from _remedy_lines(diagnosis.remedy, text)


def _remedy_lines(remedy: Remedy, text: Messages) -> Iterator[str]:
    for command in remedy.commands:
        yield f"\n{command}"
    for kind, fragment in remedy.fragments.items():
        yield f"\n# {text(f'fragment-{kind}')}\n{fragment}"
    yield f"\n{text('root-cause-recheck')}: {remedy.recheck}"
