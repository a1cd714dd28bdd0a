"""The four clients: how each is started, and what a login at a target came to.

A client is given the URL of the target alone (`automatic`: it registers itself), or the id of an app client as well
(`typed-id`), or the URL of its own metadata document (`client-metadata`).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.peers.install import HERE, node_folder, node_variables, python_of
from tests.peers.logins.deployment import Deployment, Request
from tests.peers.processes import free_port

Way = Literal["automatic", "typed-id", "client-metadata"]
SECONDS = 60
AFTER_A_PAGE, AFTER_AN_ERROR = 1.5, 4
"""Seconds that a client gets when its browser has ended on a page instead of its redirect URI, and when it came back with
an error: no code will come, and some clients wait for one."""
INSPECTOR_RACE = "StreamableHTTPClientTransport already started"
"""How the Inspector 2.12.0 fails now and then on a busy machine when it has the token: it connects twice at a time."""

SCRIPTS = HERE / "clients"
MODULES = HERE / "node_modules"


@dataclass(frozen=True)
class Attempt:
    """What one client did."""

    is_connected: bool
    output: str
    """Its standard output and standard error."""
    browser: tuple[dict[str, object], ...]
    """Where each login in the browser ended (`browser.py`)."""
    requests: tuple[Request, ...]
    """What reached the server."""


@dataclass(frozen=True)
class Given:
    """What a client is given to know about a server."""

    url: str
    client_id: str | None = None
    client_metadata_url: str | None = None


def _python_sdk(given: Given) -> list[str | Path]:
    return [python_of("servers"), SCRIPTS / "login_client.py", given.url]


def _typescript_sdk(given: Given) -> list[str | Path]:
    return [node_folder() / "bin" / "node", SCRIPTS / "login_client.mjs", given.url]


def _inspector(given: Given) -> list[str | Path]:
    launcher = MODULES / "@modelcontextprotocol" / "inspector" / "clients" / "launcher" / "build" / "index.js"
    options = ["--transport", "http", "--method", "tools/list", "--format", "json"]
    options += ["--callback-url", f"http://127.0.0.1:{free_port()}/oauth/callback"]
    if given.client_id:
        options += ["--client-id", given.client_id]
    if given.client_metadata_url:
        options += ["--client-metadata-url", given.client_metadata_url]
    return [node_folder() / "bin" / "node", launcher, "--cli", given.url, *options]


def _mcp_remote(given: Given) -> list[str | Path]:
    options = [str(free_port()), "--auth-timeout", str(SECONDS)]
    if given.client_id:
        options += ["--static-oauth-client-info", json.dumps({"client_id": given.client_id})]
    if given.client_metadata_url:
        options += ["--client-metadata-url", given.client_metadata_url]
    program = MODULES / "mcp-remote" / "dist" / "proxy.js"
    return [
        sys.executable,
        SCRIPTS / "login_stdio.py",
        node_folder() / "bin" / "node",
        program,
        given.url,
        *options,
    ]


COMMANDS: Mapping[str, Callable[[Given], list[str | Path]]] = {
    "python-sdk": _python_sdk,
    "typescript-sdk": _typescript_sdk,
    "inspector": _inspector,
    "mcp-remote": _mcp_remote,
}
"""By the client's id in `agentcore_probe.clients`."""


def attempt(
    client: str,
    given: Given,
    deployment: Deployment,
    folder: Path,
    *,
    chromium: str | None = None,
) -> Attempt:
    """Runs a client until it has listed the tools or has given up.

    Args:
        client: its id.
        given: what it knows of the server.
        deployment: the target; its log is read from its end.
        folder: a folder that is made, the client's home.
        chromium: the program that shows the login page; None: it is fetched and sent over plain HTTP.
    """
    done = _attempt(client, given, deployment, folder, chromium)
    if INSPECTOR_RACE in done.output:
        return _attempt(client, given, deployment, folder.with_name(f"{folder.name}-again"), chromium)
    return done


def _attempt(
    client: str, given: Given, deployment: Deployment, folder: Path, chromium: str | None
) -> Attempt:
    folder.mkdir()
    results = folder / "browser.jsonl"
    before = len(deployment.requests())
    environment = _environment(given, deployment, folder, results, chromium)
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [str(word) for word in COMMANDS[client](given)],
            env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        _wait(process, results)
    _wait_for_browser(folder, results)
    text = (folder / "output").read_text("utf-8", "replace")
    requests = tuple(deployment.requests()[before:])
    return Attempt(
        is_connected=process.returncode == 0 and any(map(_is_answered_call, requests)),
        output=text,
        browser=tuple(_lines(results)),
        requests=requests,
    )


def _is_answered_call(request: Request) -> bool:
    return request.method == "POST" and request.has_token and request.status == 200


def _environment(
    given: Given, deployment: Deployment, folder: Path, results: Path, chromium: str | None
) -> dict[str, str]:
    browser = folder / "browser"
    program = Path(__file__).with_name("browser.py")
    browser.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{program}" "$@" 2>> "{folder}/browser.log"\n')
    browser.chmod(0o700)
    identity = deployment.facts["identity"]
    return {
        "HOME": str(folder),
        "BROWSER": str(browser),
        "LOGIN_USER": identity["username"],
        "LOGIN_PASSWORD": identity["password"],
        "LOGIN_RESULT": str(results),
        # The Inspector starts no login without a terminal unless this is set.
        "MCP_AUTO_OPEN_ENABLED": "true",
        "MCP_INSPECTOR_SECRET_STORE": "memory",
        **node_variables(),
        **({"LOGIN_CHROMIUM": chromium} if chromium else {}),
        **({"CLIENT_ID": given.client_id} if given.client_id else {}),
        **({"CLIENT_METADATA_URL": given.client_metadata_url} if given.client_metadata_url else {}),
    }


def _wait(process: subprocess.Popen[bytes], results: Path) -> None:
    """Waits until the client ends; one that waits for a code in vain is ended."""
    deadline = time.monotonic() + SECONDS
    while process.poll() is None:
        ended = _lines(results)
        if ended and ended[-1]["ended"] == "page":
            deadline = min(deadline, time.monotonic() + AFTER_A_PAGE)
        elif ended and ended[-1]["error"]:
            deadline = min(deadline, time.monotonic() + AFTER_AN_ERROR)
        if time.monotonic() > deadline:
            os.killpg(process.pid, signal.SIGTERM if time.monotonic() < deadline + 5 else signal.SIGKILL)
        time.sleep(0.1)


def _wait_for_browser(folder: Path, results: Path) -> None:
    """A client can have its token and end before its browser has."""
    deadline = time.monotonic() + SECONDS
    while (folder / "browser.log").exists() and not _lines(results) and time.monotonic() < deadline:
        time.sleep(0.1)


def _lines(results: Path) -> list[dict[str, object]]:
    if not results.exists():
        return []
    return [json.loads(line) for line in results.read_text("utf-8").splitlines()]
