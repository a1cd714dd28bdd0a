"""The trusted certificates are read once for all connections, and again where their file has changed."""

from __future__ import annotations

import os
import ssl
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import trustme

from agentcore_probe.access.authorities import trusting_context
from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.transport import Transport
from agentcore_probe.model.environment import Limits
from agentcore_probe.model.exchange import Exchange
from tests.access.servers import answering, recording, serving


@pytest.fixture(scope="module")
def authorities() -> tuple[trustme.CA, trustme.CA]:
    return trustme.CA(), trustme.CA()


def context_of(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def send(url: str, bundle: Path) -> Exchange:
    with Transport("t", Limits(seconds=10), ca_bundle=str(bundle)) as transport:
        return transport.send(Outgoing("step", url))


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


def test_connections_at_the_same_time_share_them(
    authorities: tuple[trustme.CA, trustme.CA], tmp_path: Path
) -> None:
    """Each connection, of a transport of its own, is trusted."""
    bundle = tmp_path / "ca.pem"
    authorities[0].cert_pem.write_to_path(bundle)
    with serving(answering(b"x"), context_of(authorities[0])) as url, ThreadPoolExecutor(20) as pool:
        exchanges = list(pool.map(lambda _: send(url, bundle), range(100)))
    assert [exchange.fault for exchange in exchanges] == [None] * 100
    assert trusting_context(str(bundle)) is trusting_context(str(bundle))


def test_a_file_that_has_changed_is_read_again(
    authorities: tuple[trustme.CA, trustme.CA], tmp_path: Path
) -> None:
    """An authority that was taken out of it is trusted no longer, in the same process."""
    bundle = tmp_path / "ca.pem"
    authorities[0].cert_pem.write_to_path(bundle)
    with serving(answering(b"x"), context_of(authorities[0])) as url:
        assert send(url, bundle).response is not None
        bundle.unlink()
        authorities[1].cert_pem.write_to_path(bundle)
        fault = send(url, bundle).fault
    assert fault is not None
    assert fault.kind == "tls"


def test_a_file_in_its_place_is_read_although_it_looks_the_same(
    authorities: tuple[trustme.CA, trustme.CA], tmp_path: Path
) -> None:
    """Files of an archive or image may all have one time, and two certificates may have one size."""
    bundle, other = tmp_path / "ca.pem", tmp_path / "other.pem"
    for path, authority in ((bundle, authorities[0]), (other, authorities[1])):
        path.write_bytes(authority.cert_pem.bytes().ljust(4000, b"\n"))
        os.utime(path, (0, 0))
    with serving(answering(b"x"), context_of(authorities[0])) as url:
        assert send(url, bundle).response is not None
        other.replace(bundle)
        fault = send(url, bundle).fault
    assert fault is not None
    assert fault.kind == "tls"


@pytest.mark.parametrize("content", ["", "no certificates\n"])
def test_a_file_without_certificates_is_a_fault_of_this_machine(
    authorities: tuple[trustme.CA, trustme.CA], tmp_path: Path, content: str
) -> None:
    """Not of the server."""
    bundle = tmp_path / "ca.pem"
    bundle.write_text(content)
    with serving(answering(b"x"), context_of(authorities[0])) as url:
        fault = send(url, bundle).fault
    assert fault is not None
    assert fault.kind == "setup"


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """A bundle that OpenSSL cannot read."""
    bundle = tmp_path / "damaged.pem"
    bundle.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    return bundle


def test_an_unusable_file_is_no_fault_of_the_proxy(damaged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy was reached, and passes the connection on."""
    with recording([], b"HTTP/1.1 200 Connection established\r\n\r\n") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        exchange = send("https://service.invalid/", damaged)
    assert exchange.via_proxy is True
    assert exchange.fault is not None
    assert exchange.fault.kind == "tls"


def test_an_unusable_file_does_not_hide_that_nobody_listens(damaged: Path) -> None:
    """Nothing was encrypted yet."""
    fault = send("https://127.0.0.1:1/", damaged).fault
    assert fault is not None
    assert fault.kind == "connect"


def test_another_name_is_refused_each_time(
    authorities: tuple[trustme.CA, trustme.CA], tmp_path: Path
) -> None:
    """Also after connections that were trusted."""
    bundle = tmp_path / "ca.pem"
    authorities[0].cert_pem.write_to_path(bundle)
    other = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authorities[0].issue_cert("other.example").configure_cert(other)
    with (
        serving(answering(b"x"), context_of(authorities[0])) as url,
        serving(answering(b"x"), other) as wrong,
    ):
        faults = [send(address, bundle).fault for address in (url, wrong) * 5]
    assert [fault and fault.kind for fault in faults] == [None, "tls"] * 5
