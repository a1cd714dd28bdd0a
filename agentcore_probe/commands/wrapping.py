"""Text at 80 columns; a word that is longer, such as an ARN, stays whole, to be copied."""

from __future__ import annotations

import textwrap

_WIDTH = 79


def wrapped(text: str, first: str, indent: str | None = None) -> list[str]:
    """The lines of `text`.

    Args:
        text: its white space becomes single spaces.
        first: what the first line begins with.
        indent: what the others begin with; None: spaces of the same width.
    """
    return textwrap.wrap(
        " ".join(text.split()),
        _WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first) if indent is None else indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
