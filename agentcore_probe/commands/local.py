"""`local`: the embedded AgentCore for curl, boto3 and notebooks, until interrupted."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from agentcore_probe.errors import InputError


def print_faults() -> None:
    """Prints each fault's name and what it does."""
    from agentcore_probe.local.faults import FAULTS

    for name, fault in FAULTS.items():
        print(f"{name:26} {fault.says}")


def run(runtime: str, gateway: str, protocol: str, faults: tuple[str, ...], *, as_json: bool) -> None:
    """Runs the embedded AgentCore in this process.

    Raises:
        InputError: there is no such fault.
    """
    from agentcore_probe.local.faults import FAULTS
    from agentcore_probe.local.server import Setup
    from agentcore_probe.local.server import run as serve

    unknown = [name for name in faults if name not in FAULTS]
    if unknown:
        raise InputError(f"there is no fault {unknown[0]!r}", hint="See: agentcore-probe local --list-faults")
    announce = _announce_json if as_json else _announce
    serve(Setup(runtime, gateway, protocol, faults), announce, owned=False)


def _announce_json(told: dict[str, Any]) -> None:
    print(json.dumps(told), flush=True)


def _announce(told: dict[str, Any]) -> None:
    """Ready-made lines. The test credentials in them open nothing but this process."""
    identity, aws, urls = told["identity"], told["aws"], told["endpoints"]
    login = json.dumps(
        {
            "AuthFlow": "USER_PASSWORD_AUTH",
            "ClientId": identity["client_id"],
            "AuthParameters": {"USERNAME": identity["username"], "PASSWORD": identity["password"]},
        }
    )
    arn = told["runtime"]["arn"]
    runtime = f"{urls['bedrock-agentcore']}/runtimes/{quote(arn, safe='')}/invocations"
    print(
        f"""The embedded AgentCore is ready. It is not AWS, and its credentials are of no use elsewhere.

# a token
JWT_TOKEN=$(curl -sS {urls["cognito-idp"]}/ -H 'Content-Type: application/x-amz-json-1.1' \\
  -H 'X-Amz-Target: AWSCognitoIdentityProviderService.InitiateAuth' \\
  -d '{login}' \\
  | python3 -c 'import json, sys; print(json.load(sys.stdin)["AuthenticationResult"]["AccessToken"])')

# the Runtime with a bearer token
curl -sS -i {runtime} \\
  -H "Authorization: Bearer $JWT_TOKEN" -H 'Content-Type: application/json' -d '{{"prompt": "Hello"}}'

# the Gateway
curl -sS -i {told["gateway"]["url"]} -H "Authorization: Bearer $JWT_TOKEN" \\
  -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' \\
  -d '{{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}}'

# boto3, and the aws command (a Runtime with a JWT authorizer answers AccessDenied to a signed call)
export AWS_ACCESS_KEY_ID={aws["access_key_id"]} AWS_SECRET_ACCESS_KEY={aws["secret_access_key"]}
export AWS_REGION={told["region"]} AWS_DEFAULT_REGION={told["region"]}
export AWS_ENDPOINT_URL_BEDROCK_AGENTCORE={urls["bedrock-agentcore"]}
export AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL={urls["bedrock-agentcore-control"]}
export AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER={urls["cognito-idp"]} AWS_ENDPOINT_URL_STS={urls["sts"]}
python3 -c 'import boto3; print(boto3.client("bedrock-agentcore").invoke_agent_runtime(
  agentRuntimeArn="{arn}", payload=b"{{}}")["response"].read())'

# the official MCP client
python3 -c 'import anyio, os, httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
async def main():
    http = httpx2.AsyncClient(headers={{"Authorization": "Bearer " + os.environ["JWT_TOKEN"]}})
    async with Client(streamable_http_client("{told["gateway"]["url"]}", http_client=http)) as client:
        print([tool.name for tool in (await client.list_tools()).tools])
anyio.run(main)'  # export JWT_TOKEN first

Stop it with Ctrl-C.""",
        flush=True,
    )
