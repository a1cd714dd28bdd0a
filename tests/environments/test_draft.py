"""A drafted file: it holds the login that the app client allows, and lists what people have to add."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest

from agentcore_probe.environments.draft import Reading, draft
from agentcore_probe.environments.load import from_tables, parse
from agentcore_probe.environments.login_choice import choose_login
from agentcore_probe.model.aws_shapes import from_answers
from agentcore_probe.model.configuration import ClientConfiguration, Configuration
from agentcore_probe.model.identity import secret_variable
from agentcore_probe.model.methods import ENTRANCES

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
    assert todo[0].startswith("If you have a JWT: ")
    assert "No authorizer here accepts a JWT" in text


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
    [
        'c"1',
        "c\\1",
        "c\n[local]",
        "c\x7f1",
        "c\x1b[31m",
        "ü 日本",
        "c # x",
        "{ env = 'x' }",
        "c\u202e1",
        "c\x9b31m",
    ],
)
def test_text_from_a_service_stays_a_value(client_id: str) -> None:
    """Whatever characters it contains, it adds no key and no table."""
    file, _, text = draft_file({"authorizerConfiguration": rules(clients=(client_id, client_id + "2"))})
    assert file["identity"]["client_id"] == client_id
    assert set(file) == {"runtime", "gateway", "identity"}
    assert text.replace("\n", "").isprintable()  # --stdout shows it on a terminal


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


POOL_ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:cognito/us-east-1_AbCdEfGhI/c1-AbCdEf"


def draft_with(
    reading: Reading,
    gateway: dict[str, Any] | None = None,
    *,
    scopes: tuple[str, ...] = (),
    name: str = "prod",
) -> tuple[dict[str, Any], tuple[str, ...], str]:
    """The same of a Runtime and a Gateway that name no app client, with what else was read."""
    own = {"customJWTAuthorizer": {"discoveryUrl": POOL, "allowedScopes": list(scopes)}}
    facts = {
        "runtime": {"agentRuntimeArn": ARN, "authorizerConfiguration": own},
        "gateway": {"gatewayId": "my-gateway-abcdefghij", **(gateway or {})},
    }
    result = draft(from_tables(dict(TARGETS), name=name, where="x"), from_answers(facts), None, reading)
    parse(result.text.encode(), name=name, where="x.toml")
    return tomllib.loads(result.text), result.todo, result.text


def clients(*settings: dict[str, Any]) -> list[ClientConfiguration]:
    read = [from_answers({"client": {"ClientSecret": False, **one}}).client for one in settings]
    return [one for one in read if one is not None]


MACHINE = {
    "ClientId": "machine",
    "ExplicitAuthFlows": [],
    "AllowedOAuthFlows": ["client_credentials"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthScopes": ["gateway/invoke"],
}
WEB = {"ClientId": "web", "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]}


def test_a_secret_that_cognito_keeps_needs_no_variable() -> None:
    """It is read where it is rotated (docs/agentcore.md section 5.1), and nothing is left to do."""
    reading = Reading(clients=clients({**MACHINE, "ClientSecretArn": POOL_ARN}))
    file, todo, text = draft_with(reading)
    assert file["identity"]["client_secret"] == {"secretsmanager": POOL_ARN, "key": "clientSecretValue"}
    assert todo == ()
    assert "has a secret" in text
    environment = parse(text.encode(), name="prod", where="x.toml")
    assert environment.identity is not None
    assert environment.identity.client_secret is not None
    assert environment.identity.client_secret.name == POOL_ARN


def test_the_other_app_clients_are_lines_to_uncomment() -> None:
    """Each with its name and what it allows. A user would have to be named, so the machine is proposed."""
    read = clients(
        WEB, {**MACHINE, "ClientSecret": True}, {"ClientId": "x", "unreadable": "ThrottlingException"}
    )
    reading = Reading(clients=read, client_names={"web": "Web app\nclient_id = 1"})
    file, _, text = draft_with(reading)
    assert file["identity"]["client_id"] == "machine"
    lines = text.splitlines()
    assert '# client_id = "web"  # Web app client_id = 1; allows USER_PASSWORD_AUTH; no secret' in lines
    assert '# client_id = "x"  # could not be read: ThrottlingException' in lines


def test_a_client_whose_scopes_suffice_is_preferred() -> None:
    """A password's token has none of them."""
    public = {**MACHINE, "ClientId": "other", "AllowedOAuthScopes": ["a/b"], "ClientSecretArn": POOL_ARN}
    read = clients(WEB, public, {**MACHINE, "ClientSecret": True})
    assert draft_with(Reading(clients=read))[0]["identity"]["client_id"] == "other"
    assert (
        draft_with(Reading(clients=read), scopes=("gateway/invoke",))[0]["identity"]["client_id"] == "machine"
    )


def test_a_tool_that_seems_harmless_is_proposed_in_a_comment() -> None:
    """With placeholders for what it requires; else the Gateway's own search, else only the form of a name."""
    schema = {"type": "object", "required": ["order"]}
    tools: list[dict[str, Any]] = [{"name": "delete_order"}, {"name": "get_order", "inputSchema": schema}]
    target = {
        "name": "orders",
        "targetConfiguration": {"mcp": {"lambda": {"toolSchema": {"inlinePayload": tools}}}},
    }
    file, _, text = draft_with(Reading(gateway_targets=[target]))
    assert '# tool = { name = "orders___get_order", arguments = { "order" = "..." } }' in text
    assert "tool" not in file["gateway"]
    name = 'get_"\U0001f600\u202e'
    tools[1] = {"name": name}
    (line,) = [
        one for one in draft_with(Reading(gateway_targets=[target]))[2].splitlines() if "# tool" in one
    ]
    assert tomllib.loads(line.removeprefix("# "))["tool"]["name"] == f"orders___{name}"
    search = {"protocolConfiguration": {"mcp": {"searchType": "SEMANTIC"}}}
    assert '"x_amz_bedrock_agentcore_search"' in draft_with(Reading(), search)[2]
    listed = draft_with(Reading(), {"targets": [{"name": "orders", "targetType": "MCP_SERVER"}]})[2]
    assert '"orders___TOOL"' in listed


def test_comments_say_what_else_decides_about_callers() -> None:
    """Policy engine, interceptor, resource policies, network mode, binding; and what could not be read."""
    deny = {"Statement": {"Effect": "Deny", "Principal": "*", "Action": "*"}}
    gateway_arn = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/my-gateway-abcdefghij"
    facts = {
        "runtime": {
            "agentRuntimeArn": ARN,
            "networkConfiguration": {"networkMode": "VPC"},
            "authorizerConfiguration": None,
            "endpoints": [{"name": "prod", "status": "READY", "liveVersion": "3"}],
        },
        "gateway": {
            "gatewayId": "my-gateway-abcdefghij",
            "gatewayArn": gateway_arn,
            "authorizerType": "NONE",
            "interceptorConfigurations": [{}],
            "policyEngineConfiguration": {"arn": "arn:x:policy-engine/e-1", "mode": "ENFORCE"},
        },
        "policies": [
            {"resourceArn": ARN, "policy": json.dumps(deny)},
            {"resourceArn": f"{ARN}/runtime-endpoint/DEFAULT", "unreadable": "AccessDeniedException"},
            {"resourceArn": gateway_arn, "policy": None},
        ],
    }
    reading = Reading(unread=["Not read: the list of everything (X)."])
    result = draft(from_tables(dict(TARGETS), name="x", where="x"), from_answers(facts), None, reading)
    parse(result.text.encode(), name="x", where="x.toml")
    for line in (
        "# network mode VPC",
        "# There is no endpoint DEFAULT (ListAgentRuntimeEndpoints).",
        "# resource policy: Deny everybody (GetResourcePolicy)",
        "# resource policy of the endpoint: could not be read (AccessDeniedException)",
        '# qualifier = "prod"  # READY; version 3',
        "# authorizer NONE: accepts every caller: there is no authorizer (GetGateway)",
        "# An interceptor may change or refuse every call.",
        "# policy engine e-1, mode ENFORCE",
        "# Not read: the list of everything (X).",
    ):
        assert line in result.text.splitlines()


def test_the_further_entrances_are_a_comment_that_can_be_used() -> None:
    """Those of the targets, above the first table; without its sign, the line is read."""
    targets = from_tables(dict(TARGETS), name="my-x", where="x")
    text = draft(targets, Configuration()).text
    (line,) = (line for line in text.splitlines() if line.startswith("# entrances = "))
    asked = text.replace(line, line.removeprefix("# "))
    found = parse(asked.encode(), name="my-x", where="x").entrances or ()
    assert set(found) == {
        entrance.id
        for entrance in ENTRANCES
        if entrance.on_request and entrance.target in ("runtime", "gateway")
    }
    assert text.index(line) < text.index("[runtime]")
