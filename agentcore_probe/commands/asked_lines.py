"""The answer to one question, in the terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agentcore_probe.commands.explanation_lines import (
    explanation_json,
    explanation_lines,
    remedy_lines,
)
from agentcore_probe.commands.inert import inert
from agentcore_probe.commands.wrapping import open_console, print_wrapped
from agentcore_probe.judge.asked import explain_asked, explained_exchange, next_diagnosis
from agentcore_probe.judge.reading.answer import Answer, read
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.methods import method
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.messages import Messages

_PIPE_WIDTH = 100
"""Columns where neither a terminal nor the variable COLUMNS says how many there are."""
_MAX_BODY = 2_000
"""Characters of a body that are printed as JSON; the record has all of it."""
_MAX_LINE = 400
"""Characters of an answer that are printed for people."""


def as_json(record: RunRecord, judgement: Judgement, text: Messages) -> dict[str, Any]:
    """The explanation, the answer behind it, and a line for each request.

    Args:
        record: of one question.
        judgement: its judgement.
        text: the sentences.
    """
    explanation = explain_asked(record, judgement)
    exchange = explained_exchange(record, judgement)
    return {
        **explanation_json(explanation, text),
        "answer": _answer(record, exchange) if exchange else None,
        "requests": [_request(exchange) for exchange in sorted(record.exchanges, key=_sent_at)],
    }


def _answer(record: RunRecord, exchange: Exchange) -> dict[str, Any]:
    answer, response = read(exchange.response), exchange.response
    return {
        "exchange": exchange.id,
        "status": answer.status,
        "error_type": answer.error_type or None,
        "message": answer.message or None,
        "code": answer.rpc_code,
        "fault": exchange.fault.model_dump(mode="json") if exchange.fault else None,
        "answered_by": _who(record, exchange, answer),
        "server": response.header("server") if response else None,
        "challenge": answer.challenge or None,
        "body": response.body[:_MAX_BODY] if response else None,
    }


def _request(exchange: Exchange) -> dict[str, Any]:
    return {
        "id": exchange.id,
        "step": exchange.step,
        "method": exchange.request.method,
        "url": exchange.request.url,
        "auth": exchange.request.auth,
        "status": exchange.response.status if exchange.response else None,
        "fault": exchange.fault.kind if exchange.fault else None,
        "changed": exchange.change.factor if exchange.change else None,
    }


def _who(record: RunRecord, exchange: Exchange, answer: Answer) -> str:
    """Who answered: `nobody`, `other` (not AWS), or what the record says of all its answers."""
    if exchange.response is None:
        return "nobody"
    return "other" if answer.from_aws is False else record.provenance.source


def print_asked(record: RunRecord, judgement: Judgement, text: Messages) -> None:
    """Prints the call, the answer that its client may have hidden, why it came, and every request.

    Args:
        record: of one question.
        judgement: its judgement.
        text: the sentences.
    """
    console = open_console(_PIPE_WIDTH)
    explanation = explain_asked(record, judgement)
    exchange = explained_exchange(record, judgement)
    if exchange is not None:
        console.print(inert(f"{exchange.request.method} {exchange.request.url}"), soft_wrap=True)
        for line in _answer_lines(record, exchange, text):
            print_wrapped(console, line)
        console.print()
    diagnosis = explanation.diagnosis
    prose = explanation.model_copy(update={"diagnosis": diagnosis.model_copy(update={"remedy": None})})
    for number, line in enumerate(explanation_lines(prose, text)):
        print_wrapped(console, line, "" if number else "bold")
    if diagnosis.remedy is not None and diagnosis.cause != "none":
        # Not wrapped: a line break in the middle would change what is pasted.
        for line in remedy_lines(diagnosis.remedy, text):
            console.print(inert(line), soft_wrap=True)
    if (remaining := next_diagnosis(record, judgement)) is not None:
        title, fix = (text.cause(f"{remaining.cause}{part}", remaining.values) for part in ("", ".fix"))
        line = text("ask-remains", title=title, cause=remaining.cause, fix=fix)
        print_wrapped(console, f"\n{line}")
        for command in remaining.remedy.commands if remaining.remedy else ():
            console.print(inert(f"\n{command}"), soft_wrap=True)
    console.print(inert(f"\n{text('ask-requests', count=sum(item.was_sent for item in record.exchanges))}"))
    width = max(len(item.id) for item in record.exchanges) if record.exchanges else 0
    for item in sorted(record.exchanges, key=_sent_at):
        console.print(inert(f"  {item.id:{width}}  {_outcome(item, text)}"), soft_wrap=True)


def _answer_lines(record: RunRecord, exchange: Exchange, text: Messages) -> Iterator[str]:
    answer = read(exchange.response)
    who = text(f"ask-from-{_who(record, exchange, answer)}")
    yield f"  {_outcome(exchange, text)}{text.comma}{who}"
    if exchange.fault is not None and exchange.fault.detail:
        yield f"  {exchange.fault.detail}"
    words = answer.message or (exchange.response.body if exchange.response else "")
    if words.strip():
        yield f"  {_shortened(words)}"


def _shortened(words: str) -> str:
    """As much as shows what was said, as one line."""
    line = " ".join(words[:_MAX_BODY].split())
    return line if len(line) <= _MAX_LINE else f"{line[:_MAX_LINE]}…"


def _sent_at(exchange: Exchange) -> tuple[float, str]:
    return (exchange.request.at.timestamp() if exchange.request.at else 0.0, exchange.id)


def _outcome(exchange: Exchange, text: Messages) -> str:
    """The credential, and the status with the error's type, or the fault."""
    row = method(exchange.id.rpartition("/")[0])
    if row is None:
        auth = text(f"step-{exchange.step.replace(' ', '-')}")
    else:
        auth = text("ask-no-credential" if row.auth == "none" else f"auth-{row.auth}")
        auth = auth if exchange.step == "invoke" else f"{auth}{text.comma}{exchange.step}"
    if exchange.change is not None:
        changed = text(f"factor-{exchange.change.factor}")
        auth = f"{auth}{text.comma}{text('ask-changed', factor=changed)}"
    if exchange.response is None:
        kind = exchange.fault.kind if exchange.fault else "none"
        return f"{auth}: {text(f'fault-{kind}')}"
    answer = read(exchange.response)
    status = f"HTTP {answer.status}" if answer.status is not None else ""
    return f"{auth}: {' '.join(filter(None, (status, answer.error_type)))}"
