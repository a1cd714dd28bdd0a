"""A web page that the user visits cannot use the embedded AgentCore."""

from __future__ import annotations

import pytest
import requests

from tests.conftest import log_in
from tests.local.callers import Facts, post, runtime_url

SERVICES = ("bedrock-agentcore", "bedrock-agentcore-control", "cognito-idp")


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    "host", ["rebound.example.com", "rebound.example.com:80", "moto_api", "[::2]", "[", ""]
)
def test_a_foreign_host_gets_421(agentcore: Facts, service: str, host: str) -> None:
    """DNS rebinding: the page's own name leads to this machine."""
    url = f"{agentcore['endpoints'][service]}/"
    assert requests.get(url, headers={"Host": host}, timeout=10).status_code == 421


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("origin", ["https://page.example.com", "null", "http://127.0.0.1.example.com"])
def test_a_foreign_origin_gets_403(agentcore: Facts, service: str, origin: str) -> None:
    """A page posts a simple request to a port of this machine."""
    url = f"{agentcore['endpoints'][service]}/"
    assert requests.post(url, headers={"Origin": origin}, timeout=10).status_code == 403


@pytest.mark.parametrize("headers", [{"Host": "localhost:8080"}, {"Origin": "http://localhost:8888"}])
def test_names_of_this_machine_are_served_on_any_port(agentcore: Facts, headers: dict[str, str]) -> None:
    """Forwarded ports, and tools with a page of their own on this machine."""
    token = f"Bearer {log_in(agentcore)['AccessToken']}"
    assert post(runtime_url(agentcore), token, **headers).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/moto-api/",
        "/moto-api/data.json",
        "/%6doto-api/data.json",
        "//moto-api/data.json",
        "/./moto-api/data.json",
    ],
)
def test_motos_own_api_is_closed(agentcore: Facts, path: str) -> None:
    """It would return the test password, and `reset` would delete the user pool."""
    session = requests.Session()
    request = requests.Request("GET", agentcore["endpoints"]["cognito-idp"]).prepare()
    request.url = agentcore["endpoints"]["cognito-idp"] + path
    assert session.send(request, timeout=10).status_code == 404
    reset = f"{agentcore['endpoints']['cognito-idp']}/moto-api/reset"
    assert requests.post(reset, timeout=10).status_code == 404
    log_in(agentcore)


def call_cognito(facts: Facts, operation: str) -> tuple[int, str]:
    """The status and the error type of an operation without a signature."""
    answer = requests.post(
        facts["endpoints"]["cognito-idp"],
        data=b"{}",
        headers={
            "X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}",
            "Content-Type": "application/x-amz-json-1.1",
        },
        timeout=10,
    )
    return answer.status_code, answer.json()["__type"]


def test_an_unsigned_operation_is_refused(agentcore: Facts) -> None:
    """moto alone would fail with a 500."""
    assert call_cognito(agentcore, "ListUserPools") == (400, "MissingAuthenticationTokenException")
    answer = requests.post(agentcore["endpoints"]["iam"], data={"Action": "ListUsers"}, timeout=10)
    assert (answer.status_code, "<Code>MissingAuthenticationToken</Code>" in answer.text) == (403, True)


def test_a_failure_of_the_embedded_agentcore_is_a_503(agentcore: Facts) -> None:
    """It says nothing about the caller, so it must not look like a refusal. moto fails at this operation."""
    assert call_cognito(agentcore, "GlobalSignOut") == (503, "ServiceUnavailableException")
