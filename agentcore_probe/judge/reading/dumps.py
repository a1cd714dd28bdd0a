"""What a structure in a text says of requests and answers, by the roles of its keys and not by who wrote it.

A structure is either an answer's body, or a wrapper that has the answer, and perhaps its request, inside: a log line,
a HAR, an error of an SDK, a trace segment.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from agentcore_probe.judge.reading.commandline import PastedRequest, absolute_url, make_request
from agentcore_probe.judge.reading.literals import Named, Structure
from agentcore_probe.judge.reading.parts import Part
from agentcore_probe.judge.reading.roles import (
    find_error_type,
    find_message,
    find_status,
    read_headers,
    role_of,
    values_of,
)

_MAX_DEPTH = 12
_OPAQUE = re.compile(
    r"\[(?:object )?\w{0,40}\]|<(?!!|html|\?xml|[A-Z]\w{0,40}>)|0x[0-9a-f]+|\w{0,40}Stream\b|\{\}$", re.I
)
"""What a dump shows in place of a body."""
_STREAM_KEYS = frozenset({"locked", "state", "supportsBYOB", "_readableState", "_events"})
_MARKS = frozenset(
    {"$fault", "$metadata", "$response", "ResponseMetadata", "eventSource", "HTTPHeaders", "errorType"}
)
"""Keys that only a wrapper has."""
_FURTHER = re.compile(
    r"[{<\n]|HTTP/\d|\w(?:Error|Exception)\b(?=.)|error occurred|curl: \(|\b[45]\d\d\b|[?&#]error=|\bE[A-Z]{5,}\b"
)
"""What in a text is to be read further."""
_BODY_BEGINS = ("{", "map[", "Array", "array")
_CREDENTIAL_KEYS = frozenset({"authorization", "cookie", "set-cookie", "x-amz-security-token"})


@dataclass
class _Request:
    """What is known of the request."""

    method: str = ""
    url: str = ""
    headers: dict[str, str] | None = None
    body: str | None = None

    def make(self) -> PastedRequest | None:
        """The request; None if not even its URL is known."""
        if not self.url and not self.headers:
            return None
        headers = self.headers or {}
        has_host = any(name.lower() == "host" for name in headers)
        url = absolute_url(self.url, headers) if self.url.startswith("/") and has_host else self.url
        if self.headers is None:
            # How it identified its caller is not known; a program that shows no more mostly sends a token.
            pasted = make_request(self.method.upper() or "POST", url, {}, self.body)
            return PastedRequest(pasted.request.model_copy(update={"auth": "bearer"}))
        return make_request(self.method.upper() or "POST", url, headers, self.body)


@dataclass
class _Facts:
    """What is known of one exchange; what was read first stays."""

    request: _Request = field(default_factory=_Request)
    status: int | None = None
    headers: dict[str, str] | None = None
    body: str | None = None
    error_type: str = ""
    message: str = ""
    operation: str = ""

    def make(self, structure: Structure, form: str) -> Iterator[Part]:
        """The finding, if there is anything."""
        part = Part(
            start=structure.start,
            end=structure.end,
            form=form,
            request=self.request.make(),
            status=self.status,
            headers=self.headers,
            body=self.body,
            error_type=self.error_type,
            message="" if self.body else self.message,
            operation=self.operation,
        )
        if part.request or part.status or part.headers or part.body or part.error_type or part.message:
            yield part


def read_structure(structure: Structure) -> list[Part]:
    """What a structure says: one part for each exchange in it, in the order of time."""
    if structure.form in ("xml", "html", "events"):
        return [Part(start=structure.start, end=structure.end, form=structure.form, body=structure.text)]
    return list(_read(structure, structure.value))


def nested_texts(structure: Structure) -> list[str]:
    """The texts in a structure that may contain more: an error, JSON, a head. Bodies that parts have are left out."""
    if structure.form in ("xml", "html", "query"):
        return []
    parts = read_structure(structure)
    bodies = {part.body for part in parts} | {part.request.request.body for part in parts if part.request}
    texts = dict.fromkeys(_texts(structure.value))
    return [text for text in texts if text not in bodies and len(text) > 5 and _FURTHER.search(text)]


def _texts(value: Any, depth: int = 0) -> Iterator[str]:
    """The texts in a value, without those of credentials."""
    if isinstance(value, str):
        yield value
    elif depth < _MAX_DEPTH and isinstance(value, dict):
        for key, item in value.items():
            if key.lower() not in _CREDENTIAL_KEYS:
                yield from _texts(item, depth + 1)
    elif depth < _MAX_DEPTH and isinstance(value, list):
        for item in value:
            yield from _texts(item, depth + 1)


def _read(structure: Structure, value: Any) -> Iterator[Part]:
    if isinstance(value, list):
        if value and all(isinstance(item, dict) and "jsonrpc" in item for item in value):
            yield from _Facts(body=_compact(value)).make(structure, "batch")
            return
        for item in _in_order(value):
            yield from _read(structure, item)
        return
    if not isinstance(value, dict):
        return
    entries = _entries(value)
    if entries is not None:
        for entry in _in_order(entries):
            yield from _read_wrapper(structure, entry, "har")
    elif structure.form == "query" or not _is_wrapper(value):
        yield from _read_body(structure, value)
    else:
        yield from _read_wrapper(structure, value, "wrapper")


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


def _is_wrapper(value: dict[str, Any]) -> bool:
    """Whether a mapping has an answer or a request inside, and is not an answer's body."""
    if "jsonrpc" in value:
        return False
    if _MARKS & value.keys() or (
        isinstance(value, Named) and re.search(r"Response|Request|Error|Exception", value.name)
    ):
        return True
    roles = {role_of(key) for key, item in value.items() if item is not None}
    if any(isinstance(item, dict) for item in values_of(value, "request", "response")):
        return True
    if "level" in roles and roles & {"log message", "message", "time"}:
        return True
    has_status = find_status(value) is not None
    if has_status and (roles & {"headers", "body", "url"} or ("data" in roles and "message" not in roles)):
        return True
    if roles >= {"headers", "url"} or roles >= {"method", "url"} or roles >= {"headers", "method"}:
        return True
    return any(isinstance(item, dict) and _is_wrapper(item) for item in value.values())


def _read_body(structure: Structure, value: dict[str, Any]) -> Iterator[Part]:
    """An answer's own body: an error of AWS or OAuth, a JSON-RPC message, an agent's JSON."""
    if "jsonrpc" in value and "method" in value:
        return
    if structure.form == "literal" and not structure.text.startswith(_BODY_BEGINS):
        yield from _read_wrapper(structure, value, "wrapper")
        return
    yield from _Facts(body=_compact(value), status=find_status(value)).make(
        structure, "query" if structure.form == "query" else "body"
    )


def _read_wrapper(structure: Structure, value: dict[str, Any], form: str) -> Iterator[Part]:
    facts = _Facts()
    _read_answer(value, facts, is_answer=False)
    yield from facts.make(structure, form)
    for segment in value.get("subsegments", []) if isinstance(value.get("subsegments"), list) else []:
        if isinstance(segment, dict) and _is_wrapper(segment):
            yield from _read_wrapper(structure, segment, form)


def _read_answer(value: dict[str, Any], facts: _Facts, *, is_answer: bool, depth: int = 0) -> None:
    """Read what a mapping and those inside it say of the answer; the innermost answer first, since it is the service's.

    Args:
        value: the mapping.
        facts: what is known; added to.
        is_answer: whether it is an answer, and not what contains one.
        depth: how deep it is.
    """
    for answer in values_of(value, "response", "metadata"):
        if isinstance(answer, dict) and depth < _MAX_DEPTH:
            _read_answer(answer, facts, is_answer=True, depth=depth + 1)
    for request in values_of(value, "request"):
        if isinstance(request, dict):
            _read_request(request, facts.request)
    status = find_status(value)
    is_request = status is None and not is_answer and not facts.status and _is_request(value)
    if is_request:
        _read_request(value, facts.request)
    else:
        _read_request_line(value, facts.request)
        facts.headers = facts.headers or next(
            filter(None, map(read_headers, values_of(value, "headers"))), None
        )
        facts.body = (
            facts.body
            if facts.body is not None
            else _find_body(value, has_status=is_answer or status is not None)
        )
    facts.status = facts.status or status
    facts.operation = facts.operation or next(
        (name for name in values_of(value, "operation") if isinstance(name, str)), ""
    )
    _read_error(value, facts)
    if depth < _MAX_DEPTH:
        _read_rest(value, facts, depth)


def _is_request(value: dict[str, Any]) -> bool:
    """Whether a mapping without a status shows a request: its method, or headers and a URL or path."""
    roles = {role_of(key) for key, item in value.items() if item}
    return "method" in roles or ("headers" in roles and bool(roles & {"url", "path"}))


def _read_rest(value: dict[str, Any], facts: _Facts, depth: int) -> None:
    """Read the other mappings in a mapping."""
    for key, item in value.items():
        if (
            role_of(key) in ("response", "metadata", "request", "headers", "body", "data")
            or key == "subsegments"
        ):
            continue
        for inner in item if isinstance(item, list) else [item]:
            if isinstance(inner, dict):
                _read_answer(inner, facts, is_answer=False, depth=depth + 1)


def _read_error(value: dict[str, Any], facts: _Facts) -> None:
    """Read error type and message. Those of a mapping that has an error inside are the client's."""
    inner = [
        item
        for error in values_of(value, "error")
        for item in (error if isinstance(error, list) else [error])
    ]
    for error in inner:
        if isinstance(error, dict):
            facts.error_type = facts.error_type or find_error_type(error)
            facts.message = facts.message or find_message(error)
    name = value.name.rpartition(".")[2] if isinstance(value, Named) else ""
    if not name.endswith(("Exception", "Fault")) and "$metadata" not in value:
        name = ""
    facts.error_type = facts.error_type or find_error_type(value) or name
    facts.message = facts.message or find_message(value)


def _read_request(value: dict[str, Any], request: _Request) -> None:
    """Read the mapping of a request."""
    _read_request_line(value, request)
    request.headers = request.headers or next(
        filter(None, map(read_headers, values_of(value, "headers"))), None
    )
    request.body = request.body if request.body is not None else _find_body(value, has_status=True)
    if isinstance(value.get("http"), dict):
        _read_request_line(value["http"], request)


def _read_request_line(value: dict[str, Any], request: _Request) -> None:
    request.method = request.method or next(
        (text for text in values_of(value, "method") if isinstance(text, str)), ""
    )
    url = next((text for text in values_of(value, "url", "path") if isinstance(text, str)), "")
    host = next((text for text in values_of(value, "host") if isinstance(text, str)), "")
    if host and url and "://" not in url:
        base = host if "://" in host else f"https://{host}"
        url = f"{base.rstrip('/')}/{url.lstrip('/')}"
    if "://" in url or (url.startswith("/") and not request.url):
        request.url = request.url if "://" in request.url else url


def _find_body(value: dict[str, Any], *, has_status: bool) -> str | None:
    """The body that a mapping shows; keys such as `data` mean it only in an answer."""
    is_encoded = value.get("isBase64Encoded") is True or value.get("encoding") == "base64"
    for body in values_of(value, "body", "data") if has_status else values_of(value, "body"):
        if isinstance(body, str) and not _OPAQUE.match(body):
            return _decode(body) if is_encoded else body
        if (
            isinstance(body, dict)
            and isinstance(body.get("text"), str)
            and {"mimeType", "size"} & body.keys()
        ):
            return _decode(body["text"]) if body.get("encoding") == "base64" else body["text"]
        if isinstance(body, dict | list) and not (isinstance(body, dict) and _STREAM_KEYS & body.keys()):
            return _compact(body)
    post = value.get("postData")
    return post["text"] if isinstance(post, dict) and isinstance(post.get("text"), str) else None


def _decode(body: str) -> str:
    try:
        return base64.b64decode(body, validate=True).decode("utf-8", "replace")
    except (ValueError, binascii.Error):
        return body


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
