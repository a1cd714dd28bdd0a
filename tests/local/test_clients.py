"""Third-party clients get the documented responses: boto3, curl, the official MCP client."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import anyio
import httpx2
import pytest
from botocore.exceptions import ClientError
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import TextContent

from tests.conftest import PROJECT
from tests.local.callers import Facts, boto3_client, client_error


def test_boto3_gets_the_method_mismatch_from_a_jwt_runtime(agentcore: Facts) -> None:
    """403 AccessDeniedException with the reported message (docs/agentcore.md section 2.2, row 4)."""
    invoke = boto3_client(agentcore, "bedrock-agentcore").invoke_agent_runtime
    with pytest.raises(ClientError, match="Authorization method mismatch"):
        invoke(agentRuntimeArn=agentcore["runtime"]["arn"], payload=b"{}")


def test_boto3_invokes_an_iam_runtime(agentcore_iam: Facts) -> None:
    """A valid signature with a permission reaches the agent (docs/agentcore.md section 2.2, row 1)."""
    response = boto3_client(agentcore_iam, "bedrock-agentcore").invoke_agent_runtime(
        agentRuntimeArn=agentcore_iam["runtime"]["arn"], payload=b'{"prompt": "hi"}'
    )
    assert response["statusCode"] == 200
    assert b"embedded agent" in response["response"].read()


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"secret_access_key": "wrong"}, "InvalidSignatureException"),
        ({"access_key_id": "AKIAAAAAAAAAAAAAAAAA"}, "UnrecognizedClientException"),
        ({"aws_session_token": "made-up"}, "UnrecognizedClientException"),
    ],
    ids=["wrong secret", "unknown key", "session token with a static key"],
)
def test_boto3_with_wrong_keys_is_refused(agentcore_iam: Facts, keys: dict[str, str], code: str) -> None:
    """A wrong secret and a wrong key have different errors."""
    invoke = boto3_client(agentcore_iam, "bedrock-agentcore", **keys).invoke_agent_runtime
    error = client_error(invoke, agentRuntimeArn=agentcore_iam["runtime"]["arn"], payload=b"{}")
    assert error == (code, 403)


def test_the_user_id_header_needs_its_own_permission(agentcore_iam: Facts) -> None:
    """InvokeAgentRuntimeForUser is another IAM action (docs/agentcore.md section 2.2, row 3)."""
    invoke = boto3_client(agentcore_iam, "bedrock-agentcore").invoke_agent_runtime
    error = client_error(
        invoke, agentRuntimeArn=agentcore_iam["runtime"]["arn"], payload=b"{}", runtimeUserId="someone"
    )
    assert error == ("AccessDeniedException", 403)


def test_curl_with_a_token_and_without(agentcore: Facts, token: str) -> None:
    """200 with a token; 401 with a challenge without one."""
    arn = quote(agentcore["runtime"]["arn"], safe="")
    url = f"{agentcore['endpoints']['bedrock-agentcore']}/runtimes/{arn}/invocations"
    curl = ["curl", "-sS", "-i", "-X", "POST", url, "-H", "Content-Type: application/json", "-d", "{}"]
    with_token = subprocess.run(
        [*curl, "-H", f"Authorization: Bearer {token}"], capture_output=True, text=True, check=True
    )
    without_token = subprocess.run(curl, capture_output=True, text=True, check=True)
    assert with_token.stdout.startswith("HTTP/1.1 200")
    assert without_token.stdout.startswith("HTTP/1.1 401")
    assert "www-authenticate: Bearer resource_metadata=" in without_token.stdout


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_the_official_mcp_client_lists_and_calls_tools(
    agentcore: Facts, token: str, mode: Literal["legacy", "auto"]
) -> None:
    """It sends a bearer token and reads every page."""

    async def list_and_call() -> tuple[list[str], str]:
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx2.AsyncClient(headers=headers) as http:
            transport = streamable_http_client(agentcore["gateway"]["url"], http_client=http)
            async with Client(transport, mode=mode) as client:
                page = await client.list_tools()
                names = [tool.name for tool in page.tools]
                while page.next_cursor:
                    page = await client.list_tools(cursor=page.next_cursor)
                    names += [tool.name for tool in page.tools]
                result = await client.call_tool("echo-tool___echo", {"text": "hello"})
                (content,) = result.content
                assert isinstance(content, TextContent)
                return names, content.text

    names, text = anyio.run(list_and_call)
    assert names == ["echo-tool___echo", "echo-tool___ping", "x_amz_bedrock_agentcore_search"]
    assert text == "hello"


def test_the_printed_commands_work_when_pasted(tmp_path: Path) -> None:
    """In bash, one after the other: token, curl, boto3, the MCP client with every page, the notebook cell."""
    process = subprocess.Popen(
        [sys.executable, "-m", "agentcore_probe", "local"], stdout=subprocess.PIPE, text=True, cwd=PROJECT
    )
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        if line.startswith("Stop it"):
            break
        lines.append(line)
    try:
        script, cell = "".join(lines[1:]).split("# a notebook cell\n")
        # The `aws` command may not be installed.
        script = script.replace("aws bedrock-agentcore", ": aws bedrock-agentcore")
        bash = subprocess.run(
            ["bash", "-eu"], input=script, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert bash.returncode == 0, bash.stderr
        assert bash.stdout.count("HTTP/1.1 200 OK") == 2
        assert "Authorization method mismatch" in bash.stdout
        assert "['echo-tool___echo', 'echo-tool___ping']\n['x_amz_bedrock_agentcore_search']" in bash.stdout
        *statements, expression = cell.strip().splitlines()
        python = subprocess.run(
            [sys.executable, "-c", "\n".join([*statements, f"print({expression})"])],
            capture_output=True,
            text=True,
            check=True,
        )
        assert "Hello from the embedded agent" in python.stdout
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()
