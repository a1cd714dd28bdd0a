"""Third-party tools test the embedded Gateway: the official MCP conformance suite and the MCP inspector.

`make judges` installs Node from PyPI and both tools from npm, at pinned versions, and runs these tests alone.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe.local.process import LocalProcess
from agentcore_probe.model.environment import LocalSetup
from tests.peers.install import HERE, node_folder
from tests.peers.logins.setups import LOGIN_FEATURES
from tests.peers.processes import free_port

PACKAGES = HERE / "node_modules" / "@modelcontextprotocol"


@pytest.fixture(scope="module")
def open_gateway() -> Iterator[str]:
    """The URL of a Gateway without an authorizer: the suite cannot send a token."""
    with LocalProcess(LocalSetup(gateway_authorizer="none")) as process:
        yield process.ready().facts["gateway"]["url"]


def run(script: str, *arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [node_folder() / "bin" / "node", PACKAGES / script, *arguments],
        cwd=home,
        env={"PATH": os.environ["PATH"], "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def conformance(url: str, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run("conformance/dist/index.js", "server", "--url", url, *arguments, home=home)


def test_the_conformance_suite_has_the_expected_failures_only(open_gateway: str, tmp_path: Path) -> None:
    """The list gives the reason of each expected failure; a scenario of the list that passes also fails this test."""
    expected = str(HERE / "expected-failures.yml")
    result = conformance(open_gateway, tmp_path, "--expected-failures", expected)
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr
    for scenario in ("server-initialize", "ping", "tools-list", "dns-rebinding-protection"):
        assert f"✓ {scenario}: " in result.stdout


def test_the_conformance_suite_can_fail(tmp_path: Path) -> None:
    """It fails for a port where nothing listens."""
    result = conformance("http://127.0.0.1:9/mcp", tmp_path, "--scenario", "ping")
    assert result.returncode == 1


def authorization_conformance(facts: Mapping[str, Any], home: Path) -> tuple[int, str]:
    """The exit status and the output of the suite's scenarios for authorization servers, with a browser that logs in."""
    identity = facts["identity"]
    options = ("--url", identity["issuer"], "--client-id", identity["client_id"], "--port", str(free_port()))
    command = [node_folder() / "bin" / "node", PACKAGES / "conformance-next" / "dist" / "index.js"]
    with subprocess.Popen(
        [*map(str, command), "authorization", *options, "--resource", facts["gateway"]["url"]],
        cwd=home, env={"PATH": os.environ["PATH"], "HOME": str(home)},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as suite:  # fmt: skip
        assert suite.stdout is not None
        lines = []
        for line in suite.stdout:
            lines.append(line)
            if line.startswith(identity["authorization_endpoint"]):
                log_in(line.strip(), identity, home)
    return suite.returncode, "".join(lines)


def log_in(url: str, identity: Mapping[str, str], home: Path) -> None:
    """The user logs in at the page that the suite names."""
    variables = {
        "LOGIN_USER": identity["username"],
        "LOGIN_PASSWORD": identity["password"],
        "LOGIN_RESULT": str(home / "browser.jsonl"),
    }
    program = HERE / "logins" / "browser.py"
    subprocess.run([sys.executable, program, url], env={**os.environ, **variables}, check=True, timeout=60)


SCENARIOS = ("authorization-server-metadata-endpoint", "authorization-code-grant")


def test_the_authorization_server_passes_the_conformance_suite(tmp_path: Path) -> None:
    """Every scenario for authorization servers, without a warning; the suite has them since 0.2.0-alpha."""
    with LocalProcess(LocalSetup(login_server=LOGIN_FEATURES)) as process:
        status, output = authorization_conformance(process.ready().facts, tmp_path)
    assert status == 0, output
    for scenario in SCENARIOS:
        assert re.search(rf"✓ {scenario}: \d+ passed, 0 failed$", output, re.MULTILINE), output


def test_the_suite_sees_what_an_authorization_server_lacks(tmp_path: Path) -> None:
    """Without S256 in its list, the suite reports a failure: it reads this server's document."""
    features = tuple(feature for feature in LOGIN_FEATURES if feature != "s256")
    with LocalProcess(LocalSetup(login_server=features)) as process:
        status, output = authorization_conformance(process.ready().facts, tmp_path)
    assert status == 1
    assert f"✗ {SCENARIOS[0]}: 1 passed, 1 failed" in output


def inspector(facts: Mapping[str, Any], token: str | None, home: Path, *arguments: str) -> Any:
    # A credential of the embedded AgentCore is worthless elsewhere, so it may be on a command line.
    header = ("--header", f"Authorization: Bearer {token}") if token else ()
    url = facts["gateway"]["url"]
    return run(
        "inspector/clients/launcher/build/index.js",
        "--cli",
        url,
        *("--transport", "http", "--stored-auth-only", *header, *arguments),
        home=home,
    )


def test_the_inspector_lists_every_page_of_tools(
    agentcore: Mapping[str, Any], token: str, tmp_path: Path
) -> None:
    """With `--strict`: the descriptions of the tools follow the schema."""
    result = inspector(agentcore, token, tmp_path, "--method", "tools/list", "--strict")
    assert result.returncode == 0, result.stdout + result.stderr
    names = [tool["name"] for tool in json.loads(result.stdout)["tools"]]
    assert names == ["echo-tool___echo", "echo-tool___ping", "x_amz_bedrock_agentcore_search"]


def test_the_inspector_calls_a_tool(agentcore: Mapping[str, Any], token: str, tmp_path: Path) -> None:
    """It prints the result of the tool."""
    arguments = ("--method", "tools/call", "--tool-name", "echo-tool___echo", "--tool-arg", "text=hello")
    result = inspector(agentcore, token, tmp_path, *arguments)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "hello" in result.stdout


@pytest.mark.parametrize("has_token", [False, True])
def test_the_inspector_is_refused_without_a_valid_token(
    agentcore: Mapping[str, Any], token: str, tmp_path: Path, has_token: bool
) -> None:
    """It reads the challenge and reports that a login is required."""
    invalid_token = f"{token}x" if has_token else None
    result = inspector(agentcore, invalid_token, tmp_path, "--method", "tools/list")
    assert result.returncode == 3
    assert "auth_required" in result.stdout + result.stderr
