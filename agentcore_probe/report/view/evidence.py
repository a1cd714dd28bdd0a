"""The exchanges behind the findings, in full."""

from __future__ import annotations

import json
import shlex
from typing import Any

from agentcore_probe.model.exchange import Exchange
from agentcore_probe.report.view.names import SIGNS, Names, anchor


def rows(names: Names) -> list[dict[str, Any]]:
    """Each row that was tried, with its exchanges."""
    return [
        {
            "name": names.name(finding.method),
            "result": names.result(finding),
            "meaning": names.explanation(finding),
            "sign": SIGNS[finding.outcome],
            "outcome": finding.outcome,
            "exchanges": [exchange(names, each) for each in names.exchanges_of(finding.method)],
        }
        for finding in names.judgement.findings
        if names.exchanges_of(finding.method)
    ]


def others(names: Names) -> list[dict[str, Any]]:
    """The exchanges that belong to no row: discovery documents and the login."""
    shown = {each.id for row in names.judgement.findings for each in names.exchanges_of(row.method)}
    return [exchange(names, each) for each in names.record.exchanges if each.id not in shown]


def exchange(names: Names, exchange: Exchange) -> dict[str, Any]:
    """One exchange: request, answer, timing and the line that repeats it."""
    response = exchange.response
    return {
        "id": exchange.id,
        "anchor": anchor(exchange.id),
        "step": exchange.step,
        "line": names.request_line(exchange),
        "request_headers": list(exchange.request.headers.items()),
        "request_body": _pretty(exchange.request.body or ""),
        "status": names.status(exchange),
        "detail": exchange.fault.detail if exchange.fault else None,
        "response_headers": list(response.headers.items()) if response else [],
        "response_body": _pretty(response.body) if response else "",
        "cut": names.words(f"cut-{response.cut}") if response and response.cut else None,
        "total": f"{exchange.timings.total:.1f}",
        "phases": [
            f"{names.words(f'phase-{name}')} {value:.1f} ms"
            for name, value in exchange.timings.model_dump().items()
            if value is not None
        ],
        "at": exchange.request.at.strftime("%Y-%m-%d %H:%M:%S UTC") if exchange.request.at else "",
        "curl": curl(exchange),
    }


def _pretty(body: str) -> str:
    """JSON with line breaks; anything else as it is."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return body
    return json.dumps(value, indent=2, ensure_ascii=False) if isinstance(value, dict | list) else body


def curl(exchange: Exchange) -> str | None:
    """The line that repeats an exchange, its token as a variable; None for what curl cannot sign."""
    request = exchange.request
    if not request.url or request.auth == "sigv4":
        return None
    words = ["curl", "-sS", "-i", "-X", request.method, shlex.quote(request.url)]
    for name, value in request.headers.items():
        if name.lower() in ("content-length", "user-agent", "accept-encoding", "host"):
            continue
        if name.lower() == "authorization":
            variable = "CLIENT_CREDENTIALS" if value.startswith("Basic") else "JWT_TOKEN"
            scheme = value.partition(" ")[0]
            words.append(f'-H "{name}: {scheme} ${variable}"')
        else:
            words.append("-H " + shlex.quote(f"{name}: {value}"))
    if request.body:
        words.append("-d " + shlex.quote(request.body))
    return " ".join(words)
