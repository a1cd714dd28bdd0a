"""Which setting of AWS is in effect, and what it comes from: file, variable, profile or AWS's default."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import certifi
import pytest

from agentcore_probe.access.aws_values import aws_values, machine_values
from agentcore_probe.model.environment import Environment
from tests.access.test_aws_source import CONFIG, planned

ARN = "arn:aws:bedrock-agentcore:eu-west-1:123456789012:runtime/my_agent-ABCDEFGHIJ"
OWN = "https://vpce-1.bedrock-agentcore.us-east-1.vpce.amazonaws.com"
AUTHORITIES = certifi.where()
PROFILE = f"""
[services mine]
bedrock_agentcore =
  endpoint_url = {OWN}/services
[profile own]
region = eu-central-1
services = mine
endpoint_url = {OWN}/profile
use_fips_endpoint = true
ca_bundle = {AUTHORITIES}
"""


def _effective(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, facts: dict[str, Any], variables: dict[str, str]
) -> dict[str, tuple[str | None, str, str]]:
    monkeypatch.setattr("tests.access.test_aws_source.CONFIG", CONFIG + PROFILE)
    for name in (
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
        "SSL_CERT_FILE",
        "https_proxy",
        "HTTPS_PROXY",
        "no_proxy",
        "NO_PROXY",
    ):
        monkeypatch.delenv(name, raising=False)
    environment = Environment.model_validate({"name": "t", **facts})
    aws = planned(monkeypatch, tmp_path, environment, **variables)
    urls = {"a.example": "https://a.example/", "b.example": "https://b.example/"}
    values = [*aws_values(environment, aws), *machine_values(urls, aws)]
    return {value.key: (value.value, value.origin, value.where) for value in values}


@pytest.mark.parametrize(
    ("facts", "variables", "key", "expected"),
    [
        ({"region": "us-west-2", "runtime": {"arn": ARN}}, {}, "region", ("us-west-2", "file", "region")),
        ({"runtime": {"arn": ARN}}, {"AWS_REGION": "us-east-1"}, "region", ("eu-west-1", "arn", "")),
        ({"profile": "own"}, {}, "region", ("eu-central-1", "profile", "own")),
        ({"profile": "own"}, {"AWS_DEFAULT_REGION": "us-east-1"}, "region", ("us-east-1", "variable", "AWS_DEFAULT_REGION")),
        ({"profile": "own"}, {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-2"}, "region", ("us-east-1", "variable", "AWS_REGION")),
        ({}, {"AWS_REGION": "us-east-1"}, "region", ("us-east-1", "variable", "AWS_REGION")),
        ({}, {}, "region", (None, "default", "")),
        ({"profile": "own"}, {"AWS_PROFILE": "keys"}, "profile", ("own", "file", "profile")),
        ({}, {"AWS_PROFILE": "keys"}, "profile", ("keys", "variable", "AWS_PROFILE")),
        ({}, {}, "profile", ("default", "default", "")),
        ({"profile": "own"}, {}, "fips", ("true", "profile", "own")),
        ({"profile": "own"}, {"AWS_USE_FIPS_ENDPOINT": "false"}, "fips", ("false", "variable", "AWS_USE_FIPS_ENDPOINT")),
        ({"profile": "own", "endpoints": {"bedrock-agentcore": OWN}}, {"AWS_ENDPOINT_URL": "https://e"}, "endpoint.bedrock-agentcore", (OWN, "file", "endpoints.bedrock-agentcore")),
        ({"profile": "own"}, {}, "endpoint.bedrock-agentcore", (f"{OWN}/services", "profile", "own")),
        ({"profile": "own"}, {}, "endpoint.sts", (f"{OWN}/profile", "profile", "own")),
        ({"profile": "own"}, {"AWS_ENDPOINT_URL": "https://e"}, "endpoint.sts", ("https://e", "variable", "AWS_ENDPOINT_URL")),
        ({"profile": "own"}, {"AWS_ENDPOINT_URL_BEDROCK_AGENTCORE": "https://e", "AWS_ENDPOINT_URL": "https://f"}, "endpoint.bedrock-agentcore", ("https://e", "variable", "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE")),
        ({"profile": "own"}, {"AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": "https://e"}, "endpoint.cognito-idp", ("https://e", "variable", "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER")),
        ({"region": "us-east-1"}, {"AWS_ENDPOINT_URL": "https://e", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, "endpoint.sts", ("https://sts.us-east-1.amazonaws.com", "aws", "")),
        ({"region": "cn-north-1"}, {}, "endpoint.sts", ("https://sts.cn-north-1.amazonaws.com.cn", "aws", "")),
        ({}, {"HTTPS_PROXY": "http://p:1"}, "proxy", ("http://p:1", "variable", "HTTPS_PROXY")),
        ({}, {}, "proxy", (None, "default", "")),
        ({}, {}, "ca-bundle", (None, "default", "")),
        ({"profile": "own"}, {}, "ca-bundle", (AUTHORITIES, "profile", "own")),
        ({}, {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "b.example"}, "proxy.a.example", ("http://p:1", "variable", "HTTPS_PROXY")),
        ({}, {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "b.example"}, "proxy.b.example", None),
    ],
)  # fmt: skip
def test_the_value_and_what_it_comes_from(  # noqa: PLR0917  (a row of the table)
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    facts: dict[str, Any],
    variables: dict[str, str],
    key: str,
    expected: tuple[str | None, str, str] | None,
) -> None:
    """Explicit ones win; the value is the one that botocore uses."""
    assert _effective(monkeypatch, tmp_path, facts, variables).get(key) == expected
