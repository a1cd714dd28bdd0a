"""Frames of `application/vnd.amazon.eventstream` as text, in the notation of server-sent events.

A frame is binary, with checksums. What it says is a name and JSON, and the record keeps that: `data: {"messageStart": …}`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

CONTENT_TYPE = "application/vnd.amazon.eventstream"


def is_event_stream(content_type: str) -> bool:
    """Whether a Content-Type is that of event-stream frames."""
    return content_type.partition(";")[0].strip().lower() == CONTENT_TYPE


def as_text(data: bytes) -> str | None:
    """The frames of a body as events, the last one left out if its end is missing; None where it has no valid frame.

    Args:
        data: the body, as far as it was read.
    """
    events = list(_events(data))
    return "".join(f"data: {event}\n\n" for event in events) if events else None


def _events(data: bytes) -> Iterator[str]:
    # Imported here: nothing else of a run reads such frames.
    from botocore.eventstream import EventStreamBuffer, ParserError

    buffer = EventStreamBuffer()
    buffer.add_data(data)
    try:
        for message in buffer:
            headers: Any = message.headers
            name = headers.get(":event-type") or headers.get(":exception-type") or headers.get(":error-code")
            payload = message.payload.decode("utf-8", "replace")
            yield json.dumps({str(name or "event"): _value(payload)}, ensure_ascii=False)
    except ParserError:
        return


def _value(payload: str) -> object:
    try:
        return json.loads(payload) if payload else {}
    except (ValueError, RecursionError):
        return payload
