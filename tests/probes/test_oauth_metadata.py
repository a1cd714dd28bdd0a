"""The documents of a login are read at every place where some MCP client looks, each once and without a credential."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from agentcore_probe.access.transport import Transport
from agentcore_probe.model.environment import Environment, Limits, LocalSetup
from agentcore_probe.model.login_chain import CHALLENGE, RESOURCE_METADATA, SERVER_METADATA
from agentcore_probe.probes.named_urls import may_name
from agentcore_probe.probes.oauth_metadata import walk
from tests.embedded import observed
from tests.probes.login_site import METADATA, OPENID, RFC_8414, LoginSite, Reply

OF_ORIGIN = ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"]
OF_ISSUER = [RFC_8414, "/.well-known/openid-configuration/tenant", OPENID]


@pytest.fixture
def site() -> Iterator[LoginSite]:
    with LoginSite() as running:
        yield running


def paths(site: LoginSite, step: str | None = None) -> list[str]:
    """What was read below the site's origin, in order."""
    return [
        exchange.request.url.removeprefix(site.origin)
        for exchange in site.walked().exchanges
        if step in (None, exchange.step)
    ]


def test_every_place_is_read_once_and_in_order(site: LoginSite) -> None:
    """Challenge, the metadata that it names, the other places, the issuer's places, then those of clients without metadata."""
    assert paths(site) == ["/mcp", METADATA, f"{METADATA}/mcp", *OF_ISSUER, *OF_ORIGIN]
    steps = [exchange.step for exchange in site.walked().exchanges]
    assert steps == [CHALLENGE, *[RESOURCE_METADATA] * 2, *[SERVER_METADATA] * 5]


def test_a_challenge_elsewhere_adds_a_place(site: LoginSite) -> None:
    """As a Runtime's, whose metadata is below its own path: nine requests at most."""
    own = f"/own{METADATA}"
    site.replies["/mcp"] = site.challenge(f'Bearer resource_metadata="{site.origin}{own}?qualifier=DEFAULT"')
    site.replies[own] = site.metadata()
    assert paths(site)[:4] == ["/mcp", f"{own}?qualifier=DEFAULT", f"{METADATA}/mcp", METADATA]
    assert len(paths(site)) == 9


def test_no_request_has_a_credential(site: LoginSite) -> None:
    """Neither the call nor the reads; and the calls are those of the MCP handshake."""
    exchanges = site.walked().exchanges
    assert {exchange.request.auth for exchange in exchanges} == {"none"}
    assert [exchange.purpose for exchange in exchanges] == ["gateway", *["discovery"] * 7]
    assert not any(
        {"authorization", "cookie"} & {name.lower() for name in sent} for *_, sent in site.requests
    )
    assert '"method": "initialize"' in (exchanges[0].request.body or "")


@pytest.mark.parametrize("url", ["/relative", "./relative", "javascript:alert(1)", "http://[::1", ""])
def test_what_is_not_an_absolute_url_is_not_read(site: LoginSite, url: str) -> None:
    """The well-known places still are."""
    site.replies["/mcp"] = site.challenge(f'Bearer resource_metadata="{url}"')
    assert paths(site, RESOURCE_METADATA) == [f"{METADATA}/mcp", METADATA]


@pytest.mark.parametrize(
    "servers", [None, [], "http://127.0.0.1/", [7], ["/tenant"], ["ftp://127.0.0.1/"], {}]
)
def test_unusable_metadata_leads_to_no_server(site: LoginSite, servers: object) -> None:
    """Clients take the origin of the MCP server then."""
    site.replies[METADATA] = site.metadata(authorization_servers=servers)
    assert paths(site, SERVER_METADATA) == OF_ORIGIN


@pytest.mark.parametrize("body", ["", "null", "[]", "<html></html>", '"text"', "[" * 100_000])
def test_a_page_is_no_document(site: LoginSite, body: str) -> None:
    """The next place has one."""
    site.replies[METADATA] = Reply(200, body)
    site.replies[f"{METADATA}/mcp"] = site.metadata()
    assert paths(site, SERVER_METADATA) == [*OF_ISSUER, *OF_ORIGIN]


def test_a_redirect_is_not_followed(site: LoginSite) -> None:
    """Its target is not asked."""
    site.replies[METADATA] = Reply(302, "", {"Location": f"{site.origin}/elsewhere"})
    assert "/elsewhere" not in paths(site)
    assert all(path != "/elsewhere" for _, path, _ in site.requests)


def test_a_host_that_does_not_answer_is_asked_once(site: LoginSite) -> None:
    """The next place would take as long; the target's own are read nevertheless."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    site.replies[METADATA] = site.metadata(authorization_servers=[f"http://127.0.0.1:{port}/tenant"])
    read = paths(site, SERVER_METADATA)
    assert read == [f"http://127.0.0.1:{port}{RFC_8414}", *OF_ORIGIN]


def test_nothing_is_read_where_the_target_does_not_answer() -> None:
    """One request, and its fault."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with Transport("gateway-oauth-metadata", Limits(seconds=5)) as transport:
        walk(f"http://127.0.0.1:{port}/mcp", "gateway", transport)
        assert [exchange.fault is not None for exchange in transport.exchanges] == [True]


@pytest.mark.parametrize(
    ("source", "url", "expected"),
    [
        ("http://127.0.0.1:1/mcp", "http://127.0.0.1:2/", True),
        ("http://127.0.0.1:1/mcp", "https://example.org/", True),
        ("https://gw.example.org/mcp", "https://idp.example.org/", True),
        ("https://gw.example.org/mcp", "http://127.0.0.1:2/", False),
        ("https://gw.example.org/mcp", "http://localhost/", False),
        ("https://gw.example.org/mcp", "http://[::1]/", False),
        ("https://gw.example.org/mcp", "http://[::1", False),
    ],
)
def test_only_this_machine_names_itself(source: str, url: str, expected: bool) -> None:
    """A target elsewhere cannot make this machine send requests to itself."""
    assert may_name(source, url) is expected


def test_a_run_has_both_rows_where_its_file_names_them() -> None:
    """With the embedded AgentCore; and not without being asked."""
    names = ("runtime-oauth-metadata", "gateway-oauth-metadata")
    record = observed(
        Environment(name="t", local=LocalSetup(), entrances=names), controls="few", experiments=False
    )
    for name in names:
        found = record.observation(name)
        assert found is not None
        assert 8 <= len(found.exchanges) <= 9
        assert record.of(found)[0].purpose == name.partition("-")[0]


@pytest.mark.parametrize(
    ("setup", "rows"),
    [
        (LocalSetup(runtime_authorizer="iam", gateway_authorizer="iam"), ("runtime", "gateway")),
        (LocalSetup(gateway_authorizer="none"), ("gateway",)),
    ],
)
def test_nothing_is_sent_where_nobody_can_log_in(setup: LocalSetup, rows: tuple[str, ...]) -> None:
    """An authorizer that reads no tokens names no login."""
    record = observed(
        Environment(name="t", local=setup, entrances=("all",)), controls="few", experiments=False
    )
    for target in rows:
        found = record.observation(f"{target}-oauth-metadata")
        assert found is not None
        assert (found.not_applicable, found.exchanges) == ("no-login-by-authorizer", ())
