"""Pages of the control plane's lists: `maxResults` and `nextToken`."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from agentcore_probe.local.asgi import AsgiRequest

PAGE_SIZE = 10
"""Items on a page for a caller that names no number."""


class InvalidPage(Exception):
    """`maxResults` or `nextToken` is not valid."""


def page(
    request: AsgiRequest, operation: str, items: list[dict[str, Any]], member: str, most: int
) -> dict[str, Any]:
    """One page of a list.

    Args:
        request: names the size and the token.
        operation: the operation, for which alone its tokens are valid.
        items: the whole list.
        member: the answer's member for the items.
        most: the largest size.

    Raises:
        InvalidPage: the size or the token is not valid.
    """
    start = _start(request.parameter("nextToken"), operation, len(items))
    end = start + _size(request.parameter("maxResults"), most)
    answer: dict[str, Any] = {member: items[start:end]}
    return {**answer, "nextToken": _token(operation, end)} if end < len(items) else answer


def _size(value: str | None, most: int) -> int:
    if value is None:
        return PAGE_SIZE
    if not value.isascii() or not value.isdecimal() or not 1 <= int(value[:5]) <= most:
        raise InvalidPage(
            f"1 validation error detected: Value '{value[:20]}' at 'maxResults' failed to satisfy constraint: "
            f"Member must be between 1 and {most}"
        )
    return int(value)


def _token(operation: str, start: int) -> str:
    return base64.urlsafe_b64encode(f"{operation}:{start}".encode()).decode()


def _start(token: str | None, operation: str, length: int) -> int:
    if token is None:
        return 0
    try:
        name, _, start = base64.urlsafe_b64decode(token).decode().partition(":")
    except (binascii.Error, ValueError):
        raise InvalidPage("Invalid nextToken") from None
    if name != operation or not start.isdecimal() or int(start) > length:
        raise InvalidPage("Invalid nextToken")
    return int(start)
