"""What an answer at a session's own endpoint shows, where the application in the microVM answers whoever is let in.

See docs/agentcore.md, section 11.4.
"""

from __future__ import annotations

import re

from agentcore_probe.judge.reading.case import Case
from agentcore_probe.model.environment import Decision
from agentcore_probe.model.methods import method

_ENTRANCE = "runtime-session-endpoint"
_REFUSING = re.compile(r"AccessDenied|AuthenticationRequired", re.I)
"""The code of a refusal, in a header whose name is not documented."""
_FAILURES = (407, 429, 500, 502, 503, 504)
"""Statuses that the service, a proxy and an application all use."""


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
    names_itself = case.answer.sender is not None and bool(case.exchange.via_proxy)
    is_error_of_aws = status >= 400 and bool(case.answer.error_type)
    return "undecided" if names_itself or is_error_of_aws else "accepted"


def is_services(case: Case) -> bool:
    """Whether a 401 or 403 is the service's: its body is empty, or a header has the code."""
    response = case.exchange.response
    return response is not None and (not response.body.strip() or refusal_code(case) != "")


def refusal_code(case: Case) -> str:
    """The code in a header of the answer; empty where there is none."""
    response = case.exchange.response
    values = response.headers.values() if response is not None else ()
    return next((code[0] for value in values if (code := _REFUSING.search(value))), "")
