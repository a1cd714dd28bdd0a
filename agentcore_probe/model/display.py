"""How facts show themselves in a notebook: plain tables, every text escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any


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


def _cell(value: Any) -> str:
    if hasattr(value, "_repr_html_"):
        return str(value._repr_html_())
    if isinstance(value, Mapping):
        return table("", ("name", "value"), value.items())
    if isinstance(value, list | tuple) and any(hasattr(each, "_repr_html_") for each in value):
        return "".join(map(_cell, value))
    text = escape("\n".join(map(str, value)) if isinstance(value, list | tuple) else str(value))
    return f'<pre style="text-align:left">{text}</pre>' if "\n" in text else text
