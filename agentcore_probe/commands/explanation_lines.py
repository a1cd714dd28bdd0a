"""An explanation, for people and as JSON: what `explain` and `ask` print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from agentcore_probe.commands.material_lines import material_lines
from agentcore_probe.model.judgement import Check, Diagnosis, Explanation, Remedy
from agentcore_probe.report.messages import Messages


def explanation_json(explanation: Explanation, text: Messages) -> dict[str, Any]:
    """The explanation as JSON values, with its sentences: `title`, `why` and `fix`."""
    cause, values = explanation.diagnosis.cause, explanation.diagnosis.values
    return {
        **explanation.as_json(),
        "title": text.cause(cause, values),
        "why": text.cause(f"{cause}.why", values),
        "fix": text.cause(f"{cause}.fix", values),
    }


def explanation_lines(explanation: Explanation, text: Messages) -> Iterator[str]:
    """What it is; cause, decision and confidence; the reason; the fix and the checks; commands to paste."""
    diagnosis = explanation.diagnosis
    values = diagnosis.values
    if explanation.material:
        yield from material_lines(explanation.material, text)
        yield ""
    yield text.cause(diagnosis.cause, values)
    decision = text(f"decision-{explanation.decision}")
    if diagnosis.cause != "none":
        confidence = text(f"confidence-{diagnosis.confidence}")
        yield "  " + text("explain-head", cause=diagnosis.cause, confidence=confidence, decision=decision)
    elif explanation.decision != "undecided":
        yield "  " + text("explain-success", decision=decision)
    if len(diagnosis.evidence) > 1:
        yield "  " + text("explain-pair", one=diagnosis.evidence[0], other=diagnosis.evidence[1])
    yield from _reason_lines(diagnosis, text)
    if diagnosis.cause != "none":
        yield f"{text('root-cause-fix')}: {text.cause(f'{diagnosis.cause}.fix', values)}"
    if program := values.get("program"):
        yield text("show-answer", program=program)
    if diagnosis.experiment:
        yield text("experiment-would-prove", factor=text(f"factor-{diagnosis.experiment}"))
    yield from _check_lines(diagnosis.checks, text)
    if diagnosis.remedy and (diagnosis.cause != "none" or explanation.material):
        yield from remedy_lines(diagnosis.remedy, text)


def _reason_lines(diagnosis: Diagnosis, text: Messages) -> Iterator[str]:
    """Why, and who decided if it was not the called target's authorizer."""
    if why := text.cause(f"{diagnosis.cause}.why", diagnosis.values):
        yield f"\n{text('root-cause-why')}: {why}"
    if diagnosis.judge not in (None, "authorizer"):
        yield f"{text('root-cause-judge')}: {text(f'judge-{diagnosis.judge}')}"


def _check_lines(checks: Sequence[Check], text: Messages) -> Iterator[str]:
    if checks:
        yield f"\n{text('root-cause-checks')}:"
    for check in checks:
        symbol = {True: "✓", False: "✗", None: "?"}[check.passed]
        yield f"  {symbol} {text(f'check-{check.id}')}" + (f": {check.detail}" if check.detail else "")


def remedy_lines(remedy: Remedy, text: Messages) -> Iterator[str]:
    """The commands and fragments that fix it, and how to test again."""
    for command in remedy.commands:
        yield f"\n{command}"
    for kind, fragment in remedy.fragments.items():
        yield f"\n# {text(f'fragment-{kind}')}\n{fragment}"
    yield f"\n{text('root-cause-recheck')}: {remedy.recheck}"
