"""WebSocket, shell and the ports of a session (docs/agentcore.md sections 11.1, 11.3, 11.4)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from agentcore_probe.judge.decision import decision
from agentcore_probe.judge.invalid_requests import NOT_THE_REQUEST, is_about_content, row_of
from agentcore_probe.judge.judges import closing
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules.match import Match, Rule
from agentcore_probe.judge.rules.named_cause import checks
from agentcore_probe.judge.token_rules import first_failure
from agentcore_probe.model.exchange import LONG_CARRIER, MAX_SUBPROTOCOL, SUBPROTOCOL, Exchange
from agentcore_probe.model.judgement import Confidence
from agentcore_probe.regex import regex

_SOCKETS = ("ws", "ws/shells")
_TOKEN = regex(r"\A(?:eyJ[\w-]{5,2000}\.[\w-]{1,8000}\.[\w-]{0,2000}|(?:eyJ[\w.-]{0,2000})?<token>)\Z")
"""A JWT, or what is left of one that was removed from a text."""
_SHELL_FORMAT = r"shell.?id.{0,60}(?:format|invalid|must)|invalid.{0,30}shell.?id"
_SHELL_LIMIT = r"(?:max|limit|too many).{0,60}shells?|shells?.{0,60}(?:max|limit|too many)"


def shell_open(case: Case) -> Match | None:
    """The run's own handshake with an impossible shell id was let in: the caller may open shells."""
    row, status = row_of(case), case.answer.status
    if row is None or row.entrance != "runtime-shell" or case.is_control or decision(case) != "accepted":
        return None
    is_other_fault = re.search(f"{_SHELL_LIMIT}|{NOT_THE_REQUEST}", _text(case), re.I)
    if status != 101 and (not is_about_content(case) or is_other_fault):
        return None
    confidence: Confidence = "proven" if status == 101 else "probable"
    shown = "format" if status != 101 and re.search(_SHELL_FORMAT, _text(case), re.I) else str(status)
    return Match("shell-open", confidence, {"answer": shown, "credential": case.auth})


def handshake(case: Case) -> Match | None:
    """A 424 before the upgrade: the shell id, the number of shells, or a container without `/ws`."""
    suffix = case.address.suffix.rstrip("/")
    if case.service != "runtime" or suffix not in _SOCKETS or case.answer.status != 424:
        return None
    text = _text(case)
    values = {"message": case.answer.message or case.answer.error_type}
    if suffix == "ws":
        return Match("ws-not-served", values=values)
    if case.exchange.must_be_refused and decision(case) == "accepted":
        return Match("open-endpoint", "probable", {"target": "runtime"})
    if re.search(_SHELL_FORMAT, text, re.I):
        return Match("shell-id-invalid", values={"shell": _query(case).get("shellId", "")})
    if re.search(_SHELL_LIMIT, text, re.I):
        return Match("shell-limit-reached", values=values)
    return None


def _text(case: Case) -> str:
    response = case.exchange.response
    return f"{case.answer.error_type} {case.answer.message} {response.body[:1_000] if response else ''}"


def closed_at_limit(case: Case) -> Match | None:
    """The close code of a limit, after the upgrade."""
    sentence = closing(case)
    return Match("ws-limit-exceeded", values=sentence.values) if sentence is not None else None


def presigned_expired(case: Case) -> Match | None:
    """A presigned URL that was used after its time."""
    query = {name.lower(): value for name, value in _query(case).items()}
    if case.answer.status != 403 or case.service != "runtime" or case.now is None:
        return None
    try:
        signed = datetime.strptime(query["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        seconds = int(query["x-amz-expires"])
    except (KeyError, ValueError):
        return None
    end = signed + timedelta(seconds=min(max(seconds, 0), 604_800))
    names_another = case.answer.message_matches(r"not authorized to perform", r"method mismatch", r"missing")
    if case.now <= end or names_another:
        return None
    values = {"seconds": str(seconds), "late": str(int((case.now - end).total_seconds()))}
    is_named = case.answer.message_matches(r"expired")
    return Match("ws-presigned-expired", "proven" if is_named else "probable", values)


def subprotocol(case: Case) -> Match | None:
    """The token's subprotocol does not have its form. The form of the answer is not known."""
    header = case.exchange.request.header("sec-websocket-protocol")
    if header is None or case.service != "runtime" or case.answer.status not in (400, 401, 403):
        return None
    if case.exchange.request.header("authorization") or first_failure(checks(case)) is not None:
        return None
    fault = _protocol_fault([part.strip() for part in header.split(",") if part.strip()])
    return Match("ws-subprotocol-invalid", "probable", {"fault": fault}) if fault else None


def subprotocol_refused(case: Case) -> Match | None:
    """The token that the same entrance accepts in a header was refused as a subprotocol."""
    request = case.exchange.request
    header = request.header("sec-websocket-protocol")
    if header is None or request.header("authorization") or case.answer.status not in (401, 403):
        return None
    if case.exchange.must_be_refused or not case.related:
        return None
    handshakes = case.related.once("handshakes by header", lambda: _by_header(case.related))
    in_header = next((other for other in handshakes if _has_same_token(other, case)), None)
    return Match("ws-subprotocol-refused", "proven", evidence=(in_header.id,)) if in_header else None


def _by_header(exchanges: Iterable[Exchange]) -> tuple[Exchange, ...]:
    """The handshakes with a token in a header that were accepted."""
    return tuple(
        other
        for other in exchanges
        if other.response is not None
        and other.response.status == 101
        and other.request.auth == "bearer"
        and other.request.header("authorization") is not None
    )


def _has_same_token(other: Exchange, case: Case) -> bool:
    """Whether a handshake was at the same path, with the same token."""
    token = case.token
    return (
        urlsplit(other.request.url).path == urlsplit(case.exchange.request.url).path
        and token is not None
        and other.token == token
    )


def _protocol_fault(offered: list[str]) -> str:
    """What is wrong with the subprotocols that a request offers; empty if nothing is."""
    carriers = [part for part in offered if part.startswith(f"{SUBPROTOCOL}.")]
    others = [part for part in offered if part != SUBPROTOCOL and part not in carriers]
    if not carriers:
        return "token"
    credential = carriers[0].removeprefix(f"{SUBPROTOCOL}.")
    if not re.fullmatch(r"(?:<[a-z ]+>|[\w-])+", credential, re.A):
        return "encoding"
    if credential == LONG_CARRIER or len(carriers[0]) > MAX_SUBPROTOCOL:
        return "length"
    if SUBPROTOCOL not in offered:
        return "sentinel"
    return "other" if others else ""


def token_in_url(case: Case) -> Match | None:
    """A JWT in the query string: no form of a credential, and it is written to logs."""
    status = case.answer.status
    if status not in (401, 403) or case.service not in ("runtime", "gateway"):
        return None
    if case.exchange.request.header("authorization") or case.auth == "sigv4":
        return None
    for name, value in _query(case).items():
        if name.lower() != "x-amz-security-token" and _TOKEN.match(value):
            return Match("token-in-url", values={"parameter": name})
    return None


def session_port(case: Case) -> Match | None:
    """A port that `allowedPorts` does not list: an empty 403 of a session's own endpoint."""
    answer, response = case.answer, case.exchange.response
    if case.address.host_kind != "session" or answer.status != 403 or response is None:
        return None
    if response.body.strip() or not any(
        "accessdenied" in value.lower() for value in response.headers.values()
    ):
        return None
    port = _port(case)
    return Match("session-port-not-allowed", "probable" if port else "possible", {"port": port})


def _port(case: Case) -> str:
    try:
        return str(urlsplit(case.exchange.request.url).port or "")
    except ValueError:
        return ""


def _query(case: Case) -> dict[str, str]:
    try:
        return dict(parse_qsl(urlsplit(case.exchange.request.url).query, keep_blank_values=True))
    except ValueError:
        return {}


RULES: tuple[Rule, ...] = (
    handshake,
    presigned_expired,
    subprotocol_refused,
    subprotocol,
    token_in_url,
    session_port,
)
