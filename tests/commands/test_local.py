"""`local`: the ready line for programs and the commands to paste."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from agentcore_probe.commands import local_export
from tests.conftest import PROJECT, Command


@contextmanager
def running_local(*words: str) -> Iterator[subprocess.Popen[str]]:
    """`local` as a process; it is interrupted at the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "agentcore_probe", "local", *words],
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "", "")


def test_json_is_one_line_with_everything_a_client_needs() -> None:
    """URLs, ARNs, client ids, test credentials; it runs until interrupted, and then ends with 0."""
    with running_local("--json") as process:
        assert process.stdout is not None
        ready: Mapping[str, Any] = json.loads(process.stdout.readline())
    assert {
        "endpoints",
        "runtime",
        "gateway",
        "identity",
        "aws",
        "region",
        "account",
        "variables",
    } <= ready.keys()


@pytest.mark.slow  # local/test_clients.py pastes all of them
def test_the_printed_commands_work_as_they_are() -> None:
    """The login and the call of the Runtime, pasted into a shell."""
    with running_local() as process:
        assert process.stdout is not None
        text = "".join(iter(process.stdout.readline, "Stop it with Ctrl-C.\n"))
        login = text[text.index("export JWT_TOKEN") : text.index("\n\n# curl")]
        start = text.index("curl -sS -i ")
        call = text[start : text.index("\ncurl -sS -i ", start)]
        result = subprocess.run(
            ["bash", "-c", f"{login}\n{call}"], capture_output=True, text=True, timeout=30, check=False
        )
    assert result.stdout.startswith("HTTP/1.1 200 "), result.stdout + result.stderr


@pytest.mark.parametrize("words", [("--fault", "nope"), ("--fault", "answers-late", "--fault", "nope")])
def test_an_unknown_fault_is_an_error(command_here: Command, words: tuple[str, ...]) -> None:
    """Exit 2; nothing is started."""
    result = command_here("local", *words)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "error: unknown fault 'nope'. See: agentcore-probe local --list-faults\n"


def has_ended(id: int) -> bool:
    """Whether a process has ended, also where nobody waits for it."""
    try:
        return bool(psutil.Process(id).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


EXPORTED = """
export AWS_PROFILE=no-such-profile AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true
variables=$("$PYTHON" -m agentcore_probe local --export --stack agents) || exit 1
eval "$variables"
"$PYTHON" -c 'import boto3; print(boto3.client("sts").get_caller_identity()["Arn"])'
"$PYTHON" -m agentcore_probe discover prod --runtime "$AGENTCORE_LOCAL_RUNTIME_ARN"
kill "$AGENTCORE_LOCAL_PID"
"""


@pytest.mark.slow
def test_a_shell_that_evaluates_the_variables_uses_the_account(tmp_path: Path) -> None:
    """boto3 and `discover` run unchanged, whatever profile the shell had; the process ends when it is killed."""
    result = subprocess.run(
        ["bash", "-c", EXPORTED],
        env={**os.environ, "PYTHONPATH": str(PROJECT), "PYTHON": sys.executable},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.stdout.startswith("arn:aws:iam::123456789012:user/probe\n"), result.stderr
    process = int(result.stderr.partition("is process ")[2].partition(".")[0])
    assert "runtime/local_agent-LOCALAGENT" in (tmp_path / "environments" / "prod.toml").read_text("utf-8")
    deadline = time.monotonic() + 10
    while not has_ended(process) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert has_ended(process)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--export", "--json"), "--json and --export exclude each other"),
        (("--stack", "my stack"), "--stack: 'my stack' cannot be the name of a stack"),
        (("--export", "--stack", "1"), "--stack: '1' cannot be the name of a stack"),
    ],
)
def test_an_option_that_cannot_be_followed_is_an_error(
    command_here: Command, words: tuple[str, ...], message: str
) -> None:
    """Exit 2; nothing is started."""
    result = command_here("local", *words)
    assert (result.returncode, message in result.stdout + result.stderr) == (2, True)


def test_values_for_a_shell_are_quoted() -> None:
    """A value is data, whatever it contains; a session token that there is stays."""
    identity = dict.fromkeys(("discovery_url", "client_id", "username"), "x") | {"password": "a'b $(c)"}
    facts = {
        "identity": identity,
        "runtime": {"arn": "x"},
        "gateway": {"id": "x", "url": "x"},
        "variables": {"AWS_SESSION_TOKEN": "t"},
    }
    script = "\n".join(
        (*local_export.lines(facts, 1), 'printf "%s|%s" "$AGENTCORE_LOCAL_PASSWORD" "$AWS_SESSION_TOKEN"')
    )
    result = subprocess.run(["sh", "-euc", script], capture_output=True, text=True, check=True)
    assert result.stdout == "a'b $(c)|t"


def test_an_option_offers_what_mcp_clients_need() -> None:
    """Each use of it adds something to the metadata of the authorization server."""
    with running_local("--json", "--login-server", "s256", "--login-server", "registration") as process:
        assert process.stdout is not None
        identity = json.loads(process.stdout.readline())["identity"]
        with urllib.request.urlopen(identity["discovery_url"], timeout=10) as answer:
            document = json.load(answer)
    assert document["issuer"] == identity["issuer"]
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert "registration_endpoint" in document
    assert "client_id_metadata_document_supported" not in document
