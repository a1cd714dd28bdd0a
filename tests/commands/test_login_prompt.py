"""A login with a browser, in a terminal with a spinner."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import environment_file
from tests.flows.test_logins import sign_in
from tests.terminals import Terminal

PROMPT = b"Log in with a browser on this machine"
URL = re.compile(rb"http://127\.0\.0\.1:\d+/oauth2/authorize\?\S+")


@pytest.fixture
def terminal(agentcore: Mapping[str, Any], project: Path, tmp_path: Path) -> Iterator[Terminal]:
    """`verify` of two environments whose identity logs in with a browser."""
    content = environment_file(agentcore, "authorization-code")
    for name in ("one", "two"):
        (project / "environments" / f"{name}.toml").write_text(content)
    env = {
        "HOME": str(tmp_path),
        "PATH": os.environ["PATH"],
        "TERM": "xterm",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ACCESS_KEY_ID": agentcore["aws"]["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": agentcore["aws"]["secret_access_key"],
    }
    words = ("verify", "one", "two", "--jobs", "2", "--only", "runtime-jwt", "--no-experiments")
    started = Terminal((*words, "--controls", "few"), env, project)
    try:
        yield started
    finally:
        started.close()


def test_two_environments_of_a_client_ask_once(agentcore: Mapping[str, Any], terminal: Terminal) -> None:
    """The spinner leaves the URL alone, and both runs use the token."""
    shown = terminal.read(50, until=b"login_hint=probe")
    assert PROMPT in shown
    assert terminal.read(0.4).strip() == b""
    found = URL.search(terminal.output)
    assert found is not None
    sign_in(agentcore, found[0].decode())
    terminal.read(60)
    assert terminal.process.wait(10) == 0, terminal.output
    assert terminal.output.count(PROMPT) == 1
    assert terminal.output.count(b"behaved as expected") == 2, terminal.output


def test_an_interrupt_ends_the_wait_for_the_browser(terminal: Terminal) -> None:
    """Exit 130, in seconds and not at the login's time limit."""
    terminal.read(50, until=b"login_hint=probe")
    terminal.type(b"\x03")
    terminal.read(20)
    assert terminal.process.wait(5) == 130
