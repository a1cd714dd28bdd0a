"""The settings that clients are given: they parse, they have the values, and they have no secret."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from agentcore_probe import secret
from agentcore_probe.clients import CLIENTS, find_client
from agentcore_probe.clients.settings import TOKEN_VARIABLE
from agentcore_probe.model.environment import LocalSetup
from agentcore_probe.model.mcp_client import McpClient, Snippet, SnippetValues
from tests.embedded import started
from tests.local.callers import Facts
from tests.local.login.callers import FEATURES, TIMEOUT, sign_in
from tests.peers.processes import free_port

_AWKWARD = SnippetValues(
    name='a "b" c.d',
    url="https://gw.example/mcp?a='1'&b=\"2\"",
    client_id="client-7f3a",
    region="eu-central-1",
    scopes=("a/read", "b"),
)
"""Names and URLs with the signs that end a text in one language or another."""
_SNIPPETS = [
    pytest.param(client, snippet, id=f"{client.id}-{snippet.way}")
    for client in CLIENTS
    for snippet in client.snippets
]


@pytest.mark.parametrize("client", CLIENTS, ids=[client.id for client in CLIENTS])
def test_each_way_is_shown_once(client: McpClient) -> None:
    """A client has settings, and not two for the same way."""
    ways = [snippet.way for snippet in client.snippets]
    assert ways
    assert len(ways) == len(set(ways))


@pytest.mark.parametrize("client", CLIENTS, ids=[client.id for client in CLIENTS])
def test_a_client_that_takes_an_id_shows_how(client: McpClient) -> None:
    """Libraries, whose program passes the SDK's OAuth client, show it at the Python SDK."""
    shows = "typed-id" in [snippet.way for snippet in client.snippets]
    assert shows == (client.takes_typed_id is True and client.id not in ("langchain", "strands"))


@pytest.mark.parametrize(("client", "snippet"), _SNIPPETS)
def test_settings_parse_and_hold_the_values(client: McpClient, snippet: Snippet) -> None:
    """Whatever signs a name or a URL has, it is read back as it was."""
    texts = _texts(snippet.language, snippet.write(_AWKWARD))
    assert any(_AWKWARD.url in text for text in texts)
    if snippet.way == "url":
        assert not any(_AWKWARD.client_id in text for text in texts)
    if snippet.way == "typed-id":
        assert any(_AWKWARD.client_id in text for text in texts)
    if snippet.way == "sigv4":
        assert {_AWKWARD.region, _AWKWARD.service} <= set(texts)


def _texts(language: str, text: str) -> list[str]:
    """Every text that a snippet has, as its reader has it."""
    if language == "json":
        return list(_leaves(json.loads(text)))
    if language == "toml":
        return list(_leaves(tomllib.loads(text)))
    if language == "shell":
        return shlex.split(text, comments=True)
    if language == "python":
        nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)]
        return [node.value for node in nodes if isinstance(node.value, str)]
    if language == "typescript":
        return [json.loads(literal) for literal in re.findall(r'"(?:[^"\\\n]|\\.)*"', text)]
    return [text]


def _leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in (key, *_leaves(item))]
    if isinstance(value, list):
        return [leaf for item in value for leaf in _leaves(item)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize(("client", "snippet"), _SNIPPETS)
def test_a_token_is_a_placeholder(client: McpClient, snippet: Snippet) -> None:
    """A token is named, and read where the client runs: from the environment, or from an input."""
    text = snippet.write(_AWKWARD)
    names = [TOKEN_VARIABLE, "mcp-token"]
    assert any(name in text for name in names) == (snippet.way == "header")
    assert re.findall(r"Bearer (?!\$|\" \+)", text) == []
    assert secret.redact(text) == text


@pytest.mark.parametrize("client", CLIENTS, ids=[client.id for client in CLIENTS])
def test_a_client_that_gets_an_id_itself_shows_the_address_alone_first(client: McpClient) -> None:
    """Kiro may do so; that is not established."""
    ways = [snippet.way for snippet in client.snippets]
    gets = (bool(client.registrations) or client.id == "kiro") and client.id not in ("langchain", "strands")
    assert (ways[0] == "url") == ("url" in ways) == gets


@pytest.mark.parametrize(
    ("id", "path"),
    [
        ("claude-code", "/callback"),
        ("kiro", "/oauth/callback"),
        ("mcp-remote", "/oauth/callback"),
        ("python-sdk", "/callback"),
        ("typescript-sdk", "/callback"),
    ],
)
def test_the_port_is_that_of_a_listed_redirect_uri(id: str, path: str) -> None:
    """The first that the client can use; where none is listed, one that the user has to register."""
    snippet = _snippet(id, "typed-id")
    uris = ("https://app.example/callback", f"http://localhost:49152{path}", f"http://localhost:5{path}")
    listed = _AWKWARD._replace(redirect_uris=uris)
    assert snippet.redirect_uri is not None
    assert snippet.redirect_uri(listed) == uris[1]
    assert "49152" in snippet.write(listed)
    usual = snippet.redirect_uri(_AWKWARD)
    assert str(urlsplit(usual).port) in snippet.write(_AWKWARD)


def test_scopes_are_written_where_there_are_any() -> None:
    """Without scopes, no empty list stands in the settings, which would ask for none."""
    bare = SnippetValues(name="n", url="https://gw.example/mcp", client_id="c", region="us-east-1")
    for client in CLIENTS:
        for snippet in client.snippets:
            assert "scope" not in snippet.write(bare).lower().replace("scope.", ""), client.id


def test_the_program_with_a_token_lists_the_tools_of_a_gateway(agentcore: Facts, token: str) -> None:
    """The Python snippet runs as it is, against the embedded Gateway."""
    process = _run("python-sdk", "header", agentcore["gateway"]["url"], **{TOKEN_VARIABLE: token})
    assert process.returncode == 0, process.stderr
    assert "echo-tool___echo" in process.stdout.splitlines()


def test_the_program_without_a_token_says_what_it_lacks(agentcore: Facts) -> None:
    """It names the variable."""
    process = _run("python-sdk", "header", agentcore["gateway"]["url"])
    assert process.returncode != 0
    assert f"KeyError: '{TOKEN_VARIABLE}'" in process.stderr


@pytest.mark.parametrize("way", ["url", "typed-id"])
def test_the_program_logs_in_at_an_embedded_gateway(way: str) -> None:
    """The Python snippets run as they are: a person follows the URL, and they list the tools."""
    with (
        started(LocalSetup(login_server=FEATURES)) as facts,
        _login_program(facts, way) as (program, url, redirect),
    ):
        answer = sign_in(facts, requests.get(url, timeout=TIMEOUT))
        requests.get(redirect, answer, timeout=TIMEOUT)
        output, errors = program.communicate(timeout=TIMEOUT)
    assert program.returncode == 0, errors
    assert "echo-tool___echo" in output.splitlines()
    assert answer["code"] not in output + errors


def test_the_program_says_why_the_login_was_refused() -> None:
    """What the authorization server says in the redirect is its last word."""
    with started(LocalSetup(login_server=FEATURES)) as facts, _login_program(facts) as (program, _, redirect):
        requests.get(redirect, {"error": "access_denied", "error_description": "no"}, timeout=TIMEOUT)
        output, errors = program.communicate(timeout=TIMEOUT)
    assert program.returncode != 0
    assert "access_denied: no" in output + errors


@contextlib.contextmanager
def _login_program(facts: Facts, way: str = "typed-id") -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """The Python snippet at work: the process, the URL to log in at, and its redirect URI."""
    values = SnippetValues(
        name="gateway",
        url=facts["gateway"]["url"],
        client_id=facts["identity"]["client_id"],
        region="us-east-1",
    )
    port = str(free_port())
    environment = os.environ | {"BROWSER": "true", "MCP_CALLBACK_PORT": port}
    with subprocess.Popen(
        [sys.executable, "-c", _snippet("python-sdk", way).write(values)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout
            line = process.stdout.readline()
            url = line.removeprefix("Log in at: ").strip()
            assert url.startswith("http"), line
            yield process, url, f"http://localhost:{port}/callback"
        finally:
            process.kill()


def _snippet(client_id: str, way: str) -> Snippet:
    client = find_client(client_id)
    assert client
    (snippet,) = [snippet for snippet in client.snippets if snippet.way == way]
    return snippet


def _run(client_id: str, way: str, url: str, **variables: str) -> subprocess.CompletedProcess[str]:
    values = SnippetValues(name="gateway", url=url, client_id="client", region="us-east-1")
    program = _snippet(client_id, way).write(values)
    environment = {name: value for name, value in os.environ.items() if name != TOKEN_VARIABLE} | variables
    return subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
