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
from agentcore_probe.judge.reading.roles import values_of

_OPAQUE = re.compile(
    r"\[(?:object )?\w{0,40}\]|<(?!!|html|\?xml|[A-Z]\w{0,40}>)|0x[0-9a-f]+|\w{0,40}Stream\b|\{\}$", re.I
)
"""What a dump shows in place of a body."""
_STREAM_KEYS = frozenset({"locked", "state", "supportsBYOB", "_readableState", "_events"})


@dataclass
class RequestFacts:
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
class Facts:
    """What is known of one exchange; what was read first stays."""

    request: RequestFacts = field(default_factory=RequestFacts)
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


def find_body(value: dict[str, Any], *, has_status: bool) -> str | None:
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
            return compact(body)
    post = value.get("postData")
    return post["text"] if isinstance(post, dict) and isinstance(post.get("text"), str) else None


def _inner_text(body: dict[str, Any]) -> str | None:
    """The text of a body that is in a mapping: HAR's content, ECS' body."""
    text = body.get("text", body.get("content"))
    is_body = isinstance(text, str) and body.keys() <= {
        "text",
        "content",
        "bytes",
        "mimeType",
        "size",
        "encoding",
        "compression",
    }
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
