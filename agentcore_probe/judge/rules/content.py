"""Causes that are not about access: content, limits, the container (docs/agentcore.md sections 2.1, 3.3).

The same error has a different form in each protocol, and MCP and AG-UI put most errors inside a 200. So an error is
recognized by its status, error type, JSON-RPC code or AG-UI code alike.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from agentcore_probe.judge.decision import is_throttled_403
from agentcore_probe.judge.reading.answer import Answer
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules.match import Match, Rule
from agentcore_probe.judge.success import content
from agentcore_probe.model.exchange import SESSION_HEADER, SESSION_LENGTHS
from agentcore_probe.model.judgement import Confidence


class ErrorForm(NamedTuple):
    """The forms of one error, in all protocols."""

    cause: str
    statuses: tuple[int, ...] = ()
    types: tuple[str, ...] = ()
    codes: tuple[int | str, ...] = ()
    """JSON-RPC codes (the -325xx are older codes of A2A) and AG-UI codes."""


ERROR_FORMS: tuple[ErrorForm, ...] = (
    ErrorForm(
        cause="container-failed",
        statuses=(424,),
        types=("RuntimeClientError",),
        codes=(-32010, -32055, -32505, "AGENT_ERROR"),
    ),
    ErrorForm(cause="accept-header", statuses=(406,), types=("McpRequestUnacceptable",), codes=(-32011,)),
    ErrorForm(
        cause="quota-exceeded",
        statuses=(402,),
        types=("ServiceQuotaExceeded",),
        codes=("SERVICE_QUOTA_EXCEEDED",),
    ),
    ErrorForm(
        cause="throttled",
        statuses=(429,),
        types=("Throttling", "TooManyRequests"),
        codes=(-32003, -32053, -32503, "RATE_LIMIT_EXCEEDED"),
    ),
    ErrorForm(
        cause="session-conflict",
        statuses=(409,),
        types=("Conflict", "RetryableConflict"),
        codes=(-32005, -32054, -32504, "SESSION_BUSY"),
    ),
    ErrorForm(cause="gateway-timeout", statuses=(504,), types=("GatewayTimeout",)),
)
"""The errors that one form is enough to recognize (docs/agentcore.md section 2.1)."""

_VALIDATION = ErrorForm(
    cause="payload-rejected",
    statuses=(400,),
    types=("Validation", "ParamValidationError"),
    codes=(-32006, -32052, -32502, "VALIDATION_ERROR"),
)
_SERVICE_FAULT = ErrorForm(
    cause="service-fault",
    statuses=(500, 502, 503),
    types=("InternalServer", "ServiceUnavailable"),
    codes=("INTERNAL_ERROR",),
)


def has_form(case: Case, form: ErrorForm) -> bool:
    """Whether the response is this error, in any of its forms."""
    answer = case.answer
    if case.code in form.codes or (answer.is_type(*form.types) and not _is_agents_own(case)):
        return True
    return answer.status in form.statuses


def _is_agents_own(case: Case) -> bool:
    """Whether the body is the agent's: an HTTP Runtime passes it on as it is, with a 2xx."""
    status = case.answer.status
    header = case.exchange.response.header("x-amzn-errortype") if case.exchange.response else None
    return case.service == "runtime" and status is not None and 200 <= status < 300 and not header


def agent_error(case: Case) -> Match | None:
    """An error inside a 200 that is not the service's own, so it is the agent's, behind the authorizer."""
    answer, runtime = case.answer, case.configuration.runtime
    if case.service != "runtime" or answer.status != 200 or not answer.failed or case.code is not None:
        return None
    if runtime is not None and runtime.protocol == "HTTP":
        return None
    return Match("container-failed", values={"message": answer.message})


def limits_and_container(case: Case) -> Match | None:
    """424, 406, 402, 429, 409, 504 and their forms inside a 200."""
    if case.service not in ("runtime", "gateway"):
        return None
    form = next((form for form in ERROR_FORMS if has_form(case, form)), None)
    if form is None:
        return None
    is_quota = (
        form.cause == "throttled" and not case.answer.error_type and case.answer.message_matches(r"quota")
    )
    cause = "quota-exceeded" if is_quota else form.cause
    return Match(cause, values={"message": case.answer.message, "retries": case.answer.retries})


def throttled_403(case: Case) -> Match | None:
    """A 403 that limits the rate of calls says nothing about the caller."""
    if case.service not in ("runtime", "gateway") or not is_throttled_403(case):
        return None
    return Match("throttled", values={"message": case.answer.message})


def error_as_answer(case: Case) -> Match | None:
    """An error that an HTTP agent wrote as its answer, or an A2A task that failed."""
    is_success = case.answer.status is not None and 200 <= case.answer.status < 300
    if case.service != "runtime" or not is_success or case.is_control:
        return None
    runtime = case.configuration.runtime
    has_own_errors = runtime is not None and runtime.protocol in ("HTTP", "A2A") and not case.names_another
    if not has_own_errors or content(case) != "agent":
        return None
    return Match("container-failed", values={"message": case.answer.message})


def validation(case: Case) -> Match | None:
    """A 400 of the Runtime: the length of the session id, MMDSv2, otherwise the payload."""
    if case.service != "runtime" or not has_form(case, _VALIDATION):
        return None
    answer = case.answer
    values = {"message": answer.message}
    match = _session_length(case, values)
    if match is not None:
        return match
    if answer.message_matches(r"MMDSv2"):
        return Match("mmdsv2-required", values=values)
    runtime = case.configuration.runtime
    if not answer.message and runtime is not None and runtime.require_mmdsv2 is False:
        return Match("mmdsv2-required", "possible", values)
    return Match("payload-rejected", "probable" if answer.message else "possible", values)


def _session_length(case: Case, values: dict[str, str]) -> Match | None:
    """The session id is too short or too long, by the request that was sent or by the message alone."""
    answer = case.answer
    session = case.exchange.request.header(SESSION_HEADER)
    names_session = answer.message_matches(r"session.?id")
    if session is None:
        if not (names_session and answer.message_matches(r"length")):
            return None
        length = re.search(r"value: (\d+)", answer.message)
        return Match("session-id-length", values={**values, **({"length": length[1]} if length else {})})
    if len(session) in SESSION_LENGTHS or (not names_session and _names_something_else(answer)):
        return None
    confidence: Confidence = "proven" if names_session else "probable"
    return Match("session-id-length", confidence, {**values, "length": str(len(session))})


def _names_something_else(answer: Answer) -> bool:
    """Whether the message is about something else than the session id."""
    return answer.message_matches(
        r"MMDSv2", r"account.?id", r"[Vv]alue at '", r"parameter \w", r"payload", r"\bbody\b", r"qualifier"
    )


def service_fault(case: Case) -> Match | None:
    """A fault of the service itself."""
    if case.service not in ("runtime", "gateway"):
        return None
    if has_form(case, _SERVICE_FAULT) or (case.code == -32603 and case.service == "runtime"):
        return Match("service-fault", values={"message": case.answer.message})
    return None


def quoted_container(case: Case) -> Match | None:
    """`Received error (NNN) from runtime` quotes the container, whatever the status of the response is."""
    quote = re.search(r"received error \((\d{3})\) from runtime", case.answer.message, re.I)
    if case.service != "runtime" or quote is None:
        return None
    status = quote[1]
    part = {"401": "authorization", "403": "authorization", "422": "content-type"}.get(status, "")
    if part == "content-type" and case.exchange.request.header("content-type"):
        part = ""
    return Match("container-failed", values={"message": case.answer.message, "part": part})


RULES: tuple[Rule, ...] = (agent_error, error_as_answer, limits_and_container, validation, service_fault)
