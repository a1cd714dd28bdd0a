"""URLs, headers and payloads of requests to Runtime and Gateway."""

from __future__ import annotations

import json
import uuid
from typing import Any
from urllib.parse import quote, urlsplit

from agentcore_probe.access.aws import Aws
from agentcore_probe.model.arn import read_arn
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.environment import Environment, HarnessTarget, RuntimeTarget
from agentcore_probe.model.exchange import SESSION_HEADER
from agentcore_probe.model.partitions import is_aws_host, partition_of, region_in_host

MCP_ACCEPT = "application/json, text/event-stream"
HANDSHAKE_VERSIONS = ("2025-11-25", "2025-06-18", "2025-03-26")
"""MCP versions that begin with `initialize`, newest first (docs/agentcore.md section 4)."""
STATELESS_VERSION = "2026-07-28"
"""The MCP version without a handshake."""
A2A_VERSIONS = ("0.3", "1.0")
"""The versions of A2A whose messages differ (docs/agentcore.md section 1.3)."""
GREETING = "Hello from agentcore-probe"
"""What is said to an agent."""


def runtime_url(base: str, runtime: RuntimeTarget, *, encoded: bool = True, path: str = "invocations") -> str:
    """The URL of InvokeAgentRuntime, or of another operation of the data plane.

    Args:
        base: the data plane's base URL.
        runtime: the ARN and the endpoint's name.
        encoded: whether the ARN is percent-encoded, as documented; people who write URLs by hand leave it raw.
        path: what follows the ARN.
    """
    arn = quote(runtime.arn, safe="") if encoded else runtime.arn
    return f"{base}/runtimes/{arn}/{path}?qualifier={quote(runtime.qualifier, safe='')}"


def runtime_url_by_id(base: str, runtime: RuntimeTarget) -> str:
    """The same by the Runtime's id and account, without a slash to encode (docs/agentcore.md section 1.1)."""
    account, qualifier = read_arn(runtime.arn).account, quote(runtime.qualifier, safe="")
    return f"{base}/runtimes/{runtime.id}/invocations?accountId={account}&qualifier={qualifier}"


def with_qualifier(url: str, qualifier: str) -> str:
    """`url` for another endpoint of the same Runtime."""
    return urlsplit(url)._replace(query=f"qualifier={quote(qualifier, safe='')}").geturl()


def new_session_id() -> str:
    """A new Runtime session id of 42 characters (docs/agentcore.md section 1.2)."""
    return f"probe-{uuid.uuid4()}"


def runtime_headers(protocol: str) -> dict[str, str]:
    """Content type, accepted types and a new session id for a Runtime that speaks `protocol`."""
    accept = {"MCP": MCP_ACCEPT, "AGUI": "text/event-stream", "A2A": "application/json"}
    return {
        "Content-Type": "application/json",
        "Accept": accept.get(protocol, MCP_ACCEPT),
        SESSION_HEADER: new_session_id(),
    }


def runtime_payload(protocol: str, payload: dict[str, Any] | None) -> bytes:
    """The body of an invocation, as JSON: `payload`, by default a greeting in the Runtime's protocol."""
    return json.dumps(greeting(protocol) if payload is None else payload).encode()


def greeting(protocol: str, text: str = GREETING) -> dict[str, Any]:
    """The body of an invocation that says `text`, in the form that agents of a protocol usually read."""
    if protocol == "MCP":
        return initialize(HANDSHAKE_VERSIONS[0])
    if protocol == "A2A":
        return a2a_message(A2A_VERSIONS[0], text)
    if protocol == "AGUI":
        return {
            "threadId": str(uuid.uuid4()),
            "runId": str(uuid.uuid4()),
            "state": {},
            "messages": [{"id": str(uuid.uuid4()), "role": "user", "content": text}],
            "tools": [],
            "context": [],
            "forwardedProps": {},
        }
    return {"prompt": text}


def a2a_message(version: str, text: str = GREETING) -> dict[str, Any]:
    """The request of A2A that says `text` to an agent, in the form of a version (docs/agentcore.md section 1.3)."""
    id = str(uuid.uuid4())
    if version == A2A_VERSIONS[1]:
        message: dict[str, Any] = {"role": "ROLE_USER", "parts": [{"text": text}], "messageId": id}
        method = "SendMessage"
    else:
        parts = [{"kind": "text", "text": text}]
        message = {"role": "user", "parts": parts, "messageId": id, "kind": "message"}
        method = "message/send"
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": {"message": message}}


def initialize(version: str) -> dict[str, Any]:
    """The request that opens a session of an MCP version with a handshake."""
    return {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": version,
            "capabilities": {},
            "clientInfo": {"name": "agentcore-probe", "version": "1"},
        },
    }


def harness_url(base: str, harness: HarnessTarget) -> str:
    """The URL of InvokeHarness, as boto3 writes it (docs/agentcore.md section 11.15).

    Args:
        base: the data plane's base URL.
        harness: the ARN and the endpoint's name.
    """
    arn, qualifier = quote(harness.arn, safe=""), quote(harness.qualifier, safe="")
    return f"{base}/harnesses/invoke?harnessArn={arn}&qualifier={qualifier}"


def smallest_prompt() -> dict[str, Any]:
    """The body of InvokeHarness that costs least: one turn of the agent, 16 tokens, and no tool."""
    return {
        "messages": [{"role": "user", "content": [{"text": "ping"}]}],
        "allowedTools": [],
        "maxIterations": 1,
        "maxTokens": 16,
    }


def registry_url(environment: Environment, region: str | None) -> str | None:
    """The URL of the registry's MCP endpoint: the file's, else AWS's own (docs/agentcore.md section 11.16).

    Args:
        environment: its registry is the one meant.
        region: where the registry is.

    Returns:
        The URL, or None where the environment has no registry or its region is not known.
    """
    target = environment.registry
    if target is None or target.url is not None:
        return target.url if target is not None else None
    base = environment.endpoints.get("agent-registry")
    if base is None and region is not None:
        base = f"https://agent-registry.{region}.{partition_of(region).dual_stack_domain}"
    return f"{base.rstrip('/')}/registry/{target.id}/mcp" if base is not None else None


def gateway_url(environment: Environment, configuration: Configuration, aws: Aws) -> str | None:
    """The Gateway's MCP URL: the file's, else the deployed one, else built in the documented form.

    The documented form, `ID.gateway.bedrock-agentcore.REGION.DOMAIN`, is the only one (docs/agentcore.md section 4): there
    is none for FIPS or dual stack, and that of a VPC endpoint does not contain the id.

    Args:
        environment: its Gateway is the one meant.
        configuration: may have the deployed URL.
        aws: resolves the data plane's host.

    Returns:
        The URL, or None where the environment has no Gateway or too little is known of it. An id alone says nothing
        where the data plane is not AWS's.
    """
    target = environment.gateway
    if target is None:
        return None
    if target.url:
        return target.url
    if configuration.gateway is not None and configuration.gateway.url:
        return configuration.gateway.url
    if target.id is None:
        return None
    host = urlsplit(aws.base_url("bedrock-agentcore")).hostname or ""
    region = region_in_host(host) or aws.region
    if not is_aws_host(host):
        return None
    return f"https://{target.id}.gateway.bedrock-agentcore.{region}.{partition_of(region).domain}/mcp"


def gateway_target_url(mcp_url: str, target: str, path: str) -> str:
    """The URL of a call that a Gateway forwards to one of its targets (docs/agentcore.md sections 11.10, 11.11).

    Args:
        mcp_url: the Gateway's MCP URL.
        target: the target's name.
        path: what follows it, from its `/`.
    """
    base = mcp_url.split("?", 1)[0].rstrip("/").removesuffix("/mcp")
    return f"{base}/{quote(target, safe='')}{path}"
