"""Events of an AWS API as frames of `application/vnd.amazon.eventstream`, by moto's encoder (botocore only decodes)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

CONTENT_TYPE = "application/vnd.amazon.eventstream"


def frames(
    events: Iterable[tuple[str, dict[str, Any]]], *, exceptions: frozenset[str] = frozenset()
) -> bytes:
    """The frames of a stream.

    Args:
        events: each with its name in the API's model, and its members.
        exceptions: the names that are those of exceptions.
    """
    # Imported here: only an entrance that streams needs it.
    from moto.core.eventstream import EventStreamEncoder

    encoder = EventStreamEncoder()
    return b"".join(
        encoder.encode_message(_headers(name, is_exception=name in exceptions), json.dumps(members).encode())
        for name, members in events
    )


def _headers(name: str, *, is_exception: bool) -> dict[str, str]:
    kind = "exception" if is_exception else "event"
    return {":message-type": kind, f":{kind}-type": name, ":content-type": "application/json"}
