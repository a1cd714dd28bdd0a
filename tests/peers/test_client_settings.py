"""The settings of docs/clients.md work as they are: with a client id, with a token, and with a proxy that signs."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import pytest

from agentcore_probe.clients import find_client
from agentcore_probe.local.process import LocalProcess
from agentcore_probe.model.environment import LocalSetup
from agentcore_probe.model.mcp_client import Snippet, SnippetValues
from tests.conftest import log_in
from tests.peers.install import HERE, node_folder, node_variables, python_of
from tests.peers.logins.setups import GATEWAYS

pytestmark = pytest.mark.timeout(300)

SECONDS = 90
CLIENTS = ("python-sdk", "typescript-sdk", "inspector", "mcp-remote")
Way = Literal["url", "typed-id", "header", "sigv4"]
TOOL = "echo-tool___echo"
LOGIN_PAGE = re.compile(r"Log in at: (\S+)")
MODULES = HERE / "node_modules"


def programs() -> dict[str, str]:
    """What npx and uvx would download, as it is installed here."""
    node = node_folder() / "bin" / "node"
    return {
        "@modelcontextprotocol/inspector": f"{node} {MODULES}/@modelcontextprotocol/inspector/clients/launcher/build/index.js",
        "mcp-remote": f"{node} {MODULES}/mcp-remote/dist/proxy.js",
        "mcp-proxy-for-aws-cli": f"{python_of('clients').parent}/mcp-proxy-for-aws",
    }


def snippet_of(client: str, way: Way) -> Snippet:
    """A client's settings for one way."""
    found = find_client(client)
    assert found is not None
    return next(snippet for snippet in found.snippets if snippet.way == way)


def runners(folder: Path) -> None:
    """`npx` and `uvx` that run the installed programs, whose versions the settings name."""
    cases = "".join(
        f'  {name}@{installed_version(name)}) exec {program} "$@" ;;\n'
        for name, program in programs().items()
    )
    for name in ("npx", "uvx"):
        text = f'#!/bin/sh\n[ "$1" = -y ] && shift\nasked=$1\nshift\ncase "$asked" in\n{cases}esac\nexit 64\n'
        (folder / name).write_text(text, "utf-8")
        (folder / name).chmod(0o700)


def installed_version(name: str) -> str:
    """Of a program of `programs`."""
    package = MODULES / name / "package.json"
    if package.exists():
        return str(json.loads(package.read_text("utf-8"))["version"])
    (found,) = python_of("clients").parents[1].glob("lib/python*/site-packages/mcp_proxy_for_aws-*.dist-info")
    return found.name.removeprefix("mcp_proxy_for_aws-").removesuffix(".dist-info")


def command(snippet: Snippet, text: str, folder: Path) -> list[str]:
    """How a person runs settings: a program as a file, a command in a shell, a host's JSON by what it starts."""
    if snippet.language == "python":
        (folder / "program.py").write_text(text, "utf-8")
        return [str(python_of("servers")), "program.py"]
    if snippet.language == "typescript":
        (folder / "program.mjs").write_text(text, "utf-8")
        (folder / "node_modules").symlink_to(MODULES)
        return [str(node_folder() / "bin" / "node"), "program.mjs"]
    if snippet.language == "shell":
        return ["sh", "-c", text]
    (server,) = json.loads(text)["mcpServers"].values()
    variables = [f"{name}={value}" for name, value in server.get("env", {}).items()]
    driver = [sys.executable, str(HERE / "clients" / "login_stdio.py")]
    return ["env", *variables, *driver, server["command"], *server["args"]]


def run(snippet: Snippet, values: SnippetValues, folder: Path, variables: Mapping[str, str]) -> str:
    """What settings print; where they name a login page, a browser goes there."""
    runners(folder)
    browser = f"{shlex.quote(sys.executable)} {shlex.quote(str(HERE / 'logins' / 'browser.py'))}"
    (folder / "browser").write_text(f'#!/bin/sh\nexec {browser} "$@"\n', "utf-8")
    (folder / "browser").chmod(0o700)
    environment = {
        "HOME": str(folder), **node_variables(), "BROWSER": str(folder / "browser"), "LOGIN_RESULT": str(folder / "r"),
        "MCP_AUTO_OPEN_ENABLED": "true", "MCP_INSPECTOR_SECRET_STORE": "memory", **variables,
    }  # fmt: skip
    environment["PATH"] = f"{folder}:{environment.get('PATH', os.environ['PATH'])}"
    output = folder / "output"
    with output.open("wb") as file:
        process = subprocess.Popen(
            command(snippet, snippet.write(values), folder), cwd=folder, env=environment,
            stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        deadline = time.monotonic() + SECONDS
        has_opened = snippet.language != "typescript"  # the others open the page themselves
        while process.poll() is None and time.monotonic() < deadline:
            page = LOGIN_PAGE.search(output.read_text("utf-8", "replace"))
            if page and not has_opened:
                has_opened = True
                subprocess.run([folder / "browser", page[1]], env=environment, check=True, timeout=SECONDS)
            time.sleep(0.1)
    text = output.read_text("utf-8", "replace")
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    assert process.wait() == 0, text[-2000:]
    return text


@pytest.mark.parametrize(
    ("client", "way"),
    [
        *((client, way) for client in CLIENTS for way in ("typed-id", "header")),
        ("python-sdk", "url"),
        ("typescript-sdk", "url"),
        ("mcp-remote", "url"),
    ],
)
def test_settings(client: str, way: Way, tmp_path: Path) -> None:
    """With them, a client lists the tools: after a login in the browser, or with a token of the environment."""
    with LocalProcess(GATEWAYS["healthy"]) as process:
        facts = process.ready().facts
        identity = facts["identity"]
        values = SnippetValues(
            name="agentcore",
            url=facts["gateway"]["url"],
            client_id=identity["client_id"],
            region=facts["region"],
            scopes=("openid",),
        )
        variables = {
            "LOGIN_USER": identity["username"],
            "LOGIN_PASSWORD": identity["password"],
            **({"MCP_TOKEN": log_in(facts)["AccessToken"]} if way == "header" else {}),
        }
        assert TOOL in run(snippet_of(client, way), values, tmp_path, variables)


def test_settings_of_a_proxy_that_signs(tmp_path: Path) -> None:
    """mcp-proxy-for-aws signs the calls of a host at a Gateway with the authorizer AWS_IAM."""
    with LocalProcess(LocalSetup(gateway_authorizer="iam")) as process:
        facts = process.ready().facts
        values = SnippetValues(
            name="agentcore", url=facts["gateway"]["url"], client_id="", region=facts["region"]
        )
        keys = {
            "AWS_ACCESS_KEY_ID": facts["aws"]["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": facts["aws"]["secret_access_key"],
        }
        assert TOOL in run(snippet_of("mcp-proxy-for-aws", "sigv4"), values, tmp_path, keys)
