"""Promise 16: the time to read a response is linear in its length.

A pattern with quadratic time would block the interpreter for minutes, beyond every time limit.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

import agentcore_probe
from agentcore_probe import api
from agentcore_probe.access import redaction
from agentcore_probe.judge.reading.answer import read
from agentcore_probe.judge.reading.forms import FORMS
from agentcore_probe.judge.reading.sentences import SENTENCES
from agentcore_probe.model.environment import Environment, Limits, LocalSetup
from agentcore_probe.model.exchange import Response
from agentcore_probe.regex import Regex
from tests.embedded import observed
from tests.promises.figures import FIGURES
from tests.sampling import every
from tests.timing import is_linear

LENGTH = 20_000


def _patterns() -> dict[str, re.Pattern[str] | Regex[str]]:
    """Every pattern of the package by its module and name, except for `local`, which reads its own requests."""
    patterns: dict[str, re.Pattern[str] | Regex[str]] = {}
    for module in pkgutil.walk_packages(agentcore_probe.__path__, "agentcore_probe."):
        if ".local" in module.name or module.name.endswith(("__main__", ".engine", ".kernel")):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            patterns |= {f"{module.name}.{name}{index}": pattern for index, pattern in _find_patterns(value)}
    return patterns


def _find_patterns(value: object, index: str = "") -> Iterator[tuple[str, re.Pattern[str] | Regex[str]]]:
    """The patterns in nested lists and tuples, with their index."""
    if isinstance(value, re.Pattern | Regex) and isinstance(value.pattern, str):
        yield index, value
    elif isinstance(value, tuple | list):
        for number, item in enumerate(value):
            yield from _find_patterns(item, f"{index}[{number}]")


OF_ROWS = {
    f"{row.cause or row.sender} {number}": row.expression
    for number, row in enumerate(SENTENCES)
    if row.pattern
} | {f"form {form.name}": form.expression for form in FORMS}
PATTERNS = _patterns() | OF_ROWS


def _literals(tree: Any) -> Iterator[str]:
    """The literal texts in a parsed pattern."""
    text = ""
    for kind, value in tree:
        if kind is ops.LITERAL:
            text += chr(value)
            continue
        if text:
            yield text
        text = ""
        if kind in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT):
            yield from _literals(value[2])
        elif kind is ops.SUBPATTERN:
            yield from _literals(value[3])
        elif kind is ops.BRANCH:
            for branch in value[1]:
                yield from _literals(branch)
    if text:
        yield text


@pytest.mark.parametrize("name", [*every(5, sorted(PATTERNS.keys() - OF_ROWS.keys())), *every(10, OF_ROWS)])
def test_a_pattern_runs_in_linear_time(name: str) -> None:
    """On repetitions of its own literals, alone and in pairs, and of single characters."""
    pattern = PATTERNS[name]
    literals = sorted(set(_literals(parser.parse(pattern.pattern, pattern.flags))), key=len)[-5:]
    characters = [*'aA0 -/.<{"\\:=(', "\n"]
    for unit in {*literals, *characters, *(a + b for a in literals for b in [*literals, "a", " "])}:
        FIGURES["texts made to be slow"] += 1
        assert is_linear(lambda text: pattern.search(f"x{text}!"), unit * (LENGTH // len(unit))), unit


@pytest.mark.parametrize(
    "unit", ["eyJ", "eyJhbGci.", "<Code>a</Code>", "data: {", 'a="', "security token ", "\\", "a=b,"]
)
def test_a_large_response_is_read_in_two_seconds(unit: str) -> None:
    """A body of a million characters and a header of sixty thousand, through redaction and parsing."""
    body, header = unit * (1_000_000 // len(unit)), unit * (60_000 // len(unit))
    start = time.process_time()
    headers = redaction.headers({"WWW-Authenticate": header.replace("\n", ""), header[:200]: "x"})
    answer = read(Response(status=401, headers=headers, body=redaction.text(body)))
    answer.message_matches(r"security token .*expired", r"tool .*not found")
    assert time.process_time() - start < 2


@pytest.mark.slow
def test_a_run_against_a_slow_to_read_server_stays_in_its_limits() -> None:
    """The Runtime's rows end within their limit, and the Gateway's are as expected."""
    setup = LocalSetup(faults=("wire-tangle",))
    start = time.monotonic()
    record = observed(Environment(name="t", local=setup, limits=Limits(seconds=2)), experiments=False)
    finding = api.judge(record).finding("gateway-jwt")
    assert time.monotonic() - start < 15
    assert finding is not None
    assert finding.outcome == "as-expected"
