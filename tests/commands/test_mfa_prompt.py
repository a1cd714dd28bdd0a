"""The prompt for the MFA code of an AWS profile, in a terminal with a spinner."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.access.servers import http_answer, recording
from tests.terminals import Terminal

PROMPT = b"Enter MFA code for arn:aws:iam::123456789012:mfa/kim: "
SESSION = http_answer(
    b'<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>'
    b"<AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>secret-of-role</SecretAccessKey>"
    b"<SessionToken>session-of-role</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
    b"<AssumedRoleUser><AssumedRoleId>AROA:x</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/r/x</Arn>"
    b"</AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>",
    "Content-Type: text/xml",
)


@pytest.fixture
def requests() -> list[bytes]:
    """What STS receives."""
    return []


@pytest.fixture
def names() -> tuple[str, ...]:
    """The environments; all have the same profile."""
    return ("mfa",)


OWN_ROLE = (
    'source_profile = "base"\nrole_arn = "arn:aws:iam::123456789012:role/r"\n'
    'mfa_serial = "arn:aws:iam::123456789012:mfa/kim"'
)


@pytest.fixture(params=['profile = "p"', OWN_ROLE], ids=["profile", "role of the file"])
def login(request: pytest.FixtureRequest) -> str:
    """The keys of an environment that asks for an MFA code."""
    return str(request.param)


@pytest.fixture
def terminal(  # noqa: PLR0917  (fixtures)
    agentcore: Mapping[str, Any],
    project: Path,
    tmp_path: Path,
    requests: list[bytes],
    names: tuple[str, ...],
    login: str,
) -> Iterator[Terminal]:
    """`verify` of environments whose profile or role needs an MFA code."""
    home = tmp_path / "home"
    (home / ".aws").mkdir(parents=True)
    (home / ".aws" / "config").write_text(
        "[profile base]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = secret-of-base\n"
        "[profile p]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = base\n"
        "mfa_serial = arn:aws:iam::123456789012:mfa/kim\n"
    )
    endpoints = {
        name: agentcore["endpoints"][name] for name in ("bedrock-agentcore", "bedrock-agentcore-control")
    }
    content = f'{login}\n[runtime]\narn = "{agentcore["runtime"]["arn"]}"\n[endpoints]\n'
    content += "".join(f'{name} = "{url}"\n' for name, url in endpoints.items())
    for name in names:
        (project / "environments" / f"{name}.toml").write_text(content)
    with recording(requests, SESSION) as sts:
        env = {
            "HOME": str(home),
            "PATH": os.environ["PATH"],
            "TERM": "xterm",
            "AWS_ENDPOINT_URL_STS": sts,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        words = ("verify", *names, "--only", "runtime-sigv4", "--no-experiments")
        started = Terminal(words, env, project)
        try:
            yield started
        finally:
            started.close()


def test_the_prompt_is_not_wiped_by_the_spinner(terminal: Terminal, requests: list[bytes]) -> None:
    """Nothing is written while the code is typed, and the run goes on with it."""
    assert PROMPT in terminal.read(50, until=PROMPT)
    assert terminal.read(0.4) == b""
    assert not terminal.echoes()
    assert requests == []
    terminal.type(b"123456\n")
    terminal.read(50)
    assert b"TokenCode=123456" in requests[0]
    assert b"runtime-sigv4" in terminal.output
    assert b"123456" not in terminal.output.replace(b"123456789012", b"")
    assert b"secret-of" not in terminal.output


@pytest.mark.parametrize("login", ['profile = "p"'])
def test_an_interrupt_at_the_prompt_restores_the_terminal(terminal: Terminal) -> None:
    """Exit 130, and the shell shows again what is typed."""
    assert PROMPT in terminal.read(50, until=PROMPT)
    terminal.type(b"\x03")
    terminal.read(50)
    assert terminal.process.wait(5) == 130
    assert terminal.echoes()


@pytest.mark.parametrize("names", [("mfa", "mfa-2")])
@pytest.mark.slow
def test_two_environments_of_a_profile_ask_once(terminal: Terminal, requests: list[bytes]) -> None:
    """AWS accepts a code once; both environments use the session that it began."""
    assert PROMPT in terminal.read(50, until=PROMPT)
    terminal.type(b"123456\n")
    terminal.read(50)
    assert terminal.output.count(PROMPT) == 1
    assert [b"Action=AssumeRole&" in request for request in requests].count(True) == 1
    assert terminal.output.count(b"aws-mfa-required") == 0
    assert b"2 " in terminal.output.splitlines()[-1], terminal.output
