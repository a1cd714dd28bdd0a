"""The command `login` in a terminal, and its errors."""

from __future__ import annotations

import os
import re
import socket
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
from tests.probes.login_sites import RESOURCE_PATH, Answer, Site, running_site
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
            'client_id = "app"\nredirect_uri = "http://127.0.0.1/callback"\n[limits]\nlogin_seconds = 40\n'
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
    assert "not allowed to request: gateway/other" in " ".join(text.split())


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


def test_without_a_terminal_nothing_is_sent(command_here: Command, project: Path, site: Site) -> None:
    """In CI, also without a browser: nobody could log in."""
    file = project / "environments" / "t.toml"
    file.write_text(
        f'[gateway]\nurl = "{site.url}/mcp"\n[identity]\nclient_id = "app"\nflow = "device-code"\n'
    )
    process = command_here("login", "t", "--no-browser", env={"AWS_EC2_METADATA_DISABLED": "true"})
    assert process.returncode == 2
    assert "error: login needs a terminal and a person" in process.stderr
    assert site.received == []


def ended(project: Path, home: Path, url: str, *words: str) -> tuple[int, str]:
    """The exit code and the lines of a login that asks nobody."""
    session = Session(project, home, url, *words)
    try:
        status, lines = session.end()
    finally:
        session.close()
    return status, "\n".join(lines)


def test_a_target_for_signatures_has_its_reason_and_fix(project: Path, tmp_path: Path) -> None:
    """Exit 1: it has answered nothing because nothing was sent, and nobody is to sign in."""
    env = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "TERM": "xterm", "COLUMNS": "80"}
    terminal = Terminal(("login", "local-iam"), env, project)
    try:
        terminal.read(40)
        status, text = terminal.process.wait(10), terminal.output.decode()
    finally:
        terminal.close()
    assert (status, "✗ 1 " in text, "mcp-proxy-for-aws" in text) == (1, True, True), text
    assert "Sign in as" not in text
    assert "did not answer" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_person_is_asked_in_the_language(
    site: Site, project: Path, tmp_path: Path, language: str
) -> None:
    """As the steps are shown."""
    session = Session(project, tmp_path, f"{site.url}/mcp", "--no-browser", "--lang", language)
    try:
        site.come_back()(session.login_url())
        status, lines = session.end()
    finally:
        session.close()
    text = messages(language)
    assert status == 0, lines
    assert text("mcp-login-browser-seconds", count=40) in lines


def test_a_redirect_uri_to_add_is_the_next_login_s(site: Site, project: Path, tmp_path: Path) -> None:
    """The fix is about the port at which the next login listens."""
    site.answers["GET /authorize"] = Answer("redirect_mismatch", 400)
    status, text = ended(project, tmp_path, f"{site.url}/mcp")
    again = re.search(r"Test again: agentcore-probe login t --redirect-uri (\S+)", text)
    assert (status, again is not None) == (1, True), text
    assert again is not None
    assert text.count(again[1]) > 1
    assert "--client-id app " in text


def test_the_address_of_the_redirect_is_in_use(site: Site, project: Path, tmp_path: Path) -> None:
    """The option that names another one is in the error."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        uri = f"http://127.0.0.1:{other.getsockname()[1]}/callback"
        status, text = ended(project, tmp_path, f"{site.url}/mcp", "--redirect-uri", uri)
    assert (status, "cannot listen at" in text, "with --redirect-uri" in text) == (2, True, True), text


def test_a_cause_is_said_once_with_whole_addresses(site: Site, project: Path, tmp_path: Path) -> None:
    """A URL has no line break within, and the commands have the addresses of this login."""
    issuer = f"https://as.invalid/{'tenant' * 20}"
    site.metadata["issuer"] = issuer
    status, text = ended(project, tmp_path, f"{site.url}/mcp")
    assert (status, text.count(issuer)) == (1, 1), text
    assert f"-X POST {site.url}/mcp " in text
    assert f"{site.url}{RESOURCE_PATH} " in text
    assert '"$' not in text


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


def test_nobody_answers(project: Path, tmp_path: Path) -> None:
    """Exit 4."""
    assert ended(project, tmp_path, "http://127.0.0.1:9/mcp")[0] == 4
