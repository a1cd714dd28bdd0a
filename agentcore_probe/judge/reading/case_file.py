"""Reads the case form (docs/diagnosis.md); text in any other form was pasted (`judge.reading.pasted`)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from agentcore_probe.errors import RecordError
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.credentials import find_credentials, hide_authorization
from agentcore_probe.judge.reading.pasted import read_pasted_text
from agentcore_probe.judge.reading.related import Related
from agentcore_probe.model.aws_shapes import from_facts
from agentcore_probe.model.exchange import Exchange, Fault, Request, Response, TokenFacts
from agentcore_probe.secret import redact, register, without_tokens

_EXCHANGE = {"request", "response", "text"}
_MARKS = ("forged", "control", "phase", "purpose")
"""Keys of a call that a run made as a control, as its record has them."""
_KEYS = {"id", "then", "configuration", "token", "related", *_EXCHANGE, *_MARKS}
"""The keys of the case form; JSON with others is a client's dump."""

_OUTCOME = {*Response.model_fields, "fault", "detail"}


def read(text: str, *, where: str) -> tuple[Case, ...]:
    """The cases in `text`: one of the JSON form, or the exchanges of something pasted, in their order.

    The credentials in the text are registered as secrets, and are not in the case.

    Raises:
        RecordError: it is neither, or a part has the wrong form.
    """
    stripped = _strip(text)
    if not stripped:
        raise RecordError(
            "is empty", where=where, hint="Give an answer (curl -i), an error, a token, an ARN or a URL"
        )
    for credential, label in find_credentials(stripped):
        register(credential, label)
    try:
        form = _read_form(stripped)
    except RecursionError:
        raise RecordError("is nested too deeply", where=where) from None
    if form is not None:
        return from_form(form, where=where)
    return tuple(map(_without_credentials, read_pasted_text(stripped, where=where)))


def is_case_form(text: str) -> bool:
    """Whether `text` has the case form, which says all that is known."""
    try:
        return _read_form(_strip(text)) is not None
    except RecursionError:
        return False


def _strip(text: str) -> str:
    return text.strip().lstrip("\ufeff")


def _read_form(stripped: str) -> dict[str, Any] | None:
    """The case form of a text; None if it has another."""
    try:
        form = json.loads(stripped) if stripped.startswith("{") else None
    except ValueError:
        return None
    return form if isinstance(form, dict) and _is_case(form) else None


def _is_case(form: dict[str, Any]) -> bool:
    """Whether JSON is the case form, and not a client's dump that has a request and a response, too."""
    has_own_keys = bool(form.keys() & _EXCHANGE) and form.keys() <= _KEYS
    outcome, request = form.get("response"), form.get("request")
    is_dump = (isinstance(outcome, dict) and not outcome.keys() <= _OUTCOME) or (
        isinstance(request, dict) and not request.keys() <= Request.model_fields.keys()
    )
    return has_own_keys and not is_dump


def _without_credentials(case: Case) -> Case:
    """The case without the credentials of its requests; a server or a client may send one back."""
    sentence = case.sentence
    if sentence is not None:
        values = {name: without_tokens(redact(value)) for name, value in sentence.values.items()}
        sentence = replace(sentence, text=without_tokens(redact(sentence.text)), values=values)
    return replace(
        case,
        exchange=_clean_exchange(case.exchange),
        related=Related(map(_clean_exchange, case.related)),
        sentence=sentence,
    )


def _clean_exchange(exchange: Exchange) -> Exchange:
    response, fault = exchange.response, exchange.fault
    request = {"url": redact(exchange.request.url), "headers": _clean_headers(exchange.request.headers)}
    if exchange.request.body is not None:
        request["body"] = redact(exchange.request.body)
    changes: dict[str, Any] = {"request": exchange.request.model_copy(update=request)}
    if response is not None:
        clean = {"headers": _clean_headers(response.headers), "body": without_tokens(redact(response.body))}
        changes["response"] = response.model_copy(update=clean)
    if fault is not None:
        changes["fault"] = fault.model_copy(update={"detail": redact(fault.detail)})
    return exchange.model_copy(update=changes)


def _clean_headers(headers: dict[str, str]) -> dict[str, str]:
    return {
        redact(name): hide_authorization(value) if name.lower() == "authorization" else redact(value)
        for name, value in headers.items()
    }


def from_form(form: dict[str, Any], *, where: str) -> tuple[Case, ...]:
    """The case that the JSON form describes, or the exchanges of its text, in their order.

    Raises:
        RecordError: a part has the wrong form.
    """
    try:
        configuration = from_facts(form.get("configuration") or {})
        exchange = _exchange("case/1", form)
        pasted = read_pasted_text(str(form["text"]), where=where) if "text" in form else ()
        related = Related(
            _exchange(f"case/{number}", other)
            for number, other in enumerate(form.get("related") or (), start=2)
        )
    except (ValidationError, AttributeError, TypeError, KeyError, ValueError) as error:
        raise RecordError(f"is not a case: {_first_line(error)}", where=where) from None
    cases = [
        replace(
            case,
            exchange=case.exchange.model_copy(update={"token": exchange.token or case.exchange.token}),
            configuration=configuration,
            related=Related((*case.related, *related)),
        )
        for case in pasted
    ]
    return tuple(map(_without_credentials, cases or [Case(exchange, configuration, related)]))


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__


def _exchange(id: str, form: dict[str, Any]) -> Exchange:
    outcome = form.get("response") or {}
    is_fault = "fault" in outcome
    return Exchange(
        id=id,
        step="call",
        request=Request(**(form.get("request") or {})),
        response=Response(**outcome) if outcome and not is_fault else None,
        fault=Fault(kind=outcome["fault"], detail=outcome.get("detail") or "") if is_fault else None,
        token=TokenFacts(**form["token"]) if form.get("token") else None,
        **{name: form[name] for name in _MARKS if name in form},
    )
