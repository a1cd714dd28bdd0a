"""A drafted file: the login that the app client allows, and what nobody tells is left to people."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from agentcore_probe.environments.draft import draft, login
from agentcore_probe.environments.load import from_tables, parse
from agentcore_probe.model.aws_shapes import from_answers

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/my_agent-ABCDEFGHIJ"
ASKED = {"runtime": {"arn": ARN}, "gateway": {"id": "my-gateway-abcdefghij"}}
POOL = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI/.well-known/openid-configuration"
OKTA = "https://example.okta.com/oauth2/default/.well-known/openid-configuration"


def rules(url: str = POOL, clients: tuple[str, ...] = ("c1",)) -> dict[str, Any]:
    return {"customJWTAuthorizer": {"discoveryUrl": url, "allowedClients": list(clients)}}


def drafted(
    runtime: dict[str, Any], client: dict[str, Any] | None = None, username: str | None = None, **gateway: Any
) -> tuple[dict[str, Any], tuple[str, ...], str]:
    """The file as TOML reads it, what is to do, and its text; a run's own reader takes it, too."""
    facts: dict[str, Any] = {
        "runtime": {"agentRuntimeArn": ARN, "status": "READY", **runtime},
        "gateway": {"gatewayId": "my-gateway-abcdefghij", "authorizerType": "AWS_IAM", **gateway},
        **({"client": client} if client else {}),
    }
    made = draft(from_tables(dict(ASKED), name="x", where="x"), from_answers(facts), username)
    parse(made.text.encode(), name="x", where="x.toml")
    return tomllib.loads(made.text), made.todo, made.text


def client(**more: Any) -> dict[str, Any]:
    return {"ClientId": "c1", "ClientSecret": False, "ExplicitAuthFlows": [], **more}


def test_iam_needs_no_identity() -> None:
    """And says so."""
    file, todo, text = drafted({"authorizerConfiguration": None})
    assert "identity" not in file
    assert todo[0].startswith("Add [identity] with any JWT all the same")
    assert "No authorizer here takes a JWT" in text


def test_a_user_logs_in_where_the_client_lets_a_password_in() -> None:
    """With the client's secret, where it has one."""
    allows = client(ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"], ClientSecret=True)
    file, todo, _ = drafted({"authorizerConfiguration": rules()}, allows)
    assert file["identity"] == {
        "flow": "user-password",
        "client_id": "c1",
        "username": "USER",
        "password": {"env": "PROBE_PASSWORD"},
        "client_secret": {"env": "PROBE_CLIENT_SECRET"},
        "discovery_url": POOL,
    }
    assert len(todo) == 3


def test_a_machine_client_gets_its_scopes() -> None:
    """All that it may ask for, in one request."""
    machine = client(
        ClientSecret=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthScopes=["gateway/invoke", "gateway/list"],
    )
    file, todo, _ = drafted({"authorizerConfiguration": rules()}, machine)
    assert file["identity"]["flow"] == "client-credentials"
    assert file["identity"]["scope"] == "gateway/invoke gateway/list"
    assert todo == ("Put the app client's secret into the variable PROBE_CLIENT_SECRET.",)


@pytest.mark.parametrize(
    ("url", "client_facts"),
    [(OKTA, None), (POOL, client(ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"]))],
    ids=["another provider", "a client that needs a browser"],
)
def test_where_no_login_can_be_made_a_token_is_brought(url: str, client_facts: dict[str, Any] | None) -> None:
    """By a variable, which the file names."""
    file, todo, _ = drafted({"authorizerConfiguration": rules(url)}, client_facts)
    assert file["identity"]["flow"] == "token"
    assert file["identity"]["token"] == {"env": "JWT_TOKEN"}
    assert url in todo[0]


def test_of_several_clients_the_first_is_taken_and_the_others_are_named() -> None:
    """A comment; people choose."""
    file, _, text = drafted({"authorizerConfiguration": rules(clients=("c1", "c2", "c3"))})
    assert file["identity"]["client_id"] == "c1"
    assert "also possible: c2, c3" in text


def test_two_issuers_are_told() -> None:
    """One login cannot reach both, and no client of one is drafted with the other's address."""
    file, todo, _ = drafted(
        {"authorizerConfiguration": rules(clients=())},
        authorizerType="CUSTOM_JWT",
        authorizerConfiguration=rules(OKTA, ("okta-client",)),
    )
    assert "trust different issuers" in todo[0]
    assert file["identity"]["discovery_url"] == POOL
    assert "client_id" not in file["identity"]


def test_a_client_that_both_let_in_comes_before_the_first() -> None:
    """And where there is none, that is told."""
    both: dict[str, Any] = {"authorizerType": "CUSTOM_JWT", "authorizerConfiguration": rules(clients=("c2",))}
    file, _, text = drafted({"authorizerConfiguration": rules(clients=("c1", "c2"))}, **both)
    assert file["identity"]["client_id"] == "c2"
    assert "also possible" not in text
    _, todo, _ = drafted({"authorizerConfiguration": rules(clients=("c1",))}, **both)
    assert "no app client together" in todo[0]


def test_an_app_client_that_could_not_be_read_is_not_assumed() -> None:
    """Its flow is a guess, and told as one."""
    _, todo, _ = drafted(
        {"authorizerConfiguration": rules()},
        {"ClientId": "c1", "unreadable": "AccessDeniedException"},
        "probe",
    )
    assert todo[0] == "Check flow: what the app client allows could not be read."


def test_thousands_of_clients_make_no_longer_line() -> None:
    """Five, and how many more."""
    _, _, text = drafted({"authorizerConfiguration": rules(clients=tuple(f"c{n}" for n in range(20_000)))})
    assert "c5 and 19994 more" in text
    assert len(text) < 2_000


def test_what_could_not_be_read_is_not_taken_for_iam() -> None:
    """An authorizer that is not known may want a JWT."""
    file, todo, text = drafted({"unreadable": "AccessDeniedException"})
    assert "identity" not in file
    assert "could not be read: AccessDeniedException" in text
    assert todo[0].startswith("Add [identity] if a JWT authorizer is deployed")


@pytest.mark.parametrize(
    "said",
    ['c"1', "c\\1", "c\n[local]", "c\x7f1", "c\x1b[31m", "ü 日本", "c # x", "{ env = 'x' }", "c\u202e1"],
)
def test_what_a_service_says_stays_a_value(said: str) -> None:
    """Whatever signs are in it: no key and no table of its own."""
    file, _, _ = drafted({"authorizerConfiguration": rules(clients=(said, said + "2"))})
    assert file["identity"]["client_id"] == said
    assert set(file) == {"runtime", "gateway", "identity"}


def test_half_of_a_pair_is_no_reason_to_fail() -> None:
    """JSON can carry it; a file cannot."""
    file, _, _ = drafted({"authorizerConfiguration": rules(clients=("c\ud8001",))})
    assert file["identity"]["client_id"] == "c?1"


def test_without_an_issuer_there_is_no_login() -> None:
    """An empty address is none."""
    told = {"runtime": {"agentRuntimeArn": ARN, "authorizerConfiguration": rules("")}}
    assert login(from_answers(told)) is None
