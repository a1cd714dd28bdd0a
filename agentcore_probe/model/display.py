"""How facts show themselves in a notebook: plain tables, every text escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200c\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ud800-\udfff\ufeff]"
)
"""Control characters, those that change the direction or order of text (Unicode TR36, "Trojan Source"), and halves
of a surrogate pair, which no UTF-8 file can hold."""


def utf8_json(text: str) -> str:
    """JSON that a UTF-8 file can hold: halves of surrogate pairs as escapes, which read back as the same value."""
    return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", text)


def visible(text: str) -> str:
    """`text` with what would steer a terminal or reorder a line written out: an escape as four signs."""
    return _UNSEEN.sub(
        lambda sign: f"\\u{ord(sign[0]):04x}" if sign[0] > "\xff" else f"\\x{ord(sign[0]):02x}", text
    )


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """An HTML table with a caption and column headings.

    A cell that shows itself as HTML does so; a mapping and a list of such become tables; others are text.
    """
    heads = "".join(f'<th scope="col">{escape(each)}</th>' for each in head)
    body = "".join("<tr>" + "".join(f"<td>{_cell(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return (
        f'<table style="text-align:left"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    )


def _dated(name: str, value: Any) -> Any:
    """A claim's value; those that are times (RFC 7519 section 4.1) with what people read."""
    if name not in ("exp", "iat", "nbf", "auth_time") or not isinstance(value, int) or not 0 < value < 1e11:
        return value
    return f"{value} ({datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M:%S UTC})"


def _cell(value: Any) -> str:
    if hasattr(value, "_repr_html_"):
        return str(value._repr_html_())
    if isinstance(value, Mapping):
        return table("", ("name", "value"), [(name, _dated(name, each)) for name, each in value.items()])
    if isinstance(value, list | tuple) and any(hasattr(each, "_repr_html_") for each in value):
        return "".join(map(_cell, value))
    text = escape("\n".join(map(str, value)) if isinstance(value, list | tuple) else str(value))
    return f'<pre style="text-align:left">{text}</pre>' if "\n" in text else text
