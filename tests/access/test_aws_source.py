"""Where AWS credentials would come from: for each kind of profile and variable, the source that botocore uses first."""

from __future__ import annotations

import os
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import BotoCoreError

from agentcore_probe.access.outgoing import PlannedAnswer
from agentcore_probe.access.planned import PlannedAws
from agentcore_probe.model.environment import Environment

ROLE = "arn:aws:iam::123456789012:role/probe"
KEYS = "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = secret-of-the-profile\n"
CONFIG = f"""
[profile keys]
{KEYS}
[profile role]
role_arn = {ROLE}
source_profile = keys
[profile chain]
role_arn = {ROLE}-2
mfa_serial = arn:aws:iam::123456789012:mfa/kim
source_profile = role
[profile of-instance]
role_arn = {ROLE}
credential_source = Ec2InstanceMetadata
[profile of-variables]
role_arn = {ROLE}
credential_source = Environment
[profile web]
role_arn = {ROLE}
web_identity_token_file = /nonexistent
[sso-session acme]
sso_start_url = https://acme.awsapps.com/start
sso_region = us-east-1
[profile sso]
sso_session = acme
sso_account_id = 123456789012
sso_role_name = ReadOnly
[profile process]
credential_process = /opt/bin/fetch --secret hunter2hunter2
[profile loop]
role_arn = {ROLE}
source_profile = loop
[profile empty]
region = us-east-1
"""
VARIABLES = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret-of-the-variables"}
CONTAINER = {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials"}
NO_INSTANCE = {"AWS_EC2_METADATA_DISABLED": "true"}


def planned(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, environment: Environment, **variables: str
) -> PlannedAws:
    """The plan's access to AWS, on a machine that has these files and variables alone."""
    (tmp_path / "config").write_text(CONFIG)
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return PlannedAws(environment, lambda *_: PlannedAnswer(200))


@pytest.mark.parametrize(
    ("environment", "variables", "kind", "actions"),
    [
        ({"profile": "keys"}, VARIABLES, "keys", []),
        ({}, VARIABLES, "variables", []),
        ({}, {**VARIABLES, "AWS_PROFILE": "sso"}, "variables", []),
        ({}, {"AWS_PROFILE": "keys"}, "keys", []),
        ({"profile": "role"}, {}, "role", ["sts:AssumeRole"]),
        ({"profile": "chain"}, {}, "role", ["sts:AssumeRole", "sts:AssumeRole"]),
        ({"profile": "of-instance"}, {}, "role", ["instance", "sts:AssumeRole"]),
        ({"profile": "of-variables"}, VARIABLES, "role", ["sts:AssumeRole"]),
        ({"profile": "web"}, {}, "web-identity", ["sts:AssumeRoleWithWebIdentity"]),
        ({}, {"AWS_ROLE_ARN": ROLE, "AWS_WEB_IDENTITY_TOKEN_FILE": "/t"}, "web-identity", ["sts:AssumeRoleWithWebIdentity"]),
        ({"profile": "sso"}, {}, "sso", ["sso:GetRoleCredentials"]),
        ({"profile": "process"}, {}, "process", ["process"]),
        ({"profile": "empty"}, CONTAINER, "container", ["container"]),
        ({"profile": "empty"}, {}, "instance", ["instance"]),
        ({"profile": "empty"}, NO_INSTANCE, "none", []),
        ({"profile": "loop"}, NO_INSTANCE, "role", ["sts:AssumeRole"]),
        ({"profile": "missing"}, VARIABLES, "none", []),
        ({"role_arn": ROLE}, VARIABLES, "role", ["sts:AssumeRole"]),
        ({"role_arn": ROLE, "source_profile": "sso"}, VARIABLES, "role", ["sso:GetRoleCredentials", "sts:AssumeRole"]),
        ({"role_arn": ROLE}, NO_INSTANCE, "none", []),
    ],
)  # fmt: skip
def test_the_first_source_is_found(  # noqa: PLR0917  (a row of the table)
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    environment: dict[str, str],
    variables: dict[str, str],
    kind: str,
    actions: list[str],
) -> None:
    """With what is called for it, in order. There is a login problem exactly where there is no source."""
    aws = planned(monkeypatch, tmp_path, Environment(name="t", **environment), **variables)  # type: ignore[arg-type]
    assert aws.source.kind == kind
    assert [call.action for call in aws.source.calls] == actions
    assert (aws.login_problem is not None) == (kind == "none")
    assert all("hunter2" not in call.of for call in aws.source.calls)


@pytest.mark.parametrize(
    ("profile", "variables", "method"),
    [
        (None, VARIABLES, "env"),
        (None, {**VARIABLES, "AWS_PROFILE": "role"}, "env"),
        ("keys", VARIABLES, "config-file"),
        ("role", VARIABLES, "assume-role"),
        ("chain", VARIABLES, "assume-role"),
        ("of-variables", VARIABLES, "assume-role"),
        ("web", VARIABLES, "assume-role-with-web-identity"),
        ("sso", VARIABLES, "sso"),
    ],
)
def test_it_is_the_one_that_boto3_takes(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    profile: str | None,
    variables: dict[str, str],
    method: str,
) -> None:
    """boto3's own session, which fetches nothing before its credentials are used."""
    kinds = {
        "env": "variables",
        "config-file": "keys",
        "assume-role": "role",
        "assume-role-with-web-identity": "web-identity",
        "sso": "sso",
    }
    aws = planned(monkeypatch, tmp_path, Environment(name="t", profile=profile), **variables)
    try:
        credentials = boto3.Session(profile_name=profile).get_credentials()
    except BotoCoreError as error:
        pytest.fail(str(error))
    assert credentials is not None
    assert credentials.method == method
    assert aws.source.kind == kinds[method]
