"""Untrusted text made safe for a terminal."""

from __future__ import annotations


def printable(text: str) -> str:
    """`text` with control characters replaced, line breaks kept: a server must not steer the terminal."""
    return "".join(
        character if character.isprintable() or character == "\n" else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )
