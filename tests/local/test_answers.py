"""The embedded AgentCore answers as documented: routes, look-ups, sessions, logins, pages of tools.

Who is let in is in test_answer_matrix.py. What is called inferred is a choice of ours (docs/local.md).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import pytest
import requests

from agentcore_probe.model.environment import LocalSetup
from tests.embedded import started

SESSION = "X-Amzn-Bedrock-AgentCore-Runtime-Session-Id"


def runtime_url(told: Mapping[str, Any], arn: str | None = None, *, qualifier: str = "DEFAULT") -> str:
    encoded = quote(arn or told["runtime"]["arn"], safe="")
    return f"{told['endpoints']['bedrock-agentcore']}/runtimes/{encoded}/invocations?qualifier={qualifier}"


def post(url: str, authorization: str | None = None, **headers: str) -> requests.Response:
    given = {"Content-Type": "application/json", **headers}
    if authorization is not None:
        given["Authorization"] = authorization
    return requests.post(url, data=b'{"prompt": "hi"}', headers=given, timeout=10)


@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer", "Bearer undefined", "Bearer null", "Basic eDp5"]
)
def test_a_missing_credential_is_401_with_a_standard_challenge(
    agentcore: Mapping[str, Any], authorization: str | None
) -> None:
    """Section 2.2, rows 7, 16 and 17 (the last inferred)."""
    answer = post(runtime_url(agentcore), authorization)
    assert answer.status_code == 401
    assert answer.headers["x-amzn-ErrorType"] == "UnauthorizedException"
    assert answer.headers["WWW-Authenticate"].startswith('Bearer resource_metadata="http://127.0.0.1:')
    assert answer.json() == {"message": "Missing Authentication Token"}


def test_the_challenge_leads_to_the_metadata_document(agentcore: Mapping[str, Any]) -> None:
    """RFC 9728: the document names the resource and its authorization server."""
    challenge = post(runtime_url(agentcore)).headers["WWW-Authenticate"]
    document = requests.get(challenge.split('resource_metadata="')[1].rstrip('"'), timeout=10).json()
    assert document["resource"].endswith("/invocations")
    assert document["authorization_servers"] == [
        agentcore["identity"]["discovery_url"].removesuffix("/.well-known/openid-configuration")
    ]


def test_a_good_token_reaches_the_agent(agentcore: Mapping[str, Any], token: str) -> None:
    """Row 6, with the session id given back."""
    answer = post(runtime_url(agentcore), f"Bearer {token}", **{SESSION: "s" * 40})
    assert answer.status_code == 200
    assert answer.json()["echo"] == {"prompt": "hi"}
    assert answer.headers[SESSION] == "s" * 40


@pytest.mark.parametrize("authorization", [None, "Bearer {token}", "Bearer rubbish", "AWS4-HMAC-SHA256 x"])
def test_an_unencoded_arn_is_a_route_404_whatever_the_credential(
    agentcore: Mapping[str, Any], token: str, authorization: str | None
) -> None:
    """Section 2.4, step 1: the router comes before the authorizer."""
    given = authorization.format(token=token) if authorization else None
    answer = post(runtime_url(agentcore).replace("%2F", "/").replace("%3A", ":"), given)
    assert answer.status_code == 404
    assert answer.headers["x-amzn-ErrorType"] == "UnknownOperationException"


def test_encoding_only_the_slash_is_enough_to_be_routed(agentcore: Mapping[str, Any], token: str) -> None:
    """It is the slash that breaks the route."""
    answer = post(runtime_url(agentcore).replace("%3A", ":"), f"Bearer {token}")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("change", "status", "kind"),
    [
        (lambda url: url.replace("/invocations", "/invoke"), 404, "UnknownOperationException"),
        (
            lambda url: url.replace("/runtimes/arn", "/accounts/1/runtimes/arn"),
            404,
            "UnknownOperationException",
        ),
        (lambda url: url.replace("%3A", "%253A").replace("%2F", "%252F"), 404, "ResourceNotFoundException"),
        (lambda url: url.replace("LOCALAGENT", "LOCALAGENX"), 404, "ResourceNotFoundException"),
        (lambda url: url.replace("DEFAULT", "prod"), 404, "ResourceNotFoundException"),
        (
            lambda url: url.replace("/invocations", "%2Fruntime-endpoint%2FDEFAULT/invocations"),
            404,
            "ResourceNotFoundException",
        ),
    ],
)
def test_what_is_not_there_is_said_before_any_credential_is_looked_at(
    agentcore: Mapping[str, Any], change: Any, status: int, kind: str
) -> None:
    """Sections 2.4 and 3.1: look-up precedes token validation."""
    answer = post(change(runtime_url(agentcore)), "Bearer rubbish")
    assert (answer.status_code, answer.headers["x-amzn-ErrorType"]) == (status, kind)


def test_a_get_in_place_of_post_finds_no_route(agentcore: Mapping[str, Any]) -> None:
    """Section 3.1 (inferred)."""
    assert requests.get(runtime_url(agentcore), timeout=10).status_code == 404


def test_the_id_form_needs_its_account(agentcore: Mapping[str, Any], token: str) -> None:
    """Section 1.1: without accountId 400, with it the Runtime answers."""
    id = agentcore["runtime"]["arn"].split("/")[-1]
    url = f"{agentcore['endpoints']['bedrock-agentcore']}/runtimes/{id}/invocations"
    assert post(url, f"Bearer {token}").status_code == 400
    assert post(f"{url}?accountId={agentcore['account']}", f"Bearer {token}").status_code == 200


@pytest.mark.parametrize(("length", "status"), [(14, 400), (32, 400), (33, 200), (256, 200), (257, 400)])
def test_a_session_id_has_33_to_256_characters(
    agentcore: Mapping[str, Any], token: str, length: int, status: int
) -> None:
    """Section 1.2; that a good token is looked at first is section 2.4, step 7 (inferred)."""
    answer = post(runtime_url(agentcore), f"Bearer {token}", **{SESSION: "s" * length})
    assert answer.status_code == status


def test_a_tampered_token_is_refused(agentcore: Mapping[str, Any], token: str) -> None:
    """The signature is checked against the served keys."""
    head, payload, signature = token.split(".")
    for bad in (f"{head}.{payload}.{signature[:-8]}AAAAAAAA", f"{head}.{payload}", f"{head}.{payload}."):
        answer = post(runtime_url(agentcore), f"Bearer {bad}")
        assert answer.status_code == 401
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def rpc(told: Mapping[str, Any], token: str | None, method: str, params: Any = None, **headers: str) -> Any:
    given = {"Accept": "application/json, text/event-stream", **headers}
    if token:
        given["Authorization"] = f"Bearer {token}"
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}
    return requests.post(told["gateway"]["url"], json=message, headers=given, timeout=10)


def test_the_gateway_lists_three_tools_on_two_pages(agentcore: Mapping[str, Any], token: str) -> None:
    """Section 4: a probe that reads one page misses tools."""
    first = rpc(agentcore, token, "tools/list").json()["result"]
    second = rpc(agentcore, token, "tools/list", {"cursor": first["nextCursor"]}).json()["result"]
    names = [tool["name"] for tool in first["tools"] + second["tools"]]
    assert names == ["echo-tool___echo", "echo-tool___ping", "x_amz_bedrock_agentcore_search"]
    assert "nextCursor" not in second


def test_a_tool_error_is_a_200_and_an_unknown_target_says_so(
    agentcore: Mapping[str, Any], token: str
) -> None:
    """Section 4: isError inside a 200; "No Target found" for a target that is not there."""
    failed = rpc(agentcore, token, "tools/call", {"name": "echo-tool___echo", "arguments": {}})
    unknown = rpc(agentcore, token, "tools/call", {"name": "nowhere___echo", "arguments": {}})
    assert failed.status_code == 200
    assert failed.json()["result"]["isError"] is True
    assert "No Target found for Target name: nowhere" in unknown.json()["error"]["message"]


@pytest.mark.parametrize(
    ("token", "message"), [(None, "Missing Bearer token"), ("x.y.z", "Invalid Bearer token")]
)
def test_the_gateway_challenges_missing_and_bad_tokens(
    agentcore: Mapping[str, Any], token: str | None, message: str
) -> None:
    """Section 4.2; the body is inferred."""
    answer = rpc(agentcore, token, "tools/list")
    assert answer.status_code == 401
    assert answer.json()["error"] == {"code": -32001, "message": message}
    metadata = answer.headers["WWW-Authenticate"].split('resource_metadata="')[1].split('"')[0]
    assert requests.get(metadata, timeout=10).json()["resource"] == agentcore["gateway"]["url"]


def test_an_unsupported_protocol_version_is_refused(agentcore: Mapping[str, Any], token: str) -> None:
    """Section 4 (the answer is inferred)."""
    answer = rpc(agentcore, token, "tools/list", **{"MCP-Protocol-Version": "2024-01-01"})
    assert answer.status_code == 400
    assert "Unsupported MCP protocol version" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("flow", "extra", "kind"),
    [
        ("USER_SRP_AUTH", {}, "InvalidParameterException"),
        ("USER_PASSWORD_AUTH", {"PASSWORD": "wrong-wrong-1"}, "NotAuthorizedException"),
        ("USER_PASSWORD_AUTH", {"USERNAME": "nobody"}, "NotAuthorizedException"),
        ("USER_PASSWORD_AUTH", {"SECRET_HASH": "x"}, "InvalidParameterException"),
    ],
)
def test_the_embedded_cognito_is_as_strict_as_cognito(
    agentcore: Mapping[str, Any], flow: str, extra: dict[str, str], kind: str
) -> None:
    """Section 5: disabled flows, wrong words, a hash for a public client."""
    identity = agentcore["identity"]
    parameters = {"USERNAME": identity["username"], "PASSWORD": identity["password"], **extra}
    body = {"AuthFlow": flow, "ClientId": identity["client_id"], "AuthParameters": parameters}
    assert initiate_auth(agentcore, body).json()["__type"] == kind


def test_a_client_with_a_secret_needs_its_hash(agentcore: Mapping[str, Any]) -> None:
    """Section 5: moto would let it in; the door does not."""
    with started(LocalSetup(faults=("login-client-secret",))) as told:
        identity = told["identity"]
        parameters = {"USERNAME": identity["username"], "PASSWORD": identity["password"]}
        body = {
            "AuthFlow": "USER_PASSWORD_AUTH",
            "ClientId": identity["client_id"],
            "AuthParameters": parameters,
        }
        missing = initiate_auth(told, body).json()
        body["AuthParameters"] = {**parameters, "SECRET_HASH": "d3Jvbmc="}
        wrong = initiate_auth(told, body).json()
    assert "SECRET_HASH was not received" in missing["message"]
    assert "Unable to verify secret hash" in wrong["message"]


def initiate_auth(told: Mapping[str, Any], body: dict[str, Any]) -> requests.Response:
    return requests.post(
        told["endpoints"]["cognito-idp"],
        data=json.dumps(body),
        headers={
            "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
            "Content-Type": "application/x-amz-json-1.1",
        },
        timeout=10,
    )


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({}, None),
        ({"scope": "gateway/other"}, "invalid_scope"),
        ({"grant_type": "authorization_code"}, "unsupported_grant_type"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "nobody"}, "invalid_client"),
    ],
)
def test_the_token_endpoint_gives_machine_tokens_to_its_client_only(
    agentcore: Mapping[str, Any], change: dict[str, str], error: str | None
) -> None:
    """RFC 6749 section 4.4 with Cognito's errors."""
    identity = agentcore["identity"]
    form = {
        "grant_type": "client_credentials",
        "scope": "gateway/invoke",
        "client_id": identity["machine_client_id"],
        "client_secret": identity["machine_client_secret"],
        **change,
    }
    answer = requests.post(identity["token_endpoint"], data=form, timeout=10)
    assert answer.json().get("error") == error
    assert answer.status_code == (200 if error is None else 400)


@pytest.mark.parametrize("protocol", ["HTTP", "MCP", "A2A", "AGUI"])
def test_each_protocol_has_its_own_form_of_a_missing_credential(protocol: str) -> None:
    """Section 2.1: JSON, JSON-RPC, or an event."""
    with started(LocalSetup(protocol=protocol)) as told:  # type: ignore[arg-type]
        answer = post(runtime_url(told))
    assert answer.status_code == 401
    form = {
        "HTTP": '{"message": "Missing Authentication Token"}',
        "MCP": '"code": -32001',
        "A2A": '"code": -32001',
        "AGUI": '"code": "UNAUTHORIZED"',
    }[protocol]
    assert form in answer.text
