"""`plan` opens no connection, looks up no name, logs in nowhere and starts no process, whatever the login needs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe.flows import FLOWS
from tests.conftest import PROJECT

_GUARD = """
import os, sys
EVENTS = ("socket.", "subprocess.", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system")
log = os.open(os.environ["GUARD_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
def guard(event, arguments):
    if event.startswith(EVENTS):
        os.write(log, f"{event} {arguments[1:] if event.startswith('socket.') else arguments}\\n".encode())
sys.addaudithook(guard)
"""
"""A `sitecustomize.py`: it runs before anything of ours does, and cannot be removed."""

_IPV6_CHECK = ("socket.__new__", "socket.bind ((('::1', 0)),)", "socket.bind (('::1', 0),)")
"""urllib3 asks at its import whether this machine has IPv6: an unused port of its own address, and nothing is sent."""

_CONFIG = """
[profile keys]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = secret-of-the-profile
[profile role]
role_arn = arn:aws:iam::123456789012:role/probe
source_profile = keys
[profile mfa]
role_arn = arn:aws:iam::123456789012:role/probe
mfa_serial = arn:aws:iam::123456789012:mfa/kim
source_profile = keys
[sso-session acme]
sso_start_url = https://acme.awsapps.com/start
sso_region = us-east-1
[profile sso]
sso_session = acme
sso_account_id = 123456789012
sso_role_name = ReadOnly
[profile process]
credential_process = touch MARKER
[profile web]
role_arn = arn:aws:iam::123456789012:role/probe
web_identity_token_file = /nonexistent
[profile console]
login_session = arn:aws:iam::123456789012:user/kim
"""

_TARGETS = """
entrances = ["all"]
[runtime]
arn = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/my_agent-ABCDEFGHIJ"
protocol = "HTTP"
[gateway]
id = "my-gateway-abcdefghij"
tools = [{ name = "echo-tool___ping" }]
[gateway.passthrough]
target = "status"
[harness]
arn = "arn:aws:bedrock-agentcore:us-east-1:123456789012:harness/my_harness-ABCDEFGHIJ"
invoke = true
[registry]
id = "abcdefghijkl"
[identity]
"""

Guarded = Callable[..., tuple[subprocess.CompletedProcess[str], list[str]]]


@pytest.fixture
def guarded(tmp_path: Path) -> Guarded:
    """Runs a command with the guard; returns its result and what the guard saw."""
    (tmp_path / "guard").mkdir()
    (tmp_path / "guard" / "sitecustomize.py").write_text(_GUARD)
    (tmp_path / "config").write_text(_CONFIG.replace("MARKER", str(tmp_path / "marker")))
    (tmp_path / "environments").mkdir()

    def run(*words: str, env: Mapping[str, str] | None = None) -> Any:
        log = tmp_path / "log"
        log.write_text("")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        completed = subprocess.run(
            [sys.executable, "-m", "agentcore_probe", *words],
            cwd=tmp_path,
            env={
                **inherited,
                "PYTHONPATH": f"{tmp_path / 'guard'}{os.pathsep}{PROJECT}",
                "GUARD_LOG": str(log),
                "HOME": str(tmp_path),
                "AWS_CONFIG_FILE": str(tmp_path / "config"),
                **(env or {}),
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return completed, [line for line in log.read_text().splitlines() if not line.startswith(_IPV6_CHECK)]

    return run


def _write(folder: Path, name: str, identity: str, profile: str | None = None) -> None:
    head = f'profile = "{profile}"\n' if profile else ""
    (folder / "environments" / f"{name}.toml").write_text(f"{head}{_TARGETS}{identity}\n")


def test_no_profile_is_used_and_no_secret_is_fetched(guarded: Guarded, tmp_path: Path) -> None:
    """Roles, MFA, IAM Identity Center, a process, a web identity, a console login; secrets from commands and AWS."""
    marker = tmp_path / "marker"
    secrets = {
        "keys": '{ ssm = "/probe/password" }',
        "role": '{ secretsmanager = "probe", key = "password" }',
        **dict.fromkeys(
            ("mfa", "sso", "process", "web", "console"), f'{{ command = ["touch", "{marker}"] }}'
        ),
    }
    for profile, secret in secrets.items():
        _write(tmp_path, profile, f'username = "u"\npassword = {secret}', profile)
    result, events = guarded("plan", *secrets, "local", "--controls", "few")
    assert (result.returncode, result.stderr) == (0, "")
    assert events == []
    assert not marker.exists()
    for action in ("sts:AssumeRole arn", "sso:GetRoleCredentials 123456789012/ReadOnly", "the program touch"):
        assert action in result.stdout
    for entrance in (
        "/ws?",
        "/ws/shells?",
        "/commands?",
        "/harnesses/invoke?",
        "/registry/abcdefghijkl/mcp",
        "/status/",
    ):
        assert entrance in result.stdout
    for read in ("ssm:GetParameter", "secretsmanager:GetSecretValue", "sts:GetCallerIdentity"):
        assert read in result.stdout
    assert "MFA" in result.stdout


@pytest.mark.slow
def test_no_flow_logs_in(guarded: Guarded, tmp_path: Path) -> None:
    """Each has its row with a token, without a browser, an open port, or a wait."""
    secret = '{ command = ["false"] }'
    for id, flow in FLOWS.items():
        names = dict.fromkeys(("client_secret", *flow.required_keys))
        values = {key: '"u"' if key == "username" else secret for key in names}
        keys = [f"{key} = {value}" for key, value in values.items()]
        _write(tmp_path, id, "\n".join([f'flow = "{id}"', 'client_id = "c"', *keys]), "keys")
    result, events = guarded("plan", *FLOWS, "--only", "runtime-jwt")
    assert (result.returncode, result.stderr) == (0, "")
    assert events == []
    assert result.stdout.count("Bearer <token of [identity]>") == len(FLOWS)
    assert "Not sent" not in result.stdout


def test_no_metadata_service_is_asked(guarded: Guarded, tmp_path: Path) -> None:
    """Of a container, of an instance, or for the instance's region; and no proxy is connected to."""
    _write(tmp_path, "prod", 'flow = "token"\ntoken = { env = "JWT_TOKEN" }')
    proxy = {"HTTPS_PROXY": "http://user:secret-of-the-proxy@proxy.invalid:3128", "AWS_DEFAULTS_MODE": "auto"}
    container = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/credentials"}
    for variables in (proxy, {**proxy, **container}):
        result, events = guarded("plan", "prod", "--json", env=variables)
        assert (result.returncode, result.stderr) == (0, "")
        assert events == []
        plan = json.loads(result.stdout)
        (call,) = plan["aws_login"]
        assert call["action"] == ("container" if container.items() <= variables.items() else "instance")
        assert "secret-of-the-proxy" not in result.stdout
        proxies = {value["value"] for value in plan["values"] if value["key"] == "proxy"}
        assert proxies == {"http://<credential>@proxy.invalid:3128"}


def test_the_guard_sees_a_run(guarded: Guarded, tmp_path: Path) -> None:
    """The same command line with `verify` would be caught."""
    _write(tmp_path, "prod", 'flow = "token"\ntoken = { command = ["echo", "a.b.c"] }')
    _, events = guarded(
        "verify",
        "prod",
        "--only",
        "runtime-jwt",
        env={"AWS_EC2_METADATA_DISABLED": "true", "https_proxy": "http://127.0.0.1:1"},
    )
    assert any(event.startswith("subprocess.Popen") for event in events)
    assert any(event.startswith("socket.connect") for event in events)
