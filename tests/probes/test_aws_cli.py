"""The probe through the `aws` executable: what it makes of old, broken and endless ones."""

from __future__ import annotations

import stat
import sys
import time
from pathlib import Path

import pytest

from agentcore_probe import api
from agentcore_probe.model.environment import Environment, Limits, LocalSetup
from agentcore_probe.model.record import Observation, RunRecord
from agentcore_probe.probes.aws_cli import _answer
from agentcore_probe.probes.context import CommandOutcome
from tests.embedded import observed

LOCAL = Environment(name="local", local=LocalSetup())


def install(folder: Path, script: str) -> None:
    """Puts an executable `aws` into `folder`."""
    path = folder / "aws"
    path.write_text(script)
    path.chmod(stat.S_IRWXU)


def row(record: RunRecord) -> Observation:
    observation = record.observation("runtime-cli")
    assert observation is not None
    return observation


def test_an_aws_that_does_not_know_agentcore_is_not_applicable(tmp_path: Path) -> None:
    """An old executable says "invalid choice"; this is not a finding."""
    install(tmp_path, "#!/bin/sh\necho 'aws: error: argument command: Invalid choice' >&2; exit 252\n")
    record = observed(LOCAL, only="runtime-cli", path=str(tmp_path))
    assert row(record).not_applicable == "aws-without-agentcore"


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("#!/opt/gone/python3\n", "aws-not-started"),
        ("\x7fELF, but not of this machine", "aws-not-started"),
        ("#!/bin/sh\nexit 1\n", "aws-broken"),
        ("#!/bin/sh\necho \"ModuleNotFoundError: No module named 'awscli'\" >&2; exit 1\n", "aws-broken"),
    ],
)
def test_a_broken_aws_affects_only_its_own_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, reason: str
) -> None:
    """An aws whose Python was removed says nothing about the Runtime."""
    install(tmp_path, script)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    record = observed(LOCAL, path=f"{tmp_path}:/usr/bin:/bin", controls="few", experiments=False)
    rows = {observation.method: observation for observation in record.observations}
    assert rows["runtime-cli"].not_applicable == reason
    assert rows["runtime-jwt"].decision == rows["gateway-jwt"].decision == "accepted"


@pytest.mark.parametrize(
    ("script", "fault"), [("yes $(seq 1000)", "too-large"), ("yes >&2", "too-large"), ("sleep 60", "timeout")]
)
def test_an_aws_that_does_not_end_is_killed(tmp_path: Path, script: str, fault: str) -> None:
    """At the limit of time or size, together with its children."""
    install(tmp_path, f"#!/bin/sh\n{script}\n")
    environment = LOCAL.model_copy(update={"limits": Limits(seconds=3)})
    start = time.monotonic()
    record = observed(environment, only="runtime-cli", path=f"{tmp_path}:/usr/bin:/bin")
    exchange = record.exchange("runtime-cli/1")
    assert exchange is not None
    assert exchange.fault is not None
    assert exchange.fault.kind == fault
    assert time.monotonic() - start < 30


def test_the_secret_key_is_not_on_the_command_line(tmp_path: Path) -> None:
    """It is a variable of that process alone; the error's type is read from standard error."""
    report = tmp_path / "report"
    install(
        tmp_path,
        f"#!{sys.executable}\n"
        "import os, sys\n"
        f"open({str(report)!r}, 'w').write(' '.join(sys.argv) + '|' + os.environ['AWS_SECRET_ACCESS_KEY'])\n"
        "sys.stderr.write('An error occurred (AccessDeniedException) when calling the InvokeAgentRuntime operation: "
        "Authorization method mismatch.')\n"
        "sys.exit(255)\n",
    )
    record = observed(LOCAL, only="runtime-cli", path=str(tmp_path))
    line, secret = report.read_text().split("|")
    assert secret
    assert secret not in line
    assert "--payload fileb://" in line
    finding = api.judge(record).finding("runtime-cli")
    assert finding is not None
    assert (finding.observed, finding.diagnosis.cause) == ("refused", "sigv4-on-jwt")
    exchange = record.exchange("runtime-cli/1")
    assert exchange is not None
    assert exchange.request.body is not None
    assert exchange.request.body.startswith(
        "aws bedrock-agentcore invoke-agent-runtime --agent-runtime-arn arn:"
    )
    assert exchange.request.body.endswith(" response")


@pytest.mark.parametrize(
    ("stderr", "fault"),
    [
        ('Connect timeout on endpoint URL: "https://h.invalid/"', "timeout"),
        ('Could not connect to the endpoint URL: "https://h.invalid/"', "connect"),
        ("SSL validation failed for https://h.invalid/ certificate verify failed", "tls"),
        ("Unable to locate credentials", None),
    ],
)
def test_a_failed_connection_is_a_fault(stderr: str, fault: str | None) -> None:
    """Any other message is an answer without a status."""
    response, actual = _answer(CommandOutcome(255, stderr=f"\n{stderr}\n"), b"", Limits())
    if fault is None:
        assert response is not None
        assert (response.status, response.body) == (None, stderr)
    else:
        assert actual is not None
        assert (actual.kind, actual.detail) == (fault, stderr)


@pytest.mark.parametrize(
    ("stdout", "status"),
    [('{"statusCode": 200}', 200), ('{"statusCode": "200"}', None), ("[]", None), ("", None)],
)
def test_a_success_has_the_status_that_the_command_prints(stdout: str, status: int | None) -> None:
    """And the body that it wrote to the file."""
    response, fault = _answer(CommandOutcome(0, stdout=stdout), b"hello", Limits())
    assert fault is None
    assert response is not None
    assert (response.status, response.body) == (status, "hello")
