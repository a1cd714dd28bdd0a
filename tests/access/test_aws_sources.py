"""Where AWS credentials come from: each source is found by botocore's own resolvers, on real sockets, and its keys are accepted."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from botocore.tokens import SSOTokenProvider

from agentcore_probe.access.aws import Aws
from agentcore_probe.access.aws_session import CALLED_SERVICES
from agentcore_probe.access.control_plane import CONTROL
from agentcore_probe.access.operations import READS
from agentcore_probe.model.environment import Environment
from tests.access.servers import http_answer, json_answer, recording

ROLE = "arn:aws:iam::123456789012:role/probe"
FAR = "2099-01-01T00:00:00Z"


class Machine:
    """A machine whose only AWS credentials are those of the embedded account, from one source."""

    def __init__(
        self, service: Mapping[str, Any], home: Path, patch: pytest.MonkeyPatch, servers: ExitStack
    ) -> None:
        self.key, self.secret = service["aws"]["access_key_id"], service["aws"]["secret_access_key"]
        self.home = home
        self.set = patch.setenv
        self.requests: list[bytes] = []
        self._servers = servers
        self.patch = patch

    def serve(self, *answers: bytes) -> str:
        """The URL of a server with these answers."""
        return self._servers.enter_context(recording(self.requests, *answers)).rstrip("/")

    def write(self, name: str, text: str) -> Path:
        """A file in the home folder."""
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def config(self, text: str) -> None:
        """The content of ~/.aws/config."""
        self.write(".aws/config", text)

    def session(self, expiration: str) -> dict[str, str]:
        """Credentials as the metadata services answer; the embedded account has no session tokens."""
        return {
            "Code": "Success",
            "AccessKeyId": self.key,
            "SecretAccessKey": self.secret,
            "Token": "",
            "Expiration": expiration,
        }

    def of_sts(self, operation: str) -> bytes:
        """STS's answer with these keys."""
        body = (
            f"<{operation}Response><{operation}Result><Credentials><AccessKeyId>{self.key}</AccessKeyId>"
            f"<SecretAccessKey>{self.secret}</SecretAccessKey><SessionToken></SessionToken>"
            f"<Expiration>{FAR}</Expiration></Credentials></{operation}Result></{operation}Response>"
        )
        return http_answer(body.encode(), "Content-Type: text/xml")


def variables(machine: Machine) -> None:
    machine.set("AWS_ACCESS_KEY_ID", machine.key)
    machine.set("AWS_SECRET_ACCESS_KEY", machine.secret)


def profile_of_variable(machine: Machine) -> None:
    machine.config(
        f"[profile p]\naws_access_key_id = {machine.key}\naws_secret_access_key = {machine.secret}\n"
    )
    machine.set("AWS_PROFILE", "p")


def shared_credentials_file(machine: Machine) -> None:
    machine.write(
        ".aws/credentials",
        f"[default]\naws_access_key_id = {machine.key}\naws_secret_access_key = {machine.secret}\n",
    )


def credential_process(machine: Machine) -> None:
    answer = {"Version": 1, "AccessKeyId": machine.key, "SecretAccessKey": machine.secret}
    script = machine.write("process.py", f"print({json.dumps(answer)!r})")
    machine.config(f"[default]\ncredential_process = {sys.executable} {script}\n")


def container(machine: Machine) -> None:
    machine.set(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{machine.serve(json_answer(machine.session(FAR)))}/creds"
    )
    machine.set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", str(machine.write("token", "pod-identity-token")))


def instance(machine: Machine) -> None:
    answers = (
        http_answer(b"imds-token", "Content-Type: text/plain"),
        http_answer(b"probe-role", "Content-Type: text/plain"),
        json_answer(machine.session(FAR)),
    )
    machine.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", machine.serve(*answers))
    machine.patch.delenv("AWS_EC2_METADATA_DISABLED")


def web_identity(machine: Machine) -> None:
    machine.set("AWS_ENDPOINT_URL_STS", machine.serve(machine.of_sts("AssumeRoleWithWebIdentity")))
    machine.set("AWS_ROLE_ARN", ROLE)
    machine.set("AWS_WEB_IDENTITY_TOKEN_FILE", str(machine.write("token", "web-identity-token")))


def sso(machine: Machine) -> None:
    machine.config(
        "[sso-session acme]\nsso_start_url = https://acme.awsapps.com/start\nsso_region = us-east-1\n"
        "[default]\nsso_session = acme\nsso_account_id = 123456789012\nsso_role_name = ReadOnly\n"
    )
    name = hashlib.sha1(b"acme", usedforsecurity=False).hexdigest()
    cached = machine.write(
        f".aws/sso/cache/{name}.json", json.dumps({"accessToken": "cached-access-token", "expiresAt": FAR})
    )
    machine.patch.setattr(SSOTokenProvider, "_SSO_TOKEN_CACHE_DIR", str(cached.parent))
    role = {
        "accessKeyId": machine.key,
        "secretAccessKey": machine.secret,
        "sessionToken": "",
        "expiration": 4e12,
    }
    machine.set("AWS_ENDPOINT_URL_SSO", machine.serve(json_answer({"roleCredentials": role})))


SOURCES: tuple[tuple[Callable[[Machine], None], str], ...] = (
    (variables, ""),
    (profile_of_variable, ""),
    (shared_credentials_file, ""),
    (credential_process, ""),
    (container, "pod-identity-token"),
    (instance, "x-aws-ec2-metadata-token: imds-token"),
    (web_identity, "WebIdentityToken=web-identity-token"),
    (sso, "x-amz-sso_bearer_token: cached-access-token"),
)
"""What prepares a source, and what its requests contain."""


@pytest.fixture
def machine(
    agentcore: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Machine]:
    """Without credentials yet."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with ExitStack() as servers:
        yield Machine(agentcore, tmp_path, monkeypatch, servers)


def environment(service: Mapping[str, Any], **changes: Any) -> Environment:
    """The embedded account, without a profile; STS is that of a variable, if a source needs it."""
    endpoints = {name: service["endpoints"][name] for name in ("bedrock-agentcore", CONTROL)}
    return Environment(name="t", region="us-east-1", endpoints=endpoints, **changes)


@pytest.mark.parametrize(
    ("prepare", "request_text"), SOURCES, ids=[prepare.__name__ for prepare, _ in SOURCES]
)
def test_the_keys_of_every_source_are_accepted(
    agentcore: Mapping[str, Any], machine: Machine, prepare: Callable[[Machine], None], request_text: str
) -> None:
    """By the embedded control plane; the `aws` command gets the same ones, and needs no source of its own."""
    prepare(machine)
    aws = Aws(environment(agentcore))
    assert aws.login_problem is None
    runtime = agentcore["runtime"]["arn"]
    answer, reason = aws.read(CONTROL, "get_agent_runtime", agentRuntimeId=runtime.rpartition("/")[2])
    assert (answer or {}).get("agentRuntimeArn") == runtime, reason
    assert aws.child_environment()["AWS_ACCESS_KEY_ID"] == machine.key
    assert request_text.lower() in b"".join(machine.requests).decode().lower()


@pytest.mark.parametrize("prepare", [container, credential_process], ids=["container", "process"])
def test_the_role_of_the_file_is_assumed_from_every_source(
    agentcore: Mapping[str, Any], machine: Machine, prepare: Callable[[Machine], None]
) -> None:
    """Without `source_profile`, whatever the machine has."""
    prepare(machine)
    answers: list[bytes] = []
    with recording(answers, machine.of_sts("AssumeRole")) as sts:
        where = environment(agentcore, role_arn=ROLE)
        where = where.model_copy(update={"endpoints": {"sts": sts}})
        assert Aws(where).login_problem is None
    assert parse_qs(answers[0].partition(b"\r\n\r\n")[2].decode())["RoleArn"] == [ROLE]
    assert f"Credential={machine.key}/".encode() in answers[0]


def test_other_credentials_do_not_wait_for_the_instance(
    agentcore: Mapping[str, Any], machine: Machine
) -> None:
    """The metadata service is asked last, and never by clients that are only asked for a base URL."""
    instance(machine)
    variables(machine)
    aws = Aws(environment(agentcore))
    assert aws.login_problem is None
    without_login = Aws(environment(agentcore), logs_in=False)
    for service in ("bedrock-agentcore", "cognito-idp", "sts"):
        aws.client(service)
        without_login.client(service)
    assert machine.requests == []


def test_an_instance_without_a_role_is_asked_once(agentcore: Mapping[str, Any], machine: Machine) -> None:
    """Offline this takes two seconds, which not every client may take again."""
    answer = http_answer(b"", status="404 Not Found")
    machine.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", machine.serve(answer))
    machine.patch.delenv("AWS_EC2_METADATA_DISABLED")
    aws = Aws(environment(agentcore))
    assert aws.login_problem is not None
    count = len(machine.requests)
    assert count
    for service in ("bedrock-agentcore", "bedrock-agentcore-control", "cognito-idp", "sts"):
        aws.client(service)
    assert len(machine.requests) == count


def test_every_service_that_is_read_keeps_its_handlers() -> None:
    """botocore's own handlers of a service that is called are not left out (`CALLED_SERVICES`)."""
    assert {operation.partition(":")[0] for operation in READS} <= CALLED_SERVICES
