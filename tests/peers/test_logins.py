"""Four MCP clients log in at embedded targets, and do what the forecasts say: outcome, and the step at which they stop.

`make clients` installs them and runs these tests alone. What a client did is read from the requests that reached the server
and from its own words (`logins/steps.py`), and printed beside the forecast in a table at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
import trustme

from agentcore_probe.model.environment import LocalSetup
from agentcore_probe.model.login_chain import Way, WayForecast
from tests.browser.conftest import CHROMIUM
from tests.peers.logins.client_metadata import client_metadata
from tests.peers.logins.clients import COMMANDS, Attempt, Given, attempt
from tests.peers.logins.deployment import Deployment, deployed
from tests.peers.logins.forecasts import Target, forecast_of, judged
from tests.peers.logins.setups import GATEWAYS, RUNTIMES, SEEN_IN_A_LOGIN_ONLY
from tests.peers.logins.steps import step_of, stopped_at
from tests.peers.table import LOGIN_PROPERTY, Peer

pytestmark = pytest.mark.timeout(600)

WAYS: tuple[Way, ...] = ("automatic", "typed-id")
PACKAGES = {
    "python-sdk": ("mcp", "servers"),
    "typescript-sdk": ("@modelcontextprotocol/client", "node"),
    "inspector": ("@modelcontextprotocol/inspector", "node"),
    "mcp-remote": ("mcp-remote", "node"),
}
"""The package of each client, and its group."""


@pytest.fixture(autouse=True)
def clients(peer: Callable[..., Peer]) -> None:
    """Names the clients for the table of versions."""
    for package, group in PACKAGES.values():
        peer(package, "logs in", group)


def url_of(deployment: Deployment, target: Target) -> str:
    """The MCP server's."""
    facts = deployment.facts
    if target == "gateway":
        return str(facts["gateway"]["url"])
    arn = quote(facts["runtime"]["arn"], safe="")
    return f"{facts['endpoints']['bedrock-agentcore']}/runtimes/{arn}/invocations?qualifier=DEFAULT"


def log_in(
    client: str,
    way: Way,
    deployment: Deployment,
    target: Target,
    folder: Path,
    *,
    chromium: str | None = None,
) -> Attempt:
    """What one client does, in one way."""
    client_id = deployment.facts["identity"]["client_id"] if way == "typed-id" else None
    given = Given(url_of(deployment, target), client_id=client_id)
    return attempt(client, given, deployment, folder / f"{client}-{way}", chromium=chromium)


def did(done: Attempt) -> str:
    """`connects`, or the step at which a client stopped."""
    return stopped_at(done) or "connects"


def said(forecast: WayForecast) -> str:
    """The same of a forecast."""
    return (
        forecast.outcome
        if forecast.outcome == "connects"
        else f"{forecast.step}{'' if forecast.outcome == 'fails' else '?'}"
    )


def compare(
    name: str, setup: LocalSetup, target: Target, folder: Path, record: Callable[[str, object], None]
) -> None:
    """Every client, in both ways, beside its forecast."""
    compared, outputs = [], dict[tuple[str, Way], str]()
    with deployed(setup, folder / "requests.jsonl") as deployment:
        judgement = judged(deployment, setup, target)
        for client in COMMANDS:
            for way in WAYS:
                done = log_in(client, way, deployment, target, folder)
                forecast = forecast_of(judgement, target, client, way)
                compared.append((f"{target} {name}", client, way, did(done), said(forecast)))
                outputs[client, way] = done.output[-2000:]
    for row in compared:
        record(LOGIN_PROPERTY, row)
    different = [row for row in compared if row[3] != row[4]]
    assert not different, [outputs[client, way] for _, client, way, *_ in different]


@pytest.mark.parametrize("name", GATEWAYS)
def test_forecasts_of_a_gateway(
    name: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Each client connects, or stops at the step that was forecast."""
    compare(name, GATEWAYS[name], "gateway", tmp_path, record_property)


@pytest.mark.parametrize("name", RUNTIMES)
def test_forecasts_of_a_runtime(
    name: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """The same of a Runtime of protocol MCP."""
    compare(name, RUNTIMES[name], "runtime", tmp_path, record_property)


@pytest.mark.parametrize("name", SEEN_IN_A_LOGIN_ONLY)
def test_what_only_a_login_shows(name: str, tmp_path: Path) -> None:
    """No document shows these faults, and every client stops when the browser comes back: `login` shows it."""
    with deployed(SEEN_IN_A_LOGIN_ONLY[name], tmp_path / "requests.jsonl") as deployment:
        done = {client: log_in(client, "automatic", deployment, "gateway", tmp_path) for client in COMMANDS}
    assert {client: did(attempt) for client, attempt in done.items()} == dict.fromkeys(
        COMMANDS, "authorization"
    )


@pytest.mark.parametrize("refused", [False, True])
def test_a_client_whose_id_is_the_url_of_its_metadata(refused: bool, tmp_path: Path) -> None:
    """Nobody registers; the server reads the document when the browser comes, and lets the clients in or refuses them all.

    So it is forecast for a client that has such a URL, by the policies of the pool.
    """
    setup = GATEWAYS["healthy"]
    if refused:
        setup = setup.model_copy(update={"faults": ("client-metadata-refused",)})
    authority = trustme.CA()
    authorities = tmp_path / "authorities.pem"
    authority.cert_pem.write_to_path(str(authorities))
    done = {}
    with (
        client_metadata(authority) as url,
        deployed(setup, tmp_path / "requests.jsonl", authorities=authorities) as deployment,
    ):
        judgement = judged(deployment, setup, "gateway")
        for client in COMMANDS:
            given = Given(url_of(deployment, "gateway"), client_metadata_url=url)
            done[client] = attempt(client, given, deployment, tmp_path / client)
    step = "authorization" if refused else "connects"
    stops = {client: did(attempt) for client, attempt in done.items()}
    assert stops == dict.fromkeys(COMMANDS, step), [
        (attempt.browser, attempt.output[-1000:]) for attempt in done.values()
    ]
    for attempted in done.values():
        ids = {
            request.parameters["client_id"]
            for request in attempted.requests
            if "client_id" in request.parameters
        }
        assert ids == {url}
        assert "client-identity" not in map(step_of, attempted.requests)
    of_claude_code = forecast_of(judgement, "gateway", "claude-code", "automatic")
    expected = ("fails", "authorization") if refused else ("connects", None)
    assert (of_claude_code.outcome, of_claude_code.step) == expected


@pytest.mark.parametrize("client", COMMANDS)
def test_a_login_in_chromium(client: str, tmp_path: Path) -> None:
    """A person's browser, driven by Playwright, gets to where the plain HTTP of the other tests does."""
    with deployed(GATEWAYS["healthy"], tmp_path / "requests.jsonl") as deployment:
        done = log_in(client, "automatic", deployment, "gateway", tmp_path, chromium=CHROMIUM)
    assert done.is_connected, done.output
    assert [(ended["ended"], ended["error"]) for ended in done.browser] == [("callback", "")]
    steps = [step_of(request) for request in done.requests]
    assert {"challenge", "client-identity", "authorization", "token", "call"} <= set(steps)
