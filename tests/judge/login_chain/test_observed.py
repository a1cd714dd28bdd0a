"""The steps apart from a particular client, in situations written by hand."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from agentcore_probe.judge.login_chain import login_chains
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.model.login_chain import STEPS, LoginChain, Side, Way
from agentcore_probe.report.messages import messages
from tests.judge.login_chain.situations import (
    APP_CLIENT,
    ISSUER,
    MCP,
    NOT_FOUND,
    OPENID,
    OPENID_INSERTED,
    PRM,
    PRM_PATH,
    RFC8414,
    record,
)

FITS = {
    "challenge": "passed challenge-names-metadata",
    "resource-metadata": "passed resource-metadata-found",
    "server-metadata": "passed server-metadata-found",
    "server-capabilities": "passed capabilities-complete",
    "client-identity": "passed identity-available",
    "authorization": "passed authorization-possible",
    "token": "passed token-endpoint-listed",
    "call": "passed rules-can-match",
}


def after(step: str, result: str) -> dict[str, str]:
    """A step with this result, after which nothing can be judged."""
    position = [*FITS].index(step)
    return {**dict.fromkeys([*FITS][position + 1 :], "unknown not-reached"), step: result}


SITUATIONS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "everything fits": ({}, {}),
    "open": (
        {"challenge": {"status": 200, "body": "{}"}},
        after("challenge", "passed no-login-needed"),
    ),
    "no answer": ({"challenge": None}, after("challenge", "unknown challenge-unread")),
    "403": ({"challenge": {"status": 403}}, after("challenge", "failed challenge-status")),
    "an IAM authorizer": (
        {"authorizer": "AWS_IAM", "challenge": {"status": 403}},
        after("challenge", "failed bearer-on-iam"),
    ),
    "no header": ({"challenge": {"status": 401}}, {"challenge": "warning challenge-without-metadata"}),
    "a renamed header": (
        {
            "challenge": {
                "status": 401,
                "headers": {"x-amzn-remapped-www-authenticate": f'Bearer resource_metadata="{PRM}"'},
            }
        },
        {"challenge": "warning challenge-header-renamed"},
    ),
    "a relative address": (
        {"challenge": {"status": 401, "headers": {"WWW-Authenticate": 'Bearer resource_metadata="/prm"'}}},
        {"challenge": "warning metadata-url-relative"},
    ),
    "no resource metadata": (
        {"answers": {PRM: NOT_FOUND, PRM_PATH: NOT_FOUND}},
        after("resource-metadata", "failed oauth-metadata-missing"),
    ),
    "the header names an address without metadata": (
        {"answers": {PRM: NOT_FOUND, PRM_PATH: (200, {"resource": MCP, "authorization_servers": [ISSUER]})}},
        {"resource-metadata": "warning metadata-elsewhere", "client-identity": "warning after-fallback"},
    ),
    "another resource": (
        {"resource": {"resource": "https://mcp.example.com/mcp"}},
        after("resource-metadata", "failed resource-mismatch"),
    ),
    "resource metadata was not read": (
        {"answers": {PRM: None}},
        after("resource-metadata", "unknown resource-metadata-unread"),
    ),
    "resource metadata without resource": (
        {"resource": {"resource": None}},
        after("resource-metadata", "failed resource-metadata-malformed"),
    ),
    "resource metadata of which one address is malformed": (
        {
            "answers": {
                PRM: (200, "<html>"),
                PRM_PATH: (200, {"resource": MCP, "authorization_servers": [ISSUER]}),
            }
        },
        {
            "resource-metadata": "warning resource-metadata-malformed",
            "client-identity": "warning after-fallback",
        },
    ),
    "the header names plain http of another machine": (
        {
            "challenge": {
                "status": 401,
                "headers": {"WWW-Authenticate": 'Bearer resource_metadata="http://mcp.example.com/prm"'},
            }
        },
        after("resource-metadata", "unknown metadata-url-insecure"),
    ),
    "server metadata without endpoints": (
        {"server": {"token_endpoint": None}},
        after("server-metadata", "failed server-metadata-malformed"),
    ),
    "OpenID Connect only": (
        {"answers": {RFC8414: (400, "")}},
        {"server-metadata": "warning server-metadata-openid-only"},
    ),
    "no server metadata": (
        {"answers": {RFC8414: NOT_FOUND, OPENID_INSERTED: NOT_FOUND, OPENID: NOT_FOUND}},
        after("server-metadata", "failed authorization-server-metadata-missing"),
    ),
    "another issuer": (
        {"server": {"issuer": "https://login.example.com"}},
        after("server-metadata", "failed metadata-issuer-mismatch"),
    ),
    "the provider cannot be reached": (
        {"answers": {RFC8414: None}},
        after("server-metadata", "unknown server-metadata-unread"),
    ),
    "no list of challenge methods": (
        {"server": {"code_challenge_methods_supported": None}},
        {"server-capabilities": "warning pkce-not-advertised"},
    ),
    "no response type code": (
        {"server": {"response_types_supported": ["token"]}},
        {"server-capabilities": "warning response-type-unsupported"},
    ),
    "no registration": (
        {"server": {"registration_endpoint": None}},
        {"client-identity": "warning client-registration-unsupported"},
    ),
    "no registration, but metadata documents": (
        {"server": {"registration_endpoint": None, "client_id_metadata_document_supported": True}},
        {"client-identity": "warning registration-documents-only"},
    ),
    "no policy takes a metadata document": (
        {
            "server": {
                "client_id_metadata_document_supported": True,
                "token_endpoint_auth_methods_supported": ["none"],
            },
            "pool": {"client_metadata_policies": []},
        },
        {"authorization": "warning cimd-url-not-allowed"},
    ),
    "metadata documents, and no id is known": (
        {
            "server": {"registration_endpoint": None, "client_id_metadata_document_supported": True},
            "identity": None,
        },
        {"client-identity": "unknown client-id-missing"},
    ),
    "registration with a token": (
        {"pool": {"registers_openly": False}},
        {"client-identity": "warning client-registration-refused"},
    ),
    "registration of an unknown policy": (
        {"pool": None},
        {"client-identity": "unknown registration-policy-unknown"},
    ),
    "no id is known": ({"identity": None}, {"client-identity": "unknown client-id-missing"}),
    "the app client lists no redirect URI": (
        {"client": {"callback_urls": []}},
        {"authorization": "warning redirect-uri-mismatch"},
    ),
    "the app client could not be read": ({"client": None}, {"authorization": "unknown app-client-unread"}),
    "a scope that the app client may not have": (
        {"server": {"scopes_supported": ["phone"]}},
        {"authorization": "warning oauth-scope-invalid"},
    ),
    "a token endpoint without TLS": (
        {"server": {"token_endpoint": "http://login.example.com/token"}},
        {"token": "unknown token-endpoint-insecure"},
    ),
    "a fixed list of clients": (
        {"rules": {"allowed_clients": [APP_CLIENT]}},
        {"call": "warning registered-client-not-allowed"},
    ),
    "an audience at Cognito": (
        {"rules": {"allowed_audience": [MCP]}},
        {"call": "failed audience-not-allowed"},
    ),
    "rules that could not be read": ({"authorizer": None}, {"call": "unknown authorizer-unread"}),
    "a claim that the run's token lacks": (
        {"claims": {}},
        {"call": "unknown custom-claim-unknown"},
    ),
}


def chain_of(changes: dict[str, Any]) -> LoginChain:
    """The only chain of these facts."""
    (chain,) = login_chains(record(**changes))
    return chain


@pytest.mark.parametrize(("changes", "expected"), SITUATIONS.values(), ids=SITUATIONS)
def test_each_step_has_the_result_that_its_documents_show(
    changes: dict[str, Any], expected: dict[str, str]
) -> None:
    """Every step that is not named passes; each has its sentence in each language."""
    steps = chain_of(changes).steps
    assert {one.step: f"{one.result} {one.reason}" for one in steps} == {**FITS, **expected}
    for one in steps:
        assert all(messages(language)(f"login-step-{one.reason}", one.values) for language in LANGUAGES)
        assert set(one.evidence) <= {exchange.id for exchange in record(**changes).exchanges}


@pytest.mark.parametrize("changes", [changes for changes, _ in SITUATIONS.values()], ids=SITUATIONS)
def test_no_step_passes_at_which_a_client_of_the_table_fails(changes: dict[str, Any]) -> None:
    """Unless the client alone can change it."""
    chain = chain_of(changes)
    passed = {one.step for one in chain.steps if one.result == "passed"}
    best = [one.best for one in chain.clients if one.outcome == "fails" and one.best.side != "client"]
    assert [way for way in best if way.step in passed] == []


def test_a_chain_names_target_provider_and_issuer() -> None:
    """Also where a client would refuse the metadata; a row that read nothing has no chain."""
    chain = chain_of({"server": {"issuer": "https://login.example.com"}})
    assert (chain.target, chain.url, chain.provider, chain.issuer) == ("gateway", MCP, "cognito", ISSUER)
    assert login_chains(record().model_copy(update={"observations": ()})) == ()


def test_a_gateway_with_an_iam_authorizer_has_a_chain_although_nothing_was_sent() -> None:
    """Its URL is that of the configuration."""
    facts = record(authorizer="AWS_IAM")
    row = facts.observations[0].model_copy(update={"exchanges": ()})
    (chain,) = login_chains(facts.model_copy(update={"observations": (row,), "exchanges": ()}))
    assert (chain.url, chain.steps[0].reason) == (MCP, "bearer-on-iam")


@pytest.mark.parametrize("language", LANGUAGES)
def test_steps_sides_and_ways_have_names(language: str) -> None:
    """In each language."""
    names = [
        *(f"step-name-{step}" for step in STEPS),
        *(f"side-{side}" for side in get_args(Side)),
        *(f"login-way-{way}" for way in get_args(Way)),
    ]
    assert all(messages(language)(name) for name in names)


def test_a_malformed_document_is_named() -> None:
    """With its address and members, whatever the addresses after it answer."""
    resource = chain_of({"resource": {"resource": 7, "scopes_supported": "openid"}}).steps[1]
    assert resource.values == {"url": PRM, "members": "resource, scopes_supported"}
    changes = {"answers": {OPENID: NOT_FOUND}, "server": {"issuer": None, "token_endpoint": "/token"}}
    server = chain_of(changes).steps[2]
    assert server.values == {"url": RFC8414, "members": "issuer, token_endpoint"}
