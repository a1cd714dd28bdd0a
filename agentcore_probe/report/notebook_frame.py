"""What surrounds a part of a report in a notebook, where the page's style sheet is missing.

Notebooks align tables to the right, have light and dark themes, and cannot follow a link to another cell's output.
"""

from __future__ import annotations

_STYLE = """\
.agentcore-probe { --good: currentColor; --bad: currentColor; --open: currentColor; --line: rgba(128, 128, 128, .5);
  --soft: rgba(128, 128, 128, .12); --good-bg: rgba(46, 160, 67, .18); --bad-bg: rgba(220, 50, 60, .2); --open-bg: rgba(220, 150, 0, .2); }
.agentcore-probe :is(table, caption, th, td) { text-align: left !important; vertical-align: top; white-space: normal; }
.agentcore-probe a[href^="#"] { color: inherit; text-decoration: none; pointer-events: none; cursor: text; }
.agentcore-probe pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.agentcore-probe svg { display: block; width: 100%; max-width: 30rem; height: auto; }
.agentcore-probe .verdict { border-left: 7px solid var(--line); padding: .6rem 1rem; font-size: 1.1em; }
.agentcore-probe .verdict.verified { background: var(--good-bg); } .agentcore-probe .verdict.not-verified { background: var(--bad-bg); }
.agentcore-probe .verdict.inconclusive { background: var(--open-bg); }"""
"""Colours that any theme's text can be read on."""

_BEFORE = f'<style>{_STYLE}</style><div class="agentcore-probe">'
_AFTER = "</div>"


def framed(html: str) -> str:
    """The part as a notebook shows it."""
    return f"{_BEFORE}{html}{_AFTER}"


def unframed(html: str) -> str:
    """The part as the page shows it; any other HTML unchanged."""
    if html.startswith(_BEFORE) and html.endswith(_AFTER):
        return html[len(_BEFORE) : -len(_AFTER)]
    return html
