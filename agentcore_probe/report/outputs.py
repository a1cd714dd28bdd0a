"""A notebook's cell as HTML, without its source: the report's own parts as they are, and what people add."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from agentcore_probe.notebook.report_cells import HIDDEN, is_report_cell, tags

_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def shown(cell: Any) -> Markup:
    """What a code cell put out, or a Markdown cell says; nothing of one with a tag of `own.HIDDEN`."""
    if tags(cell) & HIDDEN:
        return Markup("")
    if cell.cell_type == "markdown":
        return _added(_markdown(cell.source, cell.get("attachments")))
    shown = Markup("").join(map(_output, cell.get("outputs", ())))
    return shown if is_report_cell(cell) else _added(shown)


def _added(html: Markup) -> Markup:
    return Markup('<div class="added" tabindex="0">{}</div>\n').format(html) if html.strip() else Markup("")


def _output(output: Mapping[str, Any]) -> Markup:
    """HTML as it is, else the picture, else the text. What went to standard error is not for readers."""
    if output["output_type"] == "stream":
        return _text(output["text"]) if output["name"] == "stdout" else Markup("")
    data = {name: _joined(value) for name, value in output.get("data", {}).items()}
    if "text/html" in data:
        return Markup(data["text/html"] + "\n")  # noqa: S704  (the notebook's own; ours is escaped where it is made)
    for kind in _PICTURES:
        if kind in data:
            return _picture(kind, data[kind], _words(output, kind, data))
    if "text/markdown" in data:
        return _markdown(data["text/markdown"])
    return _text(data.get("text/latex") or data.get("text/plain", ""))


def _markdown(source: str, attachments: Any = None) -> Markup:
    """nbconvert's own reading of it, pictures that are attached to the cell in it, headings below the page's one."""
    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True, attachments=attachments or {})
    html = MarkdownWithMath(renderer=renderer).render(source)
    lowered = re.sub(r"(</?h)([1-5])\b", lambda tag: f"{tag[1]}{int(tag[2]) + 1}", html)
    return Markup(lowered)  # noqa: S704  (the notebook's own)


def _picture(kind: str, content: str, words: str) -> Markup:
    """As data, which runs no script; the page's policy takes no other."""
    coded = (
        base64.b64encode(content.encode()).decode() if kind == "image/svg+xml" else "".join(content.split())
    )
    return Markup('<figure><img src="data:{};base64,{}" alt="{}"></figure>\n').format(kind, coded, words)


def _words(output: Mapping[str, Any], kind: str, data: Mapping[str, str]) -> str:
    """What a picture shows: `display(..., metadata={"image/png": {"alt": ...}})`, else what Python says of it."""
    told = output.get("metadata") or {}
    own = told.get(kind)
    return str(
        (own.get("alt") if isinstance(own, Mapping) else None)
        or told.get("alt")
        or data.get("text/plain", "")
    )


def _text(text: str) -> Markup:
    return Markup("<pre>{}</pre>\n").format(_COLOURS.sub("", _joined(text))) if text else Markup("")


def _joined(value: object) -> str:
    """nbformat keeps long text as one string or as a list of lines."""
    return "".join(map(str, value)) if isinstance(value, list) else str(value)
