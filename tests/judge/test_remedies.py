"""Remedies: lines to paste, with the environment's own values."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from agentcore_probe.judge.choice import choose
from agentcore_probe.judge.diagnose import diagnose
from agentcore_probe.judge.reading.case_file import from_form
from agentcore_probe.judge.remedies import remedy
from agentcore_probe.judge.remedies.authorizer import GATEWAY_PARTS, RUNTIME_PARTS
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.identity import Identity, SecretReference
from agentcore_probe.model.judgement import Remedy
from tests.judge.labelled import CASES, case_of, form_of
from tests.sampling import every

CONTROL = botocore.session.get_session().get_service_model("bedrock-agentcore-control")


def remedy_of(name: str) -> Remedy:
    case = case_of(name)
    return remedy(diagnose(case), case, Environment(name="prod"), "runtime-jwt")


@pytest.mark.parametrize(
    ("update", "read", "parts", "renamed"),
    [
        ("UpdateAgentRuntime", "GetAgentRuntime", RUNTIME_PARTS, set()),
        ("UpdateGateway", "GetGateway", GATEWAY_PARTS, {"gatewayIdentifier"}),
    ],
)
def test_an_update_keeps_every_part_that_can_be_read(
    update: str, read: str, parts: tuple[str, ...], renamed: set[str]
) -> None:
    """An update resets what it omits; the list is that of botocore's model."""
    update_input = CONTROL.operation_model(update).input_shape
    read_output = CONTROL.operation_model(read).output_shape
    assert update_input is not None
    assert read_output is not None
    accepted, readable = set(update_input.members), set(read_output.members)
    assert set(parts) == accepted & readable
    assert accepted - readable == renamed | {"clientToken"} & accepted


@pytest.mark.parametrize(
    "name", every(3, [name for name, form in CASES.items() if form["then"]["cause"] != "none"])
)
def test_commands_parse_in_a_shell_and_contain_no_secret(name: str) -> None:
    """Each has matching quotes and no token; the last verifies the access method again."""
    fix = remedy_of(name)
    for line in fix.commands:
        assert shlex.split(line.replace("<(", "("), comments=True)
    assert fix.recheck == "agentcore-probe verify prod --only runtime-jwt"
    text = json.dumps(fix.model_dump(mode="json"))
    assert not re.search(r"eyJ[\w-]{20,}\.", text)


def updated(line: str, current: dict[str, Any]) -> dict[str, Any]:
    """The resource after the line's jq program, run by jq."""
    words = shlex.split(line.replace("\\\n", " ").strip("()"))
    program = words[words.index("jq") + 1]
    completed = subprocess.run(
        ["jq", program], input=json.dumps(current), capture_output=True, text=True, check=True
    )
    value: dict[str, Any] = json.loads(completed.stdout)
    return value


RUNTIME: dict[str, Any] = {
    "agentRuntimeArn": "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/my_agent-ABCDEFGHIJ",
    "agentRuntimeId": "my_agent-ABCDEFGHIJ",
    "agentRuntimeArtifact": {
        "containerConfiguration": {"containerUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/agent:1"}
    },
    "roleArn": "arn:aws:iam::123456789012:role/agent",
    "networkConfiguration": {"networkMode": "PUBLIC"},
    "environmentVariables": {"MODEL": "x"},
    "authorizerConfiguration": {
        "customJWTAuthorizer": {
            "discoveryUrl": "https://cognito-idp.us-east-1.amazonaws.com/p/.well-known/openid-configuration",
            "allowedClients": ["existing-client"],
            "allowedAudience": ["a"],
            "allowedWorkloadConfiguration": {"workloadIdentities": ["workload"]},
        }
    },
    "status": "READY",
}
BINDING = {"workloadIdentities": ["workload"]}


@pytest.mark.parametrize("name", ["access-token-audience", "other-client"])
def test_an_edited_authorizer_is_a_valid_update_that_keeps_the_rest(name: str) -> None:
    """botocore's own validator accepts it; artifact, variables and other rules stay."""
    _, line, update = remedy_of(name).commands
    assert update.endswith("--cli-input-json file://update.json && rm update.json")
    runtime = updated(line, RUNTIME)
    shape = CONTROL.operation_model("UpdateAgentRuntime").input_shape
    assert shape is not None
    report = ParamValidator().validate(runtime, shape)
    assert not report.has_errors(), report.generate_report()
    assert runtime["environmentVariables"] == {"MODEL": "x"}
    rules = runtime["authorizerConfiguration"]["customJWTAuthorizer"]
    assert rules["allowedWorkloadConfiguration"] == BINDING
    assert CASES[name]["token"]["claims"]["client_id"] in rules["allowedClients"]
    assert "status" not in runtime


def test_an_audience_rule_becomes_a_client_rule() -> None:
    """For Cognito's access tokens, which have no aud; other allowed clients stay."""
    fix = remedy_of("access-token-audience")
    client = CASES["access-token-audience"]["token"]["claims"]["client_id"]
    rules = updated(fix.commands[1], RUNTIME)["authorizerConfiguration"]["customJWTAuthorizer"]
    assert rules["allowedClients"] == sorted([client, "existing-client"])
    assert "allowedAudience" not in rules
    assert f'AllowedClients: ["{client}"]' in fix.fragments["cloudformation"]


@pytest.mark.parametrize(
    "name", ["other-pool", "refused-for-no-visible-reason", "scope-gateway", "signature-bare-message"]
)
def test_no_change_is_advised_that_would_accept_other_callers(name: str) -> None:
    """An issuer that a token names, a scope that every login has: the rules are only shown."""
    if name not in CASES:
        name = next(id for id, form in CASES.items() if form["then"]["cause"] == "signing-key-unknown")
    fix = remedy_of(name)
    assert fix.commands
    assert not any("update-" in line for line in fix.commands)


def test_a_claim_cannot_leave_its_quotes() -> None:
    """A client id from a token is one word of the line."""
    form = json.loads(json.dumps({key: value for key, value in CASES["expired"].items() if key != "then"}))
    form["token"]["claims"]["client_id"] = "x; touch /tmp/pwn; echo $(id)"
    form["token"]["claims"]["username"] = "it's"
    case = choose(from_form(form, where="t"))
    (line,) = remedy(diagnose(case), case, None, None).commands
    assert "x; touch /tmp/pwn; echo $(id)" in shlex.split(line)


def test_the_call_for_a_raw_arn_has_the_encoded_one() -> None:
    """As botocore encodes it."""
    (line,) = remedy_of("raw-arn-404").commands
    assert (
        "https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/arn%3Aaws%3Abedrock-agentcore%3A" in line
    )
    assert "$JWT_TOKEN" in line


def test_a_role_of_identity_center_is_named_by_its_account_and_a_pattern() -> None:
    """Its path is not in the ARN of the session, which is all that an error has."""
    fragments = remedy_of("aws-login-sso-role").fragments
    statement = json.loads(fragments["trust-policy"])["Statement"][0]
    assert statement["Principal"] == {"AWS": "arn:aws:iam::111122223333:root"}
    pattern = (
        "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Dev_0123456789abcdef"
    )
    assert statement["Condition"] == {"ArnLike": {"aws:PrincipalArn": pattern}}
    allowed = json.loads(fragments["caller-policy"])["Statement"][0]
    assert (allowed["Action"], allowed["Resource"]) == (
        "sts:AssumeRole",
        "arn:aws:iam::123456789012:role/probe",
    )


def test_commands_use_the_profile_the_pool_and_the_variable_of_the_environment() -> None:
    """For a login that failed there is no token that names the pool."""
    issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI"
    password = SecretReference(source="env", name="STAGE_PASSWORD")
    identity = Identity(
        username="ann", password=password, discovery_url=f"{issuer}/.well-known/openid-configuration"
    )
    environment = Environment(name="prod", profile="my team", identity=identity)
    for name, start in {
        "wrong-password": "cognito-idp admin-get-user --user-pool-id eu-west-1_AbCdEfGhI --region eu-west-1",
        "iam-not-allowed": "sts get-caller-identity",
        "runtime-not-found": "bedrock-agentcore-control get-agent-runtime",
    }.items():
        case = next(case_of(id) for id, form in CASES.items() if form["then"]["cause"] == name)
        fix = remedy(diagnose(case), case, environment, "runtime-jwt")
        assert fix.commands[0].startswith(f"aws --profile 'my team' {start}")
    case = next(case_of(id) for id, form in CASES.items() if form["then"]["cause"] == "id-token-sent")
    (login,) = remedy(diagnose(case), case, environment, "runtime-jwt").commands
    assert "PASSWORD: env.STAGE_PASSWORD}" in login


@pytest.mark.parametrize(
    ("issuer", "named"),
    [
        (
            "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI",
            {"cognito-idp", "AWS::Cognito"},
        ),
        ("https://login.example.com", set[str]()),
    ],
)
def test_settings_of_cognito_are_for_its_clients_only(issuer: str, named: set[str]) -> None:
    """RFC 6749's words for a refused grant are those of every provider."""
    identity = Identity(discovery_url=f"{issuer}/.well-known/openid-configuration")
    case = case_of("text-json-unauthorized-client")
    fix = remedy(diagnose(case), case, Environment(name="prod", identity=identity), "runtime-jwt")
    assert {name for name in ("cognito-idp", "AWS::Cognito") if name in str(fix)} == named


IAM_MESSAGE = (
    "User: arn:aws:sts::123456789012:assumed-role/app/dev is not authorized to perform: bedrock-agentcore:{action} "
    "on resource: arn:aws:bedrock-agentcore:us-east-1:123456789012:{resource} because no {policy} policy allows the "
    "bedrock-agentcore:{action} action"
)


def remedy_of_message(action: str, resource: str, policy: str = "identity-based") -> Remedy:
    """The remedy of what botocore prints of an IAM refusal."""
    message = IAM_MESSAGE.format(action=action, resource=resource, policy=policy)
    line = f"An error occurred (AccessDeniedException) when calling the {action} operation: {message}"
    case = choose(from_form({"response": {"body": line}}, where="t"))
    return remedy(diagnose(case), case, None, None)


def allowed(commands: tuple[str, ...]) -> tuple[Any, Any]:
    """The actions and resources of the statement that a line adds."""
    document = json.loads(shlex.split(commands[-1].replace("\\\n", " "))[-1])
    (statement,) = document["Statement"]
    return statement["Action"], statement["Resource"]


@pytest.mark.parametrize(
    ("action", "actions"),
    [
        ("InvokeAgentRuntime", "bedrock-agentcore:InvokeAgentRuntime"),
        ("InvokeAgentRuntimeCommand", "bedrock-agentcore:InvokeAgentRuntimeCommand"),
        ("InvokeAgentRuntimeCommandShell", "bedrock-agentcore:InvokeAgentRuntimeCommandShell"),
        ("InvokeAgentRuntimeWithWebSocketStream", "bedrock-agentcore:InvokeAgentRuntimeWithWebSocketStream"),
    ],
)
def test_a_refusal_by_an_endpoint_allows_the_runtime_and_that_endpoint(action: str, actions: str) -> None:
    """IAM evaluates both; the action is the one that the message names."""
    arn = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/orders-AbCdEf1234"
    fix = remedy_of_message(action, "runtime/orders-AbCdEf1234/runtime-endpoint/DEFAULT")
    assert allowed(fix.commands) == (actions, [arn, f"{arn}/runtime-endpoint/DEFAULT"])
    assert "put-role-policy --role-name app" in fix.commands[-1]


def test_a_harness_needs_two_actions_on_its_arn() -> None:
    """InvokeHarness alone is refused at the Runtime behind it (docs/agentcore.md section 11.15)."""
    arn = "arn:aws:bedrock-agentcore:us-east-1:123456789012:harness/desk-AbCdEf1234"
    fix = remedy_of_message("InvokeHarness", "harness/desk-AbCdEf1234")
    assert allowed(fix.commands) == (
        ["bedrock-agentcore:InvokeHarness", "bedrock-agentcore:InvokeAgentRuntime"],
        [arn],
    )


@pytest.mark.parametrize("action", ["CreateAgentRuntime", "InvokeAnything", "PutResourcePolicy"])
def test_no_other_action_of_a_message_becomes_a_permission(action: str) -> None:
    """A server writes the message."""
    fix = remedy_of_message(action, "runtime/orders-AbCdEf1234")
    assert fix.commands == ("aws sts get-caller-identity",)


def test_a_resource_policy_is_read_of_the_runtime_and_its_endpoint() -> None:
    """Both must allow a caller of another account; the statement names the caller's role."""
    fix = remedy_of_message(
        "InvokeAgentRuntime", "runtime/orders-AbCdEf1234/runtime-endpoint/DEFAULT", "resource-based"
    )
    arn = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/orders-AbCdEf1234"
    assert [line.split("--resource-arn ")[1].split()[0] for line in fix.commands[1:]] == [
        arn,
        f"{arn}/runtime-endpoint/DEFAULT",
    ]
    (statement,) = json.loads(fix.fragments["resource-policy"])["Statement"]
    assert statement == {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:role/app"},
        "Action": "bedrock-agentcore:InvokeAgentRuntime",
        "Resource": arn,
    }


def test_an_endpoint_policy_for_a_public_document_names_its_own_action() -> None:
    """For every principal, since such a request has none."""
    fix = remedy_of("vpc-endpoint-metadata")
    (statement,) = json.loads(fix.fragments["endpoint-policy"])["Statement"]
    assert statement["Action"] == "bedrock-agentcore:GetRuntimeProtectedResourceMetadata"
    assert statement["Principal"] == "*"
    assert "describe-vpc-endpoints" in fix.commands[0]


def test_a_denied_tool_is_in_the_permit() -> None:
    """A name from a request cannot leave its quotes."""
    form = json.loads(json.dumps(form_of("policy-denied-is-error")))
    assert 'AgentCore::Action::"refunds___create"' in remedy_of("policy-denied-is-error").fragments["cedar"]
    form["request"]["body"] = json.dumps(
        {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": 'x"; forbid(principal);'}}
    )
    case = choose(from_form(form, where="t"))
    assert '"xforbidprincipal"' in remedy(diagnose(case), case, None, None).fragments["cedar"]


def test_a_permit_is_not_shown_against_a_forbid() -> None:
    """It cannot outweigh one, so the commands only show the policies."""
    form = json.loads(json.dumps(form_of("policy-denied-rpc-403")))
    message = "Tool Execution Denied: Tool call not allowed due to policy enforcement [%s]"
    reasons = {
        "No policy applies to the request (denied by default).": True,
        "Policy evaluation denied due to finance_only-abc123": False,
    }
    for reason, has_permit in reasons.items():
        error = {"code": -32002, "message": message % reason}
        form["response"]["body"] = json.dumps({"jsonrpc": "2.0", "id": 7, "error": error})
        case = choose(from_form(form, where="t"))
        found = remedy(diagnose(case), case, None, None)
        assert ("cedar" in found.fragments) == has_permit
        assert "list-policy-summaries" in found.commands[1]


def test_the_role_of_a_gateway_gets_the_three_actions_of_its_engine() -> None:
    """On the engine and on the Gateway."""
    (statement,) = json.loads(remedy_of("policy-evaluation-rpc").fragments["role-policy"])["Statement"]
    assert statement["Action"] == [
        f"bedrock-agentcore:{name}"
        for name in ("AuthorizeAction", "PartiallyAuthorizeActions", "GetPolicyEngine")
    ]


def test_the_call_of_the_moved_registry_has_its_new_host() -> None:
    """With the id of the old URL."""
    (line,) = remedy_of("registry-preview-host").commands
    assert "https://agent-registry.us-west-2.api.aws/registry/reg-1A2b3C4d5E/mcp" in line
