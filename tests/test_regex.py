"""An expression that is compiled later matches as a compiled one does."""

from __future__ import annotations

import re

import pytest

from agentcore_probe.regex import Regex, regex


def test_it_matches_like_a_compiled_one() -> None:
    """In every way that the package uses, with its flags, in text and in bytes."""
    later, now = regex(r"(?P<letter>[a-c])(\d)", re.I), re.compile(r"(?P<letter>[a-c])(\d)", re.I)
    text = "A1 b2, c3"
    assert [match.groupdict() for match in later.finditer(text)] == [
        match.groupdict() for match in now.finditer(text)
    ]
    for method in ("search", "match", "fullmatch"):
        assert bool(getattr(later, method)(text)) == bool(getattr(now, method)(text))
    assert later.sub(r"<\2>", text) == now.sub(r"<\2>", text)
    assert (later.split(text), later.findall(text)) == (now.split(text), now.findall(text))
    assert (later.pattern, later.flags, later.groups) == (now.pattern, now.flags, now.groups)
    assert regex(rb"\d").search(b"a1") is not None


def test_it_is_compiled_when_it_is_first_used() -> None:
    """And once."""
    wrong = regex("(")
    with pytest.raises(re.error):
        wrong.search("text")
    right = Regex("a", 0)
    assert "search" not in vars(right)
    assert right.search("a")
    assert vars(right)["search"] == right.search
