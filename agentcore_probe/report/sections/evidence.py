"""Every exchange behind the findings: in full, or a line for a control that was refused as it should be."""

from __future__ import annotations

import json
import shlex
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.judge.factors import FACTORS
from agentcore_probe.judge.reading.answer import read
from agentcore_probe.model.display import SYMBOLS, indented_json
from agentcore_probe.model.exchange import Exchange, Request
from agentcore_probe.model.judgement import Finding
from agentcore_probe.regex import regex
from agentcore_probe.report.sections import Section
from agentcore_probe.report.view import View
from agentcore_probe.report.view.entrances import groups, has_more_entrances
from agentcore_probe.snippets import signed_call

_DECIDING_HEADERS = ("x-amzn-errortype", "www-authenticate")
"""Headers of an answer that say why."""

_MAX_CHARACTERS = 6_000
"""Of a body on the page; the record holds all of it."""


class Line(NamedTuple):
    """A line of an exchange."""

    text: str
    marked: bool
    """Whether it is what decided."""


def _content(view: View) -> dict[str, Any]:
    return {"rows": _rows(view), "others": _others(view)}


def linked_exchanges(view: View, anchors: Collection[str]) -> list[dict[str, Any]]:
    """The exchanges with these anchors in full; what decided is marked where they show a row's cause."""
    causes = {
        id: finding.diagnosis.cause
        for finding in view.judgement.findings
        for id in finding.diagnosis.evidence[:1]
    }
    return [
        _exchange(view, exchange, causes.get(exchange.id))
        for exchange in view.record.exchanges
        if view.anchor(exchange.id) in anchors
    ]


def _rows(view: View) -> list[dict[str, Any]]:
    """Each row that was tried, with its exchanges; what decided is marked in the one that shows it."""
    findings = [finding for finding in view.judgement.all_findings if view.exchanges_of(finding.method)]
    if not has_more_entrances(view):
        return [{**_row(view, finding), "heading": ""} for finding in findings]
    return [
        {**_row(view, finding), "heading": "" if place else group.name}
        for group in groups(view, findings)
        for place, finding in enumerate(group.findings)
    ]


def _row(view: View, finding: Finding) -> dict[str, Any]:
    exchanges = view.exchanges_of(finding.method)
    deciding = finding.diagnosis.evidence[:1] or (exchanges[-1].id,)
    in_table = [exchange for exchange in exchanges if _fits_table(exchange, deciding)]
    return {
        "id": finding.method,
        "name": view.name(finding.method),
        "result": view.result(finding),
        "meaning": view.explanation(finding),
        "whole": view.whole_tools(finding),
        "symbol": SYMBOLS[finding.outcome],
        "outcome": finding.outcome,
        "count": _count(view, exchanges),
        "exchanges": [
            _exchange(view, exchange, finding.diagnosis.cause if exchange.id in deciding else None)
            for exchange in exchanges
            if exchange not in in_table
        ],
        "controls": [_control(view, exchange) for exchange in in_table],
        "untried": _untried(view, finding),
    }


def _fits_table(exchange: Exchange, deciding: Sequence[str]) -> bool:
    """Whether a line is enough: a control that was refused, as it should be, and does not decide its row."""
    response = exchange.response
    is_refused = response is not None and response.status in (401, 403)
    return exchange.must_be_refused and is_refused and exchange.change is None and exchange.id not in deciding


def _control(view: View, exchange: Exchange) -> dict[str, str]:
    """One line of the table of controls."""
    return {
        "id": exchange.id,
        "anchor": view.anchor(exchange.id),
        "control": exchange.forged or exchange.control or "",
        "step": "" if exchange.step.startswith("forged: ") else view.step(exchange.step),
        "phase": view.messages(f"phase-of-control-{exchange.phase}") if exchange.phase else "",
        "status": view.status(exchange),
        "total": f"{exchange.timings.total:.1f} ms" if exchange.timings.total else "",
    }


def _untried(view: View, finding: Finding) -> list[str]:
    """The controls that this run did not send, a sentence for each reason."""
    observation = view.record.observation(finding.method)
    untried = observation.facts.get("untried") if observation else None
    if not isinstance(untried, dict):
        return []
    reasons: dict[str, list[str]] = {}
    for control, reason in untried.items():
        reasons.setdefault(str(reason), []).append(str(control))
    return [
        view.messages(f"untried-{reason}", controls=", ".join(controls))
        for reason, controls in reasons.items()
        if view.messages.has(f"untried-{reason}")
    ]


def _count(view: View, exchanges: Sequence[Exchange]) -> str:
    """How many exchanges, and their ids."""
    if len(exchanges) == 1:
        return view.messages("evidence-one", first=exchanges[0].id)
    return view.messages("evidence-count", count=len(exchanges), first=exchanges[0].id, last=exchanges[-1].id)


def _others(view: View) -> dict[str, Any]:
    """The exchanges that belong to no row: discovery documents and the login."""
    in_rows = {
        exchange.id
        for finding in view.judgement.all_findings
        for exchange in view.exchanges_of(finding.method)
    }
    others = [exchange for exchange in view.record.exchanges if exchange.id not in in_rows]
    return {
        "count": _count(view, others) if others else "",
        "exchanges": [_exchange(view, exchange) for exchange in others],
    }


def _exchange(view: View, exchange: Exchange, cause: str | None = None) -> dict[str, Any]:
    """One exchange: request, answer, timing and the line that repeats it.

    Args:
        view: the report.
        exchange: the exchange.
        cause: the cause that this exchange shows; what decided is marked.
    """
    key = exchange.id, cause
    if key not in view.exchanges_shown:
        view.exchanges_shown[key] = _content_of(view, exchange, cause)
    return view.exchanges_shown[key]


def _content_of(view: View, exchange: Exchange, cause: str | None) -> dict[str, Any]:
    request, response = exchange.request, exchange.response
    factor = CAUSES[cause].factor if cause in CAUSES else None
    header = FACTORS[factor].header if factor else None
    return {
        "id": exchange.id,
        "anchor": view.anchor(exchange.id),
        "step": view.step(exchange.step),
        "line": Line(_request_line(request), marked=factor is not None and header is None),
        "request_headers": _headers(request.headers, (header,) if header else ()),
        "request_body": _shortened(view, _pretty(request.body or "")),
        "status": Line(view.status(exchange), marked=cause is not None),
        "detail": exchange.fault.detail if exchange.fault else None,
        "response_headers": _headers(
            response.headers if response else {}, _DECIDING_HEADERS if cause else ()
        ),
        "response_body": _response_lines(view, exchange, marked=cause is not None),
        "cut": view.messages(f"cut-{response.cut}") if response and response.cut else None,
        "connection": _connection(view, exchange),
        "token": _token_lines(exchange, cause) if cause is not None else [],
        "total": f"{exchange.timings.total:.1f} ms" if exchange.timings.total else "",
        "phases": [
            f"{view.messages(f'phase-{name}')} {value:.1f} ms"
            for name, value in exchange.timings.model_dump().items()
            if value is not None
        ],
        "at": request.at.strftime("%Y-%m-%d %H:%M:%S UTC") if request.at else "",
        "curl": _curl(exchange),
    }


def _connection(view: View, exchange: Exchange) -> list[str]:
    """What is unusual about the connection, one sentence each."""
    sentences = []
    if exchange.via_proxy:
        sentences.append(view.messages("evidence-proxy", peer=exchange.peer or "-"))
    if exchange.attempts:
        sentences.append(view.messages("evidence-retried"))
    return sentences


def _request_line(request: Request) -> str:
    """`POST https://...`, or the command line of the `aws` executable."""
    return f"{request.method} {request.url}" if request.url else request.body or request.method


def _headers(headers: dict[str, str], deciding: Sequence[str]) -> list[Line]:
    lower = {name.lower() for name in deciding}
    return [Line(f"{name}: {value}", marked=name.lower() in lower) for name, value in headers.items()]


def _response_lines(view: View, exchange: Exchange, *, marked: bool) -> list[Line]:
    """The lines of the body; `marked`: those that say why are marked."""
    response = exchange.response
    if response is None or not response.body:
        return []
    answer = read(response)
    reasons = [
        json.dumps(text, ensure_ascii=False)[1:-1] for text in (answer.message, answer.error_type) if text
    ]
    return [
        Line(line, marked=marked and any(reason[:60] in line for reason in reasons))
        for line in _shortened(view, _pretty(response.body)).split("\n")
    ]


def _shortened(view: View, text: str) -> str:
    """As much of a body as people read."""
    rest = len(text) - _MAX_CHARACTERS
    if rest <= 0:
        return text
    return f"{text[:_MAX_CHARACTERS]}…\n({view.messages('evidence-longer', count=rest)})"


def _token_lines(exchange: Exchange, cause: str) -> list[Line]:
    """The token's header and claims, unverified."""
    if exchange.token is None:
        return []
    facts = {**exchange.token.header, **exchange.token.claims}
    claim = CAUSES[cause].claim if cause in CAUSES else None
    return [Line(f"{name}: {_as_text(value)}", marked=name == claim) for name, value in facts.items()]


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _pretty(body: str) -> str:
    """JSON with line breaks; anything else as it is."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return body
    return indented_json(value, 2) if isinstance(value, dict | list) else body


_SIGNED_REGION = regex(r"Credential=[^/,\s]{0,128}/\d{8}/([\w-]+)/")


def _curl(exchange: Exchange) -> str | None:
    """The line that repeats an exchange, with variables for token or keys; None for what no line repeats."""
    request = exchange.request
    is_handshake = request.header("sec-websocket-key") is not None
    if not request.url or exchange.forged:
        return None
    if is_handshake and (request.auth == "sigv4" or request.header("sec-websocket-protocol")):
        return None  # curl cannot sign such a path, and makes neither presigned URLs nor subprotocols
    if request.auth == "sigv4":
        region = _SIGNED_REGION.search(request.header("authorization") or "")
        return signed_call(
            shlex.quote(request.url), region[1] if region else "$AWS_REGION", request.body or ""
        )
    how = ["-N", "--http1.1", "--max-time 5"] if is_handshake else ["-X", request.method]
    words = ["curl", "-sS", "-i", *how, shlex.quote(request.url)]
    for name, value in request.headers.items():
        if name.lower() in ("content-length", "user-agent", "accept-encoding", "host"):
            continue
        if name.lower() == "authorization":
            id_token = exchange.token is not None and exchange.token.claims.get("token_use") == "id"
            bearer = "ID_TOKEN" if id_token else "JWT_TOKEN"
            variable = "CLIENT_CREDENTIALS" if value.startswith("Basic") else bearer
            scheme = value.partition(" ")[0]
            words.append(f'-H "{name}: {scheme} ${variable}"')
        else:
            words.append("-H " + shlex.quote(f"{name}: {value}"))
    if request.body:
        words.append("--data-raw " + shlex.quote(request.body))
    return " ".join(words)


SECTION = Section(id="evidence", order=10, content=_content)
