"""What surrounds HTML in a notebook, where the page's style sheet is missing.

Notebooks align tables to the right and have light and dark themes, whose text colour the style sheet starts from.
JupyterLab and VS Code follow a link to an element of the same output, but open no fold for it. All outputs share one
document, so every id begins with the output's key.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from agentcore_probe.regex import regex

_LEFT = ' style="text-align:left"'
"""In each cell, for notebooks that are not trusted, whose style sheets JupyterLab removes."""

_CELL = regex(r"<(table|caption|th|td)(?=[\s>])")
_ID = regex(r' id="([^"]*)"')
_BEFORE_ID = (' id="', ' aria-labelledby="', ' href="#', ' data-href="#', '="url(#')
_LINK = regex(r'<a( [^<>]*?)? href="#([^"]*)"')
_BEGIN, _END = "<!--part-->", "<!--/part-->"


@cache
def _style() -> str:
    text = files("agentcore_probe.model").joinpath("notebook.css").read_text("utf-8")
    return f"<style>{text.strip()}</style>"


def framed(html: str, *, key: str = "", below: str = "", style: str = "") -> str:
    """HTML as a notebook shows it.

    Args:
        html: a part of a report, or a table of facts; its texts are escaped.
        key: what each id begins with, so that it is unique in the notebook; empty for HTML without ids.
        below: what only notebooks show: what the links of `html` lead to.
        style: rules that this part needs besides those of every part.
    """
    ids = set(_ID.findall(html + below))
    body = f"{_BEGIN}{html}{_END}{below}"
    body = _LINK.sub(
        lambda link: link[0] if link[2] in ids else link[0].replace(' href="#', ' data-href="#'), body
    )
    body = _CELL.sub(rf"<\1{_LEFT}", body)
    if key:
        for before in _BEFORE_ID:
            body = body.replace(before, f"{before}{key}")
    more = f"<style>{style}</style>" if style else ""
    return f'{_style()}{more}<div class="agentcore-probe" data-key="{key}">{body}</div>'


def unframed(html: str) -> str:
    """The HTML as the page shows it; any other HTML unchanged."""
    match = re.search(
        rf'<div class="agentcore-probe" data-key="([\w-]*)">{_BEGIN}(.*?){_END}', html, re.DOTALL
    )
    if match is None or not html.startswith(_style()):
        return html
    key, body = match.groups()
    body = body.replace(_LEFT, "").replace(' data-href="#', ' href="#')
    return body.replace(key, "") if key else body
