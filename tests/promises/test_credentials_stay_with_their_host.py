"""Promises 7 and 8: what is told was sent, and a credential goes to the host that it is for alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentcore_probe import api
from agentcore_probe.access.credentials import Basic, Bearer, Credential
from agentcore_probe.access.transport import Outgoing, Transport
from agentcore_probe.model.environment import Environment, Limits, LocalSetup
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.secret import Secret
from tests.access.servers import recording
from tests.embedded import observed

TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJlc2ln"
CREDENTIALS: dict[str, tuple[Credential, bytes]] = {
    "bearer": (Bearer(Secret(TOKEN, "token")), b"Bearer " + TOKEN.encode()),
    "basic": (Basic("client", Secret("client-secret-1", "client secret")), b"Basic "),
    "none": (Credential(), b""),
}


@pytest.fixture
def decoys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A netrc entry, proxies and an AWS profile that nobody asked for."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login decoy password decoydecoy\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")


def sent(url: str, credential: Credential) -> Exchange:
    with Transport("t", Limits(seconds=5)) as transport:
        headers = {"Content-Type": "application/json", "X-Mine": "a"}
        return transport.send(Outgoing("step", url, headers=headers, body=b'{"a": 1}', credential=credential))


@pytest.mark.parametrize("name", CREDENTIALS)
def test_what_is_told_is_what_was_sent(decoys: None, name: str) -> None:
    """Method, target, every header and the body, with the credential alone replaced; decoys change nothing."""
    credential, value = CREDENTIALS[name]
    seen: list[bytes] = []
    with recording(seen) as url:
        exchange = sent(f"{url}runtimes/a%3Ab/c?q=1", credential)
    head, _, body = seen[0].partition(b"\r\n\r\n")
    line, *rest = head.decode().split("\r\n")
    headers = dict(each.split(": ", 1) for each in rest)
    assert line == f"{exchange.request.method} /runtimes/a%3Ab/c?q=1 HTTP/1.1"
    assert body.decode() == exchange.request.body
    given = headers.pop("Authorization", "")
    assert given.encode().startswith(value)
    assert bool(given) == bool(value)
    ours = {name: text for name, text in exchange.request.headers.items() if name != "Authorization"}
    # The host stands in the URL, and the connection is the library's own.
    others = {name: text for name, text in headers.items() if name not in ("Host", "Connection")}
    assert ours == others
    assert "decoy" not in seen[0].decode()


@pytest.mark.parametrize(
    "url",
    [
        "http://elsewhere.invalid/token",
        "http://[bad",
        "ftp://127.0.0.1/",
        "xxxx",
        "http://a b/",
        "https://h:99999999/",
        "http://u:p@127.0.0.1/",
        "http://evil.invalid\\@localhost/",
        "http://127.0.0.1/a\nb",
        "//h",
    ],
)
@pytest.mark.parametrize("name", ["bearer", "basic"])
def test_nothing_is_sent_to_an_address_that_is_not_fit(
    monkeypatch: pytest.MonkeyPatch, url: str, name: str
) -> None:
    """Plain http to another machine, or no URL, whoever named it; a proxy would have got the credential."""
    seen: list[bytes] = []
    with recording(seen) as proxy:
        for each in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(each, proxy)
        exchange = sent(url, CREDENTIALS[name][0])
    assert exchange.fault is not None
    assert exchange.fault.kind == "connect"
    assert "nothing was sent" in exchange.fault.detail
    assert seen == []


def test_a_run_among_decoys_is_the_run_without_them(decoys: None) -> None:
    """netrc and proxies: every row as expected, and no exchange holds what they offer."""
    record = observed(Environment(name="t", local=LocalSetup()))
    assert api.judge(record).verdict == "verified"
    assert "decoy" not in record.model_dump_json()


@pytest.mark.parametrize(
    "location",
    [
        "https://elsewhere.invalid/",
        "http://elsewhere.invalid/",
        "https://127.0.0.1:1/",
        "ftp://127.0.0.1/",
        "/elsewhere",
    ],
)
def test_no_redirect_is_followed_wherever_it_leads(decoys: None, location: str) -> None:
    """To another host, port, scheme or path: one request, and the answer as it is."""
    seen: list[bytes] = []
    answer = f"HTTP/1.1 307 Moved\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with recording(seen, answer.encode()) as url:
        exchange = sent(url, CREDENTIALS["bearer"][0])
    assert exchange.response is not None
    assert exchange.response.header("location") == location
    assert len(seen) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("name", ["bearer", "basic"])
def test_a_redirect_takes_no_credential_along(decoys: None, status: int, name: str) -> None:
    """It is not followed: the second server is never called, and the answer names the redirect."""
    second: list[bytes] = []
    with recording(second) as elsewhere:
        answer = f"HTTP/1.1 {status} Moved\r\nLocation: {elsewhere}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        with recording([], answer.encode()) as url:
            exchange = sent(url, CREDENTIALS[name][0])
    assert exchange.response is not None
    assert exchange.response.status == status
    assert exchange.response.header("location") == elsewhere
    assert second == []
