"""Promise 16: whatever a server says, reading it takes no longer than its length.

A pattern that takes the square of a text's length holds the interpreter for minutes, beyond every limit.
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
from agentcore_probe.model.environment import Environment, Limits, LocalSetup
from agentcore_probe.model.exchange import Response
from tests.embedded import observed
from tests.promises.figures import TRIED

LENGTH = 30_000
SECONDS = 0.5
"""Of processor time: what else this machine does is not the pattern's."""


def _patterns() -> dict[str, re.Pattern[str]]:
    """Every compiled pattern of the package by its module and name; `local` reads no foreign text."""
    found: dict[str, re.Pattern[str]] = {}
    for module in pkgutil.walk_packages(agentcore_probe.__path__, "agentcore_probe."):
        if ".local" in module.name or module.name.endswith(("__main__", ".engine", ".kernel")):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            found |= {f"{module.name}.{name}{at}": each for at, each in _inside(value)}
    return found


def _inside(value: object, at: str = "") -> Iterator[tuple[str, re.Pattern[str]]]:
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield at, value
    elif isinstance(value, tuple | list):
        for number, each in enumerate(value):
            yield from _inside(each, f"{at}[{number}]")


PATTERNS = _patterns()


def _literals(tree: Any) -> Iterator[str]:
    """The texts of which a pattern is made."""
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
            for each in value[1]:
                yield from _literals(each)
    if text:
        yield text


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_takes_no_longer_than_a_text_is_long(name: str) -> None:
    """On repeats of its own pieces, alone and in pairs, and of plain signs."""
    pattern = PATTERNS[name]
    pieces = sorted(set(_literals(parser.parse(pattern.pattern, pattern.flags))), key=len)[-5:]
    signs = [*'aA0 -/.<{"\\:=(', "\n"]
    for unit in {*pieces, *signs, *(a + b for a in pieces for b in [*pieces, "a", " "])}:
        text = unit * (LENGTH // len(unit))
        TRIED["texts made to be slow"] += 1
        begun = time.process_time()
        pattern.search(f"x{text}!")
        assert time.process_time() - begun < SECONDS, unit


@pytest.mark.parametrize(
    "unit", ["eyJ", "eyJhbGci.", "<Code>a</Code>", "data: {", 'a="', "security token ", "\\", "a=b,"]
)
def test_an_answer_is_read_in_no_time(unit: str) -> None:
    """A body of a million characters and a header of sixty thousand, through all that looks at them."""
    body, header = unit * (1_000_000 // len(unit)), unit * (60_000 // len(unit))
    begun = time.process_time()
    kept = redaction.headers({"WWW-Authenticate": header.replace("\n", ""), header[:200]: "x"})
    answer = read(Response(status=401, headers=kept, body=redaction.text(body)))
    answer.message_matches(r"security token .*expired", r"tool .*not found")
    assert time.process_time() - begun < 2


def test_a_run_against_such_a_server_ends_in_time() -> None:
    """Each row within its own limit, the others as they would be."""
    setup = LocalSetup(faults=("wire-tangle",))
    begun = time.monotonic()
    record = observed(Environment(name="t", local=setup, limits=Limits(seconds=2)), experiments=False)
    finding = api.judge(record).finding("gateway-jwt")
    assert time.monotonic() - begun < 15
    assert finding is not None
    assert finding.outcome == "as-expected"
