"""Exception -> Fault: why a request has no usable answer."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from collections.abc import Iterator

import requests
import urllib3.exceptions as wire_errors

from agentcore_probe.access import redaction
from agentcore_probe.model.exchange import Fault, FaultKind

_FAULTS: tuple[tuple[FaultKind, tuple[type[BaseException], ...]], ...] = (
    ("dns", (wire_errors.NameResolutionError, socket.gaierror)),
    ("tls", (ssl.SSLError, wire_errors.SSLError, requests.exceptions.SSLError)),
    ("connect", (ConnectionRefusedError, wire_errors.NewConnectionError)),
    ("timeout", (TimeoutError, wire_errors.TimeoutError, requests.Timeout)),
    ("truncated", (http.client.IncompleteRead, wire_errors.IncompleteRead)),
    ("reset", (ConnectionError, http.client.RemoteDisconnected)),
    (
        "not-http",
        (
            http.client.HTTPException,
            wire_errors.InvalidHeader,
            wire_errors.InvalidChunkLength,
            wire_errors.DecodeError,
            requests.exceptions.ContentDecodingError,
        ),
    ),
    ("connect", (wire_errors.ProxyError, OSError)),
)
"""Which fault an exception tells, the first that stands in its chain of causes.

urllib3's NewConnectionError is a TimeoutError by inheritance, so `connect` comes before
`timeout`. `RemoteDisconnected` is both a BadStatusLine and a ConnectionResetError, so `reset` comes
before `not-http`.
"""


def fault_of(error: BaseException) -> Fault:
    """The fault that an exception of requests, urllib3 or the socket tells, credentials taken out."""
    causes = list(_causes(error))
    for kind, types in _FAULTS:
        for cause in causes:
            if isinstance(cause, types):
                return Fault(kind=kind, detail=redaction.text(_detail(cause)))
    return Fault(kind="connect", detail=redaction.text(_detail(causes[-1])))


_SPEAKER = re.compile(r"^\w+\(host=.*?, port=\d+\): ")
"""urllib3 puts the connection object before what it says."""


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An exception and all that it wraps, in attributes, arguments and causes."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        each = waiting.pop(0)
        if not isinstance(each, BaseException) or id(each) in seen:
            continue
        seen.add(id(each))
        if not isinstance(each, requests.RequestException):
            yield each
        waiting += [getattr(each, "reason", None), *each.args, each.__cause__, each.__context__]
    if isinstance(error, requests.RequestException):
        yield error


def _detail(error: BaseException) -> str:
    return _SPEAKER.sub("", str(error)) or type(error).__name__
