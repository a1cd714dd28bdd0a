"""Cognito responds as documented, also where moto is less strict (docs/agentcore.md section 5)."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from agentcore_probe.model.environment import LocalSetup
from tests.conftest import log_in
from tests.embedded import started
from tests.local.callers import Facts, boto3_client


def initiate_auth(facts: Facts, body: dict[str, Any]) -> requests.Response:
    return requests.post(
        facts["endpoints"]["cognito-idp"],
        data=json.dumps(body),
        headers={
            "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
            "Content-Type": "application/x-amz-json-1.1",
        },
        timeout=10,
    )


@pytest.mark.parametrize(
    ("flow", "changes", "error_type"),
    [
        ("USER_SRP_AUTH", {}, "InvalidParameterException"),
        ("USER_PASSWORD_AUTH", {"PASSWORD": "wrong-wrong-1"}, "NotAuthorizedException"),
        ("USER_PASSWORD_AUTH", {"USERNAME": "nobody"}, "NotAuthorizedException"),
        ("USER_PASSWORD_AUTH", {"SECRET_HASH": "x"}, "InvalidParameterException"),
    ],
)
def test_a_wrong_login_is_refused(
    agentcore: Facts, flow: str, changes: dict[str, str], error_type: str
) -> None:
    """A disabled flow, a wrong password, an unknown user, a hash for a public client."""
    identity = agentcore["identity"]
    parameters = {"USERNAME": identity["username"], "PASSWORD": identity["password"], **changes}
    body = {"AuthFlow": flow, "ClientId": identity["client_id"], "AuthParameters": parameters}
    assert initiate_auth(agentcore, body).json()["__type"] == error_type


def test_a_client_with_a_secret_needs_a_secret_hash() -> None:
    """moto alone would accept the login."""
    with started(LocalSetup(faults=("login-client-secret",))) as facts:
        identity = facts["identity"]
        parameters = {"USERNAME": identity["username"], "PASSWORD": identity["password"]}
        body = {
            "AuthFlow": "USER_PASSWORD_AUTH",
            "ClientId": identity["client_id"],
            "AuthParameters": parameters,
        }
        without_hash = initiate_auth(facts, body).json()
        body["AuthParameters"] = {**parameters, "SECRET_HASH": "d3Jvbmc="}
        wrong_hash = initiate_auth(facts, body).json()
    assert "SECRET_HASH was not received" in without_hash["message"]
    assert "Unable to verify secret hash" in wrong_hash["message"]


def test_a_refresh_token_gets_new_tokens(agentcore: Facts) -> None:
    """The refresh flow sends no user name."""
    response = boto3_client(agentcore, "cognito-idp").initiate_auth(
        AuthFlow="REFRESH_TOKEN_AUTH",
        ClientId=agentcore["identity"]["client_id"],
        AuthParameters={"REFRESH_TOKEN": log_in(agentcore)["RefreshToken"]},
    )
    assert response["AuthenticationResult"]["AccessToken"].count(".") == 2


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({}, None),
        ({"scope": "gateway/other"}, "invalid_scope"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "nobody"}, "invalid_client"),
    ],
)
def test_the_token_endpoint_issues_tokens_to_the_machine_client_only(
    agentcore: Facts, changes: dict[str, str], error: str | None
) -> None:
    """The client credentials grant (RFC 6749 section 4.4) with Cognito's errors."""
    identity = agentcore["identity"]
    form = {
        "grant_type": "client_credentials",
        "scope": "gateway/invoke",
        "client_id": identity["machine_client_id"],
        "client_secret": identity["machine_client_secret"],
        **changes,
    }
    response = requests.post(identity["token_endpoint"], data=form, timeout=10)
    assert response.json().get("error") == error
    assert response.status_code == (200 if error is None else 400)


def test_sts_names_the_caller(agentcore: Facts) -> None:
    """moto's STS, with the caller's real credentials."""
    assert boto3_client(agentcore, "sts").get_caller_identity()["Arn"].endswith(":user/probe")
