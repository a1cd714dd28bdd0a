"""MCP clients log in at the embedded authorization server: RFC 6749, 7636, 8707 and 9207, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import anyio
import jwt
import pytest
import requests

from agentcore_probe.model.environment import LocalSetup
from tests.embedded import started
from tests.local.callers import Facts, runtime_url
from tests.local.login.callers import (
    FEATURES,
    REDIRECT,
    TIMEOUT,
    McpLogin,
    authorize,
    base_url,
    redeem,
    register,
    returned,
    sign_in,
)


@pytest.fixture(scope="module")
def facts() -> Iterator[Facts]:
    """An embedded AgentCore at which MCP clients can log in."""
    with started(LocalSetup(login_server=FEATURES, protocol="MCP")) as ready:
        yield ready


@pytest.fixture(scope="module")
def client_id(facts: Facts) -> str:
    """Of a client that has registered itself."""
    return str(register(facts).json()["client_id"])


@pytest.mark.parametrize("target", ["gateway", "runtime"])
def test_the_mcp_sdk_registers_itself_and_lists_the_tools(facts: Facts, target: str) -> None:
    """From the bare URL to the tools, with a person who signs in."""
    url = facts["gateway"]["url"] if target == "gateway" else runtime_url(facts)
    login = McpLogin(facts)
    tools = anyio.run(login.list_tools, url)
    assert len(tools) > 0
    assert login.client is not None
    assert login.client.client_id != facts["identity"]["client_id"]


def test_the_mcp_sdk_logs_in_with_the_id_of_the_app_client(facts: Facts) -> None:
    """A loopback redirect URI that is listed without a port stands for any port (RFC 8252 section 7.3)."""
    login = McpLogin(facts, client_id=facts["identity"]["client_id"])
    assert "echo-tool___echo" in anyio.run(login.list_tools, facts["gateway"]["url"])


def test_a_redirect_uri_is_compared_exactly(facts: Facts, client_id: str) -> None:
    """The error page is shown instead of a redirect, which could lead to anybody (RFC 6749 section 4.1.2.4)."""
    for other in (
        f"{REDIRECT}/",
        REDIRECT.replace("40123", "40124"),
        f"{REDIRECT}?x=1",
        "https://example.com/",
    ):
        answer = authorize(facts, client_id, redirect_uri=other)
        assert (answer.status_code, "redirect_mismatch" in answer.text) == (400, True), other


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"scope": "openid gateway/admin"}, "invalid_scope"),
        ({"resource": "not-a-uri"}, "invalid_target"),
        ({"resource": "https://gateway.example/mcp#part"}, "invalid_target"),
    ],
)
def test_a_refused_request_returns_to_the_client(
    facts: Facts, client_id: str, changes: dict[str, str | None], error: str
) -> None:
    """With the error, the state, and who answers (RFC 6749 section 4.1.2.1, RFC 9207 section 2)."""
    answer = returned(authorize(facts, client_id, **changes))
    assert {name: answer[name] for name in ("error", "state", "iss")} == {
        "error": error,
        "state": "s",
        "iss": facts["identity"]["issuer"],
    }


def test_the_token_is_for_the_resource_and_of_the_issuer(facts: Facts, client_id: str) -> None:
    """`resource` becomes `aud`, and the answer names the scopes that were granted."""
    url = facts["gateway"]["url"]
    page = authorize(facts, client_id, resource=url, scope="openid gateway/invoke", nonce="n")
    answer = sign_in(facts, page)
    tokens = redeem(facts, client_id, answer["code"], resource=url).json()
    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    assert (answer["iss"], answer["state"]) == (facts["identity"]["issuer"], "s")
    assert (claims["iss"], claims["aud"]) == (facts["identity"]["issuer"], url)
    assert (claims["client_id"], claims["token_use"]) == (client_id, "access")
    assert tokens["scope"] == "openid gateway/invoke"
    assert "refresh_token" not in tokens
    assert jwt.decode(tokens["id_token"], options={"verify_signature": False})["nonce"] == "n"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"resource": "https://other.example/mcp"}, "invalid_target"),
        ({"code_verifier": "another-verifier-of-forty-three-characters-"}, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1:40123/other"}, "invalid_grant"),
        ({"client_id": "nobody"}, "invalid_client"),
    ],
)
def test_a_code_is_bound_to_its_request(
    facts: Facts, client_id: str, changes: dict[str, str], error: str
) -> None:
    """Resource, verifier, redirect URI and client are those of the authorization request."""
    code = sign_in(facts, authorize(facts, client_id, resource=facts["gateway"]["url"]))["code"]
    answer = redeem(facts, client_id, code, **changes)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_a_refresh_token_is_for_offline_access_and_used_once(facts: Facts, client_id: str) -> None:
    """It keeps the resource, and is replaced by each use (RFC 9700 section 4.14.2)."""
    url = facts["gateway"]["url"]
    page = authorize(facts, client_id, scope="openid offline_access", resource=url)
    first = redeem(facts, client_id, sign_in(facts, page)["code"]).json()["refresh_token"]
    form = {"grant_type": "refresh_token", "client_id": client_id, "refresh_token": first, "scope": "openid"}
    endpoint = f"{base_url(facts)}/oauth2/token"
    renewed = requests.post(endpoint, {**form, "resource": url}, timeout=TIMEOUT).json()
    again = requests.post(endpoint, form, timeout=TIMEOUT)
    claims = jwt.decode(renewed["access_token"], options={"verify_signature": False})
    assert (claims["aud"], renewed["scope"]) == (url, "openid")
    assert renewed["refresh_token"] != first
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    more = {**form, "refresh_token": renewed["refresh_token"], "scope": "openid phone"}
    assert requests.post(endpoint, more, timeout=TIMEOUT).json()["error"] == "invalid_scope"


def test_a_client_with_a_secret_proves_it(facts: Facts) -> None:
    """401 with a challenge after a wrong one in the header (RFC 6749 section 5.2)."""
    client = register(facts, token_endpoint_auth_method="client_secret_basic").json()
    code = sign_in(facts, authorize(facts, client["client_id"]))["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    endpoint = f"{base_url(facts)}/oauth2/token"
    wrong = requests.post(endpoint, form, auth=(client["client_id"], "wrong"), timeout=TIMEOUT)
    without = redeem(facts, client["client_id"], code)
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    assert wrong.headers["www-authenticate"].startswith("Basic")
    assert (without.status_code, without.json()["error"]) == (400, "invalid_client")


def test_a_run_verifies_where_clients_log_in() -> None:
    """Every row is as expected: the issuer's own address, and a rule that all access tokens meet."""
    from agentcore_probe import api
    from agentcore_probe.model.environment import Environment
    from tests.embedded import observed

    environment = Environment(name="t", local=LocalSetup(login_server=FEATURES))
    assert api.judge(observed(environment, controls="few")).verdict == "verified"


def test_a_gateway_leads_to_a_runtime_that_takes_every_access_token() -> None:
    """The rule lets the Gateway's own token in, too: no list of clients has to name its client."""
    setup = LocalSetup(login_server=FEATURES, runtime_target="oauth")
    with started(setup) as ready:
        code = sign_in(ready, authorize(ready, ready["identity"]["client_id"]))["code"]
        token = redeem(ready, ready["identity"]["client_id"], code).json()["access_token"]
        url = f"{ready['gateway']['url'].removesuffix('/mcp')}/agent/invocations"
        headers = {"Authorization": f"Bearer {token}"}
        answer = requests.post(url, json={"prompt": "hi"}, headers=headers, timeout=TIMEOUT)
    assert answer.status_code == 200, answer.text
