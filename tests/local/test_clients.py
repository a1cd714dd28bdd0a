"""Clients that others wrote get the documented answers: boto3, curl, the official MCP client."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import anyio
import boto3
import httpx2
import pytest
from botocore.exceptions import ClientError
from mcp import Client
from mcp.client.streamable_http import streamable_http_client


def client(told: Mapping[str, Any], service: str, **keys: str) -> Any:
    aws = {**told["aws"], **keys}
    return boto3.Session(aws["access_key_id"], aws["secret_access_key"], region_name=told["region"]).client(
        service, endpoint_url=told["endpoints"][service]
    )


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
                return names, called.content[0].text

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
