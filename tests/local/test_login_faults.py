"""Each fault of the login of MCP clients, over HTTP: the step that it changes, and that the steps before it are sound."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import anyio
import jwt
import pytest
import requests

from agentcore_probe.local.login_faults import FAULTS
from agentcore_probe.model.environment import LocalSetup
from tests.embedded import started
from tests.local.callers import Facts, call_gateway, post, runtime_url
from tests.local.login.callers import (
    FEATURES,
    TIMEOUT,
    McpLogin,
    authorize,
    base_url,
    metadata,
    redeem,
    register,
    returned,
    sign_in,
)
from tests.local.login.documents import documents

PRM = "/.well-known/oauth-protected-resource"


@contextlib.contextmanager
def fault(name: str) -> Iterator[Facts]:
    """An embedded AgentCore that everybody could log in at, but for one fault."""
    with started(LocalSetup(login_server=FEATURES, protocol="MCP", faults=(name,))) as ready:
        yield ready


def challenges(facts: Facts) -> list[requests.Response]:
    """The answers of Gateway and Runtime to a call without a token."""
    answers = [call_gateway(facts, None, "tools/list"), post(runtime_url(facts))]
    assert [answer.status_code for answer in answers] == [401, 401]
    return answers


def resource_metadata(facts: Facts) -> list[requests.Response]:
    """The metadata of Gateway and Runtime."""
    gateway, runtime = facts["gateway"]["url"], runtime_url(facts).partition("?")[0]
    urls = (f"{gateway.removesuffix('/mcp')}{PRM}", f"{runtime}{PRM}?qualifier=DEFAULT")
    return [requests.get(url, timeout=TIMEOUT) for url in urls]


def page_of_new_client(facts: Facts, **changes: str) -> tuple[str, requests.Response]:
    """The id of a client that has registered itself, and the answer to its authorization request."""
    client = register(facts)
    assert client.status_code == 201
    client_id = str(client.json()["client_id"])
    return client_id, authorize(facts, client_id, **changes)


def claims_of_new_client(facts: Facts) -> tuple[str, dict[str, Any]]:
    """The access token of a client that has registered itself, and its claims."""
    client_id, page = page_of_new_client(facts)
    token = redeem(facts, client_id, sign_in(facts, page)["code"]).json()["access_token"]
    return token, jwt.decode(token, options={"verify_signature": False})


def test_metadata_missing() -> None:
    """Neither the header nor the document."""
    with fault("metadata-missing") as facts:
        assert all("www-authenticate" not in answer.headers for answer in challenges(facts))
        assert [answer.status_code for answer in resource_metadata(facts)] == [404, 404]


def test_challenge_relative() -> None:
    """The URL has no host; the document is where it was."""
    with fault("challenge-relative") as facts:
        for answer in challenges(facts):
            assert 'resource_metadata="/' in answer.headers["www-authenticate"]
        assert all(answer.ok for answer in resource_metadata(facts))


def test_challenge_renamed() -> None:
    """As API Gateway renames it."""
    with fault("challenge-renamed") as facts:
        for answer in challenges(facts):
            assert "www-authenticate" not in answer.headers
            assert 'resource_metadata="http' in answer.headers["x-amzn-remapped-www-authenticate"]


def test_resource_mismatch() -> None:
    """Another path at the same origin, which does not cover what is called."""
    with fault("resource-mismatch") as facts:
        called = [facts["gateway"]["url"], runtime_url(facts)]
        for answer, url in zip(resource_metadata(facts), called, strict=True):
            resource = answer.json()["resource"]
            assert resource.split("/")[:3] == url.split("/")[:3]
            assert not url.startswith(resource)


def test_metadata_issuer_slash() -> None:
    """Only the slash differs, and the tokens are those of the issuer that the document names."""
    with fault("metadata-issuer-slash") as facts:
        (named,) = resource_metadata(facts)[0].json()["authorization_servers"]
        token, claims = claims_of_new_client(facts)
        assert metadata(facts)["issuer"] == claims["iss"] == f"{named}/"
        assert call_gateway(facts, token, "tools/list").ok


@pytest.mark.parametrize(
    ("name", "status"), [("server-metadata-missing", 404), ("server-metadata-fails", 500)]
)
def test_server_metadata(name: str, status: int) -> None:
    """At every URL where a client may look."""
    with fault(name) as facts:
        pool, base = facts["identity"]["pool_id"], base_url(facts)
        for path in ("oauth-authorization-server", "openid-configuration"):
            for url in (f"{base}/.well-known/{path}/{pool}", f"{base}/{pool}/.well-known/{path}"):
                assert requests.get(url, timeout=TIMEOUT).status_code == status
        assert claims_of_new_client(facts)[1]["iss"] == facts["identity"]["issuer"]


@pytest.mark.parametrize(
    ("name", "member", "value"),
    [
        ("response-type-missing", "response_types_supported", ["token"]),
        ("s256-not-listed", "code_challenge_methods_supported", ["plain"]),
        ("s256-list-absent", "code_challenge_methods_supported", None),
        ("registration-missing", "registration_endpoint", None),
    ],
)
def test_a_member_of_the_metadata(name: str, member: str, value: object) -> None:
    """What is listed is wrong; the rest is as without the fault."""
    with started(LocalSetup(login_server=FEATURES)) as facts:
        sound = metadata(facts)
    with fault(name) as facts:
        found = metadata(facts)
    assert found.get(member) == value
    assert found.keys() | {member} == sound.keys()


def test_registration_missing() -> None:
    """The endpoint is not there either; the app client can log in."""
    with fault("registration-missing") as facts:
        assert register(facts).status_code == 404
        assert "code" in sign_in(facts, authorize(facts, facts["identity"]["client_id"]))


def test_registration_refused() -> None:
    """The listed endpoint refuses; at Okta's paths, the app client can log in."""
    with fault("registration-refused") as facts:
        document = metadata(facts)
        refusal = requests.post(document["registration_endpoint"], json={}, timeout=TIMEOUT)
        paths = [document[f"{name}_endpoint"].split("/", 3)[3] for name in ("authorization", "token")]
        login = McpLogin(facts, client_id=facts["identity"]["client_id"])
        tools = anyio.run(login.list_tools, facts["gateway"]["url"])
    assert (refusal.status_code, refusal.json()["error"]) == (403, "access_denied")
    assert paths == ["oauth2/default/v1/authorize", "oauth2/default/v1/token"]
    assert len(tools) > 0


def test_registration_uri_unlisted() -> None:
    """The error page for the app client; a client that registers itself names its own."""
    with fault("registration-uri-unlisted") as facts:
        answer = authorize(facts, facts["identity"]["client_id"])
        assert (answer.status_code, "redirect_mismatch" in answer.text) == (400, True)
        assert "code" in sign_in(facts, page_of_new_client(facts)[1])


def test_registered_client_refused() -> None:
    """It logs in, and its token is refused; that of the app client is accepted."""
    with fault("registered-client-refused") as facts:
        token, _ = claims_of_new_client(facts)
        refused = [call_gateway(facts, token, "tools/list"), post(runtime_url(facts), f"Bearer {token}")]
        app_client = facts["identity"]["client_id"]
        code = sign_in(facts, authorize(facts, app_client))["code"]
        own = redeem(facts, app_client, code).json()["access_token"]
        assert [answer.status_code for answer in refused] == [403, 401]
        assert call_gateway(facts, own, "tools/list").ok


def test_client_metadata_refused() -> None:
    """A document that is accepted otherwise, and the server still says that it reads them."""
    with documents() as site:
        url = f"{site}/client.json"
        with started(LocalSetup(login_server=FEATURES)) as facts:
            assert "Sign in" in authorize(facts, url).text
        with fault("client-metadata-refused") as facts:
            assert metadata(facts)["client_id_metadata_document_supported"] is True
            answer = authorize(facts, url)
    assert (answer.status_code, "invalid_client" in answer.text) == (400, True)


def test_resource_refused() -> None:
    """With Entra ID's code on the redirect, and its members in the metadata; without `resource`, the login goes on."""
    with fault("resource-refused") as facts:
        _, page = page_of_new_client(facts, resource=facts["gateway"]["url"])
        answer = returned(page)
        assert answer["error"] == "invalid_target"
        assert answer["error_description"].startswith("AADSTS9010010: ")
        assert metadata(facts)["cloud_instance_name"] == "microsoftonline.com"
        assert "code" in sign_in(facts, page_of_new_client(facts)[1])


def test_scope_refused() -> None:
    """The scope that is asked for is one that the authorization server does not have."""
    with fault("scope-refused") as facts:
        (scope,) = resource_metadata(facts)[0].json()["scopes_supported"]
        assert f'scope="{scope}"' in challenges(facts)[0].headers["www-authenticate"]
        assert scope not in metadata(facts)["scopes_supported"]
        assert returned(page_of_new_client(facts, scope=scope)[1])["error"] == "invalid_scope"


@pytest.mark.parametrize("name", ["iss-missing", "login-names-another-issuer"])
def test_the_issuer_of_the_redirect(name: str) -> None:
    """It is announced, and missing or another one."""
    with fault(name) as facts:
        answer = sign_in(facts, page_of_new_client(facts)[1])
        assert metadata(facts)["authorization_response_iss_parameter_supported"] is True
    assert "code" in answer
    assert answer.get("iss") != facts["identity"]["issuer"]
    assert ("iss" in answer) is (name == "login-names-another-issuer")


def test_every_fault_has_a_test() -> None:
    """By its name in this file."""
    from pathlib import Path

    text = Path(__file__).read_text()
    assert [name for name in FAULTS if f'"{name}"' not in text] == []
