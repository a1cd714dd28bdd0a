"""`local`: runs the embedded AgentCore for curl, boto3 and notebooks, until interrupted."""

from __future__ import annotations

import json
import os
import shlex
import sys
from typing import Any
from urllib.parse import quote

from agentcore_probe.commands import streams
from agentcore_probe.errors import InputError
from agentcore_probe.extras import require_extra
from agentcore_probe.regex import regex

_STACK_NAME = regex("[a-zA-Z][-a-zA-Z0-9]{0,127}")


def print_faults() -> None:
    """Prints the name and the effect of each fault."""
    from agentcore_probe.local.faults import FAULTS

    for name, fault in FAULTS.items():
        print(f"{name:26} {fault.description}")


def run(*, as_json: bool, export: bool, **setup: Any) -> None:
    """Runs the embedded AgentCore in this process until it is interrupted.

    Args:
        as_json: print the ready line as JSON instead of commands to paste.
        export: run it in the background and print the variables for a shell instead.
        setup: the fields of `LocalSetup`.

    Raises:
        InputError: a fault is unknown, or the extra `local` is not installed.
        ReportError: standard output cannot be written, so its addresses cannot be printed.
    """
    require_extra("local", "'local'")
    from agentcore_probe.local.process import own_environment

    # moto and boto3 read the variables when they are imported, below.
    variables = own_environment()
    os.environ.clear()
    os.environ.update(variables)
    from agentcore_probe.local.faults import FAULTS
    from agentcore_probe.local.server import run as serve
    from agentcore_probe.local.setup import Setup

    unknown = [name for name in setup["faults"] if name not in FAULTS]
    if unknown:
        raise InputError(f"unknown fault {unknown[0]!r}", hint="See: agentcore-probe local --list-faults")
    if as_json and export:
        raise InputError("--json and --export exclude each other")
    if setup["stack"] is not None and not _STACK_NAME.fullmatch(setup["stack"]):
        raise InputError(
            f"--stack: {setup['stack']!r} cannot be the name of a stack",
            hint="Use up to 128 letters, digits and hyphens, beginning with a letter",
        )
    setup["allowed_ports"] = setup["allowed_ports"] or None
    setup["login_server"] = setup["login_server"] or None
    if export:
        from agentcore_probe.commands import local_export

        local_export.run(setup)
        return
    announce = _announce_json if as_json else _announce
    serve(Setup(**setup), announce, owned=False)


def _announce_json(ready: dict[str, Any]) -> None:
    print(json.dumps(ready), flush=True)
    streams.check()


def _announce(ready: dict[str, Any]) -> None:
    """Prints commands to paste. The test credentials in them are valid only for this process."""
    identity, urls = ready["identity"], ready["endpoints"]
    login = {
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": identity["client_id"],
        "AuthParameters": {"USERNAME": identity["username"], "PASSWORD": identity["password"]},
    }
    arn, gateway = ready["runtime"]["arn"], ready["gateway"]["url"]
    runtime = f"{urls['bedrock-agentcore']}/runtimes/{quote(arn, safe='')}/invocations"
    variables = "\n".join(f"export {name}={shlex.quote(value)}" for name, value in ready["variables"].items())
    python = shlex.quote(sys.executable)
    print(
        f"""The embedded AgentCore is ready. It is not AWS, and its credentials are valid only here.

# a token
export JWT_TOKEN=$(curl -sS {urls["cognito-idp"]}/ -H 'Content-Type: application/x-amz-json-1.1' \\
  -H 'X-Amz-Target: AWSCognitoIdentityProviderService.InitiateAuth' \\
  -d '{json.dumps(login)}' \\
  | {python} -c 'import json, sys; print(json.load(sys.stdin)["AuthenticationResult"]["AccessToken"])')

# curl: the Runtime and the Gateway with a bearer token
curl -sS -i {runtime} \\
  -H "Authorization: Bearer $JWT_TOKEN" -H 'Content-Type: application/json' -d '{{"prompt": "Hello"}}'
curl -sS -i {gateway} -H "Authorization: Bearer $JWT_TOKEN" \\
  -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' \\
  -d '{{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}}'

# boto3 and the aws command sign their requests (a Runtime with a JWT authorizer answers AccessDenied)
# With these variables, they and agentcore-probe use the embedded account, in any terminal.
{variables}
{python} - <<'END'
import boto3, botocore
client = boto3.client("bedrock-agentcore")
try:
    answer = client.invoke_agent_runtime(agentRuntimeArn="{arn}", payload=b'{{"prompt": "Hello"}}')
    print(answer["response"].read().decode())
except botocore.exceptions.ClientError as error:
    print(error)
END
printf '{{"prompt": "Hello"}}' > payload.json
aws bedrock-agentcore invoke-agent-runtime --agent-runtime-arn {arn} \\
  --payload fileb://payload.json answer.json

# the official MCP client
{python} - <<'END'
import anyio, httpx2, os
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

async def main():
    http = httpx2.AsyncClient(headers={{"Authorization": "Bearer " + os.environ["JWT_TOKEN"]}})
    async with Client(streamable_http_client("{gateway}", http_client=http)) as client:
        page = await client.list_tools()
        while page.tools:
            print([tool.name for tool in page.tools])
            if not page.next_cursor:
                break
            page = await client.list_tools(cursor=page.next_cursor)

anyio.run(main)
END

# a notebook cell
import requests
login = requests.post("{urls["cognito-idp"]}/", json={login!r}, headers={{
    "Content-Type": "application/x-amz-json-1.1",
    "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth"}}).json()
bearer = {{"Authorization": "Bearer " + login["AuthenticationResult"]["AccessToken"]}}
requests.post("{runtime}", json={{"prompt": "Hello"}}, headers=bearer).json()

Stop it with Ctrl-C.""",
        flush=True,
    )
    streams.check()
