"""Texts and colours of results in the terminal."""

from __future__ import annotations

from rich.text import Text

from agentcore_probe.commands.printable import printable

COLOURS = {
    "as-expected": "green",
    "unexpected": "red",
    "not-applicable": "dim",
    "verified": "green",
    "not-verified": "red",
    "connects": "green",
    "fails": "red",
    "failed": "red",
}
"""The colour of each outcome, verdict, step and forecast; yellow for any other."""


def inert(text: str, style: str = "") -> Text:
    """Text in which a server's words are neither markup nor control characters."""
    return Text(printable(text), style)
