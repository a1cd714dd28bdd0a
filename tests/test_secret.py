"""Secrets: the worked example, and the cases that a search by prefix would miss."""

from __future__ import annotations

import doctest
import html
import json
import urllib.parse

import pytest

from agentcore_probe import secret
from agentcore_probe.scanner import escapes
from agentcore_probe.secret import Secret


def test_the_worked_example_holds() -> None:
    """The docstring of the decoder shows every escaped form of one character."""
    assert doctest.testmod(escapes) == doctest.TestResults(failed=0, attempted=4)


@pytest.mark.parametrize("escape", [json.dumps, html.escape, urllib.parse.quote])
def test_a_secret_with_few_plain_characters_is_found_when_escaped(escape: object) -> None:
    """It has no eight plain characters in a row, so no form of it begins with a known prefix."""
    value = 'a"b&c<d>e\nf"g'
    Secret(value, "password")
    assert callable(escape)
    text = f"x{escape(value)}y"
    assert value not in text
    assert secret.find_leak(text.encode()) == "password"
    assert secret.redact(text).strip('x"y') == "<password>"


def test_a_short_secret_is_not_looked_for() -> None:
    """It would match harmless text by chance."""
    Secret("letmein", "password")
    assert secret.find_leak(b"letmein") is None


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("sent eyJhbGci.eyJzdWIi.c2lnbmF0 here", "sent <token> here"),
        ("x.eyJhbGci.eyJzdWIi.c2lnbmF0.y", "x.<token>.y"),
        ("eyJhbGci.a.b.c.eyJhbGci", "eyJhbGci.a.b.c.eyJhbGci"),
        ("eyJhbGciOiJkaXIi..aXY.Y2lwaGVy.dGFn", "<token>"),
        ("eyJhbGciOiJSUzI1NiJ9", "eyJhbGciOiJSUzI1NiJ9"),
    ],
)
def test_tokens_in_a_text_are_hidden(text: str, clean: str) -> None:
    """Three parts, or the five of an encrypted token; a header alone is not a token."""
    assert secret.without_tokens(text) == clean
