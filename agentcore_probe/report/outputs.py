"""A cell's outputs as HTML, without its source: the report's own parts as they are, and what people add."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from markupsafe import Markup

from agentcore_probe.model.notebook_frame import unframed
from agentcore_probe.notebook.report_cells import HIDDEN, mark_of, tags
from agentcore_probe.regex import regex

_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml")
_TERMINAL_COLOURS = regex(r"\x1b\[[0-9;]*m")


def cell_html(cell: Any) -> Markup:
    """The outputs of a code cell, or the text of a Markdown cell; empty for a cell with a tag in `HIDDEN`."""
    if tags(cell) & HIDDEN:
        return Markup("")
    if cell.cell_type == "markdown":
        return _addition(_markdown_html(cell.source, cell.get("attachments")))
    html = Markup("")
    for is_part, outputs in groupby(cell.get("outputs", ()), key=lambda output: mark_of(output) is not None):
        group = Markup("").join(map(_output_html, outputs))
        html += group if is_part else _addition(group)
    return html


def _addition(html: Markup) -> Markup:
    """What people added, in a box that scrolls; nothing if it is blank."""
    return Markup('<div class="added" tabindex="0">{}</div>\n').format(html) if html.strip() else Markup("")


def _output_html(output: Mapping[str, Any]) -> Markup:
    """HTML as it is, else the picture, else the text. Standard error is not for readers."""
    if output["output_type"] == "stream":
        return _text_html(output["text"]) if output["name"] == "stdout" else Markup("")
    data = {name: _joined(value) for name, value in output.get("data", {}).items()}
    if "text/html" in data:
        # The notebook's own; ours is escaped where it is made.
        return Markup(unframed(data["text/html"]) + "\n")  # noqa: S704
    for kind in _PICTURES:
        if kind in data:
            return _picture_html(kind, data[kind], _alternative_text(output, kind, data))
    if "text/markdown" in data:
        return _markdown_html(data["text/markdown"])
    return _text_html(data.get("text/latex") or data.get("text/plain", ""))


def _markdown_html(source: str, attachments: Any = None) -> Markup:
    """Markdown as nbconvert renders it, with attached pictures inside, and headings below the page's only `h1`."""
    # It takes 0.03 s to import, and few notebooks show Markdown.
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True, attachments=attachments or {})
    html = MarkdownWithMath(renderer=renderer).render(source)
    lowered = re.sub(r"(</?h)([1-5])\b", lambda tag: f"{tag[1]}{int(tag[2]) + 1}", html)
    return Markup(lowered)  # noqa: S704  (the notebook's own)


def _picture_html(kind: str, content: str, alternative: str) -> Markup:
    """As a data URL, which runs no script; the page's policy allows no other."""
    is_text = kind == "image/svg+xml"
    encoded = base64.b64encode(content.encode()).decode() if is_text else "".join(content.split())
    return Markup('<figure><img src="data:{};base64,{}" alt="{}"></figure>\n').format(
        kind, encoded, alternative
    )


def _alternative_text(output: Mapping[str, Any], kind: str, data: Mapping[str, str]) -> str:
    """A picture's `alt`: from `display(..., metadata={"image/png": {"alt": ...}})`, else Python's text for it."""
    metadata = output.get("metadata") or {}
    own = metadata.get(kind)
    return str(
        (own.get("alt") if isinstance(own, Mapping) else None)
        or metadata.get("alt")
        or data.get("text/plain", "")
    )


def _text_html(text: str) -> Markup:
    return Markup("<pre>{}</pre>\n").format(_TERMINAL_COLOURS.sub("", _joined(text))) if text else Markup("")


def _joined(value: object) -> str:
    """Long text, which nbformat keeps as one string or as a list of lines."""
    return "".join(map(str, value)) if isinstance(value, list) else str(value)
