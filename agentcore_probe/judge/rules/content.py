"""What comes after the authorizer, or beside it: content, limits, the container (docs/agentcore.md sections 2.1 and 3.3).

The same error has a form of its own in each protocol, and MCP and AG-UI put most of them
inside a 200; so each is told by status, error type, JSON-RPC code or AG-UI code alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from agentcore_probe.judge.reading.answer import Answer
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules.match import Match, Rule
from agentcore_probe.model.exchange import SESSION_HEADER, SESSION_LENGTHS


@dataclass(frozen=True)
class Form:
    """The forms of one error."""

    cause: str
    statuses: tuple[int, ...] = ()
    types: tuple[str, ...] = ()
    codes: tuple[int | str, ...] = ()


FORMS: tuple[Form, ...] = (
    Form("container-failed", (424,), ("RuntimeClientError",), (-32010, -32055, -32505, "AGENT_ERROR")),
    Form("accept-header", (406,), ("McpRequestUnacceptable",), (-32011,)),
    Form("quota-exceeded", (402,), ("ServiceQuotaExceeded",), ("SERVICE_QUOTA_EXCEEDED",)),
    Form(
        "throttled",
        (429,),
        ("Throttling", "TooManyRequests"),
        (-32003, -32053, -32503, "RATE_LIMIT_EXCEEDED"),
    ),
    Form(
        "session-conflict",
        (409,),
        ("Conflict", "RetryableConflict"),
        (-32005, -32054, -32504, "SESSION_BUSY"),
    ),
    Form("gateway-timeout", (504,), ("GatewayTimeout",), ()),
)
"""docs/agentcore.md section 2.1; the -325xx are the older A2A codes."""

_VALIDATION = Form(
    "payload-rejected",
    (400,),
    ("Validation", "ParamValidationError"),
    (-32006, -32052, -32502, "VALIDATION_ERROR"),
)
_FAULT = Form("service-fault", (500, 503), ("InternalServer", "ServiceUnavailable"), ("INTERNAL_ERROR",))


def matches(case: Case, form: Form) -> bool:
    """Whether the answer is this error, in any of its forms."""
    answer = case.answer
    if case.code in form.codes or (answer.is_type(*form.types) and not _agents_own(case)):
        return True
    return answer.status in form.statuses


def _agents_own(case: Case) -> bool:
    """Whether the body is the agent's: an HTTP Runtime's 200 is passed on as it is."""
    status = case.answer.status
    header = case.exchange.response.header("x-amzn-errortype") if case.exchange.response else None
    return case.service == "runtime" and status is not None and 200 <= status < 300 and not header


def agent_error(case: Case) -> Match | None:
    """An error inside a 200 that is not the service's own: the agent's, behind the authorizer."""
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
    for form in FORMS:
        if matches(case, form):
            cause = form.cause
            if cause == "throttled" and not case.answer.error_type and case.answer.message_matches(r"quota"):
                cause = "quota-exceeded"
            return Match(cause, values={"message": case.answer.message})
    return None


def validation(case: Case) -> Match | None:
    """A 400 of the Runtime: the session id's length, MMDSv2, else the payload."""
    if case.service != "runtime" or not matches(case, _VALIDATION):
        return None
    answer = case.answer
    values = {"message": answer.message}
    length = _session_length(case)
    about_session = answer.message_matches(r"session.?id")
    bad_length = length is not None and length not in SESSION_LENGTHS
    if bad_length and (about_session or not _names_another(answer)):
        return Match(
            "session-id-length", "proven" if about_session else "probable", {**values, "length": str(length)}
        )
    if length is None and about_session and answer.message_matches(r"length"):
        said = re.search(r"value: (\d+)", answer.message)
        return Match("session-id-length", values={**values, "length": said[1] if said else "-"})
    if answer.message_matches(r"MMDSv2"):
        return Match("mmdsv2-required", values=values)
    runtime = case.configuration.runtime
    if not answer.message and runtime is not None and runtime.require_mmdsv2 is False:
        return Match("mmdsv2-required", "possible", values)
    return Match("payload-rejected", "probable" if answer.message else "possible", values)


def _names_another(answer: Answer) -> bool:
    """Whether the message is about something else than the session id."""
    return answer.message_matches(
        r"MMDSv2", r"account.?id", r"[Vv]alue at '", r"parameter \w", r"payload", r"\bbody\b", r"qualifier"
    )


def _session_length(case: Case) -> int | None:
    session = case.exchange.request.header(SESSION_HEADER)
    return None if session is None else len(session)


def service_fault(case: Case) -> Match | None:
    """A fault of the service itself."""
    if case.service not in ("runtime", "gateway"):
        return None
    if matches(case, _FAULT) or (case.code == -32603 and case.service == "runtime"):
        return Match("service-fault", values={"message": case.answer.message})
    return None


def quoted_container(case: Case) -> Match | None:
    """`Received error (NNN) from runtime` quotes the container, whatever the status around it."""
    if case.service == "runtime" and re.search(
        r"received error \(\d{3}\) from runtime", case.answer.message, re.I
    ):
        return Match("container-failed", values={"message": case.answer.message})
    return None


RULES: tuple[Rule, ...] = (agent_error, limits_and_container, validation, service_fault)
