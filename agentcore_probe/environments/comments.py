"""Comments of a drafted environment file: text from a service cannot leave its line."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from agentcore_probe.model.display import visible

_WIDTH = 100


def one_line(text: str) -> str:
    """`text` with every run of white space as one space, and nothing invisible in it."""
    return visible(" ".join(text.split()))


def comment(*sentences: str) -> list[str]:
    """The lines of a comment, each sentence on lines of its own."""
    return [
        line
        for sentence in sentences
        for line in textwrap.wrap(
            one_line(sentence),
            _WIDTH,
            initial_indent="# ",
            subsequent_indent="#   ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    ]


def note(parts: Iterable[str]) -> str:
    """A comment at the end of a line; empty without parts."""
    text = one_line("; ".join(filter(None, parts)))
    return f"  # {text}" if text else ""


def abbreviated(names: Sequence[str], most: int = 5) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"
