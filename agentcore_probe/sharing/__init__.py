"""A record for readers outside: names are replaced with pseudonyms, and what happened stays.

`patterns` recognizes names by their form, `fields` by the field that contains them. `content` reduces
bodies and headers to what explains a finding. `pseudonyms` makes the pseudonyms and replaces the names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from agentcore_probe.errors import ReportError
from agentcore_probe.judge.judge import judge
from agentcore_probe.model.record import RunRecord
from agentcore_probe.sharing import content, fields, patterns
from agentcore_probe.sharing.pseudonyms import Pseudonyms

_HINT = "Share the Markdown checklist (--markdown) instead"


def share_record(record: RunRecord) -> RunRecord:
    """The record with pseudonyms instead of names; each call makes other pseudonyms.

    Raises:
        ReportError: without its names, the record would mean something else.
    """
    facts = record.facts()
    pseudonyms = Pseudonyms()
    for text in _texts([facts[part] for part in ("environment", "configuration", "token", "exchanges")]):
        patterns.collect_names(text, pseudonyms)
    for text in _texts(_identifying_provenance(facts["provenance"])):
        patterns.collect_names(text, pseudonyms)
    fields.collect_names(record, pseudonyms)
    facts["environment"] |= _replace(_environment(facts["environment"]), pseudonyms)
    facts["configuration"] = _replace(facts["configuration"], pseudonyms)
    facts["provenance"] |= _replace(_identifying_provenance(facts["provenance"]), pseudonyms)
    facts["token"] = fields.share_token(facts["token"], pseudonyms)
    facts["exchanges"] = [_exchange(exchange, pseudonyms) for exchange in facts["exchanges"]]
    for observation in facts["observations"]:
        observation["facts"] = _replace(observation.get("facts", {}), pseudonyms)
    try:
        shared = RunRecord.model_validate(facts)
    except ValidationError as error:
        raise ReportError(
            f"the record is not valid without its names ({error.errors()[0]['msg']})",
            where="--share",
            hint=_HINT,
        ) from None
    _check_that_meaning_is_kept(record, shared)
    return shared


def _identifying_provenance(provenance: dict[str, Any]) -> dict[str, Any]:
    """The fields of the provenance that may contain names; the others are the probe's own."""
    return {name: provenance[name] for name in ("caller", "account", "notes") if name in provenance}


def _environment(environment: dict[str, Any]) -> dict[str, Any]:
    """The environment's fields but the limits, without the texts that its owner wrote for his own use."""
    shared = {name: value for name, value in environment.items() if name != "limits"}
    runtime, gateway = shared.get("runtime"), shared.get("gateway")
    if runtime and "payload" in runtime:
        shared["runtime"] = {**runtime, "payload": {}}
    if gateway and "tool" in gateway:
        shared["gateway"] = {**gateway, "tool": {**gateway["tool"], "arguments": {}}}
    if identity := shared.get("identity"):
        shared["identity"] = {name: _secret_reference(value) for name, value in identity.items()}
    expectations = shared.get("expect") or {}
    shared["expect"] = {
        method: {**expectation, "reason": content.OMITTED} for method, expectation in expectations.items()
    }
    shared["record"] = None
    return shared


def _secret_reference(value: Any) -> Any:
    """A reference to a secret without its key and arguments; any other value unchanged."""
    if not isinstance(value, dict):
        return value
    key = {"key": content.OMITTED} if value.get("key") else {}
    return {**value, **key, "arguments": [content.OMITTED] if value.get("arguments") else []}


def _exchange(exchange: dict[str, Any], pseudonyms: Pseudonyms) -> dict[str, Any]:
    """Ids and steps are the probe's own; requests and responses may contain names."""
    request, response = exchange["request"], exchange.get("response")
    shared = dict(exchange)
    shared["request"] = {
        **_replace(request, pseudonyms),
        "headers": content.share_headers(request.get("headers", {}), pseudonyms),
        "body": _request_body(request.get("body"), pseudonyms),
    }
    if response is not None:
        shared["response"] = {
            **response,
            "headers": content.share_headers(response.get("headers", {}), pseudonyms),
            "body": _response_body(response, pseudonyms),
        }
    shared["token"] = fields.share_token(exchange.get("token"), pseudonyms)
    if "peer" in exchange:
        shared["peer"] = _replace(exchange["peer"], pseudonyms)
    if "fault" in exchange:
        shared["fault"] = _replace(exchange["fault"], pseudonyms)
    if "change" in exchange:
        shared["change"] = {**_replace(exchange["change"], pseudonyms), "of": exchange["change"]["of"]}
    return shared


def _request_body(body: str | None, pseudonyms: Pseudonyms) -> str | None:
    """The outline of JSON; a form or a command line is the probe's own, with names replaced."""
    if body is None:
        return None
    is_json = body.lstrip()[:1] in ("{", "[", '"')
    return content.outline(body, pseudonyms) if is_json else pseudonyms.replace_names(body)


def _response_body(response: dict[str, Any], pseudonyms: Pseudonyms) -> str:
    """The outline of an accepted response, which is an agent's words; the text of a refusal."""
    status, body = response.get("status"), response.get("body", "")
    if status is None:  # output of the `aws` command
        is_json = body.lstrip()[:1] in ("{", "[")
        return content.outline(body, pseudonyms) if is_json else pseudonyms.replace_names(body)
    is_success = 200 <= status < 300
    return content.outline(body, pseudonyms) if is_success else content.share_refusal(body, pseudonyms)


def _check_that_meaning_is_kept(record: RunRecord, shared: RunRecord) -> None:
    for original, finding in zip(judge(record).findings, judge(shared).findings, strict=True):
        expected = (original.method, original.outcome, original.diagnosis.cause)
        if (finding.method, finding.outcome, finding.diagnosis.cause) != expected:
            raise ReportError(
                f"{original.method} would be {finding.outcome} ({finding.diagnosis.cause}) instead of "
                f"{original.outcome} ({original.diagnosis.cause}) without its names",
                where="--share",
                hint=_HINT,
            )
    if shared.environment.home_region != record.environment.home_region:
        raise ReportError("the region would change without its names", where="--share", hint=_HINT)


def _texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value, including the keys of objects."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _replace(value: Any, pseudonyms: Pseudonyms) -> Any:
    """A JSON value with the names in its texts replaced; keys stay."""
    if isinstance(value, str):
        return pseudonyms.replace_names(value)
    if isinstance(value, dict):
        return {key: _replace(member, pseudonyms) for key, member in value.items()}
    return [_replace(item, pseudonyms) for item in value] if isinstance(value, list) else value
