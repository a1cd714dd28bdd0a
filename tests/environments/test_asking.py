"""An ARN or a URL says what an environment file would say; what it cannot say is an error of one line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agentcore_probe.access.protocol import runtime_url
from agentcore_probe.environments.asking import Asked, read_question
from agentcore_probe.environments.load import parse
from agentcore_probe.environments.written import environment_text
from agentcore_probe.errors import InputError
from agentcore_probe.model.environment import RuntimeTarget
from agentcore_probe.model.question import Question

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/my_agent-ABCDEFGHIJ"
ENCODED = "arn%3Aaws%3Abedrock-agentcore%3Aus-east-1%3A123456789012%3Aruntime%2Fmy_agent-ABCDEFGHIJ"
AWS = "https://bedrock-agentcore.us-east-1.amazonaws.com"
GATEWAY = "https://my-gw-abcdefghij.gateway.bedrock-agentcore.eu-west-1.amazonaws.com"
HARNESS = "arn:aws:bedrock-agentcore:us-east-1:123456789012:harness/my_harness-ABCDEFGHIJ"


def question(text: str, **asked: Any) -> Question:
    return read_question(text, Asked(**asked), lambda own: own, lambda target: f"ask {target}")


@pytest.mark.parametrize(
    ("text", "qualifier"),
    [
        (ARN, "DEFAULT"),
        (f"  {ARN}\n", "DEFAULT"),
        (f"{ARN}/runtime-endpoint/prod", "prod"),
        (f"{AWS}/runtimes/{ENCODED}/invocations", "DEFAULT"),
        (f"{AWS}/runtimes/{ENCODED}/invocations?qualifier=prod", "prod"),
        (f"{AWS}/runtimes/{ENCODED.lower().replace('abcdefghij', 'ABCDEFGHIJ')}/invocations", "DEFAULT"),
    ],
)
def test_a_documented_target_is_called_in_its_own_form(text: str, qualifier: str) -> None:
    """At AWS's own host, which needs no setting."""
    asked = question(text)
    assert asked.environment.runtime == RuntimeTarget(arn=ARN, qualifier=qualifier)
    assert (asked.url, asked.environment.region, asked.environment.endpoints) == (None, None, {})
    assert (asked.environment.name, asked.target, asked.command) == (
        "my_agent",
        "runtime",
        f"ask {text.strip()}",
    )


@pytest.mark.parametrize(
    "url",
    [
        f"{AWS}/runtimes/{ARN}/invocations",
        f"{AWS}/runtimes/{ENCODED.replace('%', '%25')}/invocations",
        f"{AWS}/runtimes/{ENCODED}/invoke",
        f"{AWS}/runtimes/{ENCODED}%0A/invocations",
        f"{AWS}/runtimes/{ENCODED}%2Fruntime-endpoint%2FDEFAULT/invocations",
        f"{AWS}/runtimes/my_agent-ABCDEFGHIJ/invocations?accountId=123456789012",
        f"{AWS}/runtimes/{ENCODED}/invocations?qualifier=1",
        f"{AWS.replace('agentcore', 'agentcore-control')}/runtimes/{ENCODED}/invocations",
    ],
)
def test_any_other_url_is_called_as_it_is_before_the_documented_one(url: str) -> None:
    """Asking again names the documented target."""
    asked = question(url)
    assert asked.url == url
    assert asked.environment.runtime == RuntimeTarget(arn=ARN)
    assert (asked.environment.endpoints, asked.command) == ({}, f"ask {ARN}")


def test_another_region_of_the_host_stays() -> None:
    """The call goes where its caller sent it."""
    asked = question(f"https://bedrock-agentcore.eu-west-1.amazonaws.com/runtimes/{ENCODED}/invocations")
    assert (asked.environment.region, asked.url) == ("eu-west-1", None)


@pytest.mark.parametrize(
    "base",
    [
        "http://127.0.0.1:8080",
        "https://vpce-0123.bedrock-agentcore.us-east-1.vpce.amazonaws.com",
        "https://bedrock-agentcore-fips.us-east-1.amazonaws.com",
        "https://agents.example.com/prod",
    ],
)
def test_another_base_url_is_that_of_the_data_plane(base: str) -> None:
    """Of this machine, of a VPC endpoint, of a proxy with a path."""
    asked = question(f"{base}/runtimes/{ENCODED}/invocations", protocol="A2A", prompt="Hi")
    assert asked.environment.endpoints == {"bedrock-agentcore": base}
    assert asked.environment.runtime is not None
    assert asked.environment.runtime.payload is not None
    assert asked.environment.runtime.payload["params"]["message"]["parts"][0]["text"] == "Hi"
    again = question(f"{base}/runtimes/{ARN}/invocations")
    assert again.command == f"ask {runtime_url(base, RuntimeTarget(arn=ARN))}"


def test_a_runtime_by_an_id_without_its_account_is_called_but_not_known() -> None:
    """No environment file can name it."""
    url = f"{AWS}/runtimes/my_agent-ABCDEFGHIJ/invocations"
    asked = question(url)
    assert (asked.url, asked.environment.runtime) == (url, None)
    assert json.loads(asked.body or b"") == {"prompt": "Hello from agentcore-probe"}


@pytest.mark.parametrize(
    ("text", "url", "id", "region", "as_given"),
    [
        (f"{GATEWAY}/mcp", f"{GATEWAY}/mcp", None, "eu-west-1", None),
        (GATEWAY, f"{GATEWAY}/mcp", None, "eu-west-1", GATEWAY),
        (f"{GATEWAY}/sse", f"{GATEWAY}/mcp", None, "eu-west-1", f"{GATEWAY}/sse"),
        (
            "arn:aws:bedrock-agentcore:eu-west-1:123456789012:gateway/my-gw-abcdefghij",
            None,
            "my-gw-abcdefghij",
            "eu-west-1",
            None,
        ),
        ("https://tools.example.com/mcp", "https://tools.example.com/mcp", None, None, None),
        ("http://localhost:1/mcp", "http://localhost:1/mcp", None, None, None),
    ],
)
def test_a_gateway(
    text: str, url: str | None, id: str | None, region: str | None, as_given: str | None
) -> None:
    """By its ARN, its URL, or a domain of its owner."""
    asked = question(text, tool="t___x", payload={"a": 1})
    gateway = asked.environment.gateway
    assert gateway is not None
    assert (gateway.url, gateway.id, asked.environment.region, asked.url) == (url, id, region, as_given)
    assert gateway.tool is not None
    assert (gateway.tool.name, gateway.tool.arguments, asked.target) == ("t___x", {"a": 1}, "gateway")


@pytest.mark.parametrize(
    "text", [HARNESS, f"{AWS}/harnesses/invoke?harnessArn={HARNESS.replace(':', '%3A')}"]
)
def test_a_harness_gets_its_own_body(text: str) -> None:
    """Messages instead of a prompt."""
    asked = question(text, prompt="Hi")
    assert asked.url is not None
    assert asked.url.startswith(f"{AWS}/harnesses/invoke?harnessArn=arn%3Aaws")
    assert json.loads(asked.body or b"") == {"messages": [{"role": "user", "content": [{"text": "Hi"}]}]}
    assert asked.environment.region == "us-east-1"


def test_a_runtime_behind_a_gateway_is_called_as_it_is() -> None:
    """It speaks no MCP, so its Gateway's own URL is not tried."""
    asked = question(f"{GATEWAY}/my-target/invocations", prompt="Hi")
    assert (asked.url, asked.target) == (f"{GATEWAY}/my-target/invocations", "gateway")
    assert json.loads(asked.body or b"") == {"prompt": "Hi"}


@pytest.mark.parametrize(
    ("text", "asked", "credential"),
    [
        (ARN, {}, "unsaid"),
        (f"{GATEWAY}/mcp", {}, "unsaid"),
        ("http://localhost:1/mcp", {}, "unsaid"),
        ("https://tools.example.com/mcp", {}, "none"),
        ("https://bedrock-agentcore.us-east-1.example.com/mcp", {}, "none"),
        (f"https://agents.example.com/runtimes/{ENCODED}/invocations", {}, "none"),
        ("https://abc.execute-api.us-east-1.amazonaws.com/mcp", {}, "none"),
        ("https://tools.example.com/mcp", {"sign": True}, "signature"),
        ("https://tools.example.com/mcp", {"profile": "p"}, "signature"),
        (ARN, {"token": {"env": "T"}, "profile": "p"}, "token"),
    ],
)
def test_aws_credentials_go_unasked_to_the_service_only(
    text: str, asked: dict[str, Any], credential: str
) -> None:
    """A signed request carries the token of the session."""
    assert question(text, **asked).credential == credential


@pytest.mark.parametrize(
    ("text", "asked", "problem"),
    [
        ("my_agent", {}, "'my_agent' is neither an ARN nor a URL. Give a Runtime's ARN"),
        ("arn:aws:s3:::bucket", {}, "is not the ARN of a target"),
        ("https://example.com/x", {}, "this is not a URL of AgentCore"),
        ("http://[x", {}, "is not a URL (Invalid IPv6 URL)"),
        ("http://example.com/mcp", {}, "is neither https nor http to this machine"),
        (f"http://example.com/runtimes/{ARN}/invocations", {}, "is neither https nor http to this machine"),
        ("https://u:p@example.com/mcp", {}, "a URL must not carry credentials"),
        ("https://example.com/mcp?token=x", {}, "a URL must not carry credentials"),
        ("https://exa mple.com/mcp", {}, "contains white space"),
        ("https://example.com/mcp", {"prompt": "x"}, "a Gateway takes no prompt"),
        ("https://example.com/mcp", {"payload": {}}, "a Gateway's payload is the arguments of a tool"),
        ("https://example.com/mcp", {"protocol": "HTTP"}, "a Gateway speaks MCP"),
        (ARN, {"tool": "x"}, "only a Gateway's tool can be called"),
        (ARN, {"protocol": "MCP", "prompt": "x"}, "an MCP server takes no prompt"),
    ],
)
def test_what_cannot_be_asked_is_an_error(text: str, asked: dict[str, Any], problem: str) -> None:
    """Exit 2, before anything is sent."""
    with pytest.raises(InputError, match=".") as error:
        question(text, **asked)
    assert problem in error.value.line()
    assert error.value.exit_code == 2


@pytest.mark.parametrize(
    "text", ["eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln", "Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln"]
)
def test_a_token_in_the_place_of_the_target_is_not_repeated(text: str) -> None:
    """An error goes to logs."""
    with pytest.raises(InputError, match="a token is not a target") as error:
        question(text)
    assert "eyJ" not in error.value.line()


@pytest.mark.parametrize(
    "asked",
    [
        {"token": {"env": "JWT_TOKEN"}, "payload": {"a b": [1, 2.5, True, 'é\n"\x7f'], "c": {}, "d": []}},
        {"token": {"file": "token.txt"}, "profile": "p", "region": "eu-west-1", "protocol": "AGUI"},
        {"token": {"command": ["pass", "show", "it's"]}, "seconds": 2.5, "language": "ja"},
        {},
    ],
)
@pytest.mark.parametrize(
    "text", [f"{ARN}/runtime-endpoint/prod", f"http://127.0.0.1:1/runtimes/{ENCODED}/invocations"]
)
def test_the_environment_is_the_same_when_its_file_is_read(text: str, asked: dict[str, Any]) -> None:
    """Whatever was asked with."""
    environment = question(text, **asked).environment
    assert parse(environment_text(environment).encode(), name="my_agent", where="x") == environment


def test_the_environment_of_a_gateway_is_the_same_when_its_file_is_read() -> None:
    """With the tool that was called."""
    environment = question(f"{GATEWAY}/mcp", tool="t___x", payload={"a": {"b": "c"}}).environment
    assert parse(environment_text(environment).encode(), name=environment.name, where="x") == environment
