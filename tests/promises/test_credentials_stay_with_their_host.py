"""Promises 7 and 8: a record has the requests that were sent, and a credential goes to its own host only."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentcore_probe import api
from agentcore_probe.access.credentials import Basic, Bearer, Credential
from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.transport import Transport
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
    """A netrc entry and proxies that must be ignored."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login decoy password decoydecoy\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")


def send(url: str, credential: Credential) -> Exchange:
    with Transport("t", Limits(seconds=5)) as transport:
        headers = {"Content-Type": "application/json", "X-Mine": "a"}
        return transport.send(Outgoing("step", url, headers=headers, body=b'{"a": 1}', credential=credential))


@pytest.mark.parametrize("name", CREDENTIALS)
def test_the_recorded_request_is_the_request_on_the_wire(decoys: None, name: str) -> None:
    """Method, target, headers and body are equal, except for the credential; decoys change nothing."""
    credential, header_start = CREDENTIALS[name]
    requests: list[bytes] = []
    with recording(requests) as url:
        exchange = send(f"{url}runtimes/a%3Ab/c?q=1", credential)
    head, _, body = requests[0].partition(b"\r\n\r\n")
    request_line, *fields = head.decode().split("\r\n")
    headers = dict(field.split(": ", 1) for field in fields)
    assert request_line == f"{exchange.request.method} /runtimes/a%3Ab/c?q=1 HTTP/1.1"
    assert body.decode() == exchange.request.body
    authorization = headers.pop("Authorization", "")
    assert authorization.encode().startswith(header_start)
    assert bool(authorization) == bool(header_start)
    recorded = {name: value for name, value in exchange.request.headers.items() if name != "Authorization"}
    # The record has the host in the URL, and the HTTP library adds Connection.
    on_the_wire = {name: value for name, value in headers.items() if name not in ("Host", "Connection")}
    assert recorded == on_the_wire
    assert "decoy" not in requests[0].decode()


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
def test_no_credential_is_sent_to_an_unacceptable_url(
    monkeypatch: pytest.MonkeyPatch, url: str, name: str
) -> None:
    """Plain http to another machine, or a malformed URL. Without the check, a proxy would get the credential."""
    requests: list[bytes] = []
    with recording(requests) as proxy:
        for variable in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(variable, proxy)
        exchange = send(url, CREDENTIALS[name][0])
    assert exchange.fault is not None
    assert exchange.fault.kind == "connect"
    assert "nothing was sent" in exchange.fault.detail
    assert requests == []


def test_decoys_do_not_change_a_run(decoys: None) -> None:
    """With netrc and proxies every row is as expected, and no exchange has their content."""
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
def test_a_redirect_is_not_followed(decoys: None, location: str) -> None:
    """To another host, port, scheme or path: one request, and the response is recorded as it is."""
    requests: list[bytes] = []
    redirect = f"HTTP/1.1 307 Moved\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with recording(requests, redirect.encode()) as url:
        exchange = send(url, CREDENTIALS["bearer"][0])
    assert exchange.response is not None
    assert exchange.response.header("location") == location
    assert len(requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("name", ["bearer", "basic"])
def test_a_credential_does_not_follow_a_redirect(decoys: None, status: int, name: str) -> None:
    """The second server is never called, and the recorded response is the redirect."""
    second_requests: list[bytes] = []
    with recording(second_requests) as elsewhere:
        redirect = f"HTTP/1.1 {status} Moved\r\nLocation: {elsewhere}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        with recording([], redirect.encode()) as url:
            exchange = send(url, CREDENTIALS[name][0])
    assert exchange.response is not None
    assert exchange.response.status == status
    assert exchange.response.header("location") == elsewhere
    assert second_requests == []
