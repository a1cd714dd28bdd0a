"""What a structure in a text says of requests and answers, by the roles of its keys and not by who wrote it.

A structure is either an answer's body, or a wrapper that has the answer, and perhaps its request, inside: a log line,
a HAR, an error of an SDK, a trace segment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from agentcore_probe.judge.reading.facts import Facts, RequestFacts, compact, read_answer, read_attributes
from agentcore_probe.judge.reading.literals import Structure
from agentcore_probe.judge.reading.parts import Part
from agentcore_probe.judge.reading.roles import (
    find_error_type,
    find_message,
    find_status,
    headers_kind,
    is_request_line,
    read_headers,
    role_of,
    values_of,
)
from agentcore_probe.judge.reading.values import Named
from agentcore_probe.model.exchange import SESSION_HEADER
from agentcore_probe.regex import regex

_MAX_DEPTH = 12
_AWS_MARKS = frozenset({"$metadata", "ResponseMetadata", "aws"})
"""Keys that only a client of AWS writes."""
_COLLECTIONS = frozenset({"events", "records", "traces", "segments", "logs", "logevents", "hits", "_source"})
"""Keys of what an archive of logs or traces holds."""
_MARKS = frozenset(
    {"$fault", "$metadata", "$response", "ResponseMetadata", "eventSource", "HTTPHeaders", "errorType"}
)
"""Keys that only a wrapper has."""
_FURTHER = regex(
    r"[{<\n]|HTTP/\d|\w(?:Error|Exception)\b(?=.)|error occurred|curl: \(|\b[45]\d\d\b|[?&#]error=|\bE[A-Z]{5,}\b"
)
"""What in a text is to be read further."""
_QUOTED_KEY = regex(r"[{\[]\s{0,200}(?:\\{1,8}n\s{0,200})?\\{0,15}[\"']")
_BODY_BEGINS = ("{", "map[", "Array", "array")
_MIN_LENGTH = 8
_SENTENCE = regex(rf"\S \S{{2,60}} \S|{_FURTHER.pattern}")
_CREDENTIAL_KEYS = frozenset({"authorization", "cookie", "set-cookie", "x-amz-security-token"})


def read_structure(structure: Structure) -> list[Part]:
    """What a structure says: one part for each exchange in it, in the order of time."""
    if structure.form in ("xml", "html", "events"):
        return [Part(start=structure.start, end=structure.end, form=structure.form, body=structure.text)]
    try:
        return list(_read(structure, structure.value))
    except RecursionError:  # nobody's dump is that deep
        return []


def nested_texts(structure: Structure) -> list[str]:
    """The texts in a structure that may contain more: an error, a sentence, JSON, a head.

    What parts of the structure have as their body or message is left out.
    """
    if structure.form in ("xml", "html", "query"):
        return []
    parts = read_structure(structure)
    if any(part.form in ("headers", "answer") for part in parts):
        return []
    known = {part.message for part in parts} | {part.body for part in parts}
    known |= {part.request.request.body for part in parts if part.request}
    # The sentences in a body are the body's.
    is_further = _FURTHER if any(part.form == "body" for part in parts) else _SENTENCE
    return [
        text
        for text in dict.fromkeys(_texts(structure.value))
        if len(text) > _MIN_LENGTH and text not in known and is_further.search(text)
    ]


def _texts(value: Any, depth: int = 0) -> Iterator[str]:
    """The texts in a value, without those of credentials."""
    if isinstance(value, str):
        yield value
    elif depth < _MAX_DEPTH and isinstance(value, dict):
        for key, item in value.items():
            if key.lower() not in _CREDENTIAL_KEYS and role_of(key) not in ("headers", "time", "url"):
                yield from _texts(item, depth + 1)
    elif depth < _MAX_DEPTH and isinstance(value, list):
        for item in value:
            yield from _texts(item, depth + 1)


def _read(structure: Structure, value: Any) -> Iterator[Part]:
    if isinstance(value, list):
        yield from _read_list(structure, value)
    elif isinstance(value, dict):
        yield from _read_mapping(structure, value)


def _read_list(structure: Structure, value: list[Any]) -> Iterator[Part]:
    if _is_http_tuple(value):
        yield from Facts(status=value[1], headers=read_headers(value[3])).make(structure, "answer")
    elif value and all(isinstance(item, dict) and "jsonrpc" in item for item in value):
        yield from Facts(body=compact(value)).make(structure, "batch")
    elif len(value) > 1 and isinstance(value[1], dict) and str(value[0]).startswith(("https://", "http://")):
        yield from _read(structure, {"url": value[0], **value[1]})  # fetch(url, {...})
    else:
        for item in _in_order(value):
            yield from _read(structure, item)


def _read_mapping(structure: Structure, value: dict[str, Any]) -> Iterator[Part]:
    entries = _entries(value)
    kind = headers_kind(value)
    if kind == "answer":
        yield from Facts(headers=read_headers(value)).make(structure, "headers")
    elif kind == "request":
        yield from Facts(request=RequestFacts(headers=read_headers(value))).make(structure, "headers")
    elif (collection := _collection(value)) is not None:
        for item in _in_order(collection):
            if _is_wrapper(item) or _collection(item) is not None:
                yield from _read_mapping(structure, item)
    elif entries is not None:
        for entry in _in_order(entries):
            yield from _read_wrapper(structure, entry, "har")
    elif structure.form == "query" or not _is_wrapper(value):
        yield from _read_body(structure, value)
    else:
        yield from _read_wrapper(structure, value, "wrapper")


def _collection(value: dict[str, Any]) -> list[Any] | None:
    """What an archive of logs or traces holds; None if it is none."""
    for key, item in value.items():
        if key.lower() in _COLLECTIONS and isinstance(item, list | dict) and not find_status(value):
            return item if isinstance(item, list) else [item]
    return None


def _is_http_tuple(value: list[Any]) -> bool:
    """Whether it is an answer's head as httpcore logs it: version, status, reason, headers."""
    return (
        len(value) == 4
        and isinstance(value[0], str)
        and value[0].startswith("HTTP/")
        and isinstance(value[1], int)
        and isinstance(value[3], list)
    )


def _entries(value: dict[str, Any]) -> list[Any] | None:
    """The entries of a HAR (HTTP Archive 1.2)."""
    log = value.get("log", value)
    entries = log.get("entries") if isinstance(log, dict) else None
    return entries if isinstance(entries, list) else None


def _in_order(items: list[Any]) -> list[dict[str, Any]]:
    """The mappings of a list, by their time where all have one."""
    mappings = [item for item in items if isinstance(item, dict)]
    times: list[Any] = [next(values_of(item, "time"), None) for item in mappings]
    if all(isinstance(time, str) for time in times) or all(isinstance(time, int | float) for time in times):
        pairs = sorted(zip(times, mappings, strict=True), key=lambda pair: pair[0])
        return [mapping for _, mapping in pairs]
    return mappings


def _is_wrapper(value: dict[str, Any], depth: int = 0) -> bool:
    """Whether a mapping has an answer or a request inside, and is not an answer's body."""
    if "jsonrpc" in value or depth > _MAX_DEPTH:
        return False
    name = value.name if isinstance(value, Named) else ""
    if {"status", "statusText"} <= value.keys():
        return True
    is_span = any(key.startswith("http.") for key in value)
    if is_span or _MARKS & value.keys() or re.search(r"Response|Request|Error|Exception", name):
        return True
    roles = _roles(value)
    inner = (*values_of(value, "request", "response"), value.get("http"))
    if any(isinstance(item, dict) and _is_exchange(item) for item in inner):
        return True
    if _is_log_line(value, roles) or any(map(is_request_line, values_of(value, "request"))):
        return True
    attributes = value.get("attributes")
    if isinstance(attributes, list) and _is_wrapper(read_attributes(attributes), depth + 1):
        return True
    has_status = find_status(value) is not None
    if has_status and (
        roles & {"headers", "body", "url", "method"} or ("data" in roles and "message" not in roles)
    ):
        return True
    if roles >= {"headers", "url"} or roles >= {"method", "url"} or roles >= {"headers", "method"}:
        return True
    return any(isinstance(item, dict) and _is_wrapper(item, depth + 1) for item in value.values())


def _roles(value: dict[str, Any]) -> set[Any]:
    return {role_of(key) for key, item in value.items() if item is not None}


def _is_exchange(value: dict[str, Any]) -> bool:
    """Whether a mapping is an HTTP request or answer."""
    roles = _roles(value)
    http = value.get("http")
    has_http = isinstance(http, dict) and any(values_of(http, "method", "status"))
    return has_http or bool(roles & {"headers", "url", "method", "body"}) or find_status(value) is not None


def _is_log_line(value: dict[str, Any], roles: set[Any]) -> bool:
    """Whether a mapping is a line of a log; of an answer's body, it has a level or the time and a text only."""
    if "level" in roles and roles & {"log message", "message", "time"}:
        return True
    has_text = isinstance(value.get("log"), str) or "log message" in roles or "message" in roles
    return "time" in roles and has_text and not roles & {"status", "code", "type", "error", "path"}


def _read_body(structure: Structure, value: dict[str, Any]) -> Iterator[Part]:
    """An answer's own body: an error of AWS or OAuth, a JSON-RPC message, an agent's JSON."""
    if "jsonrpc" in value and "method" in value:
        return
    is_quoted = structure.form != "literal" or _QUOTED_KEY.match(structure.text)
    if not is_quoted and not (
        find_message(value) or find_error_type(value) or any(values_of(value, "error"))
    ):
        return  # source, a template, a configuration
    if structure.form == "literal" and not structure.text.startswith(_BODY_BEGINS):
        yield from _read_wrapper(structure, value, "wrapper")
        return
    yield from Facts(body=compact(value), status=find_status(value)).make(
        structure, "query" if structure.form == "query" else "body"
    )


def _read_wrapper(structure: Structure, value: dict[str, Any], form: str) -> Iterator[Part]:
    facts = Facts(is_log_line=_is_log_line(value, _roles(value)))
    if _AWS_MARKS & value.keys():
        facts.request.auth = "sigv4"
    read_answer(value, facts, is_answer=False)
    session = value.get("runtimeSessionId")
    if isinstance(session, str) and facts.status is not None:
        # The SDKs' name of the header.
        facts.headers = {SESSION_HEADER.lower(): session, **(facts.headers or {})}
    yield from facts.make(structure, form)
    for segment in value.get("subsegments", []) if isinstance(value.get("subsegments"), list) else []:
        if isinstance(segment, dict) and _is_wrapper(segment):
            yield from _read_wrapper(structure, segment, form)
