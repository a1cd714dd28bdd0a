"""Proxies of others between the probe and the embedded AgentCore: the report says what they did."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.peers.probing import Verification, environment_text, verify
from tests.peers.proxies import haproxy, mitmdump, nginx
from tests.peers.table import Peer

Facts = Mapping[str, Any]
ENCODED = ("runtime-jwt", "runtime-sigv4", "runtime-cli")


def through(folder: Path, ready: Facts, address: str, **options: Any) -> Verification:
    """A verification whose Runtime is behind the proxy."""
    return verify(folder, ready, environment_text(ready, bedrock_agentcore=address), **options)


def received_by_nginx(folder: Path) -> list[tuple[str, int, str]]:
    """Request line, status and Authorization header of what nginx got."""
    lines = (line.split("|") for line in (folder / "nginx.access").read_text("utf-8").splitlines())
    return [(request, int(status), authorization) for request, status, authorization in lines]


def sent_to_runtime(run: Verification) -> list[int]:
    """The status of each answer to the probe's own requests to the Runtime."""
    return [
        exchange["response"]["status"]
        for exchange in run.exchanges
        if "/runtimes/" in exchange["request"]["url"] and exchange.get("response")
    ]


def test_nginx_that_leaves_the_path_alone(
    agentcore: Facts, tmp_path: Path, peer: Callable[..., Peer]
) -> None:
    """Every row as without it."""
    peer("nginx", "passes the path as it is")
    with nginx(tmp_path, f"proxy_pass {agentcore['endpoints']['bedrock-agentcore']};") as address:
        run = through(tmp_path, agentcore, address)
    assert run.verdict == "verified"
    received = received_by_nginx(tmp_path)
    assert sum("%2F" in request for request, _, _ in received) >= len(ENCODED)


def test_nginx_that_decodes_the_path(agentcore: Facts, tmp_path: Path, peer: Callable[..., Peer]) -> None:
    """`proxy_pass` with a path: the ARN arrives encoded at nginx, and the Runtime's router refuses what nginx sends."""
    peer("nginx", "decodes %2F")
    with nginx(tmp_path, f"proxy_pass {agentcore['endpoints']['bedrock-agentcore']}/;") as address:
        run = through(tmp_path, agentcore, address)
    encoded = [status for request, status, _ in received_by_nginx(tmp_path) if "%2F" in request]
    assert encoded
    assert set(encoded) == {404}
    assert {run.cause(method) for method in ENCODED} == {"arn-decoded-on-the-way"}
    assert run.verdict != "verified"


def test_nginx_that_removes_the_credential(
    agentcore: Facts, tmp_path: Path, peer: Callable[..., Peer]
) -> None:
    """nginx received an Authorization header, and the Runtime says that it got none."""
    peer("nginx", "strips Authorization")
    upstream = agentcore["endpoints"]["bedrock-agentcore"]
    with nginx(tmp_path, f'proxy_set_header Authorization ""; proxy_pass {upstream};') as address:
        run = through(tmp_path, agentcore, address)
    assert any("Bearer" in authorization for _, _, authorization in received_by_nginx(tmp_path))
    assert run.cause("runtime-jwt") == "credential-lost-on-the-way"
    assert run.verdict != "verified"


def test_nginx_that_changes_the_host(agentcore_iam: Facts, tmp_path: Path, peer: Callable[..., Peer]) -> None:
    """A signature covers the host: the IAM Runtime refuses all signed calls, and the cause says what was changed."""
    peer("nginx", "rewrites Host before an iam Runtime")
    upstream = agentcore_iam["endpoints"]["bedrock-agentcore"]
    with nginx(tmp_path, f"proxy_set_header Host localhost; proxy_pass {upstream};") as address:
        run = through(tmp_path, agentcore_iam, address)
    assert any("AWS4-HMAC" in authorization for _, _, authorization in received_by_nginx(tmp_path))
    for method in ("runtime-sigv4", "runtime-cli"):
        assert (run.rows[method]["observed"], run.cause(method)) == ("refused", "aws-signature-invalid")
    assert run.verdict == "not-verified"


@pytest.mark.parametrize(
    ("status", "lines"),
    [
        (413, "client_max_body_size 1; proxy_pass {upstream};"),
        (502, "proxy_pass http://127.0.0.1:9;"),
        (302, "return 302 https://sso.invalid/login;"),
    ],
)
def test_nginx_that_answers_itself(
    status: int, lines: str, agentcore: Facts, tmp_path: Path, peer: Callable[..., Peer]
) -> None:
    """What AgentCore did not say decides nothing."""
    peer("nginx", f"answers {status}")
    text = lines.format(upstream=agentcore["endpoints"]["bedrock-agentcore"])
    with nginx(tmp_path, text) as address:
        run = through(tmp_path, agentcore, address)
    assert {code for _, code, _ in received_by_nginx(tmp_path)} == {status}
    assert set(sent_to_runtime(run)) == {status}
    for method in ENCODED:
        assert (run.rows[method]["observed"], run.rows[method]["outcome"]) == ("undecided", "error")
        assert (run.cause(method) == "request-too-large") is (status == 413)
    assert run.verdict == "inconclusive"


@pytest.mark.parametrize("status", [407, 429])
def test_haproxy_that_answers_itself(
    status: int, agentcore: Facts, tmp_path: Path, peer: Callable[..., Peer]
) -> None:
    """A proxy that wants a login, or that limits the rate."""
    peer("haproxy", f"answers {status}")
    upstream = agentcore["endpoints"]["bedrock-agentcore"]
    with haproxy(tmp_path, upstream, f"http-request deny deny_status {status}") as address:
        run = through(tmp_path, agentcore, address)
    assert set(sent_to_runtime(run)) == {status}
    assert {run.rows[method]["observed"] for method in ENCODED} == {"undecided"}
    assert run.verdict == "inconclusive"


def test_haproxy_that_decodes_the_path(agentcore: Facts, tmp_path: Path, peer: Callable[..., Peer]) -> None:
    """`url_dec`: it leaves no header, and only the pair of requests shows it."""
    peer("haproxy", "decodes %2F")
    upstream = agentcore["endpoints"]["bedrock-agentcore"]
    with haproxy(tmp_path, upstream, "http-request set-path %[path,url_dec]") as address:
        run = through(tmp_path, agentcore, address)
    assert {run.cause(method) for method in ENCODED} == {"arn-decoded-on-the-way"}


def test_mitmproxy_decrypts_tls(agentcore: Facts, tmp_path: Path, peer: Callable[..., Peer]) -> None:
    """AWS_CA_BUNDLE alone makes all rows trust its authority; without it, none does, and the cause says so."""
    peer("mitmproxy", "decrypts TLS; AWS_CA_BUNDLE")
    upstream = agentcore["endpoints"]["bedrock-agentcore"]
    with mitmdump(tmp_path, "--mode", f"reverse:{upstream}", "--set", "keep_host_header=true") as port:
        bundle = {"AWS_CA_BUNDLE": str(tmp_path / "mitmproxy-ca-cert.pem")}
        address = f"https://127.0.0.1:{port}"
        trusting = through(tmp_path, agentcore, address, env=bundle)
        distrusting = through(tmp_path, agentcore, address)
    assert trusting.verdict == "verified"
    for method in ENCODED:
        assert distrusting.cause(method) == "tls-failure"
    assert distrusting.verdict == "inconclusive"


def test_mitmproxy_as_the_proxy_of_the_machine(
    agentcore: Facts, tmp_path: Path, peer: Callable[..., Peer]
) -> None:
    """HTTPS_PROXY with a login: only the proxy knows the host, every row goes through it, and no output has the login."""
    peer("mitmproxy", "HTTPS_PROXY with a login")
    upstream, host = agentcore["endpoints"]["bedrock-agentcore"], "https://agentcore.invalid"
    options = (
        "--proxyauth", "someone:proxy-passphrase", "--map-remote", f"|{host}|{upstream}",
        "--set", "connection_strategy=lazy", "--set", "upstream_cert=false",
    )  # fmt: skip
    with mitmdump(tmp_path, *options) as port:
        variables = {
            "HTTPS_PROXY": f"http://someone:proxy-passphrase@127.0.0.1:{port}",
            "AWS_CA_BUNDLE": str(tmp_path / "mitmproxy-ca-cert.pem"),
        }
        run = through(tmp_path, agentcore, host, env=variables)
    assert run.verdict == "verified"
    received = (tmp_path / "mitm.log").read_text("utf-8").count(f": POST {upstream}/")
    assert received > len(sent_to_runtime(run))  # and the one of the `aws` command
    assert "proxy-passphrase" not in str(run.content)
