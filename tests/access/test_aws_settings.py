"""What the file says wins over variables, and these over the profile, in one order for everything (docs/aws.md)."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from agentcore_probe.access import protocol
from agentcore_probe.access.aws import Aws
from agentcore_probe.environments.schema import environment_schema
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.environment import Environment, GatewayTarget, RuntimeTarget
from tests.access.servers import http_answer, recording
from tests.conftest import PROJECT

ARN = "arn:{}:bedrock-agentcore:{}:123456789012:runtime/my_agent-ABCDEFGHIJ"
DATA, CONTROL = "bedrock-agentcore", "bedrock-agentcore-control"
CONFIG = """
[default]
region = eu-north-1
endpoint_url = https://default.example
[profile p]
region = eu-west-1
endpoint_url = https://profile.example
services = own
[profile fips]
use_fips_endpoint = true
use_dualstack_endpoint = true
[profile base]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = secret-of-base
[profile role]
role_arn = arn:aws:iam::123456789012:role/x
source_profile = base
region = us-east-1
[services own]
bedrock_agentcore =
  endpoint_url = https://service-of-profile.example
"""
Prepare = Callable[..., None]


@pytest.fixture
def variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Prepare:
    """Sets variables, on a machine that has only the user's configuration file."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    (tmp_path / "config").write_text(CONFIG)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))

    def prepare(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"AWS_{name}", value)

    return prepare


def url(service: str = DATA, **fields: Any) -> str:
    return Aws(Environment(name="t", **fields), logs_in=False).base_url(service)


def test_the_order_of_regions(variables: Prepare) -> None:
    """The file, the Runtime's ARN, `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile."""

    def region(**fields: Any) -> str | None:
        return Aws(Environment(name="t", **fields), logs_in=False).region

    assert region() == "eu-north-1"
    assert region(profile="p") == "eu-west-1"
    variables(DEFAULT_REGION="ap-south-1")
    assert region(profile="p") == "ap-south-1"
    variables(REGION="ap-east-1")
    assert region(profile="p") == "ap-east-1"
    runtime = RuntimeTarget(arn=ARN.format("aws", "us-west-2"))
    assert region(profile="p", runtime=runtime) == "us-west-2"
    assert region(profile="p", runtime=runtime, region="us-east-2") == "us-east-2"


def test_the_order_of_base_urls(variables: Prepare) -> None:
    """`[endpoints]`, the variable of the service, that of all services, the profile's of the service and of all, AWS."""
    assert url(profile="base", region="us-east-1") == "https://bedrock-agentcore.us-east-1.amazonaws.com"
    assert url() == "https://default.example"
    assert url(profile="p") == "https://service-of-profile.example"
    assert url(CONTROL, profile="p") == "https://profile.example"
    variables(ENDPOINT_URL="https://variable.example")
    assert url(profile="p") == "https://variable.example"
    variables(ENDPOINT_URL_BEDROCK_AGENTCORE="https://service-variable.example/")
    assert url(profile="p") == "https://service-variable.example"
    assert url(CONTROL, profile="p") == "https://variable.example"
    assert url(profile="p", endpoints={DATA: "https://file.example/"}) == "https://file.example"
    variables(IGNORE_CONFIGURED_ENDPOINT_URLS="true")
    assert url(profile="p") == "https://bedrock-agentcore.eu-west-1.amazonaws.com"
    assert url(profile="p", endpoints={DATA: "https://file.example"}) == "https://file.example"


@pytest.mark.parametrize(
    ("region", "partition", "plain", "dual"),
    [
        ("us-east-1", "aws", "amazonaws.com", "api.aws"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com", "api.aws"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
        ("eusc-de-east-1", "aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu"),
    ],
)
def test_partitions_fips_and_dual_stack(
    variables: Prepare, region: str, partition: str, plain: str, dual: str
) -> None:
    """Both planes and the rows with a token have botocore's host; a Gateway keeps its only documented one."""
    runtime = RuntimeTarget(arn=ARN.format(partition, region))
    where = Environment(name="t", profile="base", runtime=runtime, gateway=GatewayTarget(id="gw-abcdefghij"))
    variables(USE_FIPS_ENDPOINT="false")
    for changes, host, domain in (
        ({}, "bedrock-agentcore", plain),
        ({"USE_FIPS_ENDPOINT": "true"}, "bedrock-agentcore-fips", plain),
        ({"USE_FIPS_ENDPOINT": "false", "USE_DUALSTACK_ENDPOINT": "true"}, "bedrock-agentcore", dual),
    ):
        variables(**changes)
        aws = Aws(where, logs_in=False)
        assert aws.base_url(DATA) == f"https://{host}.{region}.{domain}"
        assert aws.base_url(CONTROL) == f"https://{host.replace(DATA, CONTROL)}.{region}.{domain}"
        assert protocol.runtime_url(aws.base_url(DATA), runtime).startswith(
            f"https://{host}.{region}.{domain}/"
        )
        gateway = protocol.gateway_url(where, Configuration(), aws)
        assert gateway == f"https://gw-abcdefghij.gateway.bedrock-agentcore.{region}.{plain}/mcp"


def test_a_profile_can_ask_for_fips_and_dual_stack(variables: Prepare) -> None:
    """A variable wins over it."""
    assert url(profile="fips", region="us-east-1") == "https://bedrock-agentcore-fips.us-east-1.api.aws"
    variables(USE_FIPS_ENDPOINT="false")
    assert url(profile="fips", region="us-east-1") == "https://bedrock-agentcore.us-east-1.api.aws"


def test_the_role_of_a_profile_is_assumed_at_the_sts_of_the_file(variables: Prepare) -> None:
    """It may be the only one that can be reached: a VPC endpoint."""
    variables(ENDPOINT_URL_STS="http://127.0.0.1:1")
    requests: list[bytes] = []
    refusal = b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"
    with recording(requests, http_answer(refusal, "Content-Type: text/xml", status="403 Forbidden")) as sts:
        problem = Aws(Environment(name="t", profile="role", endpoints={"sts": sts})).login_problem
    assert problem is not None
    assert problem.cause == "aws-role-not-assumed"
    assert b"Action=AssumeRole" in requests[0]


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [
        ("https://vpce-0123456789abcdef0-abcd1234.bedrock-agentcore.eu-west-1.vpce.amazonaws.com", "eu-west-1"),
        ("https://agents.us-prod-1.example.com", "us-east-1"),
        ("http://127.0.0.1:8080", "us-east-1"),
    ],
)  # fmt: skip
def test_the_region_that_is_signed_for(variables: Prepare, endpoint: str, host: str) -> None:
    """That of an AWS host, a VPC endpoint's too; on an own domain the environment's."""
    variables(ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE", SECRET_ACCESS_KEY="secret-of-variable")
    aws = Aws(Environment(name="t", region="us-east-1"))
    signed = aws.sign("POST", f"{endpoint}/mcp", {}, b"{}")
    assert f"/{host}/bedrock-agentcore/aws4_request" in signed["Authorization"]


@pytest.mark.parametrize(
    ("base", "url"),
    [
        (
            "https://vpce-0123456789abcdef0-abcd1234.bedrock-agentcore.eu-west-1.vpce.amazonaws.com",
            "https://gw-abcdefghij.gateway.bedrock-agentcore.eu-west-1.amazonaws.com/mcp",
        ),
        ("https://agents.example.com", None),
        ("http://127.0.0.1:8080", None),
    ],
)
def test_a_gateway_known_by_its_id_alone_is_called_at_aws_or_not_at_all(
    variables: Prepare, base: str, url: str | None
) -> None:
    """Its host is not below that of a VPC endpoint, and an emulator's Gateway is anywhere."""
    where = Environment(
        name="t", region="us-east-1", endpoints={DATA: base}, gateway=GatewayTarget(id="gw-abcdefghij")
    )
    assert protocol.gateway_url(where, Configuration(), Aws(where, logs_in=False)) == url


@pytest.mark.parametrize(
    "text", re.findall(r"(?ms)^ *```toml\n(.*?)^ *```", (PROJECT / "docs" / "aws.md").read_text("utf-8"))
)
def test_the_examples_of_the_documentation_are_valid(text: str) -> None:
    """Each is a part of an environment file."""
    Draft202012Validator(environment_schema(inherits=True)).validate(tomllib.loads(text))
