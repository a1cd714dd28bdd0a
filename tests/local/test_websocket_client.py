"""AWS's own client of WebSockets and shells, that of the bedrock-agentcore SDK, opens the embedded ones.

The SDK builds URLs of AWS's hosts only, and a signature covers the host. So the tests give its URL the embedded host, and let
the signer of the same client sign that.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from bedrock_agentcore.runtime import AgentCoreRuntimeClient
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.local.callers import Facts

OF_THE_CLIENT = {"host", "connection", "upgrade", "sec-websocket-key", "sec-websocket-version", "user-agent"}
"""Headers that the SDK lists and that `websockets` writes itself."""


def sdk_client(facts: Facts) -> AgentCoreRuntimeClient:
    """The SDK's client with the embedded account's keys."""
    aws = facts["aws"]
    keys = aws["access_key_id"], aws["secret_access_key"]
    return AgentCoreRuntimeClient(facts["region"], boto3.Session(*keys, region_name=facts["region"]))


def here(url: str) -> str:
    """The SDK's URL, which is always one of AWS, with this machine's address. AWS's hosts have no port, and neither has it."""
    assert urlsplit(url).netloc == "bedrock-agentcore.us-east-1.amazonaws.com"
    return urlsplit(url)._replace(netloc="127.0.0.1", scheme="https").geturl()


def opened(
    facts: Facts, url: str, headers: Mapping[str, str] | None = None, subprotocols: Any = None
) -> ClientConnection:
    """A WebSocket at the embedded data plane; that has no TLS, and a signature does not cover the scheme."""
    own = {name: value for name, value in (headers or {}).items() if name.lower() not in OF_THE_CLIENT}
    sock = socket.create_connection(
        ("127.0.0.1", urlsplit(facts["endpoints"]["bedrock-agentcore"]).port or 0)
    )
    plain = urlsplit(url)._replace(scheme="ws").geturl()
    return connect(plain, sock=sock, additional_headers=own, subprotocols=subprotocols, proxy=None)


def echoed(connection: ClientConnection) -> str | bytes:
    """What the agent sends back."""
    with connection:
        connection.send("hello")
        return connection.recv(timeout=10)


def test_its_signed_headers_open_a_websocket(agentcore_iam: Facts) -> None:
    """As in generate_ws_connection; its signer signs the address that is called."""
    client = sdk_client(agentcore_iam)
    url, headers = client.generate_ws_connection(agentcore_iam["runtime"]["arn"], endpoint_name="DEFAULT")
    address = here(url)
    signed = {**headers, **client._sigv4_sign(address)}
    assert echoed(opened(agentcore_iam, address, signed)) == "hello"


def test_its_presigned_url_opens_a_websocket(agentcore_iam: Facts) -> None:
    """As in generate_presigned_url, with the session id in the query."""
    client = sdk_client(agentcore_iam)
    url = client.generate_presigned_url(agentcore_iam["runtime"]["arn"], endpoint_name="DEFAULT")
    plain = "&".join(part for part in here(url).split("&") if not part.startswith("X-Amz-"))
    assert "Runtime-Session-Id=" in plain
    assert echoed(opened(agentcore_iam, client._presign(plain, 300))) == "hello"


def test_its_token_header_opens_a_websocket(agentcore: Facts, token: str) -> None:
    """generate_ws_connection_oauth."""
    url, headers = sdk_client(agentcore).generate_ws_connection_oauth(agentcore["runtime"]["arn"], token)
    assert echoed(opened(agentcore, here(url), headers)) == "hello"


def test_its_subprotocols_open_a_shell_and_a_websocket(agentcore: Facts, token: str) -> None:
    """connect_shell_oauth; the form of the credential is the same for both."""
    url, offered = sdk_client(agentcore).connect_shell_oauth(
        agentcore["runtime"]["arn"], token, shell_id="one"
    )
    subprotocols: Any = offered
    address = here(url)
    with opened(agentcore, address, subprotocols=subprotocols) as shell:
        assert shell.subprotocol == "base64UrlBearerAuthorization"
    socket_address = address.replace("/ws/shells", "/ws")
    assert echoed(opened(agentcore, socket_address, subprotocols=subprotocols)) == "hello"


def test_its_signed_shell_needs_an_action_of_its_own(agentcore_iam: Facts) -> None:
    """As in connect_shell and connect_shell_presigned: the embedded user may open WebSockets only."""
    client = sdk_client(agentcore_iam)
    url, headers = client.connect_shell(agentcore_iam["runtime"]["arn"])
    address = here(url)
    for target, sent in (
        (address, {**headers, **client._sigv4_sign(address)}),
        (client._presign(address, 300), {}),
    ):
        with pytest.raises(InvalidStatus) as raised:
            opened(agentcore_iam, target, sent)
        assert raised.value.response.status_code == 403
        assert b"bedrock-agentcore:InvokeAgentRuntimeCommandShell" in (raised.value.response.body or b"")
