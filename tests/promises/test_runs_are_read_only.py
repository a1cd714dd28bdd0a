"""Promises 9 and 20: nothing that a run calls changes the account, and TLS is always verified."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe.access.aws import Aws, AwsKeys
from agentcore_probe.access.operations import NEWER_READS, READS
from agentcore_probe.access.reads import action_of
from agentcore_probe.errors import ProbeError
from agentcore_probe.model.environment import Environment
from agentcore_probe.secret import Secret
from tests.conftest import PROJECT

SOURCES = sorted((PROJECT / "agentcore_probe").rglob("*.py"))


def test_every_allowed_operation_reads_or_invokes() -> None:
    """Its name begins with Get, List, Describe or Simulate, or is InvokeAgentRuntime; botocore has it.

    All but those of November 2026, which an older one cannot send.
    """
    import botocore.session

    session = botocore.session.get_session()
    for name in READS:
        service, operation = name.split(":")
        assert name in NEWER_READS or operation in session.get_service_model(service).operation_names
        assert re.match(r"(Get|List|Describe|Simulate)[A-Z]", operation) or operation == "InvokeAgentRuntime"


def test_every_allowed_operation_is_documented() -> None:
    """docs/permissions.md names its IAM action."""
    page = (PROJECT / "docs" / "permissions.md").read_text("utf-8")
    actions = {action_of(*name.split(":")) for name in READS}
    assert {action for action in actions if action not in page} == set()


@pytest.mark.parametrize(
    ("service", "operation", "arguments"),
    [
        ("bedrock-agentcore-control", "delete_agent_runtime", {"agentRuntimeId": "x"}),
        ("bedrock-agentcore-control", "update_gateway", {"gatewayIdentifier": "x"}),
        ("cognito-idp", "delete_user_pool", {"UserPoolId": "us-east-1_x"}),
        ("sts", "assume_role", {"RoleArn": "arn:aws:iam::123456789012:role/x", "RoleSessionName": "x"}),
    ],
)
def test_another_operation_is_refused_before_it_is_sent(
    agentcore: Mapping[str, Any], service: str, operation: str, arguments: dict[str, Any]
) -> None:
    """By the client itself, for every caller."""
    endpoints = dict(agentcore["endpoints"])
    keys = AwsKeys(agentcore["aws"]["access_key_id"], Secret(agentcore["aws"]["secret_access_key"], "key"))
    aws = Aws(Environment(name="t", region="us-east-1", endpoints=endpoints), keys)
    with pytest.raises(ProbeError, match="not among the operations"):
        aws.read(service, operation, **arguments)


def test_a_profile_with_a_role_assumes_the_role(
    agentcore: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """botocore itself calls AssumeRole to get credentials, which is allowed; here STS refuses, and the error is reported."""
    config = tmp_path / "config"
    config.write_text(
        "[profile base]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wrong-wrong-wrong\n"
        "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = base\nregion = us-east-1\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", agentcore["endpoints"]["sts"])
    assert (problem := Aws(Environment(name="t", profile="role")).login_problem) is not None
    assert problem.cause == "aws-key-unknown"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_source_switches_verification_off(path: Any) -> None:
    """No `verify=False`, no unverified TLS context, no shell."""
    source = path.read_text("utf-8")
    for forbidden in ("verify=False", "_create_unverified_context", "CERT_NONE", "check_hostname = False", "shell=True"):  # fmt: skip
        assert forbidden not in source
