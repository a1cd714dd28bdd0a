"""Facts as HTML tables for notebooks, every text escaped, and as text that is safe to print."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any

from pydantic_core import to_json

from agentcore_probe.regex import regex

_INVISIBLE = regex(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200c\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ud800-\udfff\ufeff]"
)
"""Control characters, characters that reorder text (Unicode TR36, "Trojan Source"), and halves of a surrogate pair,
which UTF-8 cannot encode."""


def utf8_json(text: str) -> str:
    """`text`, a JSON document, in a form that UTF-8 can encode: halves of surrogate pairs become JSON escapes."""
    return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", text)


def indented_json(value: Any, indent: int) -> str:
    """A JSON value with line breaks. Python's own encoder is written in C only for JSON without them (5 ms a record)."""
    try:
        return to_json(value, indent=indent, inf_nan_mode="constants").decode()
    except ValueError:  # halves of surrogate pairs, or more than 255 levels
        return json.dumps(value, indent=indent, ensure_ascii=False)


def visible(text: str) -> str:
    r"""`text` with invisible characters, which could control a terminal or reorder a line, as `\x1b` or `\u202e`."""
    return _INVISIBLE.sub(
        lambda match: f"\\u{ord(match[0]):04x}" if match[0] > "\xff" else f"\\x{ord(match[0]):02x}", text
    )


SYMBOLS = {
    "as-expected": "✓",
    "unexpected": "✗",
    "error": "!",
    "not-testable": "?",
    "not-applicable": "–",
    "verified": "✓",
    "not-verified": "✗",
    "inconclusive": "?",
    "partial": "–",
    "passed": "✓",
    "warning": "!",
    "failed": "✗",
    "unknown": "?",
    "connects": "✓",
    "fails": "✗",
    "possible": "?",
    True: "✓",
    False: "✗",
    None: "?",
}
"""The symbol beside each outcome, verdict, step, forecast and answer, so that colour is never the only mark."""


def table(
    caption: str, head: Sequence[str], rows: Iterable[Sequence[object]], *, outcome: int | None = None
) -> str:
    """An HTML table.

    Args:
        caption: its caption, as text.
        head: the column headings, as text.
        rows: the cells; the first of each row is its heading. One with `as_html`, and a list of such, is shown as that
            HTML, a mapping as a table, any other value as text.
        outcome: the column with each row's outcome, by which the row is coloured.
    """
    heads = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in head)
    body = "".join(_row(row, outcome) for row in rows)
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table>{title}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def _row(row: Sequence[object], outcome: int | None) -> str:
    first, *others = row
    cells = [f'<th scope="row">{_cell(first)}</th>']
    for column, cell in enumerate(others, start=1):
        if column == outcome:
            cells.append(f'<td class="outcome">{SYMBOLS.get(cell, "")} {_cell(cell)}</td>')
        else:
            cells.append(f"<td>{_cell(cell)}</td>")
    kind = f' class="{escape(str(row[outcome]))}"' if outcome is not None else ""
    return f"<tr{kind}>{''.join(cells)}</tr>"


def text_table(caption: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The same as text in columns, for a terminal; cells are cut at 40 characters."""
    lines = [[str(cell) for cell in row] for row in (head, *rows)]
    lines = [
        [visible(cell if len(cell) <= _CELL else f"{cell[: _CELL - 1]}…") for cell in line] for line in lines
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    text = ("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)
    return "\n".join([visible(caption), *text])


_CELL = 40


def counted(number: int, noun: str) -> str:
    """How many: `1 run`, `2 runs`."""
    return f"1 {noun}" if number == 1 else f"{number} {noun}s"


def to_the_minute(time: datetime | None) -> str:
    """A time in UTC for people; a dash for none."""
    return f"{time:%Y-%m-%d %H:%M}" if time else "-"


@dataclass(frozen=True)
class Html:
    """A cell that is HTML already.

    Args:
        html: its content.
    """

    html: str

    def as_html(self) -> str:
        """The content."""
        return self.html


def fold(summary: str, html: str) -> Html:
    """HTML that is shown when its summary, a text, is clicked."""
    return Html(f"<details><summary>{escape(summary)}</summary>{html}</details>")


def _with_date(name: str, value: Any) -> Any:
    """The value of a claim; a time (RFC 7519 section 4.1) also in readable form."""
    if name not in ("exp", "iat", "nbf", "auth_time") or not isinstance(value, int) or not 0 < value < 1e11:
        return value
    return f"{value} ({datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M:%S UTC})"


def _cell(value: Any) -> str:
    if hasattr(value, "as_html"):
        return str(value.as_html())
    if isinstance(value, Mapping):
        return table(
            "", ("name", "value"), [(name, _with_date(name, claim)) for name, claim in value.items()]
        )
    if isinstance(value, list | tuple) and any(hasattr(item, "as_html") for item in value):
        return "".join(map(_cell, value))
    text = escape("\n".join(map(str, value)) if isinstance(value, list | tuple) else str(value))
    return f"<pre>{text}</pre>" if "\n" in text else text
