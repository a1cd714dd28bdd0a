"""The data plane responds as documented: routes, look-ups, sessions, protocols.

Which callers are accepted is in tests/local/test_authorization_matrix.py. What is inferred was
chosen by this project (docs/local.md).
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from agentcore_probe.model.environment import LocalSetup
from tests.embedded import started
from tests.local.callers import Facts, post, runtime_url

SESSION_HEADER = "X-Amzn-Bedrock-AgentCore-Runtime-Session-Id"


@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer", "Bearer undefined", "Bearer null", "Basic eDp5"]
)
def test_a_missing_credential_gets_a_401_with_a_challenge(
    agentcore: Facts, authorization: str | None
) -> None:
    """docs/agentcore.md section 2.2, rows 7, 16 and 17 (the last one inferred)."""
    response = post(runtime_url(agentcore), authorization)
    assert response.status_code == 401
    assert response.headers["x-amzn-ErrorType"] == "UnauthorizedException"
    assert response.headers["WWW-Authenticate"].startswith('Bearer resource_metadata="http://127.0.0.1:')
    assert response.json() == {"message": "Missing Authentication Token"}


def test_the_challenge_links_to_the_metadata_document(agentcore: Facts) -> None:
    """The document names the resource and its authorization server (RFC 9728)."""
    challenge = post(runtime_url(agentcore)).headers["WWW-Authenticate"]
    document = requests.get(challenge.split('resource_metadata="')[1].rstrip('"'), timeout=10).json()
    assert document["resource"].endswith("/invocations?qualifier=DEFAULT")
    assert document["authorization_servers"] == [
        agentcore["identity"]["discovery_url"].removesuffix("/.well-known/openid-configuration")
    ]


def test_a_valid_token_reaches_the_agent(agentcore: Facts, token: str) -> None:
    """docs/agentcore.md section 2.2, row 6; the response repeats the session id (section 1.2)."""
    response = post(runtime_url(agentcore), f"Bearer {token}", **{SESSION_HEADER: "s" * 40})
    assert response.status_code == 200
    assert response.json()["echo"] == {"prompt": "hi"}
    assert response.headers[SESSION_HEADER] == "s" * 40


def test_a_session_id_is_generated_for_a_request_without_one(agentcore: Facts, token: str) -> None:
    """The response has a UUID (inferred)."""
    response = post(runtime_url(agentcore), f"Bearer {token}")
    assert response.status_code == 200
    assert len(response.headers[SESSION_HEADER]) == 36


@pytest.mark.parametrize("authorization", [None, "Bearer {token}", "Bearer rubbish", "AWS4-HMAC-SHA256 x"])
def test_a_raw_arn_gets_the_route_404_with_every_credential(
    agentcore: Facts, token: str, authorization: str | None
) -> None:
    """The router comes before the authorizer (docs/agentcore.md section 2.4, step 1)."""
    header = authorization.format(token=token) if authorization else None
    response = post(runtime_url(agentcore).replace("%2F", "/").replace("%3A", ":"), header)
    assert response.status_code == 404
    assert response.headers["x-amzn-ErrorType"] == "UnknownOperationException"


def test_an_arn_whose_slash_alone_is_encoded_is_routed(agentcore: Facts, token: str) -> None:
    """A raw slash breaks the route, a raw colon does not (docs/agentcore.md section 1.1)."""
    response = post(runtime_url(agentcore).replace("%3A", ":"), f"Bearer {token}")
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("change", "error_type"),
    [
        (lambda url: url.replace("/invocations", "/invoke"), "UnknownOperationException"),
        (lambda url: url.replace("/runtimes/arn", "/accounts/1/runtimes/arn"), "UnknownOperationException"),
        (lambda url: url.replace("%3A", "%253A").replace("%2F", "%252F"), "ResourceNotFoundException"),
        (lambda url: url.replace("LOCALAGENT", "LOCALAGENX"), "ResourceNotFoundException"),
        (lambda url: url.replace("DEFAULT", "prod"), "ResourceNotFoundException"),
        (
            lambda url: url.replace("/invocations", "%2Fruntime-endpoint%2FDEFAULT/invocations"),
            "ResourceNotFoundException",
        ),
    ],
)
def test_a_404_comes_before_the_check_of_the_token(
    agentcore: Facts, change: Callable[[str], str], error_type: str
) -> None:
    """Routing and look-up precede token validation (docs/agentcore.md section 2.4; kinds of 404: section 3.1)."""
    response = post(change(runtime_url(agentcore)), "Bearer rubbish")
    assert (response.status_code, response.headers["x-amzn-ErrorType"]) == (404, error_type)


def test_a_get_instead_of_a_post_gets_the_route_404(agentcore: Facts) -> None:
    """docs/agentcore.md section 3.1 (inferred)."""
    assert requests.get(runtime_url(agentcore), timeout=10).status_code == 404


def test_a_runtime_id_needs_its_account_id(agentcore: Facts, token: str) -> None:
    """400 without `accountId`, 200 with it (docs/agentcore.md section 1.1)."""
    id = agentcore["runtime"]["arn"].split("/")[-1]
    url = f"{agentcore['endpoints']['bedrock-agentcore']}/runtimes/{id}/invocations"
    assert post(url, f"Bearer {token}").status_code == 400
    assert post(f"{url}?accountId={agentcore['account']}", f"Bearer {token}").status_code == 200


@pytest.mark.parametrize(("length", "status"), [(14, 400), (32, 400), (33, 200), (256, 200), (257, 400)])
def test_a_session_id_has_33_to_256_characters(
    agentcore: Facts, token: str, length: int, status: int
) -> None:
    """docs/agentcore.md section 1.2; that it is checked after the token is inferred (section 2.4, step 7)."""
    response = post(runtime_url(agentcore), f"Bearer {token}", **{SESSION_HEADER: "s" * length})
    assert response.status_code == status


def test_a_tampered_token_is_refused(agentcore: Facts, token: str) -> None:
    """The signature is checked against the served keys (docs/agentcore.md section 2.3)."""
    header, payload, signature = token.split(".")
    for tampered in (
        f"{header}.{payload}.{signature[:-8]}AAAAAAAA",
        f"{header}.{payload}",
        f"{header}.{payload}.",
    ):
        response = post(runtime_url(agentcore), f"Bearer {tampered}")
        assert response.status_code == 401
        assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]


@pytest.mark.parametrize("protocol", ["HTTP", "MCP", "A2A", "AGUI"])
def test_a_missing_credential_is_reported_in_the_runtimes_protocol(protocol: str) -> None:
    """As JSON, as JSON-RPC, or as an event (docs/agentcore.md section 2.1)."""
    with started(LocalSetup(protocol=protocol)) as facts:  # type: ignore[arg-type]
        response = post(runtime_url(facts))
    assert response.status_code == 401
    error = {
        "HTTP": '{"message": "Missing Authentication Token"}',
        "MCP": '"code": -32001',
        "A2A": '"code": -32001',
        "AGUI": '"code": "UNAUTHORIZED"',
    }[protocol]
    assert error in response.text
