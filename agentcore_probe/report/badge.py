"""Badges: the state of one environment, or of all, as an SVG picture for a README or a dashboard.

The words are English in every language, as on all badges. The day of the run is part of the text, so that an old badge
cannot pass for a new one. Nothing is loaded and no script is contained, and the words say what the colours say.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agentcore_probe.model.record import Source
    from agentcore_probe.report.exports.result import State

_WORDS: dict[State, str] = {
    "verified": "verified",
    "not-verified": "not verified",
    "inconclusive": "inconclusive",
    "partial": "tested in part",
    "not-written": "report not written",
    "error": "could not run",
}
_SOURCES: dict[Source, str] = {
    "aws": "",
    "embedded": "not AWS",
    "loopback": "not AWS",
    "proxied": "through a proxy",
    "recorded": "recorded",
}

_GOOD, _BAD, _OPEN = "#1a7f37", "#b31d28", "#7a4a00"
"""Each has a contrast of more than 4.5 with white (WCAG AA)."""
_COLOURS: dict[State, str] = {"verified": _GOOD, "not-verified": _BAD}

_NARROW, _WIDE = frozenset("fijlrt-.,:;()|!'I "), frozenset("mwMWOQ@%")
_PADDING = 6


def environment_badge(name: str, state: State, moment: datetime | None, source: Source = "aws") -> str:
    """The badge of one environment: "prod | verified 2026-11-30".

    Args:
        name: the environment's name.
        state: its verdict, or why there is none.
        moment: when the run or the attempt that failed began. None: it is not known.
        source: who answered; other than AWS, it is part of the badge.
    """
    dated = f"{_WORDS[state]} {_day(moment).isoformat() if moment else 'undated'}"
    message = ", ".join(filter(None, (dated, _SOURCES[source])))
    return _badge(name, message, _COLOURS.get(state, _OPEN))


def fleet_badge(environments: Iterable[tuple[State, datetime | None]]) -> str:
    """The badge of all environments: "AgentCore access | 58 verified, 2 not, 1 could not run 2026-11-30".

    Args:
        environments: each one's state, and when its last run or attempt began, if that is known. Where they are of
            different days, the badge has the first and the last one.
    """
    states, days = [], set()
    for state, started in environments:
        states.append(state)
        days |= {_day(started)} if started is not None else set()
    words = {**_WORDS, "not-verified": "not"} if "verified" in states else _WORDS
    counts = ", ".join(f"{states.count(state)} {word}" for state, word in words.items() if state in states)
    dates = " to ".join(day.isoformat() for day in sorted({min(days), max(days)})) if days else ""
    colour = _BAD if "not-verified" in states else _GOOD if set(states) == {"verified"} else _OPEN
    return _badge("AgentCore access", f"{counts or 'no environments'} {dates}".strip(), colour)


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _badge(label: str, message: str, colour: str) -> str:
    """A picture with two fields. `textLength` fits each text into its field, whatever font the reader has."""
    left, right = _width(label), _width(message)
    title = escape(f"{label}: {message}")
    split, width = left + 2 * _PADDING, left + right + 4 * _PADDING
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" viewBox="0 0 {width} 20" '
        f'role="img" aria-label="{title}">\n'
        f"<title>{title}</title>\n"
        f'<rect width="{width}" height="20" rx="3" fill="#3d444d"/>\n'
        f'<path fill="{colour}" d="M{split} 0h{width - split - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-{width - split - 3}z"/>\n'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">\n'
        f"{_text(label, _PADDING, left)}{_text(message, split + _PADDING, right)}</g>\n</svg>\n"
    )


def _text(text: str, x: int, width: int) -> str:
    return (
        f'<text x="{x}" y="14" textLength="{width}" lengthAdjust="spacingAndGlyphs">{escape(text)}</text>\n'
    )


def _width(text: str) -> int:
    """About the width of a text in Verdana, in px at a size of 11."""
    return round(sum(4.3 if sign in _NARROW else 9.7 if sign in _WIDE else 6.9 for sign in text))
