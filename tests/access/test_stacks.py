"""CloudFormation stacks: all pages, nested stacks, and what their resources and outputs name."""

from __future__ import annotations

import pytest

from agentcore_probe.access.aws import Aws, AwsKeys
from agentcore_probe.access.reads import NotedReads
from agentcore_probe.access.stacks import StackContent, read_stack
from agentcore_probe.environments.stack_targets import clients_of, resources_of
from agentcore_probe.model.environment import Environment
from agentcore_probe.secret import Secret

from .servers import http_answer, recording

NESTED = "arn:aws:cloudformation:us-east-1:123456789012:stack/agents-Pool-X/11111111-2222"
NAMESPACE = 'xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"'


def resources(*pairs: tuple[str, str], token: str = "") -> bytes:
    members = "".join(
        f"<member><ResourceType>{kind}</ResourceType><PhysicalResourceId>{id}</PhysicalResourceId>"
        "<LogicalResourceId>x</LogicalResourceId><ResourceStatus>CREATE_COMPLETE</ResourceStatus></member>"
        for kind, id in pairs
    )
    following = f"<NextToken>{token}</NextToken>" if token else ""
    return http_answer(
        f"<ListStackResourcesResponse {NAMESPACE}><ListStackResourcesResult><StackResourceSummaries>{members}"
        f"</StackResourceSummaries>{following}</ListStackResourcesResult></ListStackResourcesResponse>".encode(),
        "Content-Type: text/xml",
    )


def outputs(*values: str) -> bytes:
    members = "".join(
        f"<member><OutputKey>k</OutputKey><OutputValue>{value}</OutputValue></member>" for value in values
    )
    return http_answer(
        f"<DescribeStacksResponse {NAMESPACE}><DescribeStacksResult><Stacks><member><Outputs>{members}</Outputs>"
        "</member></Stacks></DescribeStacksResult></DescribeStacksResponse>".encode(),
        "Content-Type: text/xml",
    )  # fmt: skip


def read(*answers: bytes) -> tuple[StackContent | None, list[bytes]]:
    requests: list[bytes] = []
    keys = AwsKeys("AKIAIOSFODNN7EXAMPLE", Secret("secret-access-key", "aws secret key"))
    with recording(requests, *answers) as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_CLOUDFORMATION", url)
        aws = Aws(Environment(name="t", region="us-east-1"), keys)
        return read_stack("agents", NotedReads(aws)), requests


def test_all_pages_and_nested_stacks_are_read() -> None:
    """Each stack's resources and outputs, once."""
    content, requests = read(
        resources(("AWS::BedrockAgentCore::Runtime", "a-ABCDEFGHIJ"), token="page-2"),
        resources(("AWS::CloudFormation::Stack", NESTED)),
        outputs("hello"),
        resources(("AWS::Cognito::UserPoolClient", "client1")),
        outputs("arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/g-abcdefghij"),
    )
    assert content is not None
    assert [kind for kind, _ in content.resources] == [
        "AWS::BedrockAgentCore::Runtime",
        "AWS::CloudFormation::Stack",
        "AWS::Cognito::UserPoolClient",
    ]
    assert content.stacks == ["agents", NESTED]
    assert len(requests) == 5
    assert b"NextToken=page-2" in requests[1]


def test_the_targets_of_a_stack_are_found_once_each() -> None:
    """By id or ARN, in resources, outputs and URLs; a Runtime's ARN is made from its id."""
    account = "arn:aws:bedrock-agentcore:us-east-1:123456789012"
    content = StackContent(
        resources=[
            ("AWS::BedrockAgentCore::Runtime", "a-ABCDEFGHIJ"),
            ("AWS::BedrockAgentCore::RuntimeEndpoint", f"{account}:runtime/a-ABCDEFGHIJ/runtime-endpoint/prod"),
            ("AWS::BedrockAgentCore::GatewayTarget", "g-abcdefghij|TARGET1234"),
            ("AWS::Cognito::UserPoolClient", "client1"),
            ("AWS::Lambda::Function", "b-ABCDEFGHIJ"),
        ],
        outputs=[
            f"https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/{account.replace(':', '%3A')}%3Aruntime%2Fc-ABCDEFGHIJ",
            "https://h-abcdefghij.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp",
            f"{account}:harness/d-ABCDEFGHIJ",
            "a-ABCDEFGHIJ",
        ],
    )  # fmt: skip
    found = resources_of(content, f"{account}:runtime/{{}}".format)
    assert [(one.kind, one.id) for one in found] == [
        ("runtime", "a-ABCDEFGHIJ"),
        ("gateway", "g-abcdefghij"),
        ("runtime", "c-ABCDEFGHIJ"),
        ("gateway", "h-abcdefghij"),
        ("harness", "d-ABCDEFGHIJ"),
    ]
    assert found[0].arn == f"{account}:runtime/a-ABCDEFGHIJ"
    assert clients_of(content) == ("client1",)
