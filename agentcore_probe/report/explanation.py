"""An explanation as a notebook shows it: with its sentences, which the facts alone do not have."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from html import escape

from agentcore_probe.model.comparison import Comparison
from agentcore_probe.model.display import SYMBOLS, visible
from agentcore_probe.model.judgement import Check, Explanation, Fact, Remedy
from agentcore_probe.model.languages import DEFAULT
from agentcore_probe.model.notebook_frame import framed
from agentcore_probe.report.comparison_html import comparison_html
from agentcore_probe.report.messages import Messages, messages


def show_in_notebook() -> None:
    """Makes the notebook that this process runs show explanations and comparisons with their sentences; nothing elsewhere."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None:
        formatter = shell.display_formatter.formatters["text/html"]
        formatter.for_type(Explanation, explanation_html)
        formatter.for_type(Comparison, comparison_html)


def explanation_html(explanation: Explanation, language: str = DEFAULT) -> str:
    """What it is, the cause, the reason, the fix, the checks, and commands to paste."""
    return framed(visible("".join(_parts(explanation, messages(language)))))


def _parts(explanation: Explanation, text: Messages) -> Iterator[str]:
    diagnosis = explanation.diagnosis
    cause, values = diagnosis.cause, diagnosis.values
    if explanation.material:
        yield f"<ul>{''.join(_fact(fact, text) for fact in explanation.material)}</ul>"
    yield f"<p><b>{escape(text.cause(cause, values))}</b></p>"
    decision = text(f"decision-{explanation.decision}")
    if cause != "none":
        confidence = text(f"confidence-{diagnosis.confidence}")
        head = text("explain-head", cause=cause, confidence=confidence, decision=decision)
        yield f'<p class="small">{escape(head)}</p>'
        judge = text(f"judge-{diagnosis.judge}") if diagnosis.judge is not None else ""
        rows = [
            ("why", text.cause(f"{cause}.why", values)),
            ("judge", judge),
            ("fix", text.cause(f"{cause}.fix", values)),
        ]
        yield _definitions([(text(f"root-cause-{name}"), sentence) for name, sentence in rows if sentence])
    elif explanation.decision != "undecided":
        yield f'<p class="small">{escape(text("explain-success", decision=decision))}</p>'
    if diagnosis.checks:
        items = "".join(_check(check, text) for check in diagnosis.checks)
        yield f'<p class="label">{escape(text("root-cause-checks"))}</p><ul class="checks">{items}</ul>'
    if diagnosis.remedy and (cause != "none" or explanation.material):
        yield from _remedy(diagnosis.remedy, text)


def _fact(fact: Fact, text: Messages) -> str:
    id = fact.id.removeprefix("cause-")
    line = text.cause(id, fact.values) if id != fact.id else text(f"material-{id}", fact.values)
    return f"<li>{SYMBOLS[False] if fact.is_wrong else ''} {escape(line)}</li>"


def _definitions(rows: list[tuple[str, str]]) -> str:
    items = "".join(f"<dt>{escape(name)}</dt><dd>{escape(sentence)}</dd>" for name, sentence in rows)
    return f"<dl>{items}</dl>" if items else ""


def _check(check: Check, text: Messages) -> str:
    detail = f" <code>{escape(check.detail)}</code>" if check.detail else ""
    return f"<li>{SYMBOLS[check.passed]} {escape(text(f'check-{check.id}'))}{detail}</li>"


def _remedy(remedy: Remedy, text: Messages) -> Iterator[str]:
    for command in remedy.commands:
        yield f'<pre class="paste">{escape(command)}</pre>'
    for kind, fragment in remedy.fragments.items():
        title = escape(text(f"fragment-{kind}"))
        yield f'<details><summary>{title}</summary><pre class="paste">{escape(fragment)}</pre></details>'
