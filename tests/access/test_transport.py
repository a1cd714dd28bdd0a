"""One request -> one exchange: what is sent, what is recorded, and how bad answers end."""

from __future__ import annotations

import resource
import ssl
import sys
import time
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme

from agentcore_probe.access.credentials import Bearer
from agentcore_probe.access.faults import fault_of
from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.transport import Transport
from agentcore_probe.errors import InputError
from agentcore_probe.model.environment import Limits
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.secret import Secret

from . import servers
from .servers import answering, recording, sending, serving

SECONDS = 0.6
"""The limit of a request that must reach it."""
ENOUGH_SECONDS = 4
"""Of one that must not, on a machine that is busy with something else, too."""


@pytest.fixture(autouse=True)
def _without_variables_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may need authorities or a proxy."""
    names = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
    for name in names:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def send(
    url: str, *, body_bytes: int = 1_000_000, token: str | None = None, seconds: float = ENOUGH_SECONDS
) -> Exchange:
    credential: dict[str, Any] = {"credential": Bearer(Secret(token, "token"))} if token else {}
    with Transport("t", Limits(seconds=seconds, body_bytes=body_bytes)) as transport:
        return transport.send(Outgoing("step", url, body=b"{}", **credential))


@pytest.mark.parametrize(
    ("behaviour", "fault"),
    [
        (servers.hang, "timeout"),
        (servers.drip_head, "timeout"),
        (servers.drip_body, "timeout"),
        (servers.reset, "reset"),
        (servers.close, "reset"),
        (sending(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"), "truncated"),
        (sending(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"), "truncated"),
        (sending(b"SSH-2.0-OpenSSH_9.2\r\n"), "not-http"),
        (sending(b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 500 + b"\r\n"), "not-http"),
        (sending(b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 100_000 + b"\r\n\r\n"), "not-http"),
        (servers.flood, "too-large"),
        (sending(servers.SETTINGS_FRAME), "http2-only"),
        (sending(servers.GOAWAY_FRAME), "http2-only"),
        (answering(b"??", "Content-Encoding: br"), "not-http"),
        (answering(b"??", "Content-Encoding: gzip, compress"), "not-http"),
    ],
)
def test_a_bad_answer_is_a_fault_of_the_right_kind_in_bounded_time(
    behaviour: servers.Behaviour, fault: str
) -> None:
    """Nothing is raised, and nothing takes much longer than the limit."""
    start = time.monotonic()
    with serving(behaviour) as url:
        exchange = send(url, seconds=SECONDS if fault == "timeout" else ENOUGH_SECONDS)
    assert exchange.fault is not None
    assert exchange.fault.kind == fault
    assert exchange.response is None
    assert time.monotonic() - start < ENOUGH_SECONDS


def test_an_endless_event_stream_is_cut_at_the_time_limit() -> None:
    """Its status and first events are an answer."""
    with serving(servers.endless_events) as url:
        exchange = send(url, seconds=SECONDS)
    assert exchange.response is not None
    assert exchange.response.status == 200
    assert exchange.response.cut == "time"
    assert '"hello"' in exchange.response.body


RESULT = b'data: {"jsonrpc": "2.0", "id": 7, "result": {"tools": []}}\n\n'


@pytest.mark.parametrize(
    "events",
    [
        [RESULT],
        [b'data: {"jsonrpc": "2.0", "method": "notifications/message"}\n\n', RESULT],
        [RESULT[:20], RESULT[20:-1], b"\n"],
        [RESULT.replace(b'"result": {"tools": []}', b'"error": {"code": -32601, "message": "no"}')],
    ],
)
def test_an_event_stream_ends_with_the_response_to_its_request(events: list[bytes]) -> None:
    """Although the server holds it open; notifications before it are read."""
    request = Outgoing("step", "", body=b'{"jsonrpc": "2.0", "id": 7, "method": "tools/list"}')
    start = time.monotonic()
    with (
        serving(servers.held_open(*events)) as url,
        Transport("t", Limits(seconds=ENOUGH_SECONDS)) as transport,
    ):
        exchange = transport.send(replace(request, url=url))
    assert exchange.response is not None
    assert exchange.response.cut is None
    assert exchange.response.body.encode() == b"".join(events)
    assert time.monotonic() - start < ENOUGH_SECONDS / 2


def test_an_event_stream_with_another_response_is_read_to_the_limit() -> None:
    """The response to the request may still come."""
    with (
        serving(servers.held_open(RESULT)) as url,
        Transport("t", Limits(seconds=SECONDS)) as transport,
    ):
        exchange = transport.send(Outgoing("step", url, body=b'{"jsonrpc": "2.0", "id": 8, "method": "x"}'))
    assert exchange.response is not None
    assert exchange.response.cut == "time"


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("caf\u00e9".encode("utf-16"), "application/json; charset=utf-16", "caf\u00e9"),
        ("caf\u00e9".encode("utf-16"), "application/json", "caf\u00e9"),
        ("caf\u00e9".encode("latin-1"), "text/plain; charset=ISO-8859-1", "caf\u00e9"),
        ("caf\u00e9".encode(), "text/plain", "caf\u00e9"),
        ("caf\u00e9".encode("utf-8-sig"), "application/json", "caf\u00e9"),
        ("caf\u00e9".encode(), "text/event-stream; charset=latin-1", "caf\u00e9"),
        ("caf\u00e9".encode(), "text/plain; charset=no-such-charset", "caf\u00e9"),
        ("caf\u00e9".encode(), "text/plain; charset=zlib", "caf\u00e9"),
        ("caf\u00e9".encode(), "text/plain; charset=undefined", "caf\u00e9"),
    ],
)
def test_a_body_is_decoded_by_its_charset(body: bytes, content_type: str, text: str) -> None:
    """Its byte-order mark comes first; an event stream is always UTF-8."""
    with serving(answering(body, f"Content-Type: {content_type}")) as url:
        exchange = send(url)
    assert exchange.response is not None
    assert exchange.response.body == text


@pytest.mark.parametrize("coding", ["identity", "utf-8", ""])
def test_a_content_encoding_that_encodes_nothing_is_ignored(coding: str) -> None:
    """And so is one of an empty body."""
    with serving(answering(b"text", f"Content-Encoding: {coding}")) as url:
        assert send(url).response is not None
    with serving(answering(b"", "Content-Encoding: br")) as url:
        assert send(url).response is not None


@pytest.mark.parametrize("interim", ["100 Continue", "102 Processing", "103 Early Hints"])
def test_interim_responses_are_skipped(interim: str) -> None:
    """However many come (RFC 9110 section 15.2)."""
    head = f"HTTP/1.1 {interim}\r\nLink: </style.css>\r\n\r\n".encode()
    with serving(sending(head * 2 + servers.http_answer(b"final"))) as url:
        exchange = send(url)
    assert exchange.response is not None
    assert (exchange.response.status, exchange.response.body) == (200, "final")
    assert exchange.response.header("link") is None


def test_a_reused_connection_that_was_closed_is_replaced_once() -> None:
    """The exchange says so; the server had closed it before anything of an answer came. Later requests open their own."""
    with (
        servers.answering_once_per_connection() as (url, connections),
        Transport("t", Limits(seconds=SECONDS)) as transport,
    ):
        exchanges = [transport.send(Outgoing("step", url, body=b"{}")) for _ in range(3)]
    assert [exchange.response and exchange.response.status for exchange in exchanges] == [200, 200, 200]
    assert [exchange.attempts for exchange in exchanges] == [None, 2, None]
    assert len(connections) == 3


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 "])
def test_a_first_connection_is_never_retried(start: bytes) -> None:
    """And neither is one that had begun to answer."""
    requests: list[bytes] = []
    with recording(requests, start) as url:
        exchange = send(url)
    assert exchange.fault is not None
    assert exchange.attempts is None
    assert len(requests) == 1


def test_an_exchange_has_its_purpose_and_its_peer() -> None:
    """The purpose is the request's own, else that of its transport; without a connection, there is no peer."""
    with (
        serving(answering(b"x")) as url,
        Transport("t", Limits(seconds=SECONDS), purpose="gateway") as transport,
    ):
        reached = transport.send(Outgoing("step", url))
        other = transport.send(Outgoing("step", "http://127.0.0.1:1/", purpose="jwks"))
        unsent = transport.send(Outgoing("step", "ftp://127.0.0.1/"))
    assert (reached.purpose, reached.peer) == ("gateway", url.split("/")[2])
    assert (other.purpose, other.peer) == ("jwks", None)
    assert unsent.peer is None
    assert reached.via_proxy is None


def test_a_proxy_is_the_peer_of_what_it_passes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its address is in the exchange."""
    requests: list[bytes] = []
    with recording(requests, servers.http_answer(b"", status="403 Forbidden")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        exchange = send("https://service.invalid/")
    assert exchange.via_proxy is True
    assert exchange.peer == proxy.split("/")[2]
    assert requests[0].startswith(b"CONNECT service.invalid:443 ")


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE"])
def test_a_missing_ca_bundle_is_an_error_of_this_machine(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is sent, and the variable is named; plain http needs none."""
    monkeypatch.setenv(variable, "/no/such/file.pem")
    with pytest.raises(InputError) as raised:
        send("https://127.0.0.1:1/")
    assert raised.value.where == variable
    assert send("http://127.0.0.1:1/").fault is not None


def test_a_socks_proxy_needs_a_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its absence is an error of this machine, not of the network."""
    monkeypatch.setitem(sys.modules, "socks", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setenv("HTTPS_PROXY", "socks5h://user:pass@127.0.0.1:1")
    with pytest.raises(InputError, match="PySocks") as raised:
        send("https://service.invalid/")
    assert "pass@" not in str(raised.value)


def test_a_gzip_bomb_stays_small() -> None:
    """100 MB in 100 KB: the size limit applies to the decompressed body."""
    compressor, megabyte = zlib.compressobj(9, wbits=31), bytes(1_000_000)
    # In pieces, so that the whole is never in this process.
    bomb = b"".join([*(compressor.compress(megabyte) for _ in range(100)), compressor.flush()])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with serving(answering(bomb, "Content-Encoding: gzip")) as url:
        exchange = send(url)
    assert exchange.fault is not None
    assert exchange.fault.kind == "too-large"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000


def test_bytes_that_are_not_utf8_become_text() -> None:
    """NUL, lone surrogates and bad sequences are replaced, not raised."""
    with serving(answering(b"a\x00\xff\xed\xa0\x80b")) as url:
        exchange = send(url)
    assert exchange.response is not None
    assert exchange.model_dump_json()


@pytest.mark.parametrize("location", ["http://127.0.0.2/", "https://example.invalid/", "//other.invalid/x"])
def test_a_redirect_is_not_followed(location: str) -> None:
    """The credential is sent to its own host and nowhere else."""
    with serving(answering(b"", f"Location: {location}", status="307 Temporary Redirect")) as url:
        exchange = send(url, token="aaaaaaaa.bbbbbbbb.cccccccc")
    assert exchange.response is not None
    assert exchange.response.status == 307


def test_a_url_is_sent_as_it_is_written() -> None:
    """Neither raw nor encoded colons and slashes of an ARN are normalized."""
    requests: list[bytes] = []
    with recording(requests) as url:
        for path in (
            "runtimes/arn:aws:x/y/invocations?q=1",
            "runtimes/arn%3Aaws%3Ax%2Fy/invocations",
            "a//b/../c",
        ):
            send(url + path)
    paths = [request.split(b" ")[1].decode() for request in requests]
    assert paths == [
        "/runtimes/arn:aws:x/y/invocations?q=1",
        "/runtimes/arn%3Aaws%3Ax%2Fy/invocations",
        "/a//b/../c",
    ]


def test_a_netrc_entry_does_not_replace_the_bearer_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """requests does this to a request without its own AuthBase (measured)."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login decoy password decoydecoy\n")
    monkeypatch.setenv("NETRC", str(netrc))
    requests: list[bytes] = []
    with recording(requests) as url:
        send(url, token="aaaaaaaa.bbbbbbbb.cccccccc")
        send(url)
    assert b"Authorization: Bearer aaaaaaaa.bbbbbbbb.cccccccc" in requests[0]
    assert b"Authorization" not in requests[1]


def test_proxy_variables_do_not_reroute_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded AgentCore is called directly, whatever the shell has exported."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with serving(answering(b"direct")) as url:
        exchange = send(url)
    assert exchange.response is not None
    assert exchange.response.body == "direct"


def test_an_exchange_contains_no_credential() -> None:
    """Neither in the request nor where the server sends it back."""
    token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl"
    with serving(answering(f'{{"you sent": "{token}"}}'.encode(), f"X-Echo: {token}")) as url:
        exchange = send(url, token=token)
    assert "c2lnbmF0dXJl" not in exchange.model_dump_json()
    assert exchange.request.headers["Authorization"] == "Bearer <token>"
    assert exchange.token is not None
    assert exchange.token.claims == {"sub": "a"}


def test_time_between_requests_does_not_count() -> None:
    """Only time on the network: a thread may have to wait for others."""
    with serving(answering(b"x")) as url, Transport("t", Limits(seconds=0.8)) as transport:
        for _ in range(3):
            assert transport.send(Outgoing("step", url)).response is not None
            time.sleep(0.3)


def test_all_requests_of_a_method_share_a_time_budget() -> None:
    """A conversation of many slow requests ends too."""
    start = time.monotonic()
    with serving(servers.hang) as url, Transport("t", Limits(seconds=0.3)) as transport:
        faults = [transport.send(Outgoing("step", url)).fault for _ in range(20)]
    assert all(fault is not None and fault.kind == "timeout" for fault in faults)
    assert time.monotonic() - start < 20 * 0.3 / 2


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def _context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def test_an_untrusted_certificate_is_never_accepted(authority: trustme.CA) -> None:
    """There is no option to accept it."""
    with serving(answering(b"x"), _context(authority.issue_cert("127.0.0.1"))) as url:
        fault = send(url).fault
    assert fault is not None
    assert fault.kind == "tls"


@pytest.mark.parametrize("variable", ["CURL_CA_BUNDLE", "AWS_CA_BUNDLE", None])
def test_authorities_may_be_named_by_curl_aws_or_the_profile(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str | None
) -> None:
    """Where REQUESTS_CA_BUNDLE is not set."""
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(bundle)
    if variable:
        monkeypatch.setenv(variable, str(bundle))
    limits = Limits(seconds=SECONDS)
    with (
        serving(answering(b"x"), _context(authority.issue_cert("127.0.0.1"))) as url,
        Transport("t", limits, ca_bundle=None if variable else str(bundle)) as transport,
    ):
        assert transport.send(Outgoing("step", url)).response is not None


def test_a_server_that_only_offers_http2_by_tls() -> None:
    """It answers the offer of HTTP/1.1 with an alert (RFC 7301 section 3.2)."""
    error = ssl.SSLError(1, "[SSL: TLSV1_ALERT_NO_APPLICATION_PROTOCOL] tlsv1 alert no application protocol")
    error.reason = "TLSV1_ALERT_NO_APPLICATION_PROTOCOL"
    assert fault_of(error).kind == "http2-only"


@pytest.mark.parametrize("name", ["127.0.0.1", "other.invalid"])
def test_the_name_in_a_trusted_certificate_is_checked(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The server's name is accepted and its handshake timed; another name is a fault."""
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(bundle)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    with serving(answering(b"x"), _context(authority.issue_cert(name))) as url:
        exchange = send(url)
    if name == "127.0.0.1":
        assert exchange.response is not None
        assert exchange.timings.tls
    else:
        assert exchange.fault is not None
        assert exchange.fault.kind == "tls"


def test_send_raw_returns_the_body_with_its_credentials() -> None:
    """A login needs them; the exchange beside it has placeholders."""
    token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl"
    body = f'{{"access_token": "{token}"}}'.encode()
    with serving(answering(body)) as url, Transport("t", Limits(seconds=SECONDS)) as transport:
        answer = transport.send_raw(Outgoing("login", url))
    assert answer.body == body
    assert answer.exchange.response is not None
    assert token not in answer.exchange.response.body


def test_exchanges_are_numbered_and_keep_their_requests() -> None:
    """An experiment needs the request of an exchange to send it again."""
    first, second = Outgoing("one", ""), Outgoing("two", "ftp://127.0.0.1/")
    with Transport("runtime-jwt", Limits(seconds=SECONDS), first=3) as transport:
        transport.send(first)
        transport.send(second)
    assert [exchange.id for exchange in transport.exchanges] == ["runtime-jwt/3", "runtime-jwt/4"]
    assert transport.requests == {"runtime-jwt/3": first, "runtime-jwt/4": second}


def test_an_aborted_transport_sends_nothing_more() -> None:
    """A run that was stopped has no further requests."""
    requests: list[bytes] = []
    with recording(requests) as url, Transport("t", Limits(seconds=SECONDS)) as transport:
        transport.send(Outgoing("before", url))
        transport.abort()
        fault = transport.send(Outgoing("after", url)).fault
    assert fault is not None
    assert fault.kind == "timeout"
    assert len(requests) == 1


def test_headers_in_utf8_are_readable() -> None:
    """HTTP libraries decode them as Latin-1."""
    with serving(answering(b"", "X-Name: caf\u00e9")) as url:
        exchange = send(url)
    assert exchange.response is not None
    assert exchange.response.header("x-name") == "caf\u00e9"
