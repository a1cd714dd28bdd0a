"""The history of an environment as a part of a page, and as a notebook shows it: with its sentences and pictures."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from html import escape

from agentcore_probe.model.display import SYMBOLS, to_the_minute, visible
from agentcore_probe.model.history import WINDOW, History, RowHistory
from agentcore_probe.model.methods import caller_of, way_of
from agentcore_probe.model.notebook_frame import framed
from agentcore_probe.report.messages import Messages, messages
from agentcore_probe.report.sparkline import sparkline


def show_in_notebook() -> None:
    """Makes the notebook that this process runs show histories with their sentences; nothing elsewhere."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None:
        formatter = shell.display_formatter.formatters["text/html"]
        formatter.for_type(History, lambda history: framed(visible(history_html(history, history.language))))


def history_html(history: History, language: str) -> str:
    """Since when, how often, how fast, and what flaps; every text is escaped.

    Args:
        history: of one environment.
        language: the code of the language.
    """
    return "".join(_parts(history, messages(language)))


def _parts(history: History, text: Messages) -> Iterator[str]:
    if not history.runs:
        yield f"<p>{escape(text('history-none'))}</p>"
        return
    first = history.runs[0].started
    counted = "history-runs-since" if first else "history-runs"
    judged = "history-verdict-since" if history.since else "history-verdict"
    sentences = [
        text(counted, runs=len(history.runs), first=to_the_minute(first)),
        text(
            judged,
            verdict=_word(f"verdict-{history.runs[-1].verdict}", history.runs[-1].verdict, text),
            since=to_the_minute(history.since),
            runs=history.verdict_runs,
        ),
    ]
    yield f"<p>{escape(text.gap.join(sentences))}</p>"
    flapping = [_name(row, text) for row in history.rows if row.is_flapping]
    names = text("history-flapping", rows=text.comma.join(flapping), window=WINDOW)
    yield f"<p>{escape(names if flapping else text('history-no-flapping', window=WINDOW))}</p>"
    head = "".join(f'<th scope="col">{escape(text(column))}</th>' for column in _COLUMNS)
    rows = "".join(_row(row, text) for row in history.rows if row.outcome != "not-applicable")
    yield f'<div class="wide" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


_COLUMNS = (
    "column-method", "column-result", "column-outcome", "column-since", "column-runs", "column-p50", "column-p95",
    "column-latency", "column-changes",
)  # fmt: skip


_MARKS = {"as-expected": True, "unexpected": False}
"""By outcome: how the cell is coloured. The rows have no class: `check` reads those that have as results of the run."""


def _row(row: RowHistory, text: Messages) -> str:
    picture = ""
    if row.recent:
        values = {
            "runs": len(row.recent),
            "lowest": f"{min(row.recent):.0f}",
            "highest": f"{max(row.recent):.0f}",
        }
        picture = sparkline(row.recent, text("history-latency", values))
    outcome = f"{SYMBOLS.get(row.outcome, '')} {_word(f'outcome-{row.outcome}', row.outcome, text)}"
    cells = [
        _word(f"decision-{row.observed}", row.observed, text),
        outcome,
        to_the_minute(row.since),
        str(row.runs),
        _milliseconds(row.milliseconds),
        _milliseconds(row.milliseconds_p95),
    ]
    others = "".join(
        f'<td class="outcome done-{_MARKS.get(row.outcome)}">{escape(cell)}</td>'
        if cell is outcome
        else f"<td>{escape(cell)}</td>"
        for cell in cells
    )
    return (
        f'<tr><th scope="row">{escape(_name(row, text))}</th>{others}'
        f"<td>{picture}</td><td>{row.changes}</td></tr>"
    )


def _name(row: RowHistory, text: Messages) -> str:
    """The method in words, after the caller where it is a further one."""
    way, caller = way_of(row.method), caller_of(row.method)
    name = _word(f"method-{way}", way, text)
    return f"{caller}: {name}" if caller else name


def _word(id: str, value: str, text: Messages) -> str:
    """The message; the value itself where another version wrote one that this one has no message for."""
    return text(id) if text.has(id) else value


def _milliseconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f}"
