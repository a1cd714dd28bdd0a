"""What could not be read, and the statements that would allow it."""

from __future__ import annotations

from agentcore_probe.access.reads import FailedRead
from agentcore_probe.environments.unread import Scope, sentences, statements

CONTROL = "bedrock-agentcore-control"
DENIED = "AccessDeniedException"
SCOPE = Scope("eu-west-1", "123456789012")


def test_a_denied_read_is_allowed_on_its_resource_only() -> None:
    """Lists can be allowed on everything only, in a statement of their own."""
    failed = [
        FailedRead(CONTROL, "list_agent_runtimes", {"maxResults": 100}, DENIED),
        FailedRead(CONTROL, "get_agent_runtime", {"agentRuntimeId": "a-ABCDEFGHIJ"}, DENIED),
        FailedRead("cognito-idp", "describe_user_pool_client", {"UserPoolId": "eu-west-1_x", "ClientId": "c"}, DENIED),
        FailedRead("cloudformation", "describe_stacks", {"StackName": "s"}, "AccessDenied"),
        FailedRead(CONTROL, "get_gateway", {"gatewayIdentifier": "g-abcdefghij"}, "ReadTimeoutError"),
    ]  # fmt: skip
    on_resources, on_all = statements(failed, SCOPE)
    assert on_all == {"Effect": "Allow", "Action": ["bedrock-agentcore:ListAgentRuntimes"], "Resource": "*"}
    assert on_resources["Action"] == [
        "bedrock-agentcore:GetAgentRuntime",
        "cloudformation:DescribeStacks",
        "cognito-idp:DescribeUserPoolClient",
    ]
    assert on_resources["Resource"] == [
        "arn:aws:bedrock-agentcore:eu-west-1:123456789012:runtime/a-ABCDEFGHIJ",
        "arn:aws:bedrock-agentcore:eu-west-1:123456789012:runtime/a-ABCDEFGHIJ/*",
        "arn:aws:cloudformation:eu-west-1:123456789012:stack/s/*",
        "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_x",
    ]


def test_a_read_that_failed_otherwise_needs_no_permission() -> None:
    """Its sentence has the reason only."""
    failed = [FailedRead(CONTROL, "get_gateway", {"gatewayIdentifier": "g"}, "ReadTimeoutError")]
    assert statements(failed, SCOPE) == []
    assert sentences(failed) == ("Not read: the Gateway g (ReadTimeoutError).",)


def test_an_unknown_account_is_not_invented() -> None:
    """The statement then allows the action on every resource."""
    failed = [FailedRead(CONTROL, "get_gateway", {"gatewayIdentifier": "g"}, DENIED)]
    (statement,) = statements(failed, Scope("eu-west-1", None))
    assert statement["Resource"] == "*"


def test_many_of_a_kind_are_one_sentence_and_one_pattern() -> None:
    """An account may have hundreds of Runtimes."""
    failed = [
        FailedRead(CONTROL, "get_agent_runtime", {"agentRuntimeId": f"a{n}-ABCDEFGHIJ"}, DENIED) for n in range(200)
    ]  # fmt: skip
    (sentence,) = sentences(failed)
    assert sentence.startswith("Not read: the Runtime a0-ABCDEFGHIJ, and 199 more of this kind (")
    (statement,) = statements(failed, SCOPE)
    assert statement["Resource"] == ["arn:aws:bedrock-agentcore:eu-west-1:123456789012:runtime/*"]
