"""MCP servers of others behind the Gateway: the report lists the tools that another client is given."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import run_here
from tests.peers.beside import beside
from tests.peers.install import HERE, node_folder, node_variables, python_of
from tests.peers.probing import environment_text, verify
from tests.peers.processes import serving
from tests.peers.table import Peer

NODE_PEERS = {
    "@modelcontextprotocol/server-everything": (
        HERE / "node_modules/@modelcontextprotocol/server-everything/dist/index.js",
        "streamableHttp",
    ),
    "@modelcontextprotocol/sdk": (HERE / "servers" / "resources_only.mjs",),
}
PYTHON_PEERS = {"fastmcp": ("fastmcp", "120"), "mcp": ("python-sdk",)}
"""120 tools whose names are 4,000 characters long together."""


def tools_by_another_client(url: str) -> list[str]:
    """What the official Python SDK's client lists when it asks the server itself."""
    command: list[str | Path] = [python_of("servers"), HERE / "clients" / "mcp_client.py", url]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return list(json.loads(done.stdout)["tools"])


def command_of(name: str) -> list[str | Path]:
    if name in NODE_PEERS:
        preload = HERE / "servers" / "loopback.mjs"
        return [node_folder() / "bin" / "node", "--import", preload, *NODE_PEERS[name]]
    return [python_of("servers"), HERE / "servers" / "mcp_server.py", *PYTHON_PEERS[name]]


def test_a_server_in_the_place_of_the_gateway(
    agentcore: Mapping[str, Any], tmp_path: Path, peer: Callable[..., Peer]
) -> None:
    """Its own URL in `[gateway]`: it answers every call, and none of it is an answer of AWS."""
    name = "@modelcontextprotocol/server-everything"
    peer(name, "in place of the Gateway")
    with serving(command_of(name), log=tmp_path / "log", variables=node_variables()) as address:
        run = verify(tmp_path, agentcore, environment_text(agentcore, gateway=f"{address}/mcp"))
    rows = {method: row for method, row in run.rows.items() if method.startswith("gateway-")}
    assert {row["observed"] for row in rows.values()} == {"undecided"}
    assert {run.cause(method) for method in rows} == {"answer-not-from-aws"}
    assert run.verdict == "inconclusive"


@pytest.mark.parametrize("name", [*NODE_PEERS, *PYTHON_PEERS])
def test_a_server_behind_the_gateway(name: str, tmp_path: Path, peer: Callable[..., Peer]) -> None:
    """Every row is as the control plane predicts, and the tools are the server's; one without tools has none."""
    peer(name, "behind the Gateway: tools and verdict", "servers")
    with serving(command_of(name), log=tmp_path / "log", variables=node_variables()) as address:
        with beside(mcp_url=f"{address}/mcp") as ready:
            text = environment_text(ready)
            verification = verify(tmp_path, ready, text)
            page = run_here(["verify", "peer", "--only", "gateway-jwt"], tmp_path, verification.variables)
        expected = [] if name == "@modelcontextprotocol/sdk" else tools_by_another_client(f"{address}/mcp")
    assert verification.verdict == "verified"
    facts = verification.observation("gateway-jwt")["facts"]
    assert facts.get("tools", []) == expected
    assert page.returncode == 0, page.stderr
