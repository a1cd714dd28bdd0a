"""MCP clients and AWS SDKs of others: they get in where a row says accepted, and are refused where it says refused."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe.model.environment import LocalSetup
from agentcore_probe.model.record import RunRecord
from tests.embedded import recorded
from tests.peers.install import HERE, node_folder, node_variables, python_of
from tests.peers.table import Peer

Facts = Mapping[str, Any]
CLIENTS = HERE / "clients"
MCP_CLIENTS: dict[str, tuple[str, str]] = {
    "mcp": ("servers", "mcp_client.py"),
    "fastmcp": ("servers", "fastmcp_client.py"),
    "langchain-mcp-adapters": ("clients", "langchain_client.py"),
    "@modelcontextprotocol/sdk": ("node", "mcp_client.mjs"),
}
"""Each with the environment and the script of a client."""


@cache
def decisions(authorizer: str) -> dict[str, str]:
    """What the rows of a run say of targets with this authorizer: accepted or refused."""
    setup = LocalSetup.model_validate({"runtime_authorizer": authorizer, "gateway_authorizer": authorizer})
    record: RunRecord = recorded(setup, "few")
    return {observation.method: observation.decision for observation in record.observations}


def run(
    command: list[str | Path], variables: Mapping[str, str], folder: Path
) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), **node_variables(), **variables}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=100, check=False, cwd=folder
    )


@pytest.mark.parametrize("name", MCP_CLIENTS)
def test_an_mcp_client(
    name: str, agentcore: Facts, token: str, tmp_path: Path, peer: Callable[..., Peer]
) -> None:
    """It lists the tools of every page with a token, and is refused with a forged one and without any."""
    group, script = MCP_CLIENTS[name]
    peer(name, "MCP client of the Gateway", group)
    program = node_folder() / "bin" / "node" if group == "node" else python_of(group)
    command = [program, CLIENTS / script, agentcore["gateway"]["url"]]
    results = {
        row: run(command, variables, tmp_path)
        for row, variables in {
            "gateway-jwt": {"TOKEN": token},
            "gateway-jwt-forged": {"TOKEN": f"{token[:-8]}AAAAAAAA"},
            "gateway-anonymous": dict[str, str](),
        }.items()
    }
    outcomes = {row: "accepted" if done.returncode == 0 else "refused" for row, done in results.items()}
    assert outcomes == {row: decisions("jwt")[row] for row in outcomes}, results["gateway-jwt"].stderr
    assert json.loads(results["gateway-jwt"].stdout)["tools"] == [
        "echo-tool___echo", "echo-tool___ping", "x_amz_bedrock_agentcore_search",
    ]  # fmt: skip
    for row in ("gateway-jwt-forged", "gateway-anonymous"):
        assert re.search("401|Unauthorized|(Missing|Invalid) Bearer token", results[row].stderr)


def keys(ready: Facts) -> dict[str, str]:
    """The embedded AWS credentials."""
    aws = ready["aws"]
    return {
        "AWS_ACCESS_KEY_ID": aws["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": aws["secret_access_key"],
        "AWS_DEFAULT_REGION": ready["region"],
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@pytest.fixture(params=["jwt", "iam"])
def target(request: pytest.FixtureRequest) -> tuple[str, Facts]:
    """The authorizer of Runtime and Gateway, and the embedded AgentCore that has it."""
    name = {"jwt": "agentcore", "iam": "agentcore_iam"}[request.param]
    return request.param, request.getfixturevalue(name)


def test_the_aws_sdk_for_javascript(
    target: tuple[str, Facts], tmp_path: Path, peer: Callable[..., Peer]
) -> None:
    """InvokeAgentRuntime, as the rows of boto3 and the AWS CLI predict."""
    authorizer, ready = target
    peer("@aws-sdk/client-bedrock-agentcore", f"InvokeAgentRuntime, {authorizer} Runtime")
    command = [
        node_folder() / "bin" / "node", CLIENTS / "aws_sdk.mjs",
        ready["endpoints"]["bedrock-agentcore"], ready["runtime"]["arn"],
    ]  # fmt: skip
    answer = json.loads(run(command, keys(ready), tmp_path).stdout)
    assert answer == (
        {"status": 200} if authorizer == "iam" else {"status": 403, "error": "AccessDeniedException"}
    )
    assert decisions(authorizer)["runtime-sigv4"] == ("accepted" if answer["status"] == 200 else "refused")


def test_the_aws_command(target: tuple[str, Facts], tmp_path: Path, peer: Callable[..., Peer]) -> None:
    """`aws bedrock-agentcore invoke-agent-runtime` of the pinned version."""
    authorizer, ready = target
    peer("awscli", f"InvokeAgentRuntime, {authorizer} Runtime")
    (tmp_path / "payload").write_text('{"prompt": "Hello"}', "utf-8")
    command = [
        python_of("clients").parent / "aws", "bedrock-agentcore", "invoke-agent-runtime", "out",
        "--agent-runtime-arn", ready["runtime"]["arn"], "--payload", "fileb://payload",
        "--endpoint-url", ready["endpoints"]["bedrock-agentcore"],
    ]  # fmt: skip
    done = run(command, keys(ready), tmp_path)
    decision = "accepted" if done.returncode == 0 else "refused"
    assert decision == decisions(authorizer)["runtime-sigv4"], done.stderr
    assert authorizer == "iam" or "AccessDeniedException" in done.stderr


def test_the_mcp_proxy_for_aws(agentcore_iam: Facts, tmp_path: Path, peer: Callable[..., Peer]) -> None:
    """It signs the requests of a client that speaks MCP over its standard input."""
    peer("mcp-proxy-for-aws", "signs MCP for an iam Gateway")
    command = [
        python_of("clients"), CLIENTS / "through_stdio.py", python_of("clients").parent / "mcp-proxy-for-aws",
        agentcore_iam["gateway"]["url"], "--service", "bedrock-agentcore", "--region", agentcore_iam["region"],
    ]  # fmt: skip
    done = run(command, keys(agentcore_iam), tmp_path)
    assert decisions("iam")["gateway-sigv4"] == "accepted"
    assert json.loads(done.stdout)["tools"], done.stderr
