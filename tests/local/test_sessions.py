"""The Gateway's MCP sessions and versions, by plain HTTP (docs/agentcore.md section 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import pytest
import requests
from botocore import UNSIGNED
from botocore.config import Config

from agentcore_probe.model.environment import LocalSetup
from tests.conftest import log_in
from tests.embedded import started


@pytest.fixture(scope="module")
def told() -> Iterator[Mapping[str, Any]]:
    with started(LocalSetup(faults=("gateway-sessions",))) as ready:
        yield ready


@pytest.fixture(scope="module")
def mine(told: Mapping[str, Any]) -> str:
    return log_in(told)["AccessToken"]


def ask(told: Mapping[str, Any], token: str, method: str, session: str | None = None, **params: Any) -> Any:
    """The answer to one JSON-RPC request at the Gateway."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json, text/event-stream"}
    if session:
        headers["Mcp-Session-Id"] = session
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    return requests.post(told["gateway"]["url"], json=message, headers=headers, timeout=10)


def begin(told: Mapping[str, Any], token: str, version: str = "2025-11-25") -> Any:
    """The answer to `initialize`."""
    about = {"name": "test", "version": "1"}
    return ask(told, token, "initialize", protocolVersion=version, capabilities={}, clientInfo=about)


def another_user(told: Mapping[str, Any]) -> str:
    """The access token of a user who signed up just now."""
    cognito = boto3.client(
        "cognito-idp",
        region_name=told["region"],
        endpoint_url=told["endpoints"]["cognito-idp"],
        config=Config(signature_version=UNSIGNED),
    )
    client_id, password = told["identity"]["client_id"], "Other-password-1!"
    cognito.sign_up(ClientId=client_id, Username="other", Password=password)
    cognito.confirm_sign_up(ClientId=client_id, Username="other", ConfirmationCode="123456")
    parameters = {"USERNAME": "other", "PASSWORD": password}
    answer = cognito.initiate_auth(
        ClientId=client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters
    )
    return str(answer["AuthenticationResult"]["AccessToken"])


def test_a_session_is_asked_for_and_belongs_to_who_began_it(told: Mapping[str, Any], mine: str) -> None:
    """Without one 400; another user's, and one that never was, 404."""
    session = begin(told, mine).headers["Mcp-Session-Id"]
    assert ask(told, mine, "tools/list", session).status_code == 200
    assert ask(told, mine, "tools/list").status_code == 400
    assert ask(told, mine, "tools/list", f"{session}0").status_code == 404
    assert ask(told, another_user(told), "tools/list", session).status_code == 404


def test_the_word_initialize_in_a_request_opens_nothing(told: Mapping[str, Any], mine: str) -> None:
    """Only the method begins a session."""
    answer = ask(told, mine, "tools/call", name="echo-tool___echo", arguments={"text": '"initialize"'})
    assert answer.status_code == 400


def test_delete_ends_a_session(told: Mapping[str, Any], mine: str) -> None:
    """As MCP clients do when they close."""
    session = begin(told, mine).headers["Mcp-Session-Id"]
    headers = {"Authorization": f"Bearer {mine}", "Mcp-Session-Id": session}
    assert requests.delete(told["gateway"]["url"], headers=headers, timeout=10).status_code == 204
    assert ask(told, mine, "tools/list", session).status_code == 404


def test_sessions_cannot_be_guessed(told: Mapping[str, Any], mine: str) -> None:
    """No counter: two that follow one another share nothing but dashes."""
    one, other = (begin(told, mine).headers["Mcp-Session-Id"] for _ in range(2))
    assert sum(a == b for a, b in zip(one, other, strict=True)) < len(one) / 2


def test_a_gateway_without_sessions_has_none_to_end(agentcore: Mapping[str, Any], token: str) -> None:
    """405, and `initialize` gives no id."""
    headers = {"Authorization": f"Bearer {token}"}
    assert requests.delete(agentcore["gateway"]["url"], headers=headers, timeout=10).status_code == 405
    assert "Mcp-Session-Id" not in begin(agentcore, token).headers


@pytest.mark.parametrize("asked", ["2024-11-05", "1999-01-01"])
def test_a_version_that_the_gateway_lacks_is_answered_with_its_newest(
    agentcore: Mapping[str, Any], token: str, asked: str
) -> None:
    """The MCP server behind it would speak 2024-11-05; the Gateway does not list it."""
    assert begin(agentcore, token, asked).json()["result"]["protocolVersion"] == "2025-11-25"


@pytest.mark.parametrize("asked", ["2025-11-25", "2026-07-28"])
def test_a_stateless_gateway_knows_no_handshake(asked: str) -> None:
    """Whatever version `initialize` asks for."""
    with started(LocalSetup(faults=("gateway-stateless",))) as told:
        answer = begin(told, log_in(told)["AccessToken"], asked)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == -32602
