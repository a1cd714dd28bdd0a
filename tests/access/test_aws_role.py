"""The role of an environment file: assumed once its credentials are needed, by a source that is loaded once."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from agentcore_probe.access.aws import Aws, AwsKeys
from agentcore_probe.model.environment import Environment
from agentcore_probe.secret import Secret
from tests.access.servers import http_answer, recording

ROLE = "arn:aws:iam::123456789012:role/team/probe"
MFA = "arn:aws:iam::123456789012:mfa/kim"


def session_of(number: int) -> bytes:
    """STS's answer to AssumeRole."""
    return http_answer(
        b'<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>'
        b"<AccessKeyId>ASIAIOSFODNN7EXAMPL%d</AccessKeyId><SecretAccessKey>secret-of-role</SecretAccessKey>"
        b"<SessionToken>session-of-role</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
        b"</AssumeRoleResult></AssumeRoleResponse>" % number,
        "Content-Type: text/xml",
    )


@pytest.fixture
def requests() -> list[bytes]:
    """What STS receives."""
    return []


@pytest.fixture
def environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, requests: list[bytes]
) -> Iterator[Environment]:
    """A role that a credential process assumes; the process notes each of its runs."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    script = tmp_path / "process.py"
    script.write_text(
        f"import json\nopen({str(tmp_path / 'runs')!r}, 'a').write('.')\n"
        'print(json.dumps({"Version": 1, "AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "secret-of-base"}))\n'
    )
    (tmp_path / "config").write_text(
        f"[profile base]\ncredential_process = {sys.executable} {script}\n[profile other]\nregion = eu-west-1\n"
        f"[profile chained]\nrole_arn = {ROLE}-chained\nsource_profile = base\nregion = us-east-1\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with recording(requests, *(session_of(number) for number in range(9))) as sts:
        yield Environment(
            name="t", region="us-east-1", role_arn=ROLE, source_profile="base", endpoints={"sts": sts}
        )


def forms(requests: list[bytes]) -> list[dict[str, str]]:
    """The parameters of each request."""
    bodies = (request.partition(b"\r\n\r\n")[2].decode() for request in requests)
    return [{name: values[0] for name, values in parse_qs(body).items()} for body in bodies]


def test_the_role_is_assumed_with_what_its_trust_policy_requires(
    environment: Environment, requests: list[bytes]
) -> None:
    """Signed by the source profile; only when credentials are needed."""
    aws = Aws(environment.model_copy(update={"external_id": "probe-1"}))
    assert requests == []
    signed = aws.sign("POST", "https://x.us-east-1.amazonaws.com/", {}, b"")
    assert forms(requests) == [
        {
            "Action": "AssumeRole",
            "Version": "2011-06-15",
            "RoleArn": ROLE,
            "RoleSessionName": "agentcore-probe",
            "ExternalId": "probe-1",
        }
    ]
    assert b"Credential=AKIAIOSFODNN7EXAMPLE/" in requests[0]
    assert "Credential=ASIAIOSFODNN7EXAMPL0/" in signed["Authorization"]
    variables = aws.child_environment()
    assert variables["AWS_ACCESS_KEY_ID"] == "ASIAIOSFODNN7EXAMPL0"
    assert variables["AWS_SESSION_TOKEN"] == "session-of-role"


def test_many_roles_at_once_load_their_source_once(
    environment: Environment, requests: list[bytes], tmp_path: Path
) -> None:
    """Whatever the number of threads."""
    roles = [environment.model_copy(update={"role_arn": f"{ROLE}-{number}"}) for number in range(6)]
    callers = [Aws(role) for role in roles for _ in range(2)]
    with ThreadPoolExecutor(12) as pool:
        assert list(pool.map(lambda aws: aws.login_problem, callers)) == [None] * 12
    assert (tmp_path / "runs").read_text() == "."
    assert {form["RoleArn"] for form in forms(requests)} == {role.role_arn for role in roles}


def test_a_profile_that_assumes_a_role_can_assume_the_next(
    environment: Environment, requests: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Role chaining: without `source_profile`, the credentials of `profile` assume the role."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", environment.endpoints["sts"])
    chained = {"source_profile": None, "profile": "chained"}
    assert Aws(environment.model_copy(update=chained)).login_problem is None
    assert [form["RoleArn"] for form in forms(requests)] == [f"{ROLE}-chained", ROLE]
    assert b"Credential=ASIAIOSFODNN7EXAMPL0/" in requests[1]


def test_the_other_settings_are_those_of_profile(environment: Environment) -> None:
    """As in AWS's own files, `source_profile` gives credentials only."""
    aws = Aws(environment.model_copy(update={"region": None, "profile": "other"}))
    assert aws.login_problem is None
    assert aws.region == "eu-west-1"


@pytest.mark.parametrize(
    ("changes", "cause", "values"),
    [
        ({"source_profile": "gone"}, "aws-profile-missing", {"profile": "gone"}),
        ({"profile": "gone"}, "aws-profile-missing", {"profile": "gone"}),
        ({"source_profile": None}, "aws-credentials-missing", {}),
        ({"source_profile": "other"}, "aws-credentials-missing", {"profile": "other"}),
        ({"mfa_serial": MFA}, "aws-mfa-required", {"serial": MFA, "role": ROLE}),
    ],
    ids=["no source profile", "no profile", "nothing", "an empty source", "no terminal"],
)
def test_a_role_that_cannot_be_assumed_has_its_cause(
    environment: Environment,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, Any],
    cause: str,
    values: dict[str, str],
) -> None:
    """The same causes as for a profile."""
    monkeypatch.setattr(sys, "stdin", None)
    problem = Aws(environment.model_copy(update=changes)).login_problem
    assert problem is not None
    assert (problem.cause, {**problem.values, **values}) == (cause, problem.values)


def test_a_refusal_names_role_and_caller(agentcore: Mapping[str, Any]) -> None:
    """By moto's STS, which evaluates the policy of the embedded account's user."""
    endpoints = {"sts": agentcore["endpoints"]["sts"]}
    keys = AwsKeys(agentcore["aws"]["access_key_id"], Secret(agentcore["aws"]["secret_access_key"], "key"))
    problem = Aws(
        Environment(name="t", region="us-east-1", role_arn=ROLE, endpoints=endpoints), keys
    ).login_problem
    assert problem is not None
    assert problem.cause == "aws-role-not-assumed"
    assert problem.values["role"] == ROLE
    assert problem.values["caller"] == "arn:aws:iam::123456789012:user/probe"
