"""Comments and strings of a drafted environment file: text from a service cannot leave its line."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Sequence

from agentcore_probe.model.display import visible

_WIDTH = 100
_LONGEST = 2000


def one_line(text: str) -> str:
    """`text` with every run of white space as one space, nothing invisible in it, and the end of a long one left out."""
    whole = " ".join(text.split())
    return visible(whole if len(whole) <= _LONGEST else f"{whole[:_LONGEST]}…")


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


def toml_text(value: str) -> str:
    """A TOML basic string: JSON's, with everything invisible escaped too (TOML 1.0, "String"); lone surrogates replaced."""
    text = json.dumps(value.encode("utf-8", "replace").decode(), ensure_ascii=False)
    return "".join(char if char.isprintable() else _escape(ord(char)) for char in text)


def _escape(code: int) -> str:
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
