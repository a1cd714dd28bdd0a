"""Server-sent events, and the JSON-RPC messages in an answer.

Events are read by the rules of the WHATWG (HTML Living Standard section 9.2), messages by JSON-RPC 2.0, with the
batches of MCP 2025-03-26.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from agentcore_probe.regex import regex

BYTE_ORDER_MARK = "\ufeff"
_LINE_END = regex(r"\r\n|\r|\n")
"""No other character ends a line: U+2028 and U+0085 are ordinary characters of a JSON string."""
_STREAMING_METHODS = frozenset(
    {"message/stream", "tasks/resubscribe", "SendStreamingMessage", "SubscribeToTask"}
)
"""A2A methods whose answer is several responses with one id."""

MessageId = int | str


class Event(NamedTuple):
    """One server-sent event."""

    data: str
    """Its `data` lines, joined by line feeds."""
    type: str = "message"
    id: str | None = None
    """The last `id` of the stream up to this event."""


class EventParser:
    """Parses an event stream that arrives in pieces."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._is_at_start = True
        self._after_carriage_return = False
        self._line: list[str] = []
        self._data: list[str] = []
        self._type = ""
        self._id: str | None = None

    def feed_bytes(self, chunk: bytes) -> list[Event]:
        """The events that `chunk` completes; an event stream is always UTF-8."""
        return self.feed(self._decoder.decode(chunk))

    def feed(self, text: str) -> list[Event]:
        """The events that `text` completes."""
        if not text:
            return []
        if self._is_at_start:
            text, self._is_at_start = text.removeprefix(BYTE_ORDER_MARK), False
        if self._after_carriage_return:
            text = text.removeprefix("\n")
            self._after_carriage_return = False
        *lines, rest = _LINE_END.split(text)
        self._after_carriage_return = text.endswith("\r")
        events = []
        for line in lines:
            self._line.append(line)
            event = self._read_line("".join(self._line))
            self._line.clear()
            if event is not None:
                events.append(event)
        if rest:
            self._line.append(rest)
        return events

    def finish(self) -> list[Event]:
        """The event that the end of the text cut off; a browser would drop it, a pasted excerpt may end in it."""
        events = [event] if (event := self._read_line("".join(self._line))) else []
        self._line.clear()
        return [*events, *self._dispatch()]

    def _read_line(self, line: str) -> Event | None:
        """The event that this line ends, if it does."""
        if not line:
            return next(iter(self._dispatch()), None)
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._type = value
        elif name == "id" and "\0" not in value:
            self._id = value
        return None

    def _dispatch(self) -> list[Event]:
        """The event of the lines so far; none where they have no data."""
        data, type = self._data, self._type
        self._data, self._type = [], ""
        return [Event("\n".join(data), type or "message", self._id)] if data else []


def read_events(text: str) -> list[Event]:
    """All events of a stream, and the one that its end cut off."""
    parser = EventParser()
    return [*parser.feed(text), *parser.finish()]


def json_objects(body: str) -> Iterator[dict[str, Any]]:
    """The JSON objects of an answer: one, those of a batch, or those of each event of a stream."""
    text = body.removeprefix(BYTE_ORDER_MARK).strip()
    if text.startswith(("{", "[")):
        yield from parse_objects(text)
        return
    for event in read_events(text):
        yield from parse_objects(event.data)


def parse_objects(text: str) -> list[dict[str, Any]]:
    """The object in a JSON text, or the objects of its array; empty where it is anything else."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict)]


def request_id(body: str | bytes | None) -> MessageId | None:
    """The id of the one JSON-RPC request in `body`; None where it has none or may get several responses."""
    try:
        message = json.loads(body or b"")
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, dict) or message.get("method") in _STREAMING_METHODS:
        return None
    id = message.get("id")
    return id if isinstance(id, int | str) and not isinstance(id, bool) and "jsonrpc" in message else None


def find_response(messages: Iterable[dict[str, Any]], id: MessageId) -> dict[str, Any] | None:
    """The JSON-RPC response to the request with this id, or None.

    An error without an id answers a request whose id the server could not read (JSON-RPC 2.0 section 5).

    Args:
        messages: of the answer (`json_objects`). Notifications, and responses to other requests, are skipped.
        id: of the request.
    """
    errors_without_id = None
    for message in messages:
        if "method" in message:
            continue
        is_response = "result" in message or "error" in message
        if is_response and message.get("id") == id and not isinstance(message.get("id"), bool):
            return message
        if "error" in message and message.get("id") is None:
            errors_without_id = errors_without_id or message
    return errors_without_id
