"""What is known of one exchange while a dump is read, and the body that a mapping shows."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from agentcore_probe.judge.reading.commandline import PastedRequest, absolute_url, make_request
from agentcore_probe.judge.reading.literals import Structure
from agentcore_probe.judge.reading.parts import Part
from agentcore_probe.judge.reading.roles import (
    find_error_type,
    find_message,
    find_status,
    find_url,
    headers_kind,
    is_generic_error,
    read_headers,
    role_of,
    values_of,
)
from agentcore_probe.judge.reading.values import Named
from agentcore_probe.model.exchange import Auth
from agentcore_probe.regex import regex

_OPAQUE = regex(
    r"\[(?:object )?\w{0,40}\]|<(?!!|html|\?xml|[A-Z]\w{0,40}>)|0x[0-9a-f]+|\w{0,40}Stream\b|\{\}$", re.I
)
"""What a dump shows in place of a body."""
_STREAM_KEYS = frozenset(
    {"locked", "state", "supportsBYOB", "_readableState", "_events", "source", "stream", "retryable"}
)
_BODY_KEYS = frozenset({"text", "content", "bytes", "mimeType", "size", "encoding", "compression"})
_REQUEST_LINE = regex(r"([A-Z]{3,10}) (\S{1,8000})(?: HTTP/[\d.]{1,3})?$")
_MAX_DEPTH = 12


@dataclass
class RequestFacts:
    """What is known of the request."""

    method: str = ""
    url: str = ""
    headers: dict[str, str] | None = None
    body: str | None = None
    auth: Auth = "none"
    """How it identified its caller, where its headers are not shown."""

    def make(self) -> PastedRequest | None:
        """The request; None if not even its URL is known."""
        if not self.url and not self.headers:
            return None
        headers = self.headers or {}
        has_host = any(name.lower() == "host" for name in headers)
        url = absolute_url(self.url, headers) if self.url.startswith("/") and has_host else self.url
        pasted = make_request(self.method.upper() or "POST", url, headers, self.body)
        if self.headers is not None and self.auth == "none":
            return pasted
        return PastedRequest(pasted.request.model_copy(update={"auth": self.auth}), pasted.token)


@dataclass
class Facts:
    """What is known of one exchange; what was read first stays."""

    request: RequestFacts = field(default_factory=RequestFacts)
    status: int | None = None
    headers: dict[str, str] | None = None
    body: str | None = None
    error_type: str = ""
    message: str = ""
    operation: str = ""
    is_log_line: bool = False
    """Whether its message is that of a log, unless there is an error with it."""

    def make(self, structure: Structure, form: str) -> Iterator[Part]:
        """The finding, if there is anything."""
        is_service = not self.body and (not self.is_log_line or self.status or self.error_type)
        part = Part(
            start=structure.start,
            end=structure.end,
            form=form,
            request=self.request.make(),
            status=self.status,
            headers=self.headers,
            body=self.body,
            error_type=self.error_type,
            message=self.message if is_service else "",
            operation=self.operation,
        )
        if part.request or part.status or part.headers or part.body or part.error_type or part.message:
            yield part


def read_answer(value: dict[str, Any], facts: Facts, *, is_answer: bool, depth: int = 0) -> None:
    """Read what a mapping and those inside it say of the answer; the innermost answer first, since it is the service's.

    Args:
        value: the mapping.
        facts: what is known; added to.
        is_answer: whether it is an answer, and not what contains one.
        depth: how deep it is.
    """
    for answer in values_of(value, "response", "metadata"):
        if isinstance(answer, dict) and depth < _MAX_DEPTH:
            read_answer(answer, facts, is_answer=True, depth=depth + 1)
    for request in values_of(value, "request"):
        if isinstance(request, dict):
            _read_request(request, facts.request)
        elif isinstance(request, str) and (line := _REQUEST_LINE.match(request)):
            facts.request.method, facts.request.url = line[1], line[2]
    attributes = value.get("attributes")
    if isinstance(attributes, list):
        read_answer(read_attributes(attributes), facts, is_answer=False, depth=depth + 1)
    status = find_status(value)
    is_request = status is None and not is_answer and not facts.status and _is_request(value)
    if is_request:
        _read_request(value, facts.request)
    else:
        _read_request_line(value, facts.request)
        facts.request.body = facts.request.body or _find_request_body(value)
        _read_all_headers(value, facts)
        facts.body = (
            facts.body
            if facts.body is not None
            else find_body(value, has_status=is_answer or status is not None)
        )
    facts.status = facts.status or status
    facts.operation = facts.operation or next(
        (name for name in values_of(value, "operation") if isinstance(name, str)), ""
    )
    _read_error(value, facts)
    if depth < _MAX_DEPTH:
        _read_rest(value, facts, depth)


def _read_all_headers(value: dict[str, Any], facts: Facts) -> None:
    """Read the headers of a mapping, whose key does not always say whether they are the request's."""
    for request_headers in values_of(value, "request headers"):
        facts.request.headers = facts.request.headers or read_headers(request_headers)
    headers = next(filter(None, map(read_headers, values_of(value, "headers"))), None)
    if headers is not None and headers_kind(headers) == "request":
        facts.request.headers = facts.request.headers or headers
    else:
        facts.headers = facts.headers or headers


def read_attributes(items: list[Any]) -> dict[str, Any]:
    """The attributes of a span of OpenTelemetry, `[{"key": ..., "value": {"intValue": ...}}]`."""
    values = {
        item["key"]: item.get("value")
        for item in items
        if isinstance(item, dict) and isinstance(item.get("key"), str)
    }
    return {
        key: next(iter(value.values()), None) if isinstance(value, dict) else value
        for key, value in values.items()
    }


def _is_request(value: dict[str, Any]) -> bool:
    """Whether a mapping without a status shows a request: its method, or headers and a URL or path."""
    roles = {role_of(key) for key, item in value.items() if item}
    return "method" in roles or ("headers" in roles and bool(roles & {"url", "path"}))


def _read_rest(value: dict[str, Any], facts: Facts, depth: int) -> None:
    """Read the other mappings in a mapping."""
    for key, item in value.items():
        if (
            role_of(key) in ("response", "metadata", "request", "headers", "body", "data")
            or key == "subsegments"
        ):
            continue
        for inner in item if isinstance(item, list) else [item]:
            if isinstance(inner, dict):
                read_answer(inner, facts, is_answer=False, depth=depth + 1)


def _read_error(value: dict[str, Any], facts: Facts) -> None:
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
    type_name = name or next((text for text in values_of(value, "type") if isinstance(text, str)), "")
    if not name.endswith(("Exception", "Fault")) and "$metadata" not in value:
        name = ""
    facts.error_type = facts.error_type or find_error_type(value) or name
    if not is_generic_error(type_name) and type_name != "Response":
        facts.message = facts.message or find_message(value)


def _read_request(value: dict[str, Any], request: RequestFacts) -> None:
    """Read the mapping of a request."""
    _read_request_line(value, request)
    if "url_path" in value:  # botocore logs the request before it signs it
        request.auth = "sigv4"
    request.headers = request.headers or next(
        filter(None, map(read_headers, values_of(value, "request headers", "headers"))), None
    )
    request.body = request.body or _find_request_body(value) or find_body(value, has_status=True)
    if isinstance(value.get("http"), dict):
        _read_request_line(value["http"], request)


def _read_request_line(value: dict[str, Any], request: RequestFacts) -> None:
    request.method = request.method or next(
        (text for text in values_of(value, "method") if isinstance(text, str)), ""
    )
    url = find_url(value) or request.url
    host = next((text for text in values_of(value, "host") if isinstance(text, str)), "")
    if host and url and "://" not in url:
        base = host if "://" in host else f"https://{host}"
        url = f"{base.rstrip('/')}/{url.lstrip('/')}"
    if "://" in url or (url.startswith("/") and not request.url):
        request.url = request.url if "://" in request.url else url


def find_body(value: dict[str, Any], *, has_status: bool) -> str | None:
    """The body that a mapping shows; keys such as `data` mean it only in an answer."""
    is_encoded = value.get("isBase64Encoded") is True or value.get("encoding") == "base64"
    for body in values_of(value, "body", "data") if has_status else values_of(value, "body"):
        if isinstance(body, str) and not _OPAQUE.match(body):
            return _decode(body) if is_encoded else body
        if isinstance(body, dict) and (text := _inner_text(body)) is not None:
            return text
        if isinstance(body, dict | list) and not (isinstance(body, dict) and _STREAM_KEYS & body.keys()):
            return compact(body)
    post = value.get("postData")
    return post["text"] if isinstance(post, dict) and isinstance(post.get("text"), str) else None


def _find_request_body(value: dict[str, Any]) -> str | None:
    """The request's body, in a mapping that has those of both."""
    body = next(values_of(value, "request body"), None)
    return body if isinstance(body, str) or body is None else compact(body)


def _inner_text(body: dict[str, Any]) -> str | None:
    """The text of a body that is in a mapping: HAR's content, ECS' body."""
    text = body.get("text", body.get("content"))
    is_body = isinstance(text, str) and body.keys() <= _BODY_KEYS
    if not is_body or not isinstance(text, str):
        return None
    return _decode(text) if body.get("encoding") == "base64" else text


def _decode(body: str) -> str:
    try:
        return base64.b64decode(body, validate=True).decode("utf-8", "replace")
    except (ValueError, binascii.Error):
        return body


def compact(value: Any) -> str:
    """A value as compact JSON; empty if it is too deep."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except RecursionError:
        return ""
