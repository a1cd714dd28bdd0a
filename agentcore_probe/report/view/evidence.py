"""The exchanges behind the findings, in full."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Sequence
from typing import Any

from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.judge.factors import FACTORS
from agentcore_probe.judge.reading.answer import read
from agentcore_probe.judge.remedies.calls import signed_call
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.judgement import Finding
from agentcore_probe.report.view.names import SIGNS, Names


def rows(names: Names) -> list[dict[str, Any]]:
    """Each row that was tried, with its exchanges; what decided is marked in the one that shows it."""
    return [
        _row(names, finding) for finding in names.judgement.findings if names.exchanges_of(finding.method)
    ]


def _row(names: Names, finding: Finding) -> dict[str, Any]:
    sent = names.exchanges_of(finding.method)
    deciding = finding.diagnosis.evidence[:1] or (sent[-1].id,)
    return {
        "id": finding.method,
        "name": names.name(finding.method),
        "result": names.result(finding),
        "meaning": names.explanation(finding),
        "sign": SIGNS[finding.outcome],
        "outcome": finding.outcome,
        "count": _count(names, sent),
        "exchanges": [
            exchange(names, each, finding.diagnosis.cause if each.id in deciding else None) for each in sent
        ],
    }


def _count(names: Names, sent: Sequence[Exchange]) -> str:
    """How many exchanges, by name."""
    if len(sent) == 1:
        return names.messages("evidence-one", first=sent[0].id)
    return names.messages("evidence-count", count=len(sent), first=sent[0].id, last=sent[-1].id)


def others(names: Names) -> dict[str, Any]:
    """The exchanges that belong to no row: discovery documents and the login."""
    shown = {each.id for row in names.judgement.findings for each in names.exchanges_of(row.method)}
    rest = [each for each in names.record.exchanges if each.id not in shown]
    return {
        "count": _count(names, rest) if rest else "",
        "exchanges": [exchange(names, each) for each in rest],
    }


def exchange(names: Names, exchange: Exchange, decides: str | None = None) -> dict[str, Any]:
    """One exchange: request, answer, timing and the line that repeats it.

    Args:
        names: the report's words.
        exchange: the exchange.
        decides: the cause that this exchange shows; what decides is marked.
    """
    response = exchange.response
    factor = CAUSES[decides].factor if decides in CAUSES else None
    header = FACTORS[factor].header if factor else None
    return {
        "id": exchange.id,
        "anchor": names.anchor(exchange.id),
        "step": names.step(exchange.step),
        "line": names.request_line(exchange),
        "line_decides": factor is not None and header is None,
        "request_headers": [
            (name, value, header is not None and name.lower() == header.lower())
            for name, value in exchange.request.headers.items()
        ],
        "request_body": _shortened(names, _pretty(exchange.request.body or "")),
        "decides": decides is not None,
        "status": names.status(exchange),
        "detail": exchange.fault.detail if exchange.fault else None,
        "response_headers": [
            (name, value, decides is not None and name.lower() in _DECIDING)
            for name, value in (response.headers.items() if response else ())
        ],
        "response_body": _lines(names, exchange, marked=decides is not None),
        "cut": names.messages(f"cut-{response.cut}") if response and response.cut else None,
        "token": _token(exchange, decides) if decides is not None else [],
        "total": f"{exchange.timings.total:.1f} ms" if exchange.timings.total else "",
        "phases": [
            f"{names.messages(f'phase-{name}')} {value:.1f} ms"
            for name, value in exchange.timings.model_dump().items()
            if value is not None
        ],
        "at": exchange.request.at.strftime("%Y-%m-%d %H:%M:%S UTC") if exchange.request.at else "",
        "curl": curl(exchange),
    }


_DECIDING = ("x-amzn-errortype", "www-authenticate")
"""Headers of an answer that say why."""


def _lines(names: Names, exchange: Exchange, *, marked: bool) -> list[tuple[str, bool]]:
    """The body by lines, and whether each says why."""
    response = exchange.response
    if response is None or not response.body:
        return []
    answer = read(response)
    why = [json.dumps(each, ensure_ascii=False)[1:-1] for each in (answer.message, answer.error_type) if each]
    shown = _shortened(names, _pretty(response.body)).split("\n")
    return [(line, marked and any(each[:60] in line for each in why)) for line in shown]


_SHOWN = 6_000


def _shortened(names: Names, text: str) -> str:
    """So much of a body as people read; the record holds all that came."""
    if len(text) <= _SHOWN:
        return text
    return f"{text[:_SHOWN]}…\n({names.messages('evidence-longer', count=len(text) - _SHOWN)})"


def _token(exchange: Exchange, cause: str) -> list[tuple[str, str, bool]]:
    """What the token says of itself, unverified: name, value, whether it decides."""
    if exchange.token is None:
        return []
    told = {**exchange.token.header, **exchange.token.claims}
    claim = CAUSES[cause].claim if cause in CAUSES else None
    return [(name, _shown(value), name == claim) for name, value in told.items()]


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _pretty(body: str) -> str:
    """JSON with line breaks; anything else as it is."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return body
    return json.dumps(value, indent=2, ensure_ascii=False) if isinstance(value, dict | list) else body


_SCOPE = re.compile(r"Credential=[^/,\s]{0,128}/\d{8}/([\w-]+)/")


def curl(exchange: Exchange) -> str | None:
    """The line that repeats an exchange, its token or keys as variables; None for a command and for forgeries."""
    request = exchange.request
    if not request.url or exchange.forged:
        return None
    if request.auth == "sigv4":
        region = _SCOPE.search(request.header("authorization") or "")
        return signed_call(
            shlex.quote(request.url), region[1] if region else "$AWS_REGION", request.body or ""
        )
    words = ["curl", "-sS", "-i", "-X", request.method, shlex.quote(request.url)]
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
