"""Which service a URL addresses, and how it names the Runtime."""

from __future__ import annotations

import pytest

from agentcore_probe.judge.reading.address import Address, read, read_from_command, read_from_message
from agentcore_probe.model.exchange import Request

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/my_agent-ABCDEFGHIJ"
ENCODED = ARN.replace(":", "%3A").replace("/", "%2F")
HOST = "https://bedrock-agentcore.us-east-1.amazonaws.com"


def address(url: str, body: str | None = None) -> Address:
    return read(Request(url=url, body=body))


@pytest.mark.parametrize(
    ("url", "service", "kind"),
    [
        (f"{HOST}/runtimes/{ENCODED}/invocations", "runtime", "data"),
        ("https://bedrock-agentcore-control.eu-west-1.amazonaws.com/runtimes/", "runtime", "control"),
        ("https://vpce-0a1b-c2.bedrock-agentcore.us-east-1.vpce.amazonaws.com/", "runtime", "data"),
        ("https://bedrock-agentcore-fips.us-gov-west-1.amazonaws.com/", "runtime", "data"),
        ("https://g-abc.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp", "gateway", "gateway"),
        ("https://tools.example.com/mcp", "gateway", "other"),
        ("https://cognito-idp.us-east-1.amazonaws.com/", "cognito", "cognito"),
        ("https://example.auth0.com/oauth/token", "oauth", "other"),
        ("https://sso.example.com/realms/r/protocol/openid-connect/token", "oauth", "other"),
        ("https://s3.us-east-1.amazonaws.com/", "other", "aws"),
        ("https://[", "other", "other"),
    ],
)
def test_the_service_is_recognized_by_host_and_path(url: str, service: str, kind: str) -> None:
    """A provider's token endpoint at any address by its usual path."""
    assert (address(url).service, address(url).host_kind) == (service, kind)


@pytest.mark.parametrize("body", ["grant_type=client_credentials", '{"grant_type": "client_credentials"}'])
def test_a_request_for_a_grant_is_to_a_token_endpoint(body: str) -> None:
    """Whatever its path, but not at AgentCore."""
    assert address("https://sso.example.com/as/token.oauth2", body).service == "oauth"
    assert address(f"{HOST}/runtimes/x/invocations", body).service == "runtime"


@pytest.mark.parametrize(
    ("path", "identifier", "suffix", "raw_slash", "double_encoded"),
    [
        (f"{ENCODED}/invocations", ARN, "invocations", False, False),
        (f"{ARN}/invocations", ARN, "invocations", True, False),
        (
            f"{ARN}/runtime-endpoint/prod/invocations",
            f"{ARN}/runtime-endpoint/prod",
            "invocations",
            True,
            False,
        ),
        (f"{ENCODED.replace('%', '%25')}/invocations", ENCODED, "invocations", False, True),
        ("my_agent-ABCDEFGHIJ/ws", "my_agent-ABCDEFGHIJ", "ws", False, False),
        ("/invocations", "", "invocations", False, False),
        ("invocations", "", "invocations", False, False),
    ],
)
def test_a_path_divides_into_identifier_and_suffix(
    path: str, identifier: str, suffix: str, raw_slash: bool, double_encoded: bool
) -> None:
    """A raw ARN takes two segments, that of an endpoint four."""
    parsed = address(f"{HOST}/runtimes/{path}")
    assert (parsed.identifier, parsed.suffix) == (identifier, suffix)
    assert (parsed.raw_slash, parsed.double_encoded) == (raw_slash, double_encoded)


@pytest.mark.parametrize("identifier", ["", "undefined", "%24RUNTIME_ARN", f"%20{ENCODED}", f"{ENCODED}%0A"])
def test_a_blank_or_padded_identifier_is_not_another_runtime(identifier: str) -> None:
    """It is a cause of its own."""
    parsed = address(f"{HOST}/runtimes/{identifier}/invocations")
    assert parsed.blank_or_padded
    assert not parsed.names_another(ARN)


@pytest.mark.parametrize(
    ("identifier", "is_another"),
    [
        (ENCODED, False),
        (f"{ENCODED}%2Fruntime-endpoint%2Fprod", False),
        (ENCODED.replace("my_agent", "other"), True),
        ("my_agent-ABCDEFGHIJ", False),
        ("my_agent-ABCDEFGHIJ/invocations?accountId=123456789012", False),
        ("my_agent-ABCDEFGHIJ/invocations?accountId=999999999999", True),
        ("other-ABCDEFGHIJ", True),
    ],
)
def test_another_runtime_is_recognized_by_arn_or_by_id_and_account(identifier: str, is_another: bool) -> None:
    """What is deployed says nothing about another Runtime."""
    assert address(f"{HOST}/runtimes/{identifier}").names_another(ARN) is is_another


def test_a_message_names_the_runtime_if_there_is_no_url() -> None:
    """An encoded ARN in it was encoded twice: the SDK encodes its argument."""
    message = "No endpoint or agent found with qualifier 'prod' for agent {}."
    plain, encoded = (read_from_message(message.format(agent)) for agent in (ARN, ENCODED))
    assert (plain.identifier, plain.qualifier, plain.double_encoded) == (ARN, "prod", False)
    assert (encoded.identifier, encoded.double_encoded) == (ARN, True)
    assert read_from_message("Access denied") == Address(service="runtime")


def test_the_runtime_of_a_command_line_is_read() -> None:
    """The `aws` row has no URL, and its causes must be those of the same answer to a signed request."""
    line = f"aws bedrock-agentcore invoke-agent-runtime --agent-runtime-arn {ARN} --qualifier prod"
    address = read_from_command(line)
    assert (address.service, address.identifier, address.qualifier) == ("runtime", ARN, "prod")
    assert read_from_command("aws sts get-caller-identity").identifier is None
