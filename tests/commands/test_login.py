"""The command `login` in a terminal, and its errors."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe import store
from agentcore_probe.model.environment import LocalSetup
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.report.messages import messages
from tests.conftest import Command
from tests.embedded import started
from tests.flows.test_logins import sign_in
from tests.probes.login_sites import Answer, Site, running_site
from tests.terminals import Terminal

URL = re.compile(rb"http://127\.0\.0\.1:\d+/(?:oauth2/)?authorize\?\S+")
COLOUR = re.compile(rb"\x1b\[[0-9;]*m")
SECRETS = re.compile(r"[?&\"](code|state|code_verifier|client_secret|refresh_token)=(?!<)")


@pytest.fixture(scope="module")
def ready() -> Iterator[Mapping[str, Any]]:
    """An embedded AgentCore in which MCP clients can log in."""
    with started(LocalSetup(login_server=("registration", "server-metadata", "s256", "iss"))) as facts:
        yield facts


@pytest.fixture
def site() -> Iterator[Site]:
    """An MCP server whose answers a test can replace."""
    with running_site() as running:
        yield running


class Session:
    """`agentcore-probe login t` in a terminal, of a Gateway."""

    def __init__(self, project: Path, home: Path, url: str, *words: str) -> None:
        file = project / "environments" / "t.toml"
        file.write_text(
            f'region = "us-east-1"\n[gateway]\nurl = "{url}"\n[identity]\nflow = "authorization-code"\n'
            'client_id = "app"\n[limits]\nlogin_seconds = 40\n'
        )
        env = {"HOME": str(home), "PATH": os.environ["PATH"], "TERM": "xterm", "COLUMNS": "80"}
        env |= {"AWS_EC2_METADATA_DISABLED": "true"}
        self.terminal = Terminal(("login", "t", *words), env, project)

    def login_url(self) -> str:
        """The URL that the person opens."""
        self.terminal.read(40, until=b"code_challenge_method=S256")
        found = URL.search(self.terminal.output)
        assert found is not None, self.terminal.output
        return found[0].decode()

    def end(self) -> tuple[int, list[str]]:
        """The exit code, and the lines of the terminal."""
        self.terminal.read(40)
        lines = COLOUR.sub(b"", self.terminal.output).decode().splitlines()
        return self.terminal.process.wait(10), lines

    def close(self) -> None:
        """Ends the command."""
        self.terminal.close()


def test_each_step_is_a_line(ready: Mapping[str, Any], project: Path, tmp_path: Path) -> None:
    """Of 80 columns, with its number, result and name; the record has no code, state or token."""
    words = ("--register", "--no-browser", "--out", "login.json")
    session = Session(project, tmp_path, ready["gateway"]["url"], *words)
    try:
        url = session.login_url()
        sign_in(ready, url)
        status, lines = session.end()
    finally:
        session.close()
    assert status == 0, lines
    steps = [line for line in lines if line.startswith(" ✓ ")]
    assert [line.split()[1] for line in steps] == list("12345678")
    assert max(len(line) for line in lines if "http" not in line) <= 80
    record = store.read_record(project / "login.json")
    assert [row.decision for row in record.observations] == ["accepted", "accepted"]
    text = (project / "login.json").read_text()
    state = re.findall(r"[?&]state=([^&\s]+)", url)[0]
    assert not SECRETS.search(text)
    assert state not in text
    assert ready["identity"]["password"] not in text + session.terminal.output.decode()
    # Everything but the person's URL could be kept by a terminal's log.
    assert session.terminal.output.decode().count(state) == 1


def test_a_step_that_fails_has_its_cause_and_fix(site: Site, project: Path, tmp_path: Path) -> None:
    """Exit 1, with the command that tries again; no file is written unasked."""
    site.answers["POST /token"] = Answer({"error": "invalid_grant"}, 400)
    session = Session(project, tmp_path, f"{site.url}/mcp", "--no-browser")
    try:
        site.come_back()(session.login_url())
        status, lines = session.end()
    finally:
        session.close()
    assert status == 1, lines
    assert [line.split()[1] for line in lines if line.startswith(" ✗ ")] == ["7"]
    text = "\n".join(lines)
    assert "oauth-grant-invalid" in text
    assert "Test again: agentcore-probe login t" in text
    assert "code-of-a-login" not in text
    assert [path.name for path in project.iterdir() if path.suffix == ".json"] == []


def test_a_refused_scope_is_allowed_for_a_person(
    ready: Mapping[str, Any], project: Path, tmp_path: Path
) -> None:
    """The settings to paste are those of an app client with which people log in."""
    words = ("--client-id", ready["identity"]["client_id"], "--scope", "gateway/other")
    session = Session(project, tmp_path, ready["gateway"]["url"], *words)
    try:
        status, lines = session.end()
    finally:
        session.close()
    text = "\n".join(lines)
    assert (status, "oauth-scope-invalid" in text) == (1, True), text
    assert "AllowedOAuthFlows: [code]" in text
    assert "client_credentials" not in text


def test_an_interrupt_ends_the_wait_for_the_browser(site: Site, project: Path, tmp_path: Path) -> None:
    """Exit 130, at once."""
    session = Session(project, tmp_path, f"{site.url}/mcp", "--no-browser", "--out", "login.json")
    try:
        session.login_url()
        session.terminal.type(b"\x03")
        status, lines = session.end()
    finally:
        session.close()
    assert status == 130, lines
    assert not (project / "login.json").exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_terminal_nobody_is_waited_for(
    command_here: Command, project: Path, site: Site, language: str
) -> None:
    """In CI: the steps before the login are shown, then why it cannot go on."""
    file = project / "environments" / "t.toml"
    file.write_text(
        f'[gateway]\nurl = "{site.url}/mcp"\n[identity]\nclient_id = "app"\nflow = "device-code"\n'
    )
    process = command_here("login", "t", "--lang", language, env={"AWS_EC2_METADATA_DISABLED": "true"})
    assert process.returncode == 1, process.stderr
    assert " ✓ 4 " in process.stdout
    assert " ✗ " in process.stdout
    reason = messages(language)("reason-needs-person")
    assert "".join(reason.split()) in "".join(process.stdout.split())
    assert site.sent("GET /authorize") == []


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("--register", "--client-id", "a"), "--client-id and --register each say which client logs in"),
        (
            ("--client-metadata-url", "http://elsewhere.invalid/a"),
            "--client-metadata-url: is not an https URL",
        ),
        (
            ("--redirect-uri", "https://elsewhere.invalid/a"),
            "--redirect-uri: is not an address of this machine",
        ),
    ],
)
def test_options_that_cannot_be_meant(command_here: Command, words: tuple[str, ...], error: str) -> None:
    """Exit 2, before anything is sent."""
    process = command_here("login", "local", *words)
    assert (process.returncode, error in process.stderr) == (2, True), process.stderr


def test_nobody_answers(command_here: Command, project: Path) -> None:
    """Exit 4."""
    file = project / "environments" / "t.toml"
    file.write_text(
        '[gateway]\nurl = "http://127.0.0.1:9/mcp"\n[identity]\nclient_id = "app"\nflow = "device-code"\n'
    )
    assert command_here("login", "t", env={"AWS_EC2_METADATA_DISABLED": "true"}).returncode == 4
