"""What a text shows of an exchange -> the exchange as it was on the wire, as far as that is known."""

from __future__ import annotations

import json
from typing import NamedTuple

from agentcore_probe.judge.reading.commandline import PastedRequest
from agentcore_probe.judge.reading.unit import SDK_FORMS, Unit, is_status_only
from agentcore_probe.model.exchange import Exchange, Request, Response
from agentcore_probe.model.sentence import FoundSentence
from agentcore_probe.providers import API_ERRORS

_RESULT_KEYS = frozenset({"result", "response", "output", "answer", "content", "text", "completion"})
_WHOLE_REQUESTS = frozenset({"command", "request-head"})
"""Forms that show a request with its headers."""


class PastedExchange(NamedTuple):
    """An exchange that a text shows, and the sentence in it that decides."""

    exchange: Exchange
    sentence: FoundSentence | None
    url_only: bool
    """Whether it shows nothing of the request but its URL."""
    status_only: bool
    """Whether it shows nothing of the answer but its status."""
    program: str = ""
    """The kind of client (`Part.program`)."""
    head_only: bool = False
    """Whether the text ends in the head of the answer, of which something may be missing."""


def as_exchange(unit: Unit, number: int) -> PastedExchange:
    """The exchange of a unit, which is the NUMBERth of its text."""
    if _is_in_applications_error(unit):
        unit.status = unit.headers = unit.body = None
    if unit.quoted is not None and _is_passed_on(unit):
        unit.quoted.request = unit.quoted.request or unit.request
        unit = unit.quoted
    request = unit.request or PastedRequest(Request(auth="none"))
    exchange = Exchange(
        id=f"case/{number}",
        step="call",
        request=request.request,
        response=None if unit.fault else _response(unit),
        fault=None if unit.is_clients_word else unit.fault,
        token=request.token,
    )
    is_shown = bool(request.request.headers) or unit.request_form in _WHOLE_REQUESTS
    return PastedExchange(
        exchange,
        unit.sentence,
        bool(request.request.url) and not is_shown,
        is_status_only(unit),
        unit.program,
    )


def _is_passed_on(unit: Unit) -> bool:
    """Whether an application passes on what it was answered as an error of its own."""
    return unit.status is None and unit.headers is None and _is_error(unit.body or "")


def _is_in_applications_error(unit: Unit) -> bool:
    """Whether a 5xx of an application contains AgentCore's words for a refusal, which come with another status."""
    is_marked = any(name.lower().startswith("x-amzn-") for name in unit.headers or ())
    row = unit.sentence.row if unit.sentence is not None else None
    is_refusal = row is not None and row.sender == "agentcore" and {401, 403} & set(row.statuses)
    return unit.status in (500, 502) and not is_marked and bool(is_refusal)


def _is_error(body: str) -> bool:
    """Whether a body has the keys of an error, and not of an agent's result."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return False
    keys = {key.lower() for key in value} if isinstance(value, dict) else set()
    return not keys & _RESULT_KEYS


def _response(unit: Unit) -> Response | None:
    """The answer as far as it is shown; an SDK's error as botocore writes it, which names operation and type."""
    row = unit.sentence.row if unit.sentence else None
    body, message = unit.body or "", unit.message or (unit.sentence.text if unit.sentence else "")
    error_type = unit.error_type or (row.error_type if row else "")
    is_api_of_provider = error_type.removesuffix("Exception") in (*API_ERRORS, "UnauthorizedInboundToken")
    if not body and (
        unit.operation or (unit.error_type and not is_api_of_provider and set(unit.forms) & SDK_FORMS)
    ):
        operation = unit.operation or "InvokeAgentRuntime"
        body = f"An error occurred ({error_type or unit.status or 'Unknown'}) when calling the {operation} operation: {message}"
    elif not body and (message or error_type):
        body = json.dumps({**({"__type": error_type} if error_type else {}), "message": message})
    is_all = row is not None and bool(row.cause) and not (unit.body or unit.message or unit.error_type)
    if is_all or unit.is_clients_word or (unit.status is None and not body and unit.headers is None):
        return None
    return Response(status=unit.status, headers=unit.headers or {}, body=body)
