"""Exception -> Fault: why a request has no usable answer."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator

import requests
import urllib3.exceptions as wire_errors

from agentcore_probe.access import redaction
from agentcore_probe.model.exchange import Fault, FaultKind
from agentcore_probe.regex import regex


class Http2Only(http.client.HTTPException):
    """The server answered in the frames of HTTP/2."""


class UnreadableEncoding(http.client.HTTPException):
    """The body has a content encoding that was not requested and cannot be decoded."""


_FAULTS: tuple[tuple[FaultKind, tuple[type[BaseException], ...]], ...] = (
    ("setup", (requests.exceptions.InvalidProxyURL, requests.exceptions.InvalidSchema)),
    ("http2-only", (Http2Only,)),
    ("proxy", (wire_errors.ProxyError,)),
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
    ("connect", (OSError,)),
)
"""The exception types of each fault. The first row that matches any exception in the chain of causes wins.

The order matters where types inherit: urllib3's NewConnectionError is a TimeoutError, so `connect` comes before
`timeout`, and a ProxyError wraps the exceptions of the connection to the proxy; `RemoteDisconnected` is both a BadStatusLine and a ConnectionResetError, so `reset` comes before
`not-http`.
"""


def fault_of(error: BaseException) -> Fault:
    """The fault behind an exception of requests, urllib3 or a socket, with credentials redacted."""
    causes = list(_causes(error))
    for cause in causes:
        # The alert of RFC 7301 section 3.2: the server speaks no protocol that was offered, which is HTTP/1.1.
        if isinstance(cause, ssl.SSLError) and "NO_APPLICATION_PROTOCOL" in (cause.reason or ""):
            return Fault(kind="http2-only", detail=redaction.text(_detail(cause)))
        if _AUTHORITIES.search(str(cause)):
            return Fault(kind="setup", detail=redaction.text(_detail(cause)))
        if _TUNNEL.search(str(cause)):
            return Fault(kind="proxy", detail=redaction.text(_detail(cause)))
    for kind, types in _FAULTS:
        for cause in causes:
            if isinstance(cause, types):
                return Fault(kind=kind, detail=redaction.text(_detail(cause)))
    return Fault(kind="connect", detail=redaction.text(_detail(causes[-1])))


_AUTHORITIES = regex(r"Could not find a suitable TLS CA certificate bundle|NO_CERTIFICATE_OR_CRL_FOUND")
"""requests and OpenSSL: the file of trusted authorities does not exist, or holds none."""
_TUNNEL = regex(r"^Tunnel connection failed: \d{3}")
"""http.client: the proxy answered CONNECT with this status."""
_CONNECTION_REPR = regex(r"^\w+\(host=.*?, port=\d+\): ")
"""urllib3 puts its connection object in front of the message."""


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An exception and all that it wraps, in attributes, arguments and causes; requests' own wrapper comes last."""
    seen: set[int] = set()
    pending: list[object] = [error]
    while pending:
        candidate = pending.pop(0)
        if not isinstance(candidate, BaseException) or id(candidate) in seen:
            continue
        seen.add(id(candidate))
        if not isinstance(candidate, requests.RequestException):
            yield candidate
        pending += [
            getattr(candidate, "reason", None),
            *candidate.args,
            candidate.__cause__,
            candidate.__context__,
        ]
    if isinstance(error, requests.RequestException):
        yield error


def _detail(error: BaseException) -> str:
    if isinstance(error, wire_errors.ProxyError) and len(error.args) == 2:
        return (
            f"{error.args[0]}: {_detail(error.args[1])}"
            if isinstance(error.args[1], Exception)
            else str(error)
        )
    return _CONNECTION_REPR.sub("", str(error)) or type(error).__name__
