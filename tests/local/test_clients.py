"""Clients that others wrote get the documented answers: boto3, curl, the official MCP client."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import anyio
import boto3
import httpx2
import pytest
import requests
from botocore.exceptions import ClientError
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import TextContent

from tests.conftest import PROJECT, log_in


def client(told: Mapping[str, Any], service: str, **keys: str) -> Any:
    aws = {**told["aws"], **keys}
    session = boto3.Session(
        aws["access_key_id"],
        aws["secret_access_key"],
        aws.get("aws_session_token"),
        region_name=told["region"],
    )
    return session.client(service, endpoint_url=told["endpoints"][service])


def refused(call: Any, **arguments: Any) -> tuple[str, int]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


def test_boto3_is_told_of_the_method_mismatch(agentcore: Mapping[str, Any]) -> None:
    """SigV4 on a JWT Runtime: 403 AccessDeniedException with the reported words."""
    invoke = client(agentcore, "bedrock-agentcore").invoke_agent_runtime
    with pytest.raises(ClientError, match="Authorization method mismatch"):
        invoke(agentRuntimeArn=agentcore["runtime"]["arn"], payload=b"{}")


def test_boto3_invokes_an_iam_runtime(agentcore_iam: Mapping[str, Any]) -> None:
    """A good signature with a permission gets the agent's answer."""
    answer = client(agentcore_iam, "bedrock-agentcore").invoke_agent_runtime(
        agentRuntimeArn=agentcore_iam["runtime"]["arn"], payload=b'{"prompt": "hi"}'
    )
    assert answer["statusCode"] == 200
    assert b"embedded agent" in answer["response"].read()


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"secret_access_key": "wrong"}, "InvalidSignatureException"),
        ({"access_key_id": "AKIAAAAAAAAAAAAAAAAA"}, "UnrecognizedClientException"),
    ],
)
def test_boto3_with_bad_keys_is_refused_by_recomputation(
    agentcore_iam: Mapping[str, Any], keys: dict[str, str], code: str
) -> None:
    """A wrong secret and an unknown key have answers of their own."""
    invoke = client(agentcore_iam, "bedrock-agentcore", **keys).invoke_agent_runtime
    assert refused(invoke, agentRuntimeArn=agentcore_iam["runtime"]["arn"], payload=b"{}") == (code, 403)


def test_the_user_id_header_needs_its_own_permission(agentcore_iam: Mapping[str, Any]) -> None:
    """InvokeAgentRuntimeForUser is another IAM action."""
    invoke = client(agentcore_iam, "bedrock-agentcore").invoke_agent_runtime
    code, status = refused(
        invoke, agentRuntimeArn=agentcore_iam["runtime"]["arn"], payload=b"{}", runtimeUserId="someone"
    )
    assert (code, status) == ("AccessDeniedException", 403)


def test_boto3_reads_the_control_plane_in_the_api_s_shapes(agentcore: Mapping[str, Any]) -> None:
    """Runtime, endpoints, Gateway and targets, as botocore's models describe them."""
    control = client(agentcore, "bedrock-agentcore-control")
    id = agentcore["runtime"]["arn"].split("/")[-1]
    runtime = control.get_agent_runtime(agentRuntimeId=id)
    endpoints = control.list_agent_runtime_endpoints(agentRuntimeId=id)["runtimeEndpoints"]
    gateway = control.get_gateway(gatewayIdentifier=agentcore["gateway"]["id"])
    targets = control.list_gateway_targets(gatewayIdentifier=agentcore["gateway"]["id"])["items"]
    rules = runtime["authorizerConfiguration"]["customJWTAuthorizer"]
    assert rules["allowedClients"] == [agentcore["identity"]["client_id"]]
    assert endpoints[0]["lastUpdatedAt"].year == 2026
    assert gateway["authorizerType"] == "CUSTOM_JWT"
    assert targets[0]["status"] == "READY"
    assert refused(control.get_agent_runtime, agentRuntimeId="other_agent-ABCDEFGHIJ")[0] == (
        "ResourceNotFoundException"
    )


def test_sts_names_the_caller(agentcore: Mapping[str, Any]) -> None:
    """moto's STS, with real credentials checked."""
    assert client(agentcore, "sts").get_caller_identity()["Arn"].endswith(":user/probe")


def test_curl_with_a_token_and_without(agentcore: Mapping[str, Any], token: str) -> None:
    """The lines that `local` prints work in a terminal."""
    arn = quote(agentcore["runtime"]["arn"], safe="")
    url = f"{agentcore['endpoints']['bedrock-agentcore']}/runtimes/{arn}/invocations"
    common = ["curl", "-sS", "-i", "-X", "POST", url, "-H", "Content-Type: application/json", "-d", "{}"]
    good = subprocess.run(
        [*common, "-H", f"Authorization: Bearer {token}"], capture_output=True, text=True, check=True
    )
    bad = subprocess.run(common, capture_output=True, text=True, check=True)
    assert good.stdout.startswith("HTTP/1.1 200")
    assert bad.stdout.startswith("HTTP/1.1 401")
    assert "www-authenticate: Bearer resource_metadata=" in bad.stdout


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_the_official_mcp_client_lists_and_calls_tools(
    agentcore: Mapping[str, Any], token: str, mode: Any
) -> None:
    """With a bearer token, following the pages."""

    async def talk() -> tuple[list[str], str]:
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx2.AsyncClient(headers=headers) as http:
            transport = streamable_http_client(agentcore["gateway"]["url"], http_client=http)
            async with Client(transport, mode=mode) as session:
                names: list[str] = []
                page = await session.list_tools()
                names += [tool.name for tool in page.tools]
                while page.next_cursor:
                    page = await session.list_tools(cursor=page.next_cursor)
                    names += [tool.name for tool in page.tools]
                called = await session.call_tool("echo-tool___echo", {"text": "hello"})
                (content,) = called.content
                assert isinstance(content, TextContent)
                return names, content.text

    names, said = anyio.run(talk)
    assert names == ["echo-tool___echo", "echo-tool___ping", "x_amz_bedrock_agentcore_search"]
    assert said == "hello"


def test_boto3_lists_what_is_deployed(agentcore: Mapping[str, Any]) -> None:
    """In the API's shapes: a Gateway's row has no URL, and there is no resource policy."""
    control = client(agentcore, "bedrock-agentcore-control")
    (runtime,) = control.list_agent_runtimes()["agentRuntimes"]
    assert runtime["agentRuntimeArn"] == agentcore["runtime"]["arn"]
    (gateway,) = control.list_gateways()["items"]
    assert gateway["gatewayId"] == agentcore["gateway"]["id"]
    assert "gatewayUrl" not in gateway
    missing = refused(control.get_resource_policy, resourceArn=agentcore["runtime"]["arn"])
    assert missing == ("ResourceNotFoundException", 404)


def test_a_refresh_token_gives_new_tokens(agentcore: Mapping[str, Any]) -> None:
    """The flow that names no user, as boto3 calls it."""
    idp = client(agentcore, "cognito-idp")
    refresh = log_in(agentcore)["RefreshToken"]
    answer = idp.initiate_auth(
        AuthFlow="REFRESH_TOKEN_AUTH",
        ClientId=agentcore["identity"]["client_id"],
        AuthParameters={"REFRESH_TOKEN": refresh},
    )
    assert answer["AuthenticationResult"]["AccessToken"].count(".") == 2


def test_unknown_ids_are_told_in_the_api_s_words(agentcore: Mapping[str, Any]) -> None:
    """No operation is unknown because its resource is; a list of endpoints is empty."""
    control = client(agentcore, "bedrock-agentcore-control")
    arn = agentcore["runtime"]["arn"].replace("local_agent", "other_agent")
    assert control.list_agent_runtime_endpoints(agentRuntimeId="foo-ABCDEFGHIJ")["runtimeEndpoints"] == []
    for call, arguments in (
        (control.list_gateway_targets, {"gatewayIdentifier": "foo-abcdefghij"}),
        (control.get_resource_policy, {"resourceArn": arn}),
        (control.get_gateway, {"gatewayIdentifier": "foo-abcdefghij"}),
    ):
        assert refused(call, **arguments) == ("ResourceNotFoundException", 404)


def test_a_session_token_beside_a_static_key_is_refused(agentcore_iam: Mapping[str, Any]) -> None:
    """It belongs to no key that is there."""
    invoke = client(agentcore_iam, "bedrock-agentcore", aws_session_token="made-up").invoke_agent_runtime
    code, status = refused(invoke, agentRuntimeArn=agentcore_iam["runtime"]["arn"], payload=b"{}")
    assert (code, status) == ("UnrecognizedClientException", 403)


def test_the_runtime_makes_a_session_where_none_is_named(agentcore: Mapping[str, Any], token: str) -> None:
    """And tells its id."""
    answer = requests.post(
        f"{agentcore['endpoints']['bedrock-agentcore']}/runtimes/{quote(agentcore['runtime']['arn'], safe='')}/invocations",
        json={"prompt": "x"},
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )
    assert answer.status_code == 200
    assert len(answer.headers["x-amzn-bedrock-agentcore-runtime-session-id"]) == 36


def test_the_printed_lines_work_as_they_stand(tmp_path: Path) -> None:
    """Pasted into bash one after the other: token, curl, boto3, the MCP client with every page, the notebook cell."""
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
        script = script.replace("aws bedrock-agentcore", ": aws bedrock-agentcore")
        done = subprocess.run(
            ["bash", "-eu"], input=script, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("HTTP/1.1 200 OK") == 2
        assert "Authorization method mismatch" in done.stdout
        assert "['echo-tool___echo', 'echo-tool___ping']\n['x_amz_bedrock_agentcore_search']" in done.stdout
        *statements, last = cell.strip().splitlines()
        shown = subprocess.run(
            [sys.executable, "-c", "\n".join([*statements, f"print({last})"])],
            capture_output=True,
            text=True,
            check=True,
        )
        assert "Hello from the embedded agent" in shown.stdout
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()
