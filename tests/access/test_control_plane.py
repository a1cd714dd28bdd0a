"""What is deployed: answers of the control plane and Cognito, and what is recorded without one."""

from __future__ import annotations

from typing import Any

import pytest

from agentcore_probe.access.aws import Aws, AwsKeys
from agentcore_probe.access.control_plane import (
    CONTROL,
    _in_account_of,
    gateway_id,
    read_client,
    read_targets,
)
from agentcore_probe.model.environment import Environment, GatewayTarget, RuntimeTarget
from agentcore_probe.secret import Secret

from .servers import json_answer, recording

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/agent-abcdefghij"
DENIED = json_answer(
    {"__type": "AccessDeniedException"}, "x-amzn-errortype: AccessDeniedException", status="403 Forbidden"
)
RUNTIME = Environment(name="t", runtime=RuntimeTarget(arn=ARN))
GATEWAY = Environment(name="t", region="us-east-1", gateway=GatewayTarget(id="gw-abcdefghij"))


def aws(environment: Environment, service: str, url: str) -> Aws:
    """Access to a server at `url` that answers for `service`."""
    keys = AwsKeys("AKIAIOSFODNN7EXAMPLE", Secret("secret-access-key", "aws secret key"))
    return Aws(environment.model_copy(update={"endpoints": {service: url}}), keys)


def targets(environment: Environment, *answers: bytes, requests: list[bytes] | None = None) -> dict[str, Any]:
    """The facts about the targets of `environment` from a control plane with these answers."""
    with recording([] if requests is None else requests, *answers) as url:
        return read_targets(environment, aws(environment, CONTROL, url))


def test_a_runtime_with_all_pages_of_its_endpoints() -> None:
    """An authorizer that the API omits is recorded as None: the Runtime requires IAM."""
    requests: list[bytes] = []
    facts = targets(
        RUNTIME,
        json_answer({"agentRuntimeArn": ARN, "status": "READY"}),
        json_answer({"runtimeEndpoints": [{"name": "DEFAULT"}], "nextToken": "page-2"}),
        json_answer({"runtimeEndpoints": [{"name": "prod"}]}),
        requests=requests,
    )
    runtime = facts.pop("runtime")
    assert facts == {}
    assert runtime["status"] == "READY"
    assert runtime["authorizerConfiguration"] is None
    assert [endpoint["name"] for endpoint in runtime["endpoints"]] == ["DEFAULT", "prod"]
    assert b"page-2" in requests[2].split(b"\r\n")[0]
    assert len(requests) == 3


def test_a_runtime_that_may_not_be_read() -> None:
    """The service's error code is the reason, and no authorizer is assumed."""
    assert targets(RUNTIME, DENIED) == {"runtime": {"arn": ARN, "unreadable": "AccessDeniedException"}}


def test_an_answer_without_the_arn_is_unexpected() -> None:
    """A proxy's JSON is not a Runtime."""
    assert targets(RUNTIME, json_answer({"hello": "world"})) == {
        "runtime": {"arn": ARN, "unreadable": "unexpected-answer"}
    }


OTHER_ARN = ARN.replace("123456789012", "999999999999")


@pytest.mark.parametrize(
    "answer",
    [
        {"agentRuntimeArn": OTHER_ARN},
        {"agentRuntimeArn": ARN.replace("agent-", "other-")},
        {"agentRuntimeArn": ARN, "agentRuntimeId": "other-abcdefghij"},
    ],
)
def test_an_answer_about_another_runtime_is_not_used(answer: dict[str, Any]) -> None:
    """Another account, another id: nothing of it is assumed about the requested Runtime."""
    requests: list[bytes] = []
    facts = targets(RUNTIME, json_answer({**answer, "status": "READY"}), requests=requests)
    assert facts["runtime"] == {
        "arn": ARN,
        "unreadable": "another-resource",
        "describedArn": answer["agentRuntimeArn"],
    }
    assert len(requests) == 1


@pytest.mark.parametrize(
    ("answer", "described"),
    [
        ({"gatewayId": "gw-0123456789"}, "gw-0123456789"),
        (
            {"gatewayId": "gw-abcdefghij", "gatewayArn": "arn:aws:b:r:1:gateway/gw-0123456789"},
            "arn:aws:b:r:1:gateway/gw-0123456789",
        ),
    ],
)
def test_an_answer_about_another_gateway_is_not_used(answer: dict[str, Any], described: str) -> None:
    """By its id, and by the id in its ARN."""
    facts = targets(GATEWAY, json_answer(answer))["gateway"]
    assert (facts["unreadable"], facts["describedArn"]) == ("another-resource", described)


def test_a_gateway_of_another_account_than_the_runtime_is_not_used() -> None:
    """One caller reads both by their ids, so both are in the caller's account."""
    gateway = {
        "gatewayId": "gw-abcdefghij",
        "gatewayArn": "arn:aws:bedrock-agentcore:us-east-1:999999999999:gateway/gw-abcdefghij",
    }
    runtime = {"agentRuntimeArn": ARN}
    assert _in_account_of(runtime, gateway) == {
        "gatewayId": "gw-abcdefghij",
        "unreadable": "another-resource",
        "describedArn": gateway["gatewayArn"],
    }
    same = {**gateway, "gatewayArn": gateway["gatewayArn"].replace("999999999999", "123456789012")}
    assert _in_account_of(runtime, same) is same
    assert _in_account_of({"arn": ARN, "unreadable": "AccessDeniedException"}, gateway) is gateway


def test_endpoints_that_may_not_be_listed_are_left_out() -> None:
    """An empty list would mean that there are none."""
    facts = targets(RUNTIME, json_answer({"agentRuntimeArn": ARN}), DENIED)
    assert "endpoints" not in facts["runtime"]


def test_a_list_without_an_end_is_not_known() -> None:
    """It is read up to 50 pages; a part of it would be taken for the whole."""
    requests: list[bytes] = []
    page = json_answer({"items": [{"name": "t"}], "nextToken": "again"})
    facts = targets(GATEWAY, json_answer({"gatewayId": "gw-abcdefghij"}), page, requests=requests)
    assert "targets" not in facts["gateway"]
    assert len(requests) == 51


def test_a_gateway_has_the_fields_that_the_api_omits() -> None:
    """Without a protocol configuration and interceptors, these are empty and not unknown."""
    facts = targets(GATEWAY, json_answer({"gatewayId": "gw-abcdefghij"}), json_answer({"items": []}))
    gateway = facts["gateway"]
    assert (gateway["protocolConfiguration"], gateway["interceptorConfigurations"]) == ({}, [])
    assert gateway["targets"] == []


def test_a_gateway_with_a_custom_domain_needs_its_id() -> None:
    """Nothing is requested without it."""
    requests: list[bytes] = []
    url = "https://mcp.example.invalid/mcp"
    environment = Environment(name="t", region="us-east-1", gateway=GatewayTarget(url=url))
    assert targets(environment, requests=requests) == {
        "gateway": {"gatewayUrl": url, "unreadable": "no-gateway-id"}
    }
    assert requests == []


@pytest.mark.parametrize(
    ("url", "id"),
    [
        ("https://gw-abcdefghij.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp", "gw-abcdefghij"),
        ("http://gw-abcdefghij.gateway.localhost:8080/mcp", "gw-abcdefghij"),
        ("https://mcp.example.invalid/mcp", None),
        ("", None),
    ],
)
def test_the_id_in_a_gateways_host_name(url: str, id: str | None) -> None:
    """A custom domain has none."""
    assert gateway_id(url) == id


POOL_URL = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI/.well-known/openid-configuration"


def client(*answers: bytes, discovery_url: str = POOL_URL) -> tuple[dict[str, Any] | None, list[bytes]]:
    """The facts about an app client from a Cognito with these answers, and the requests."""
    requests: list[bytes] = []
    environment = Environment(name="t", region="eu-central-1")
    with recording(requests, *answers) as url:
        facts = read_client("client-1", discovery_url, aws(environment, "cognito-idp", url))
    return facts, requests


@pytest.mark.parametrize("secret", ["client-secret-value", None])
def test_whether_a_client_has_a_secret_is_recorded_without_it(secret: str | None) -> None:
    """In the pool's own region, which may differ from the environment's."""
    settings = {"ClientId": "client-1", **({"ClientSecret": secret} if secret else {})}
    facts, requests = client(json_answer({"UserPoolClient": settings}))
    assert facts == {"ClientId": "client-1", "ClientSecret": secret is not None}
    assert b"/us-east-1/cognito-idp/aws4_request" in requests[0]


@pytest.mark.parametrize(
    ("answer", "reason"), [(DENIED, "AccessDeniedException"), (json_answer({}), "unexpected-answer")]
)
def test_a_client_that_cannot_be_read_has_a_reason(answer: bytes, reason: str) -> None:
    """The id stays."""
    facts, _ = client(answer)
    assert facts == {"ClientId": "client-1", "unreadable": reason}


@pytest.mark.parametrize("settings", [{"ClientId": "client-2"}, {"UserPoolId": "us-east-1_ZzZzZzZzZ"}])
def test_an_answer_about_another_client_is_not_used(settings: dict[str, str]) -> None:
    """By its own id, and by that of its pool."""
    facts, _ = client(json_answer({"UserPoolClient": {"ClientId": "client-1", **settings}}))
    assert facts == {"ClientId": "client-1", "unreadable": "another-resource"}


def test_only_cognito_has_app_clients() -> None:
    """Nothing is requested for another identity provider."""
    assert client(discovery_url="https://issuer.invalid/.well-known/openid-configuration") == (None, [])
