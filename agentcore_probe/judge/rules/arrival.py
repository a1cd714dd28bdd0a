"""Whether a response arrived, and whether it came from AWS."""

from __future__ import annotations

import re

from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules.match import Match
from agentcore_probe.judge.success import is_notification

_CAUSES = {
    "setup": "machine-set-up",
    "proxy": "proxy-refused",
    "dns": "dns-failure",
    "connect": "connect-failure",
    "tls": "tls-failure",
    "timeout": "timeout",
    "reset": "connection-reset",
    "truncated": "answer-truncated",
    "too-large": "answer-too-large",
    "not-http": "answer-not-http",
    "http2-only": "http2-only",
    "request-limit": "request-limit",
}
"""Kind of a transport fault -> its cause."""


def no_answer(case: Case) -> Match | None:
    """A transport fault is its own cause."""
    fault = case.exchange.fault
    if fault is None:
        return None
    status = re.search(r"(?:Tunnel connection failed:|response) (\d{3})\b", fault.detail)
    values = {"host": case.address.host, "detail": fault.detail, "status": status[1] if status else ""}
    if fault.kind != "proxy":
        del values["status"]
    if fault.kind == "connect" and case.address.host_kind == "loopback":
        values["place"] = "loopback"
    if fault.kind == "timeout" and re.search(
        r"read timeout on endpoint URL|\bAWSHTTPS?ConnectionPool\b", fault.detail, re.I
    ):
        values["client"] = "boto3"
    is_ours = fault.kind == "request-limit"
    return Match(_CAUSES[fault.kind], "proven" if is_ours else "probable", values)


def foreign_answer(case: Case) -> Match | None:
    """A response without the marks of AWS says nothing about AWS (docs/agentcore.md section 7.1)."""
    if case.answer.from_aws is not False:
        return None
    if case.service == "oauth" and case.answer.error_type:
        return None  # an OIDC provider of any vendor responds with the errors of RFC 6749
    if case.exchange.purpose == "authorization":
        return None  # so does its login page, to which and from which a browser is sent
    if _answers_notification(case):
        return None  # there is nothing in it that could have a mark
    if case.answer.status == 407:
        return Match("proxy-refused", values={"host": case.address.host, "status": "407"})
    response = case.exchange.response
    header = (response.header("server") or response.header("via") or "") if response else ""
    server = case.answer.sender.name if case.answer.sender else header
    values = {"host": case.address.host, "server": server or "unknown"}
    if response is not None and response.headers:
        values["marks"] = "none"
    if case.address.host_kind == "loopback":
        values["place"] = "loopback"
    is_certain = case.answer.sender is not None or not case.head_only
    return Match("answer-not-from-aws", "probable" if is_certain else "possible", values)


def _answers_notification(case: Case) -> bool:
    """Whether it is the empty 202 to a notification, which names no other server."""
    response = case.exchange.response
    is_empty = response is not None and response.status == 202 and not response.body
    return is_empty and case.answer.sender is None and is_notification(case.exchange)


def too_large(case: Case) -> Match | None:
    """413, 414 and 431, whoever sent them: the request was larger than a server on the way allows."""
    request, status = case.exchange.request, case.answer.status
    if status not in (413, 414, 431) or case.service not in ("runtime", "gateway"):
        return None
    sizes = {
        413: len((request.body or "").encode("utf-8", "replace")),
        414: len(request.url),
        431: sum(len(name) + len(value) for name, value in request.headers.items()),
    }
    return Match("request-too-large", "probable", {"status": str(status), "bytes": str(sizes[status] or "")})
