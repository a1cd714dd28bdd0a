"""Reads the case form (docs/diagnosis.md); what is not in that form was pasted (`judge.reading.pasted`)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from agentcore_probe.errors import RecordError
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.pasted import pasted
from agentcore_probe.model.aws_shapes import from_facts
from agentcore_probe.model.exchange import Exchange, Fault, Request, Response, TokenFacts
from agentcore_probe.secret import without_tokens


def read(text: str, *, where: str) -> Case:
    """The case in `text`: the JSON form, or something pasted.

    Raises:
        RecordError: it is neither.
    """
    stripped = text.strip().lstrip("\ufeff")
    if not stripped:
        raise RecordError(
            "is empty", where=where, hint="Give an exchange: curl -i output, a botocore error, or a case file"
        )
    if stripped.startswith("{"):
        try:
            form = json.loads(stripped)
        except RecursionError:
            raise RecordError("is nested too deeply", where=where) from None
        except ValueError:
            form = None
        if isinstance(form, dict) and form.keys() & {"request", "response", "text"}:
            return from_form(form, where=where)
    return _without_tokens(pasted(stripped, where=where))


def _without_tokens(case: Case) -> Case:
    """A server may send a token back in its answer; what is explained shows none."""
    response = case.exchange.response
    if response is None:
        return case
    clean = response.model_copy(update={"body": without_tokens(response.body)})
    return replace(case, exchange=case.exchange.model_copy(update={"response": clean}))


def from_form(form: dict[str, Any], *, where: str) -> Case:
    """The case that the JSON form describes.

    Raises:
        RecordError: a part has the wrong form.
    """
    try:
        configuration = from_facts(form.get("configuration") or {})
        exchange = _exchange("case/1", form)
        if "text" in form:
            shown = pasted(str(form["text"]), where=where).exchange
            exchange = shown.model_copy(update={"token": exchange.token or shown.token})
        related = tuple(
            _exchange(f"case/{number}", each)
            for number, each in enumerate(form.get("related") or (), start=2)
        )
    except (ValidationError, AttributeError, TypeError, KeyError, ValueError) as error:
        raise RecordError(f"is not a case: {_short(error)}", where=where) from None
    return _without_tokens(Case(exchange, configuration, related))


def _short(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__


def _exchange(id: str, form: dict[str, Any]) -> Exchange:
    answer = form.get("response") or {}
    fault = "fault" in answer
    return Exchange(
        id=id,
        step="call",
        request=Request(**(form.get("request") or {})),
        response=Response(**answer) if answer and not fault else None,
        fault=Fault(kind=answer["fault"], detail=answer.get("detail") or "") if fault else None,
        token=TokenFacts(**form["token"]) if form.get("token") else None,
    )
