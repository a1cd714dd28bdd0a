"""Refuses the requests of web pages: the embedded AgentCore serves this machine's own programs only.

A page that the user visits can send simple requests to a port of this machine, and by DNS rebinding it can read
the responses. The first has a foreign `Origin`, the second a foreign `Host`.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def foreign_caller_refusal(request: AsgiRequest) -> AsgiResponse | None:
    """421 for a `Host`, 403 for an `Origin` that is not this machine; None for the others.

    The port may differ: behind a forwarded port (`ssh -L`), a client uses another one.
    """
    host, origin = request.headers.get("host", ""), request.headers.get("origin")
    if not _is_loopback(f"//{host}"):
        return _refusal(421, "Host")
    if origin is not None and not _is_loopback(origin):
        return _refusal(403, "Origin")
    return None


def _refusal(status: int, header: str) -> AsgiResponse:
    text = f"The embedded AgentCore serves this machine only: the {header} header names another one.\n"
    return AsgiResponse(status, text.encode(), {"content-type": "text/plain; charset=utf-8"})


def _is_loopback(url: str) -> bool:
    try:
        return urlsplit(url).hostname in _LOOPBACK
    except ValueError:
        return False
