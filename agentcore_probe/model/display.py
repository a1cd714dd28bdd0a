"""Facts as HTML tables for notebooks, every text escaped, and as text that is safe to print."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200c\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ud800-\udfff\ufeff]"
)
"""Control characters, characters that reorder text (Unicode TR36, "Trojan Source"), and halves of a surrogate pair,
which UTF-8 cannot encode."""


def utf8_json(text: str) -> str:
    """`text`, a JSON document, in a form that UTF-8 can encode: halves of surrogate pairs become JSON escapes."""
    return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", text)


def visible(text: str) -> str:
    r"""`text` with invisible characters, which could control a terminal or reorder a line, as `\x1b` or `\u202e`."""
    return _INVISIBLE.sub(
        lambda match: f"\\u{ord(match[0]):04x}" if match[0] > "\xff" else f"\\x{ord(match[0]):02x}", text
    )


_LEFT = 'style="text-align:left"'
"""Notebooks align cells to the right, and their rule for cells outweighs one for the table."""


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """An HTML table.

    Args:
        caption: its caption, as text.
        head: the column headings, as text.
        rows: the cells. One with `_repr_html_`, and a list of such, is shown as that HTML, a mapping as a table,
            any other value as text.
    """
    heads = "".join(f'<th scope="col" {_LEFT}>{escape(heading)}</th>' for heading in head)
    body = "".join(
        "<tr>" + "".join(f"<td {_LEFT}>{_cell(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return (
        f"<table><caption {_LEFT}>{escape(caption)}</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    )


def _with_date(name: str, value: Any) -> Any:
    """The value of a claim; a time (RFC 7519 section 4.1) also in readable form."""
    if name not in ("exp", "iat", "nbf", "auth_time") or not isinstance(value, int) or not 0 < value < 1e11:
        return value
    return f"{value} ({datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M:%S UTC})"


def _cell(value: Any) -> str:
    if hasattr(value, "_repr_html_"):
        return str(value._repr_html_())
    if isinstance(value, Mapping):
        return table(
            "", ("name", "value"), [(name, _with_date(name, claim)) for name, claim in value.items()]
        )
    if isinstance(value, list | tuple) and any(hasattr(item, "_repr_html_") for item in value):
        return "".join(map(_cell, value))
    text = escape("\n".join(map(str, value)) if isinstance(value, list | tuple) else str(value))
    return f'<pre style="text-align:left">{text}</pre>' if "\n" in text else text
