"""A record for people outside: who and where are replaced by stand-ins, what happened stays.

`forms` tells names by their form, `fields` by the field in which they stand, `answers` keeps of
bodies and headers what carries a finding, `standins` makes the stand-ins.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from agentcore_probe.errors import ReportError
from agentcore_probe.judge.judge import judge
from agentcore_probe.model.record import RunRecord
from agentcore_probe.sharing import answers, fields, patterns
from agentcore_probe.sharing.pseudonyms import Pseudonyms

_INSTEAD = "Share the Markdown checklist (--markdown) in its place"


def share_record(record: RunRecord) -> RunRecord:
    """The record with stand-ins; the same run gives others each time.

    Raises:
        ReportError: without its names, the record would mean something else.
    """
    facts = record.facts()
    names = Pseudonyms()
    for text in _texts([facts[place] for place in ("environment", "configuration", "token", "exchanges")]):
        patterns.collect(text, names)
    for text in _texts([facts["provenance"].get(place) for place in ("caller", "account", "notes")]):
        patterns.collect(text, names)
    fields.collect(record, names)
    for place in ("environment", "configuration", "provenance"):
        facts[place] = {**facts[place], **_replaced(_without_words(place, facts[place]), names)}
    facts["token"] = fields.token(facts["token"], names)
    facts["exchanges"] = [_exchange(each, names) for each in facts["exchanges"]]
    for observation in facts["observations"]:
        observation["facts"] = _replaced(observation.get("facts", {}), names)
    try:
        told = RunRecord.model_validate(facts)
    except ValidationError as error:
        raise ReportError(
            f"without its names, the record is none any more ({error.errors()[0]['msg']})",
            where="--share",
            hint=_INSTEAD,
        ) from None
    _check(record, told)
    return told


def _without_words(place: str, part: dict[str, Any]) -> dict[str, Any]:
    """What of a part is replaced; what the team wrote in its own words is left out."""
    if place == "provenance":
        return {name: part[name] for name in ("caller", "account", "notes") if name in part}
    if place == "environment":
        runtime, gateway, expect = part.get("runtime"), part.get("gateway"), part.get("expect")
        part = {name: value for name, value in part.items() if name != "limits"}
        if runtime and "payload" in runtime:
            part["runtime"] = {**runtime, "payload": {}}
        if gateway and "tool" in gateway:
            part["gateway"] = {**gateway, "tool": {**gateway["tool"], "arguments": {}}}
        if identity := part.get("identity"):
            part["identity"] = {name: _reference(value) for name, value in identity.items()}
        part["expect"] = {id: {**each, "reason": answers.LEFT_OUT} for id, each in (expect or {}).items()}
        part["record"] = None
    return part


def _reference(value: Any) -> Any:
    """A reference to a secret without the words that only its owner needs."""
    if not isinstance(value, dict):
        return value
    left_out = {"key": answers.LEFT_OUT} if value.get("key") else {}
    return {**value, **left_out, "arguments": [answers.LEFT_OUT] if value.get("arguments") else []}


def _exchange(exchange: dict[str, Any], names: Pseudonyms) -> dict[str, Any]:
    """Ids and steps are ours; what was sent and what came back may name somebody."""
    told = dict(exchange)
    request = told["request"]
    told["request"] = {
        **_replaced(request, names),
        "headers": answers.headers(request.get("headers", {}), names),
        "body": _request_body(request.get("body"), names),
    }
    response = told.get("response")
    if response is not None:
        told["response"] = {
            **response,
            "headers": answers.headers(response.get("headers", {}), names),
            "body": _response_body(response, names),
        }
    told["token"] = fields.token(told.get("token"), names)
    if "fault" in told:
        told["fault"] = _replaced(told["fault"], names)
    if "change" in told:
        told["change"] = {**_replaced(told["change"], names), "of": told["change"]["of"]}
    return told


def _request_body(body: str | None, names: Pseudonyms) -> str | None:
    """JSON as its outline; a form and a command line are ours, names replaced."""
    if body is None:
        return None
    return answers.outline(body, names) if body.lstrip()[:1] in ("{", "[", '"') else names.apply(body)


def _response_body(response: dict[str, Any], names: Pseudonyms) -> str:
    """An accepted answer is what an agent said; a refusal is what carries the finding."""
    status, body = response.get("status"), response.get("body", "")
    accepted = 200 <= status < 300 if status is not None else body.lstrip()[:1] in ("{", "[")
    if accepted:
        return answers.outline(body, names)
    return answers.refusal(body, names) if status is not None else names.apply(body)


def _check(record: RunRecord, told: RunRecord) -> None:
    """The shared record means what the record means."""
    ours, theirs = (
        [(f.method, f.outcome, f.diagnosis.cause) for f in judge(each).findings] for each in (record, told)
    )
    for mine, other in zip(ours, theirs, strict=True):
        if mine != other:
            raise ReportError(
                f"{mine[0]} would be {other[1]} ({other[2]}) in place of {mine[1]} ({mine[2]}) without its names",
                where="--share",
                hint=_INSTEAD,
            )
    if told.environment.home_region != record.environment.home_region:
        raise ReportError("the region would be another without its names", where="--share", hint=_INSTEAD)


def _texts(value: Any) -> Iterator[str]:
    """Every text of a JSON value, keys of mappings included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _replaced(value: Any, names: Pseudonyms) -> Any:
    if isinstance(value, str):
        return names.apply(value)
    if isinstance(value, dict):
        return {key: _replaced(each, names) for key, each in value.items()}
    return [_replaced(each, names) for each in value] if isinstance(value, list) else value
