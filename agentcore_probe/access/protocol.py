"""Where a request goes and what it carries: URLs, headers and payloads of Runtime and Gateway."""

from __future__ import annotations

import json
import uuid
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from agentcore_probe.access.aws import Aws
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.environment import Environment, RuntimeTarget
from agentcore_probe.model.exchange import SESSION_HEADER

"""33 to 256 characters (docs/agentcore.md section 1.2)."""

MCP_ACCEPT = "application/json, text/event-stream"
HANDSHAKE_VERSIONS = ("2025-11-25", "2025-06-18", "2025-03-26")
"""MCP versions that begin with `initialize`, newest first (docs/agentcore.md section 4)."""
STATELESS_VERSION = "2026-07-28"


def runtime_url(base: str, runtime: RuntimeTarget, *, encoded: bool = True) -> str:
    """The URL of InvokeAgentRuntime.

    Args:
        base: the data plane's base URL.
        runtime: the Runtime and the endpoint's name.
        encoded: False leaves the ARN raw in the path, as people write it by hand.
    """
    arn = quote(runtime.arn, safe="") if encoded else runtime.arn
    return f"{base}/runtimes/{arn}/invocations?qualifier={quote(runtime.qualifier, safe='')}"


def with_qualifier(url: str, qualifier: str) -> str:
    """The same URL for another endpoint of the Runtime."""
    return urlsplit(url)._replace(query=f"qualifier={quote(qualifier, safe='')}").geturl()


def new_session_id() -> str:
    """A fresh Runtime session id, 42 characters."""
    return f"probe-{uuid.uuid4()}"


def runtime_headers(protocol: str) -> dict[str, str]:
    """Content type, accepted types and a fresh session, for one of the Runtime's protocols."""
    accept = {"MCP": MCP_ACCEPT, "AGUI": "text/event-stream", "A2A": "application/json"}
    return {
        "Content-Type": "application/json",
        "Accept": accept.get(protocol, MCP_ACCEPT),
        SESSION_HEADER: new_session_id(),
    }


def runtime_payload(protocol: str, given: dict[str, Any] | None) -> bytes:
    """The body of an invocation: `given`, else a small greeting in the Runtime's protocol."""
    return json.dumps(_greeting(protocol) if given is None else given).encode()


def _greeting(protocol: str) -> dict[str, Any]:
    text = "Hello from agentcore-probe"
    if protocol == "MCP":
        return initialize(HANDSHAKE_VERSIONS[0])
    if protocol == "A2A":
        message = {
            "role": "user",
            "parts": [{"kind": "text", "text": text}],
            "messageId": str(uuid.uuid4()),
            "kind": "message",
        }
        return {"jsonrpc": "2.0", "id": 1, "method": "message/send", "params": {"message": message}}
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


def initialize(version: str) -> dict[str, Any]:
    """MCP's opening request for a version with a handshake."""
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


def gateway_url(environment: Environment, configuration: Configuration, aws: Aws) -> str | None:
    """The Gateway's MCP URL: the file's, else the deployed one, else the documented form.

    The documented form puts `ID.gateway.` before the data plane's own host, so that
    partitions and regions stay botocore's (docs/agentcore.md section 4).
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
    base = urlsplit(aws.base_url("bedrock-agentcore"))
    return urlunsplit((base.scheme, f"{target.id}.gateway.{base.netloc}", "/mcp", "", ""))
