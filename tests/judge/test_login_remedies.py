"""Remedies of the login of MCP clients: each identity provider's own commands."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Mapping
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.remedies import remedy
from agentcore_probe.judge.remedies.user_pool import CLIENT_PARTS, POOL_PARTS
from agentcore_probe.model.aws_shapes import from_facts
from agentcore_probe.model.exchange import Exchange, Request
from agentcore_probe.model.judgement import Diagnosis

POOL = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI/.well-known/openid-configuration"
ISSUERS = {
    "cognito": POOL,
    "entra": "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0/.well-known/openid-configuration",
    "okta": "https://example.okta.com/oauth2/default/.well-known/openid-configuration",
    "auth0": "https://example.eu.auth0.com/.well-known/openid-configuration",
    "keycloak": "https://sso.example.com/realms/main/.well-known/openid-configuration",
    "generic": "https://idp.example.com/.well-known/openid-configuration",
}
CAUSES = (
    "client-registration-unsupported",
    "client-registration-refused",
    "cimd-url-not-allowed",
    "resource-parameter-rejected",
    "redirect-uri-mismatch",
    "registered-client-not-allowed",
)
COGNITO: Any = botocore.session.get_session().get_service_model("cognito-idp")
NEWER = {
    "ListCIMDPolicies": {"UserPoolId"},
    "CreateCIMDPolicy": {"UserPoolId", "ClientId", "PolicyName", "URLPatterns"},
}
"""The members of operations that botocore has since 1.44.8."""


def lines(
    at: str, cause: str, values: Mapping[str, str] | None = None, rules: dict[str, Any] | None = None
) -> tuple[str, ...]:
    """The commands for a cause at a provider whose tokens the Gateway accepts."""
    jwt = {"discoveryUrl": ISSUERS[at], **({"allowedClients": ["c"]} if rules is None else rules)}
    gateway = {"gatewayId": "g", "authorizerType": "CUSTOM_JWT"}
    facts = {"gateway": {**gateway, "authorizerConfiguration": {"customJWTAuthorizer": jwt}}}
    request = Request(method="GET", url="https://g.gateway.bedrock-agentcore.eu-west-1.amazonaws.com/mcp")
    case = Case(Exchange(id="gateway-oauth-metadata/1", step="challenge", request=request), from_facts(facts))
    diagnosis = Diagnosis(cause=cause, confidence="probable", values=dict(values or {}))
    return remedy(diagnosis, case, None, None).commands


def program_of(line: str) -> str:
    words = shlex.split(line.replace("\\\n", " "))
    return words[words.index("jq") + 1]


def jq(program: str, value: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(
        ["jq", program], input=json.dumps(value), capture_output=True, text=True, check=True
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize("provider", ISSUERS)
def test_every_line_parses_in_a_shell(provider: str, cause: str) -> None:
    """With hostile values, which stay one word each, and without any."""
    hostile = 'https://x.example/\'; touch /tmp/pwn; echo "$(id)"'
    values: dict[str, str]
    for values in ({}, {"redirect": hostile, "client": hostile, "resource": hostile}):
        for line in lines(provider, cause, values):
            done = subprocess.run(["bash", "-n"], input=line, text=True, capture_output=True, check=False)
            assert (done.returncode, done.stderr) == (0, ""), line
            words = shlex.split(line.replace("\\\n", " "), comments=True)
            assert "touch" not in words, line


@pytest.mark.parametrize(
    ("provider", "cause", "begins"),
    [
        ("cognito", "client-registration-unsupported", "aws cognito-idp create-user-pool-client"),
        ("cognito", "cimd-url-not-allowed", "aws cognito-idp list-cimd-policies"),
        ("cognito", "redirect-uri-mismatch", "aws cognito-idp describe-user-pool-client"),
        ("entra", "client-registration-unsupported", "az ad app create"),
        ("entra", "redirect-uri-mismatch", "az ad app show"),
        ("entra", "resource-parameter-rejected", "az ad app show"),
        ("okta", "client-registration-refused", "curl -sS https://example.okta.com/oauth2/v1/clients"),
        ("okta", "redirect-uri-mismatch", "curl -sS https://example.okta.com/oauth2/v1/clients/"),
        ("auth0", "client-registration-refused", "auth0 apps create"),
        ("auth0", "cimd-url-not-allowed", "auth0 api patch tenants/settings"),
        ("auth0", "resource-parameter-rejected", "auth0 apis create"),
        ("keycloak", "client-registration-refused", "kcadm.sh get components -r main"),
        ("keycloak", "client-registration-unsupported", "kcadm.sh create clients -r main"),
        ("keycloak", "redirect-uri-mismatch", "kcadm.sh get clients -r main"),
    ],
)
def test_each_provider_has_its_own_commands(provider: str, cause: str, begins: str) -> None:
    """The first of them reads what the next one changes, or creates what is missing."""
    assert lines(provider, cause)[0].startswith(begins)


def test_an_unknown_provider_has_no_commands_of_another() -> None:
    """Only those of the clients, which show or take an id."""
    assert lines("generic", "redirect-uri-mismatch") == ()
    assert all("cognito" not in line for cause in CAUSES for line in lines("generic", cause))


def test_the_diagnosis_names_the_provider_before_the_issuer() -> None:
    """A registration endpoint may be somebody else's."""
    (line,) = lines("generic", "client-registration-refused", {"provider": "auth0"})
    assert line.startswith("auth0 ")


def test_registration_is_opened_only_where_its_clients_get_in() -> None:
    """A list of clients refuses every id that registration creates."""
    open_rules = {"allowedScopes": ["mcp/call"]}
    opened = lines("cognito", "client-registration-refused", rules=open_rules)
    assert any("update-user-pool " in line for line in opened)
    listed = lines("cognito", "client-registration-refused")
    assert not any("update-user-pool " in line for line in listed)
    assert any("create-user-pool-client" in line for line in listed)


def test_a_refused_registration_leaves_the_provider_as_it_is() -> None:
    """The rules are shown and the client gets an id: what the text says, and nothing that others notice."""
    rules, *given = lines("cognito", "registered-client-not-allowed")
    assert "get-gateway" in rules
    assert [line for line in given if "$CLIENT_ID" not in line] == []


def test_a_pool_keeps_its_settings() -> None:
    """UpdateUserPool resets what it omits: all that it accepts is sent again, with registration changed."""
    pool = {
        "Id": "eu-west-1_AbCdEfGhI",
        "Name": "orders",
        "MfaConfiguration": "ON",
        "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True, "UnusedAccountValidityDays": 7},
        "DcrConfiguration": {"EnableStatus": "Disabled", "AllowedScopes": ["openid"]},
        "CreationDate": 1,
    }
    describe, update, *_ = lines("cognito", "client-registration-refused", rules={"allowedScopes": ["s"]})
    assert update.endswith("--cli-input-json file://pool.json && rm pool.json")
    assert jq(program_of(describe), {"UserPool": pool}) == {
        "UserPoolId": "eu-west-1_AbCdEfGhI",
        "PoolName": "orders",
        "MfaConfiguration": "ON",
        "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
        "DcrConfiguration": {
            "EnableStatus": "Enabled",
            "OpenDcrEnabled": True,
            "OpenDcrGrantTypes": ["code"],
            "AllowedScopes": ["openid"],
        },
    }
    members = members_of("UpdateUserPool")
    assert set(POOL_PARTS) == members & set(COGNITO.shape_for("UserPoolType").members)
    assert members - set(POOL_PARTS) == {"UserPoolId", "PoolName"}


def test_an_app_client_keeps_its_settings() -> None:
    """The same for UpdateUserPoolClient; its secret is not sent."""
    redirect = "http://127.0.0.1:33418/"
    client = {
        "UserPoolId": "eu-west-1_AbCdEfGhI",
        "ClientId": "c",
        "ClientSecret": "made-up",
        "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"],
        "CallbackURLs": ["https://app.example.com/callback"],
    }
    describe, update = lines("cognito", "redirect-uri-mismatch", {"redirect": redirect})
    assert update.endswith("--cli-input-json file://client.json && rm client.json")
    changed = jq(program_of(describe), {"UserPoolClient": client})
    del client["ClientSecret"]
    assert changed == {**client, "CallbackURLs": [redirect, "https://app.example.com/callback"]}
    accepted = members_of("UpdateUserPoolClient")
    readable = set(COGNITO.shape_for("UserPoolClientType").members)
    assert set(CLIENT_PARTS) == accepted & readable
    assert accepted - readable <= {"PublishSecretsInAWSSecretsManager"}


def members_of(operation: str) -> set[str]:
    if operation not in COGNITO.operation_names:
        return NEWER[operation]
    shape = COGNITO.operation_model(operation).input_shape
    assert shape is not None
    return set(shape.members)


@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize("rules", [None, {"allowedScopes": ["mcp/call"]}])
def test_the_options_are_those_of_the_operations(cause: str, rules: dict[str, Any] | None) -> None:
    """As the AWS CLI makes them from the members' names."""
    operations = {xform_name(name, "-"): name for name in {*COGNITO.operation_names, *NEWER}}
    url = "https://claude.ai/oauth/claude-code-client-metadata"
    for line in lines("cognito", cause, {"client": url, "redirect": "https://a.example/"}, rules):
        for command in re.findall(r"aws cognito-idp ([^|&#]+)", line.replace("\\\n", " ")):
            operation, *words = command.split()
            members = {xform_name(member, "-") for member in members_of(operations[operation])}
            options = {word[2:] for word in words if word.startswith("--")}
            assert options - members <= {"region", "query", "cli-input-json"}, line


def test_the_policy_is_for_this_client_alone() -> None:
    """No pattern that lets others in."""
    url = "https://claude.ai/oauth/claude-code-client-metadata"
    create = lines("cognito", "cimd-url-not-allowed", {"client": url})[-1]
    assert f"--url-patterns {url}" in create
    assert "*" not in create


def test_a_scope_is_added_to_those_that_the_app_client_has() -> None:
    """A list without them would take them away."""
    client = {"ClientId": "c", "AllowedOAuthScopes": ["openid"], "CallbackURLs": ["https://a.example/"]}
    url = "https://shop.auth.eu-west-1.amazoncognito.com/oauth2/authorize?client_id=c&scope=openid+mcp%2Fcall"
    request = Request(method="GET", url=url)
    exchange = Exchange(id="login/1", step="login", purpose="authorization", request=request)
    case = Case(exchange, from_facts({"client": client}))
    fragments = remedy(
        Diagnosis(cause="oauth-scope-invalid", confidence="probable"), case, None, None
    ).fragments
    assert 'AllowedOAuthScopes: ["openid", "mcp/call"]' in fragments["cloudformation"]
    assert 'CallbackURLs: ["https://a.example/"]' in fragments["cloudformation"]
    assert 'scopes: [OAuthScope.custom("openid"), OAuthScope.custom("mcp/call")]' in fragments["cdk"]
