"""A drafted file: it holds the login that the app client allows, and lists what people have to add."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from agentcore_probe.environments.draft import draft
from agentcore_probe.environments.load import from_tables, parse
from agentcore_probe.environments.login_choice import choose_login
from agentcore_probe.model.aws_shapes import from_answers
from agentcore_probe.model.environment import secret_variable

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/my_agent-ABCDEFGHIJ"
TARGETS = {"runtime": {"arn": ARN}, "gateway": {"id": "my-gateway-abcdefghij"}}
POOL = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI/.well-known/openid-configuration"
OKTA = "https://example.okta.com/oauth2/default/.well-known/openid-configuration"


def rules(url: str = POOL, clients: tuple[str, ...] = ("c1",)) -> dict[str, Any]:
    return {"customJWTAuthorizer": {"discoveryUrl": url, "allowedClients": list(clients)}}


def draft_file(
    runtime: dict[str, Any], client: dict[str, Any] | None = None, username: str | None = None, **gateway: Any
) -> tuple[dict[str, Any], tuple[str, ...], str]:
    """The file's tables, what is to do, and its text; checked to be a valid environment file."""
    facts: dict[str, Any] = {
        "runtime": {"agentRuntimeArn": ARN, "status": "READY", **runtime},
        "gateway": {"gatewayId": "my-gateway-abcdefghij", "authorizerType": "AWS_IAM", **gateway},
        **({"client": client} if client else {}),
    }
    result = draft(from_tables(dict(TARGETS), name="my-x", where="x"), from_answers(facts), username)
    parse(result.text.encode(), name="x", where="x.toml")
    return tomllib.loads(result.text), result.todo, result.text


def client(**more: Any) -> dict[str, Any]:
    return {"ClientId": "c1", "ClientSecret": False, "ExplicitAuthFlows": [], **more}


def test_iam_needs_no_identity() -> None:
    """The to-do list suggests one anyway."""
    file, todo, text = draft_file({"authorizerConfiguration": None})
    assert "identity" not in file
    assert todo[0].startswith("Add [identity] with any JWT anyway")
    assert "No authorizer here takes a JWT" in text


def test_a_user_logs_in_where_the_client_allows_passwords() -> None:
    """With the client's secret, if it has one."""
    allows = client(ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"], ClientSecret=True)
    file, todo, _ = draft_file({"authorizerConfiguration": rules()}, allows)
    assert file["identity"] == {
        "flow": "user-password",
        "client_id": "c1",
        "username": "USER",
        "password": {"env": "MY_X_PASSWORD"},
        "client_secret": {"env": "MY_X_CLIENT_SECRET"},
        "discovery_url": POOL,
    }
    assert len(todo) == 3


def test_a_machine_client_gets_its_scopes() -> None:
    """All that it may request."""
    machine = client(
        ClientSecret=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthScopes=["gateway/invoke", "gateway/list"],
    )
    file, todo, _ = draft_file({"authorizerConfiguration": rules()}, machine)
    assert file["identity"]["flow"] == "client-credentials"
    assert file["identity"]["scope"] == "gateway/invoke gateway/list"
    assert todo == ("Put the app client's secret into the variable MY_X_CLIENT_SECRET.",)


@pytest.mark.parametrize(
    ("url", "client_facts"),
    [(OKTA, None), (POOL, client(ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"]))],
    ids=["another provider", "a client that needs a browser"],
)
def test_where_no_login_is_possible_a_token_is_required(
    url: str, client_facts: dict[str, Any] | None
) -> None:
    """From a variable that the file names."""
    file, todo, _ = draft_file({"authorizerConfiguration": rules(url)}, client_facts)
    assert file["identity"]["flow"] == "token"
    assert file["identity"]["token"] == {"env": "MY_X_TOKEN"}
    assert url in todo[0]


def test_of_several_clients_the_first_is_used_and_the_others_are_named() -> None:
    """In a comment, for people to choose from."""
    file, _, text = draft_file({"authorizerConfiguration": rules(clients=("c1", "c2", "c3"))})
    assert file["identity"]["client_id"] == "c1"
    assert "also possible: c2, c3" in text


def test_two_issuers_are_reported() -> None:
    """One login cannot reach both, and a client of one is never combined with the URL of the other."""
    file, todo, _ = draft_file(
        {"authorizerConfiguration": rules(clients=())},
        authorizerType="CUSTOM_JWT",
        authorizerConfiguration=rules(OKTA, ("okta-client",)),
    )
    assert "trust different issuers" in todo[0]
    assert file["identity"]["discovery_url"] == POOL
    assert "client_id" not in file["identity"]


def test_a_client_that_both_authorizers_allow_is_preferred() -> None:
    """Where there is none, the to-do list says so."""
    both: dict[str, Any] = {"authorizerType": "CUSTOM_JWT", "authorizerConfiguration": rules(clients=("c2",))}
    file, _, text = draft_file({"authorizerConfiguration": rules(clients=("c1", "c2"))}, **both)
    assert file["identity"]["client_id"] == "c2"
    assert "also possible" not in text
    _, todo, _ = draft_file({"authorizerConfiguration": rules(clients=("c1",))}, **both)
    assert "no app client in common" in todo[0]


def test_an_app_client_that_could_not_be_read_is_not_assumed() -> None:
    """Its flow is a guess, and marked as one."""
    _, todo, _ = draft_file(
        {"authorizerConfiguration": rules()},
        {"ClientId": "c1", "unreadable": "AccessDeniedException"},
        "probe",
    )
    assert todo[0] == "Check flow: what the app client allows could not be read."


def test_thousands_of_clients_are_abbreviated() -> None:
    """Five names, and how many more there are."""
    _, _, text = draft_file({"authorizerConfiguration": rules(clients=tuple(f"c{n}" for n in range(20_000)))})
    assert "c5 and 19994 more" in text
    assert len(text) < 2_000


def test_an_unreadable_authorizer_is_not_assumed_to_be_iam() -> None:
    """An unknown authorizer may require a JWT."""
    file, todo, text = draft_file({"unreadable": "AccessDeniedException"})
    assert "identity" not in file
    assert "could not be read: AccessDeniedException" in text
    assert todo[0].startswith("Add [identity] if a JWT authorizer is deployed")


@pytest.mark.parametrize(
    "client_id",
    ['c"1', "c\\1", "c\n[local]", "c\x7f1", "c\x1b[31m", "ü 日本", "c # x", "{ env = 'x' }", "c\u202e1"],
)
def test_text_from_a_service_stays_a_value(client_id: str) -> None:
    """Whatever characters it contains, it adds no key and no table."""
    file, _, _ = draft_file({"authorizerConfiguration": rules(clients=(client_id, client_id + "2"))})
    assert file["identity"]["client_id"] == client_id
    assert set(file) == {"runtime", "gateway", "identity"}


def test_a_lone_surrogate_is_replaced() -> None:
    """JSON can contain one; a UTF-8 file cannot."""
    file, _, _ = draft_file({"authorizerConfiguration": rules(clients=("c\ud8001",))})
    assert file["identity"]["client_id"] == "c?1"


def test_without_an_issuer_there_is_no_login() -> None:
    """An empty discovery URL is not an issuer."""
    facts = {"runtime": {"agentRuntimeArn": ARN, "authorizerConfiguration": rules("")}}
    assert choose_login(from_answers(facts)) is None


@pytest.mark.parametrize(
    ("environment", "variable"),
    [
        ("prod", "PROD_TOKEN"),
        ("eu-west_2", "EU_WEST_2_TOKEN"),
        ("2nd", "PROBE_2ND_TOKEN"),
        ("github", "PROBE_GITHUB_TOKEN"),
        ("ci-job", "PROBE_CI_JOB_TOKEN"),
    ],
)
def test_each_environment_has_its_own_variables(environment: str, variable: str) -> None:
    """None is a variable in which another tool keeps its own secret, which would be sent to the target."""
    assert secret_variable(environment, "token") == variable
