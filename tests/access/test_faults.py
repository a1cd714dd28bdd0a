"""Which fault an exception is."""

from __future__ import annotations

import http.client
import socket

import pytest
import requests
import urllib3.exceptions as wire_errors

from agentcore_probe.access.faults import fault_of
from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.transport import Transport
from agentcore_probe.model.environment import Limits
from agentcore_probe.secret import Secret


def caused_by(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (requests.ConnectionError(caused_by(OSError("x"), socket.gaierror(-2, "unknown"))), "dns"),
        (requests.exceptions.SSLError("bad certificate"), "tls"),
        (requests.ConnectionError(wire_errors.NewConnectionError(None, "refused")), "connect"),  # type: ignore[arg-type]
        (requests.ReadTimeout("slow"), "timeout"),
        (requests.ConnectionError(http.client.IncompleteRead(b"half")), "truncated"),
        (requests.ConnectionError(http.client.RemoteDisconnected("closed")), "reset"),
        (requests.ConnectionError(http.client.BadStatusLine("SSH-2.0")), "not-http"),
        (wire_errors.ProxyError("no proxy", OSError("x")), "proxy"),
        (OSError("Tunnel connection failed: 407 Proxy Authentication Required"), "proxy"),
        (OSError("Could not find a suitable TLS CA certificate bundle, invalid path: /x"), "setup"),
        (requests.exceptions.InvalidSchema("Missing dependencies for SOCKS support."), "setup"),
        (ValueError("something new"), "connect"),
    ],
)
def test_each_exception_is_one_kind_of_fault(error: Exception, kind: str) -> None:
    """Also where its type inherits from those of two kinds, and where requests wraps it."""
    assert fault_of(error).kind == kind


def test_refused_connections_and_unknown_names_are_different_faults() -> None:
    """And neither detail contains the repr of a connection."""
    with Transport("t", Limits(seconds=2)) as transport:
        refused = transport.send(Outgoing("step", "http://127.0.0.1:1/", body=b"{}")).fault
        unknown = transport.send(Outgoing("step", "https://no-such-host.invalid/", body=b"{}")).fault
    assert refused is not None
    assert unknown is not None
    assert (refused.kind, unknown.kind) == ("connect", "dns")
    for detail in (refused.detail, unknown.detail):
        assert detail
        assert "object at 0x" not in detail
        assert "HTTPConnection(" not in detail


def test_an_exception_that_is_its_own_cause_ends() -> None:
    """Chains of causes may have cycles."""
    first, second = TimeoutError("first"), OSError("second")
    first.__context__, second.__context__ = second, first
    fault = fault_of(second)
    assert (fault.kind, fault.detail) == ("timeout", "first")


def test_the_detail_contains_no_secret() -> None:
    """A proxy's URL in a message may have a password."""
    Secret("correct horse battery", "password")
    fault = fault_of(OSError("cannot reach http://user:pass@proxy.invalid/ with correct horse battery"))
    assert fault.detail == "cannot reach http://<credential>@proxy.invalid/ with <password>"


def test_an_exception_without_a_message_is_named() -> None:
    """By its type."""
    assert fault_of(TimeoutError()).detail == "TimeoutError"
