"""The Gateway's MCP sessions (docs/agentcore.md section 4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
import requests
from botocore import UNSIGNED
from botocore.config import Config

from agentcore_probe.model.environment import LocalSetup
from tests.conftest import log_in
from tests.embedded import started
from tests.local.callers import Facts, call_gateway, initialize


@pytest.fixture(scope="module")
def facts() -> Iterator[Facts]:
    """An embedded AgentCore whose Gateway uses sessions."""
    with started(LocalSetup(faults=("gateway-sessions",))) as facts:
        yield facts


@pytest.fixture(scope="module")
def user_token(facts: Facts) -> str:
    return log_in(facts)["AccessToken"]


def call_in_session(facts: Facts, token: str, session: str) -> requests.Response:
    return call_gateway(facts, token, "tools/list", **{"Mcp-Session-Id": session})


def sign_up(facts: Facts) -> str:
    """The access token of a new user."""
    cognito: Any = boto3.client(
        "cognito-idp",
        region_name=facts["region"],
        endpoint_url=facts["endpoints"]["cognito-idp"],
        config=Config(signature_version=UNSIGNED),
    )
    client_id, password = facts["identity"]["client_id"], "Other-password-1!"
    cognito.sign_up(ClientId=client_id, Username="other", Password=password)
    cognito.confirm_sign_up(ClientId=client_id, Username="other", ConfirmationCode="123456")
    parameters = {"USERNAME": "other", "PASSWORD": password}
    response = cognito.initiate_auth(
        ClientId=client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters
    )
    return str(response["AuthenticationResult"]["AccessToken"])


def test_a_session_is_required_and_belongs_to_its_user(facts: Facts, user_token: str) -> None:
    """400 without a session; 404 for another user's session and for an unknown one."""
    session = initialize(facts, user_token).headers["Mcp-Session-Id"]
    assert call_in_session(facts, user_token, session).status_code == 200
    assert call_gateway(facts, user_token, "tools/list").status_code == 400
    assert call_in_session(facts, user_token, f"{session}0").status_code == 404
    assert call_in_session(facts, sign_up(facts), session).status_code == 404


def test_the_word_initialize_in_a_body_begins_no_session(facts: Facts, user_token: str) -> None:
    """Only the method `initialize` does."""
    params = {"name": "echo-tool___echo", "arguments": {"text": '"initialize"'}}
    assert call_gateway(facts, user_token, "tools/call", params).status_code == 400


def test_delete_ends_a_session(facts: Facts, user_token: str) -> None:
    """MCP clients send a DELETE when they close."""
    session = initialize(facts, user_token).headers["Mcp-Session-Id"]
    headers = {"Authorization": f"Bearer {user_token}", "Mcp-Session-Id": session}
    assert requests.delete(facts["gateway"]["url"], headers=headers, timeout=10).status_code == 204
    assert call_in_session(facts, user_token, session).status_code == 404


def test_session_ids_cannot_be_guessed(facts: Facts, user_token: str) -> None:
    """Two consecutive ids share hardly more than their dashes."""
    first, second = (initialize(facts, user_token).headers["Mcp-Session-Id"] for _ in range(2))
    assert sum(a == b for a, b in zip(first, second, strict=True)) < len(first) / 2


def test_a_gateway_without_sessions_refuses_delete(agentcore: Facts, token: str) -> None:
    """It answers 405, and `initialize` returns no session id."""
    headers = {"Authorization": f"Bearer {token}"}
    assert requests.delete(agentcore["gateway"]["url"], headers=headers, timeout=10).status_code == 405
    assert "Mcp-Session-Id" not in initialize(agentcore, token).headers
