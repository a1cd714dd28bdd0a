"""Requests to a running embedded AgentCore, given its facts (`local --json`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import boto3
import pytest
import requests
from botocore.exceptions import ClientError

Facts = Mapping[str, Any]
"""What `local --json` prints."""


def runtime_url(facts: Facts) -> str:
    arn = quote(facts["runtime"]["arn"], safe="")
    return f"{facts['endpoints']['bedrock-agentcore']}/runtimes/{arn}/invocations?qualifier=DEFAULT"


def post(url: str, authorization: str | None = None, **headers: str) -> requests.Response:
    """An invocation of a Runtime."""
    all_headers = {"Content-Type": "application/json", **headers}
    if authorization is not None:
        all_headers["Authorization"] = authorization
    return requests.post(url, data=b'{"prompt": "hi"}', headers=all_headers, timeout=10)


def call_gateway(
    facts: Facts, token: str | None, method: str, params: Any = None, **headers: str
) -> requests.Response:
    """One JSON-RPC request to the Gateway."""
    all_headers = {"Accept": "application/json, text/event-stream", **headers}
    if token:
        all_headers["Authorization"] = f"Bearer {token}"
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}
    return requests.post(facts["gateway"]["url"], json=message, headers=all_headers, timeout=10)


def initialize(facts: Facts, token: str, version: str = "2025-11-25") -> requests.Response:
    """The Gateway's response to an MCP handshake."""
    params = {
        "protocolVersion": version,
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    }
    return call_gateway(facts, token, "initialize", params)


def boto3_client(facts: Facts, service: str, **keys: str) -> Any:
    """A client with the embedded account's keys, some of them replaced by `keys`."""
    aws = {**facts["aws"], **keys}
    session = boto3.Session(
        aws["access_key_id"],
        aws["secret_access_key"],
        aws.get("aws_session_token"),
        region_name=facts["region"],
    )
    return session.client(service, endpoint_url=facts["endpoints"][service])


def client_error(operation: Callable[..., Any], **arguments: Any) -> tuple[str, int]:
    """The error code and the status with which an operation fails."""
    with pytest.raises(ClientError) as raised:
        operation(**arguments)
    response = raised.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]
