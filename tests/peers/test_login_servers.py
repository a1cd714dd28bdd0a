"""Authorization servers of others in the chain of a login: what the rows and forecasts say of them, and what clients do.

The embedded Gateway names the server by the `discoveryUrl` of its authorizer, and verifies the server's tokens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe.model.environment import LocalSetup
from agentcore_probe.model.login_chain import Way
from tests.peers.logins.clients import Given, attempt
from tests.peers.logins.deployment import deployed
from tests.peers.logins.forecasts import forecast_of, judged, row_of
from tests.peers.logins.providers import provider
from tests.peers.logins.steps import stopped_at
from tests.peers.table import Peer

pytestmark = pytest.mark.timeout(600)

CLIENT = "probe"
CLIENTS = ("python-sdk", "typescript-sdk")
WELL_KNOWN = "/.well-known/openid-configuration"
Expected = Mapping[Way, tuple[str, str | None]]


@dataclass(frozen=True)
class Server:
    """An authorization server of others, and what becomes of a login there."""

    name: str
    script: tuple[str, ...]
    forecast: Expected
    """Outcome and step by the way. Whether an unknown provider lets clients register, or knows their redirect URIs, no
    document says."""
    did: Mapping[Way, str | None]
    """Where the clients stop; None: they connect."""
    rules: Mapping[str, Any]
    """Of the authorizer, beside the server."""
    row: tuple[str, str, str] = ("accepted", "as-expected", "none")
    """Decision, outcome and cause of the row about the documents."""
    host: str = "127.0.0.1"
    """By which the authorizer names it."""


OPEN: Expected = {"automatic": ("possible", "client-identity"), "typed-id": ("possible", "authorization")}
MISMATCH: Expected = dict.fromkeys(OPEN, ("fails", "server-metadata"))
SERVERS = {
    "registers": Server(
        "oidc-provider",
        ("panva_login.mjs", CLIENT),
        OPEN,
        {"automatic": None, "typed-id": None},
        {"allowedScopes": ["api"]},
    ),
    # Its default: both SDKs ask for refresh tokens, which it does not have, and it refuses to register them.
    "without-refresh": Server(
        "oidc-provider",
        ("panva_login.mjs", CLIENT, "without-refresh"),
        OPEN,
        {"automatic": "client-identity", "typed-id": None},
        {"allowedScopes": ["api"]},
    ),
    "registers-nobody": Server(
        "oauth2-mock-server",
        ("oauth2_mock.mjs",),
        {**OPEN, "automatic": ("fails", "client-identity")},
        {"automatic": "client-identity", "typed-id": None},
        {"allowedClients": [CLIENT]},
        host="localhost",
    ),
    # Its issuer is http://localhost:PORT, whatever it is called by.
    "another-issuer": Server(
        "oauth2-mock-server",
        ("oauth2_mock.mjs",),
        MISMATCH,
        dict.fromkeys(OPEN, "server-metadata"),
        {"allowedClients": [CLIENT]},
        row=("accepted", "unexpected", "metadata-issuer-mismatch"),
    ),
}


@pytest.mark.parametrize("case", SERVERS)
def test_a_login_at_a_server_of_others(case: str, tmp_path: Path, peer: Callable[..., Peer]) -> None:
    """Forecast and login by the two SDKs, in both ways."""
    server, log, setup = SERVERS[case], tmp_path / "requests.jsonl", LocalSetup()
    peer(server.name, "where MCP clients log in")
    with provider(tmp_path, log, *server.script) as address:
        issuer = address.replace("127.0.0.1", server.host)
        discovery_url = f"{issuer}{WELL_KNOWN}"
        with deployed(setup, log, {"discoveryUrl": discovery_url, **server.rules}) as deployment:
            app_client = {"client_id": CLIENT, "discovery_url": discovery_url}
            judgement = judged(deployment, setup, "gateway", app_client)
            done = {}
            for client in CLIENTS:
                for way in server.did:
                    given = Given(deployment.facts["gateway"]["url"], CLIENT if way == "typed-id" else None)
                    done[client, way] = attempt(client, given, deployment, tmp_path / f"{client}-{way}")
    (chain,) = judgement.login_chains
    assert (chain.provider, chain.issuer) == ("generic", issuer)
    row = judgement.finding(row_of("gateway"))
    assert row is not None
    assert (row.observed, row.outcome, row.diagnosis.cause) == server.row
    forecasts = {key: forecast_of(judgement, "gateway", *key) for key in done}
    assert {key: (forecast.outcome, forecast.step) for key, forecast in forecasts.items()} == {
        (client, way): server.forecast[way] for client, way in done
    }
    assert {key: stopped_at(attempt) for key, attempt in done.items()} == {
        (client, way): server.did[way] for client, way in done
    }
