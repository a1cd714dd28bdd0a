"""Pictures as SVG with text kept as text, so that no font is needed where they are made."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.words import Words

_INK = "#010203"
"""A colour that nothing else has: it is replaced by the page's own text colour."""

_PHASES = {
    "resolve": "#6b7a8f",
    "connect": "#2f7ed8",
    "tls": "#8a56c2",
    "first_byte": "#c26a00",
    "rest": "#2b8a5a",
}


@dataclass(frozen=True)
class Chart:
    """A picture with its title and what it shows, in words."""

    title: str
    alt: str
    svg: str


def latency(record: RunRecord, words: Words, name: Callable[[str], str]) -> Chart | None:
    """Milliseconds by method and phase, all exchanges of a method together; None where none was timed.

    Args:
        record: the facts.
        words: the language.
        name: a method's name for people.
    """
    rows = _phases(record)
    totals = {method: sum(phases.values()) for method, phases in rows.items()}
    if not any(totals.values()):
        return None
    names = [name(method) for method in rows]
    slowest, fastest = max(totals, key=totals.__getitem__), min(totals, key=totals.__getitem__)
    alt = words(
        "latency-alt",
        method=name(slowest),
        slowest=f"{totals[slowest]:.0f}",
        other=name(fastest),
        fastest=f"{totals[fastest]:.0f}",
    )
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(7.6, 0.55 + 0.34 * len(rows)), layout="constrained")
        axes = figure.add_subplot()
        left = [0.0] * len(rows)
        for phase, colour in _PHASES.items():
            widths = [phases.get(phase, 0.0) for phases in rows.values()]
            if any(widths):
                axes.barh(names, widths, left=left, color=colour, label=words(f"phase-{phase}"), height=0.62)
                left = [a + b for a, b in zip(left, widths, strict=True)]
        axes.invert_yaxis()
        axes.set_xlabel(words("latency-axis"))
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.0 + 0.8 / len(rows)), ncols=5, frameon=False)
        return Chart(words("latency-title"), alt, _svg(figure, f"latency-{words.language}"))


def _phases(record: RunRecord) -> dict[str, dict[str, float]]:
    rows: dict[str, dict[str, float]] = {}
    for observation in record.observations:
        if observation.not_tried is not None:
            continue
        for exchange in record.of(observation):
            row = rows.setdefault(observation.method, {})
            for phase, value in exchange.timings.model_dump().items():
                row[phase] = row.get(phase, 0.0) + (value or 0.0)
    return rows


_STYLE: Any = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.edgecolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
}


def _svg(figure: Figure, prefix: str) -> str:
    """The figure as an inline element: its own ids, no page-wide style, the page's text colour."""
    buffer = io.StringIO()
    with mpl.rc_context({**_STYLE, "svg.hashsalt": prefix}), warnings.catch_warnings():
        # The reader's fonts draw the text; that ours lacks Japanese does not matter.
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure.savefig(
            buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
        )
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<style[^>]*>.*?</style>", "", text, flags=re.DOTALL)
    text = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{prefix}-", text)
    text = text.replace(_INK, "currentColor")
    text = text.replace("<svg ", '<svg aria-hidden="true" stroke-linejoin="round" stroke-linecap="butt" ', 1)
    return re.sub(r">\s+<", "><", text).strip()
