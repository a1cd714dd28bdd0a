"""What a server says, made fit for a terminal."""

from __future__ import annotations


def printable(text: str) -> str:
    """`text` without control characters but line breaks: a server's text must not steer the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)
