"""The embedded account: pages of lists, further Runtimes and Gateways, roles, a stack, Cognito's newer settings."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from agentcore_probe.model.environment import LocalSetup
from tests.conftest import log_in
from tests.embedded import started
from tests.local.callers import Facts, call_gateway, client_error

ROLE = "arn:aws:iam::123456789012:role/probe-{}"
CONTROL = "bedrock-agentcore-control"


@pytest.fixture(scope="module")
def account() -> Iterator[Facts]:
    """An account with lists of several pages and a stack."""
    setup = LocalSetup(runtimes=25, gateways=3, harnesses=2, stack="agents", cognito="2026")
    with started(setup) as facts:
        yield facts


def client(facts: Facts, service: str, **keys: str) -> Any:
    """A client with the variables of the account, as botocore would read them."""
    variables = facts["variables"]
    credentials = keys or {
        "aws_access_key_id": variables["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": variables["AWS_SECRET_ACCESS_KEY"],
    }
    session = boto3.Session(region_name=variables["AWS_REGION"], **credentials)  # type: ignore[arg-type]
    service_id = session._session.get_service_model(service).service_id
    url = variables[f"AWS_ENDPOINT_URL_{service_id.hyphenize().replace('-', '_').upper()}"]
    return session.client(
        service,
        endpoint_url=url,
        config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
    )


def test_lists_have_pages(account: Facts) -> None:
    """Ten items without a number, and as many as are asked for with one; no item is missing or twice."""
    control = client(account, CONTROL)
    assert len(control.list_agent_runtimes()["agentRuntimes"]) == 10
    assert len(control.list_agent_runtimes(maxResults=100)["agentRuntimes"]) == 25
    pages = list(control.get_paginator("list_agent_runtimes").paginate(PaginationConfig={"PageSize": 4}))
    ids = [item["agentRuntimeId"] for page in pages for item in page["agentRuntimes"]]
    assert ([len(page["agentRuntimes"]) for page in pages], len(set(ids))) == ([4, 4, 4, 4, 4, 4, 1], 25)


def test_several_permissions_can_be_missing() -> None:
    """Each fault removes its own action, and none gives another one back."""
    missing = {"ListAgentRuntimes": "list_agent_runtimes", "ListGateways": "list_gateways"}
    with started(LocalSetup(faults=tuple(f"without-{action}" for action in missing))) as facts:
        for operation in missing.values():
            with pytest.raises(ClientError, match="AccessDenied"):
                getattr(client(facts, CONTROL), operation)()
        assert client(facts, CONTROL).list_harnesses()["harnesses"] == []


INVALID_PAGES = [
    {"maxResults": "0"}, {"maxResults": "101"}, {"maxResults": "x"}, {"nextToken": "x"}, {"nextToken": "TGlzdDoy"},
]  # fmt: skip


@pytest.mark.parametrize("page", INVALID_PAGES, ids=str)
def test_an_invalid_page_is_refused(account: Facts, page: dict[str, str]) -> None:
    """A ValidationException for numbers out of range and for tokens that this list did not give."""
    error = client_error(client(account, CONTROL).list_agent_runtimes, **page)
    assert error == ("ValidationException", 400)


def test_a_token_of_another_list_is_refused(account: Facts) -> None:
    """Also where its position would be valid."""
    token = base64.urlsafe_b64encode(b"ListGateways:2").decode()
    error = client_error(client(account, CONTROL).list_agent_runtimes, nextToken=token)
    assert error == ("ValidationException", 400)


def test_a_further_runtime_is_called_by_its_own_authorizer(account: Facts) -> None:
    """The second takes signatures, the third tokens; the description of each says so."""
    control, data = client(account, CONTROL), client(account, "bedrock-agentcore")
    items = control.list_agent_runtimes()["agentRuntimes"]
    iam, jwt = (control.get_agent_runtime(agentRuntimeId=item["agentRuntimeId"]) for item in items[1:3])
    assert ("authorizerConfiguration" in iam, "authorizerConfiguration" in jwt) == (False, True)
    assert [each["networkConfiguration"]["networkMode"] for each in (iam, jwt)] == ["VPC", "PUBLIC"]
    answer = data.invoke_agent_runtime(agentRuntimeArn=iam["agentRuntimeArn"], payload=b"{}")
    assert answer["statusCode"] == 200
    with pytest.raises(ClientError, match="Authorization method mismatch"):
        data.invoke_agent_runtime(agentRuntimeArn=jwt["agentRuntimeArn"], payload=b"{}")


def test_a_further_gateway_has_a_url_of_its_own(account: Facts) -> None:
    """The third takes tokens, lists its tools, and refuses a call without a token."""
    gateway = client(account, CONTROL).get_gateway(gatewayIdentifier="gateway-003-local00003")
    facts = {**account, "gateway": {"url": gateway["gatewayUrl"]}}
    assert gateway["gatewayUrl"] != account["gateway"]["url"]
    assert call_gateway(facts, None, "tools/list").status_code == 401
    answer = call_gateway(facts, log_in(account)["AccessToken"], "tools/list")
    assert [tool["name"] for tool in answer.json()["result"]["tools"]] == [
        "echo-tool___echo",
        "echo-tool___ping",
    ]


def test_a_gateway_with_a_policy_engine_names_it(account: Facts) -> None:
    """The engine and its policies are found by the Gateway's ARN of it, and the resource policy by the Gateway's."""
    control = client(account, CONTROL)
    gateway = control.get_gateway(gatewayIdentifier="gateway-002-local00002")
    engine = gateway["policyEngineConfiguration"]["arn"].rpartition("/")[2]
    policies = control.list_policy_summaries(policyEngineId=engine)["policies"]
    assert [policy["enforcementMode"] for policy in policies] == ["ACTIVE", "LOG_ONLY"]
    policy = json.loads(control.get_resource_policy(resourceArn=gateway["gatewayArn"])["policy"])
    assert policy["Statement"][0]["Resource"] == gateway["gatewayArn"]


@pytest.mark.parametrize("kind", ["runtime", "endpoint", "gateway"])
def test_a_resource_without_a_policy_is_not_found(account: Facts, kind: str) -> None:
    """The first Runtime, its endpoint and the first Gateway have none."""
    control = client(account, CONTROL)
    runtime = account["runtime"]["arn"]
    gateway = control.get_gateway(gatewayIdentifier=account["gateway"]["id"])["gatewayArn"]
    arn = {"runtime": runtime, "endpoint": f"{runtime}/runtime-endpoint/DEFAULT", "gateway": gateway}[kind]
    assert client_error(control.get_resource_policy, resourceArn=arn) == ("ResourceNotFoundException", 404)


Read = Callable[[Any], Any]
UNKNOWN: dict[str, Read] = {
    "runtime": lambda control: control.get_agent_runtime(agentRuntimeId="nope-AAAAAAAAAA"),
    "its versions": lambda control: control.list_agent_runtime_versions(agentRuntimeId="nope-AAAAAAAAAA"),
    "a version": lambda control: control.get_agent_runtime(
        agentRuntimeId="local_agent-LOCALAGENT", agentRuntimeVersion="9"
    ),
    "endpoint": lambda control: control.get_agent_runtime_endpoint(
        agentRuntimeId="local_agent-LOCALAGENT", endpointName="nope"
    ),
    "gateway": lambda control: control.get_gateway(gatewayIdentifier="nope-aaaaaaaaaa"),
    "target": lambda control: control.get_gateway_target(
        gatewayIdentifier="local-gateway-localgw001", targetId="AAAAAAAAAA"
    ),
    "harness": lambda control: control.get_harness(harnessId="nope-AAAAAAAAAA"),
    "engine": lambda control: control.get_policy_engine(policyEngineId="nope-aaaaaaaaaa"),
    "policies": lambda control: control.list_policies(policyEngineId="nope-aaaaaaaaaa"),
}


@pytest.mark.parametrize("read", UNKNOWN.values(), ids=UNKNOWN.keys())
def test_what_does_not_exist_is_not_found(account: Facts, read: Read) -> None:
    """A 404 with the type of the API."""
    assert client_error(read, control=client(account, CONTROL)) == ("ResourceNotFoundException", 404)


def test_the_variables_are_those_of_botocore(account: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that is given nothing but the variables calls the account."""
    for name, value in account["variables"].items():
        monkeypatch.setenv(name, value)
    session = boto3.Session()
    for service in ("sts", "iam", "cloudformation", "secretsmanager", "ssm", "cognito-idp", CONTROL):
        assert session.client(service).meta.endpoint_url.startswith("http://127.0.0.1:"), service
    assert session.client("sts").get_caller_identity()["Arn"].endswith(":user/probe")


def assume(account: Facts, name: str, **arguments: str) -> dict[str, str]:
    """The credentials of a role, as boto3 takes them."""
    answer = client(account, "sts").assume_role(
        RoleArn=ROLE.format(name), RoleSessionName="test", **arguments
    )
    credentials = answer["Credentials"]
    return {
        "aws_access_key_id": credentials["AccessKeyId"],
        "aws_secret_access_key": credentials["SecretAccessKey"],
        "aws_session_token": credentials["SessionToken"],
    }


@pytest.mark.parametrize(
    ("name", "arguments"), [("caller", {}), ("external", {"ExternalId": "embedded-external-id"})]
)
def test_a_role_can_be_assumed_and_used(account: Facts, name: str, arguments: dict[str, str]) -> None:
    """STS, the control plane and the data plane know the session."""
    keys = assume(account, name, **arguments)
    identity = client(account, "sts", **keys).get_caller_identity()["Arn"]
    assert identity == f"arn:aws:sts::123456789012:assumed-role/probe-{name}/test"
    assert client(account, CONTROL, **keys).list_agent_runtimes()["agentRuntimes"]
    arn = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/agent_002-LOCAL00002"
    answer = client(account, "bedrock-agentcore", **keys).invoke_agent_runtime(
        agentRuntimeArn=arn, payload=b"{}"
    )
    assert answer["statusCode"] == 200


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("external", {}), ("external", {"ExternalId": "another"}), ("closed", {}), ("missing", {})],
    ids=["no external id", "another external id", "a role that trusts a service", "no such role"],
)
def test_a_role_that_does_not_trust_the_caller_is_refused(
    account: Facts, name: str, arguments: dict[str, str]
) -> None:
    """AccessDenied, as for a role that does not exist."""
    assert client_error(assume, account=account, name=name, **arguments) == ("AccessDenied", 403)


def test_a_role_has_its_own_permissions(account: Facts) -> None:
    """The role `probe-reader` may list Runtimes, and may not read the first one."""
    control = client(account, CONTROL, **assume(account, "reader"))
    assert control.list_agent_runtimes()["agentRuntimes"]
    error = client_error(control.get_agent_runtime, agentRuntimeId="local_agent-LOCALAGENT")
    assert error == ("AccessDeniedException", 403)


def test_a_session_is_valid_with_its_token_only(account: Facts) -> None:
    """Another token, and none, are refused."""
    keys = assume(account, "caller")
    for token in ("another", ""):
        control = client(account, CONTROL, **{**keys, "aws_session_token": token})
        assert client_error(control.list_agent_runtimes) == ("UnrecognizedClientException", 403)


def test_iam_has_the_roles(account: Facts) -> None:
    """The role of the Runtime with its trust policy, and the policies of a role."""
    iam = client(account, "iam")
    arn = client(account, CONTROL).get_agent_runtime(agentRuntimeId="local_agent-LOCALAGENT")["roleArn"]
    role = iam.get_role(RoleName=arn.rpartition("/")[2])["Role"]
    trusted = role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]
    assert (role["Arn"], trusted) == (arn, {"Service": "bedrock-agentcore.amazonaws.com"})
    names = iam.list_role_policies(RoleName="probe-caller")["PolicyNames"]
    policy = iam.get_role_policy(RoleName="probe-caller", PolicyName=names[0])["PolicyDocument"]
    assert "bedrock-agentcore:InvokeAgentRuntime" in policy["Statement"][0]["Action"]


@pytest.mark.parametrize(
    ("source", "action", "decision"),
    [
        ("user/probe", "bedrock-agentcore:InvokeAgentRuntime", "allowed"),
        ("user/probe", "bedrock-agentcore:InvokeAgentRuntimeForUser", "implicitDeny"),
        ("role/probe-reader", "bedrock-agentcore:InvokeAgentRuntime", "implicitDeny"),
        ("role/probe-caller", "bedrock-agentcore:InvokeAgentRuntime", "allowed"),
    ],
)
def test_iam_simulates_a_principals_policies(account: Facts, source: str, action: str, decision: str) -> None:
    """One result for each resource."""
    arn = account["runtime"]["arn"]
    resources = [arn, f"{arn}/runtime-endpoint/DEFAULT"]
    answer = client(account, "iam").simulate_principal_policy(
        PolicySourceArn=f"arn:aws:iam::123456789012:{source}", ActionNames=[action], ResourceArns=resources
    )
    results = answer["EvaluationResults"]
    assert [result["EvalResourceName"] for result in results] == resources
    assert {result["EvalDecision"] for result in results} == {decision}


def test_an_unknown_principal_cannot_be_simulated(account: Facts) -> None:
    """IAM's error."""
    simulate = client(account, "iam").simulate_principal_policy
    arguments = {"PolicySourceArn": "arn:aws:iam::123456789012:user/nobody", "ActionNames": ["iam:GetRole"]}
    assert client_error(simulate, **arguments) == ("NoSuchEntity", 404)


def test_the_stack_names_what_is_deployed(account: Facts) -> None:
    """Outputs and resources, by the stack's name and by its id."""
    stacks = client(account, "cloudformation")
    (stack,) = stacks.describe_stacks(StackName="agents")["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    assert (outputs["RuntimeArn"], outputs["GatewayUrl"]) == (
        account["runtime"]["arn"],
        account["gateway"]["url"],
    )
    pages = stacks.get_paginator("list_stack_resources").paginate(StackName=stack["StackId"])
    resources = {
        item["ResourceType"]: item["PhysicalResourceId"]
        for page in pages
        for item in page["StackResourceSummaries"]
    }
    assert resources["AWS::BedrockAgentCore::Runtime"] == "local_agent-LOCALAGENT"
    assert resources["AWS::BedrockAgentCore::Gateway"] == account["gateway"]["id"]
    assert resources["AWS::Cognito::UserPool"] == account["identity"]["pool_id"]
    assert resources["AWS::Cognito::UserPoolClient"] == account["identity"]["client_id"]


def test_a_stack_that_does_not_exist_is_an_error(account: Facts) -> None:
    """CloudFormation's ValidationError; a write is refused."""
    stacks = client(account, "cloudformation")
    assert client_error(stacks.describe_stacks, StackName="other") == ("ValidationError", 400)
    assert client_error(stacks.delete_stack, StackName="agents") == ("InvalidAction", 400)
    wrong = client(
        account, "cloudformation", aws_access_key_id="AKIAAAAAAAAAAAAAAAAA", aws_secret_access_key="x"
    )
    assert client_error(wrong.describe_stacks) == ("InvalidClientTokenId", 403)


def test_an_app_clients_secret_is_in_secrets_manager(account: Facts) -> None:
    """The app client has the ARN in place of the secret; the secret names pool and client."""
    identity, bodies = account["identity"], []
    cognito = client(account, "cognito-idp")
    # botocore's parser drops members that its model lacks: ClientSecretArn before 1.44.8.
    cognito.meta.events.register(
        "after-call", lambda http_response, **_: bodies.append(http_response.content)
    )
    for id in (identity["machine_client_id"], identity["client_id"]):
        cognito.describe_user_pool_client(UserPoolId=identity["pool_id"], ClientId=id)
    machine, public = (json.loads(body)["UserPoolClient"] for body in bodies)
    assert "ClientSecret" not in machine
    assert not {"ClientSecret", "ClientSecretArn"} & public.keys()
    secret = client(account, "secretsmanager").get_secret_value(SecretId=machine["ClientSecretArn"])
    assert json.loads(secret["SecretString"]) == {
        "userPoolId": identity["pool_id"],
        "userPoolClientId": identity["machine_client_id"],
        "clientSecretValue": identity["machine_client_secret"],
    }


def test_the_user_pool_has_its_newer_settings(account: Facts) -> None:
    """Plan, domain and client registration."""
    pool = client(account, "cognito-idp").describe_user_pool(UserPoolId=account["identity"]["pool_id"])[
        "UserPool"
    ]
    assert (pool["UserPoolTier"], pool["DcrConfiguration"]["EnableStatus"]) == ("ESSENTIALS", "Disabled")
    assert pool["Domain"]


def test_by_default_there_is_one_of_each_and_no_stack(agentcore: Facts) -> None:
    """What the account was before it could have a size."""
    control = client(agentcore, CONTROL)
    sizes = [
        len(control.list_agent_runtimes()["agentRuntimes"]),
        len(control.list_gateways()["items"]),
        len(control.list_harnesses()["harnesses"]),
        len(client(agentcore, "cloudformation").describe_stacks()["Stacks"]),
    ]
    assert sizes == [1, 1, 0, 0]
