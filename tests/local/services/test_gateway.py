"""The Gateway responds as documented: pages of tools, tool errors, challenges, MCP versions."""

from __future__ import annotations

import pytest
import requests

from agentcore_probe.model.environment import LocalSetup
from tests.conftest import log_in
from tests.embedded import started
from tests.local.callers import Facts, call_gateway, initialize


def test_the_gateway_lists_three_tools_on_two_pages(agentcore: Facts, token: str) -> None:
    """A probe that reads one page misses tools (docs/agentcore.md section 4)."""
    first = call_gateway(agentcore, token, "tools/list").json()["result"]
    second = call_gateway(agentcore, token, "tools/list", {"cursor": first["nextCursor"]}).json()["result"]
    names = [tool["name"] for tool in first["tools"] + second["tools"]]
    assert names == ["echo-tool___echo", "echo-tool___ping", "x_amz_bedrock_agentcore_search"]
    assert "nextCursor" not in second


def test_a_tool_error_is_a_200_and_an_unknown_target_is_named(agentcore: Facts, token: str) -> None:
    """A tool error is `isError` in a 200; an unknown target is "No Target found" (docs/agentcore.md section 4)."""
    tool_error = call_gateway(agentcore, token, "tools/call", {"name": "echo-tool___echo", "arguments": {}})
    unknown = call_gateway(agentcore, token, "tools/call", {"name": "nowhere___echo", "arguments": {}})
    assert tool_error.status_code == 200
    assert tool_error.json()["result"]["isError"] is True
    assert "No Target found for Target name: nowhere" in unknown.json()["error"]["message"]


@pytest.mark.parametrize(
    ("token", "message"), [(None, "Missing Bearer token"), ("x.y.z", "Invalid Bearer token")]
)
def test_the_gateway_challenges_missing_and_invalid_tokens(
    agentcore: Facts, token: str | None, message: str
) -> None:
    """docs/agentcore.md section 4.2; the body is inferred."""
    response = call_gateway(agentcore, token, "tools/list")
    assert response.status_code == 401
    assert response.json()["error"] == {"code": -32001, "message": message}
    metadata = response.headers["WWW-Authenticate"].split('resource_metadata="')[1].split('"')[0]
    assert requests.get(metadata, timeout=10).json()["resource"] == agentcore["gateway"]["url"]


def test_an_unsupported_version_in_the_header_is_refused(agentcore: Facts, token: str) -> None:
    """A Gateway accepts its `supportedVersions` only (docs/agentcore.md section 4; the response is inferred)."""
    response = call_gateway(agentcore, token, "tools/list", **{"MCP-Protocol-Version": "2024-01-01"})
    assert response.status_code == 400
    assert "Unsupported MCP protocol version" in response.json()["error"]["message"]


@pytest.mark.parametrize("version", ["2024-11-05", "1999-01-01"])
def test_initialize_with_an_unsupported_version_gets_the_newest_supported_one(
    agentcore: Facts, token: str, version: str
) -> None:
    """The MCP server also supports 2024-11-05; the Gateway does not."""
    assert initialize(agentcore, token, version).json()["result"]["protocolVersion"] == "2025-11-25"


@pytest.mark.parametrize("version", ["2025-11-25", "2026-07-28"])
def test_a_stateless_gateway_refuses_every_handshake(version: str) -> None:
    """MCP 2026-07-28 has no `initialize` (docs/agentcore.md section 4)."""
    with started(LocalSetup(faults=("gateway-stateless",))) as facts:
        response = initialize(facts, log_in(facts)["AccessToken"], version)
    assert response.status_code == 400
    assert response.json()["error"]["code"] == -32602
