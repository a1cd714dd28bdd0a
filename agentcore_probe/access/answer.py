"""Reads an answer: its body within the limits of time and size, as text without credentials; its headers."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

import requests
import urllib3.exceptions as wire_errors

from agentcore_probe.access import redaction
from agentcore_probe.access.connections import Deadline
from agentcore_probe.access.event_stream import as_text, is_event_stream
from agentcore_probe.access.faults import UnreadableEncoding
from agentcore_probe.model.stream import EventParser, MessageId, find_response, parse_objects
from agentcore_probe.secret import clipped

_CHUNK = 65_536
Cut = Literal["time", "size"] | None
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""UTF-32 first: its little-endian mark begins with that of UTF-16."""


class Body(NamedTuple):
    """A body as far as it was read."""

    data: bytes
    cut: Cut = None
    is_partial: bool = False
    """Whether more may have followed: it may end in the middle of a credential."""


class TooLarge(Exception):
    """The body exceeded the size limit."""


def read_body(answer: requests.Response, id: MessageId | None, max_bytes: int, deadline: Deadline) -> Body:
    """The body; an event stream is cut at a limit and ends with its result, another body over a limit is a fault.

    Args:
        answer: its head was read.
        id: of the JSON-RPC request whose response ends an event stream.
        max_bytes: the size limit.
        deadline: that of the request, which ends the connection when the time is up.

    Raises:
        TooLarge: the body exceeds the size limit.
        TimeoutError: the time is up.
    """
    content_type = answer.headers.get("Content-Type", "")
    is_stream = "text/event-stream" in content_type.lower() or is_event_stream(content_type)
    parser = EventParser() if is_stream and id is not None else None
    chunks: list[bytes] = []
    size = 0
    try:
        for chunk in _chunks(answer):
            chunks.append(chunk)
            size += len(chunk)
            if size > max_bytes:
                if is_stream:
                    return Body(b"".join(chunks)[:max_bytes], "size", is_partial=True)
                raise TooLarge(f"> {max_bytes} bytes")
            if parser is not None and id is not None and answer.raw.length_remaining != 0:
                events = parser.feed_bytes(chunk)
                if any(find_response(parse_objects(event.data), id) for event in events):
                    return Body(b"".join(chunks), is_partial=True)
    except (wire_errors.HTTPError, OSError) as error:
        is_over = deadline.expired or isinstance(error, TimeoutError | wire_errors.TimeoutError)
        if is_stream and chunks and is_over:
            return Body(b"".join(chunks), "time", is_partial=True)
        raise
    if deadline.expired:
        if is_stream and chunks:
            return Body(b"".join(chunks), "time", is_partial=True)
        raise TimeoutError
    return Body(b"".join(chunks))


def _chunks(answer: requests.Response) -> Iterator[bytes]:
    """The body as it arrives, so that a stream is readable before its end."""
    while chunk := answer.raw.read1(_CHUNK, decode_content=True):
        yield chunk


def check_encoding(answer: requests.Response, body: bytes) -> None:
    """Raises UnreadableEncoding for a body that is still encoded: a reader would take it for some other text."""
    codings = [name.strip().lower() for name in answer.headers.get("Content-Encoding", "").split(",")]
    # Some servers name a charset here, which encodes nothing.
    readable = {"", "identity", "utf-8", *answer.raw.CONTENT_DECODERS}
    unreadable = [coding for coding in codings if coding not in readable]
    if body and unreadable:
        raise UnreadableEncoding(
            f"content encoding {unreadable[0][:40]!r}, which was not requested and cannot be decoded"
        )


def body_text(body: Body, content_type: str) -> str:
    """The body without credentials; the frames of an event stream of AWS as events."""
    frames = as_text(body.data) if is_event_stream(content_type) else None
    text = frames if frames is not None else _decode_body(body.data, content_type)
    return redaction.text(clipped(text) if body.is_partial else text)


def _decode_body(data: bytes, content_type: str) -> str:
    """The body as text: by its byte-order mark, else by the charset of its Content-Type, else as UTF-8.

    An event stream is always UTF-8 (HTML Living Standard section 9.2.5).
    """
    for mark, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    charset = requests.utils.get_encoding_from_headers({"content-type": content_type})
    is_named = "charset" in content_type.lower() and "text/event-stream" not in content_type.lower()
    try:
        return data.decode(charset if is_named and charset else "utf-8", "replace")
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")


def utf8_headers(headers: Mapping[str, str | bytes]) -> dict[str, str]:
    """Header values as text: HTTP libraries decode them as Latin-1, servers send UTF-8."""
    return {sys.intern(str(name)): _decode(value) for name, value in headers.items()}


def _decode(value: str | bytes) -> str:
    raw = value if isinstance(value, bytes) else value.encode("latin-1", "replace")
    return raw.decode("utf-8", "replace")
