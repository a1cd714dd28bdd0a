"""One request -> one exchange: what is sent, what is kept, and how bad answers end."""

from __future__ import annotations

import gzip
import resource
import socket
import ssl
import time
from pathlib import Path
from typing import Any

import pytest
import trustme

from agentcore_probe.access.credentials import Bearer
from agentcore_probe.access.transport import Outgoing, Transport
from agentcore_probe.model.environment import Limits
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.secret import Secret

from . import servers
from .servers import open_environment, recording, saying, serving

SECONDS = 0.6


def send(url: str, *, body_bytes: int = 1_000_000, token: str | None = None) -> Exchange:
    credential: dict[str, Any] = {"credential": Bearer(Secret(token, "token"))} if token else {}
    with Transport("t", Limits(seconds=SECONDS, body_bytes=body_bytes)) as transport:
        return transport.send(Outgoing("step", url, body=b"{}", **credential))


@pytest.mark.parametrize(
    ("behaviour", "fault"),
    [
        (servers.hang, "timeout"),
        (servers.drip_head, "timeout"),
        (servers.drip_body, "timeout"),
        (servers.reset, "reset"),
        (servers.close, "reset"),
        (saying(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"), "truncated"),
        (saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"), "truncated"),
        (saying(b"SSH-2.0-OpenSSH_9.2\r\n"), "not-http"),
        (saying(b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 500 + b"\r\n"), "not-http"),
        (saying(b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 100_000 + b"\r\n\r\n"), "not-http"),
        (servers.flood, "too-large"),
    ],
)
def test_a_bad_answer_is_a_fault_of_the_right_kind_in_bounded_time(
    behaviour: servers.Behaviour, fault: str
) -> None:
    """Nothing raises, nothing outlives the limit by much."""
    begun = time.monotonic()
    with serving(behaviour) as url:
        exchange = send(url)
    assert exchange.fault is not None
    assert exchange.fault.kind == fault
    assert exchange.response is None
    assert time.monotonic() - begun < SECONDS + 1.5


def test_an_unreachable_port_and_an_unknown_name_are_told_apart() -> None:
    """Refused connections and failed look-ups have causes of their own."""
    refused, unknown = send("http://127.0.0.1:1/"), send("https://no-such-host.invalid/")
    assert refused.fault is not None
    assert unknown.fault is not None
    assert (refused.fault.kind, unknown.fault.kind) == ("connect", "dns")
    assert "object at 0x" not in refused.fault.detail


def test_an_endless_event_stream_is_an_answer_that_was_cut() -> None:
    """Its status and first events tell what has to be told."""
    with serving(servers.endless_events) as url:
        exchange = send(url)
    assert exchange.response is not None
    assert exchange.response.status == 200
    assert exchange.response.cut == "time"
    assert '"hello"' in exchange.response.body


def test_a_gzip_bomb_stays_small() -> None:
    """200 MB in 200 KB: the cap holds on what is unpacked."""
    bomb = gzip.compress(b"\0" * 200_000_000, 9)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with serving(open_environment(bomb, "Content-Encoding: gzip")) as url:
        exchange = send(url)
    assert exchange.fault is not None
    assert exchange.fault.kind == "too-large"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000


def test_bytes_that_are_no_utf8_become_text() -> None:
    """NUL, lone surrogates and bad sequences are replaced, not raised."""
    with serving(open_environment(b"a\x00\xff\xed\xa0\x80b")) as url:
        exchange = send(url)
    assert exchange.response is not None
    assert exchange.model_dump_json()


@pytest.mark.parametrize("location", ["http://127.0.0.2/", "https://example.invalid/", "//other.invalid/x"])
def test_a_redirect_is_not_followed(location: str) -> None:
    """The credential goes to the host that it is for, and nowhere else."""
    with serving(open_environment(b"", f"Location: {location}", status="307 Temporary Redirect")) as url:
        exchange = send(url, token="aaaaaaaa.bbbbbbbb.cccccccc")
    assert exchange.response is not None
    assert exchange.response.status == 307


def test_the_url_goes_out_as_it_is_written() -> None:
    """Raw colons and slashes of an ARN, and encoded ones, are not tidied up."""
    seen: list[bytes] = []

    with recording(seen) as url:
        for path in (
            "runtimes/arn:aws:x/y/invocations?q=1",
            "runtimes/arn%3Aaws%3Ax%2Fy/invocations",
            "a//b/../c",
        ):
            send(url + path)
    lines = [head.split(b" ")[1].decode() for head in seen]
    assert lines == [
        "/runtimes/arn:aws:x/y/invocations?q=1",
        "/runtimes/arn%3Aaws%3Ax%2Fy/invocations",
        "/a//b/../c",
    ]


def test_a_netrc_entry_does_not_replace_the_bearer_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """requests does that to a request without an AuthBase of its own (measured)."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login decoy password decoydecoy\n")
    monkeypatch.setenv("NETRC", str(netrc))
    seen: list[bytes] = []
    with recording(seen) as url:
        send(url, token="aaaaaaaa.bbbbbbbb.cccccccc")
        send(url)
    assert b"Authorization: Bearer aaaaaaaa.bbbbbbbb.cccccccc" in seen[0]
    assert b"Authorization" not in seen[1]


def test_proxy_variables_do_not_reroute_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded AgentCore is called directly, whatever the shell has set."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with serving(open_environment(b"direct")) as url:
        exchange = send(url)
    assert exchange.response is not None
    assert exchange.response.body == "direct"


def test_the_exchange_holds_no_credential() -> None:
    """Neither in the request nor where the server says it back."""
    token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl"
    with serving(open_environment(f'{{"you sent": "{token}"}}'.encode(), f"X-Echo: {token}")) as url:
        exchange = send(url, token=token)
    assert "c2lnbmF0dXJl" not in exchange.model_dump_json()
    assert exchange.request.headers["Authorization"] == "Bearer <token>"
    assert exchange.token is not None
    assert exchange.token.claims == {"sub": "a"}


def test_the_phases_are_timed() -> None:
    """A slow answer shows in the first byte, a slow body in the rest."""

    def slow(sock: socket.socket) -> None:
        time.sleep(0.15)
        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n")
        time.sleep(0.1)
        sock.sendall(b"body")

    with serving(slow) as url:
        timings = send(url).timings
    assert timings.first_byte is not None
    assert timings.rest is not None
    assert 140 < timings.first_byte < 240
    assert 90 < timings.rest < 190
    assert timings.connect is not None
    assert timings.connect < 50


def test_a_handshake_that_hangs_is_counted_once() -> None:
    """As the phase that was waited for, and not as the wait for an answer, too."""
    with serving(servers.hang) as url, Transport("t", Limits(seconds=0.3)) as transport:
        exchange = transport.send(Outgoing("step", url.replace("http://", "https://")))
    assert exchange.timings.tls is not None
    assert exchange.timings.tls > 250
    assert exchange.timings.total < 400


def test_all_requests_of_a_method_share_a_time_budget() -> None:
    """A conversation of many slow requests ends, too."""
    begun = time.monotonic()
    with serving(servers.hang) as url, Transport("t", Limits(seconds=0.3)) as transport:
        faults = [transport.send(Outgoing("step", url)).fault for _ in range(5)]
    assert all(fault is not None and fault.kind == "timeout" for fault in faults)
    assert time.monotonic() - begun < 1.5


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def _context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def test_an_untrusted_certificate_is_never_accepted(authority: trustme.CA) -> None:
    """There is no switch for it."""
    with serving(open_environment(b"x"), _context(authority.issue_cert("127.0.0.1"))) as url:
        fault = send(url).fault
    assert fault is not None
    assert fault.kind == "tls"


@pytest.mark.parametrize("name", ["127.0.0.1", "other.invalid"])
def test_the_name_on_a_trusted_certificate_counts(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The right name is accepted, with its handshake timed; another one is a fault."""
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(bundle)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    with serving(open_environment(b"x"), _context(authority.issue_cert(name))) as url:
        exchange = send(url)
    if name == "127.0.0.1":
        assert exchange.response is not None
        assert exchange.timings.tls
    else:
        assert exchange.fault is not None
        assert exchange.fault.kind == "tls"
