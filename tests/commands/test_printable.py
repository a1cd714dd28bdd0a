"""Untrusted text is safe for a terminal."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from agentcore_probe.commands.printable import printable


def test_ordinary_text_is_unchanged() -> None:
    """Also symbols, other scripts and line breaks."""
    text = "✓ 検証結果\nRuntime → 200 “ok”"
    assert printable(text) == text


def test_control_characters_are_replaced() -> None:
    """Escape sequences, carriage returns, and characters that reverse the text."""
    assert printable("a\x1b[2Jb\rc\u202ed\x9be") == "a\ufffd[2Jb\ufffdc\ufffdd\ufffde"


@given(st.text())
def test_no_text_contains_a_control_character_but_a_line_break(text: str) -> None:
    """Of any category that a terminal may act on; the length stays."""
    safe = printable(text)
    assert len(safe) == len(text)
    assert not any(unicodedata.category(character).startswith("C") for character in safe.replace("\n", ""))
