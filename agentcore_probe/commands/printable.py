"""Untrusted text made safe for a terminal."""

from __future__ import annotations

import sys


def printable(text: str) -> str:
    """`text` with control characters replaced, line breaks kept: a server must not steer the terminal."""
    return "".join(
        character if character.isprintable() or character == "\n" else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )


def print_to_stderr(text: str) -> None:
    """Prints a text to standard error, made safe, at once: results may follow on standard output."""
    print(printable(text), file=sys.stderr, flush=True)
