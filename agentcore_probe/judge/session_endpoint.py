"""What an answer at a session's own endpoint shows, where the application in the microVM answers whoever is let in.

See docs/agentcore.md, section 11.4.
"""

from __future__ import annotations

import re

from agentcore_probe.judge.reading import address
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.model.decision import Decision
from agentcore_probe.model.methods import method
from agentcore_probe.regex import regex

_ENTRANCE = "runtime-session-endpoint"
_REFUSING = regex(r"AccessDenied|AuthenticationRequired", re.I)
"""The code of a refusal, in a header whose name is not documented."""
_FAILURES = (400, 407, 408, 421, 424, 429, 431, 500, 502, 503, 504)
"""Statuses that the service, a server in front of the application and the application itself all use."""


def is_at_session(case: Case) -> bool:
    """Whether a call of the run went to the endpoint of its session."""
    row = method(case.exchange.id.rpartition("/")[0])
    return row is not None and row.entrance == _ENTRANCE


def session_decision(case: Case) -> Decision | None:
    """What the answer shows: any answer of the application is an acceptance. None for a call of something else."""
    if not is_at_session(case):
        return None
    status = case.answer.status
    if status is None or status in _FAILURES:
        return "undecided"
    if status in (401, 403):
        return "refused" if is_services(case) else "undecided"
    sender = case.answer.sender
    # An application may be behind the same software as a proxy, but not behind a service of AWS that refuses or challenges.
    names_itself = sender is not None and (bool(case.exchange.via_proxy) or sender.is_aws)
    response = case.exchange.response
    # The service's errors have no body; those of AWS in front of it have a type.
    is_empty = response is not None and not response.body.strip()
    is_error_of_aws = status >= 400 and (bool(case.answer.error_type) or is_empty)
    is_of_somebody_else = _leads_away(case) or _is_login(case) or (case.is_control and _is_new_page(case))
    return "undecided" if names_itself or is_error_of_aws or is_of_somebody_else else "accepted"


_LOGIN = regex(r"<title>\s{0,20}(?:sign|log)[ -]?(?:in|on)\b|type=[\"']?password", re.I)


def _is_login(case: Case) -> bool:
    """Whether the answer is a page to log in at, the application's own or that of somebody in front of it."""
    response = case.exchange.response
    is_page = response is not None and "html" in (response.header("content-type") or "").lower()
    return is_page and response is not None and _LOGIN.search(response.body[:65_536]) is not None


def _leads_away(case: Case) -> bool:
    """Whether the answer sends its caller to another host, as a login in front of a service does."""
    response = case.exchange.response
    host = address.host_of((response.header("location") if response is not None else None) or "")
    return bool(host) and host != address.host_of(case.exchange.request.url)


def _is_new_page(case: Case) -> bool:
    """Whether a caller without a credential gets a page that no genuine caller of the run got: perhaps a login."""
    response = case.exchange.response
    if response is None or "html" not in (response.header("content-type") or "").lower():
        return False
    genuine = [
        other.response
        for other in case.related
        if (row := method(other.id.rpartition("/")[0])) is not None
        and row.entrance == _ENTRANCE
        and not row.control
        and other.response is not None
    ]
    return all((other.status, other.body) != (response.status, response.body) for other in genuine)


def is_services(case: Case) -> bool:
    """Whether a 401 or 403 is the service's: a header has the code, or it has no body and names no other server."""
    response = case.exchange.response
    if response is None:
        return False
    is_unnamed = not response.body.strip() and case.answer.sender is None
    return refusal_code(case) != "" or is_unnamed


def refusal_code(case: Case) -> str:
    """The code in a header of the answer; empty where there is none."""
    response = case.exchange.response
    values = response.headers.values() if response is not None else ()
    return next((code[0] for value in values if (code := _REFUSING.search(value))), "")
