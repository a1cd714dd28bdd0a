"""The table of MCP clients: its order, its sources, and what each says."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from agentcore_probe import clients
from agentcore_probe.clients import CLIENTS, find_client
from agentcore_probe.model.mcp_client import McpClient, Source
from tests.conftest import PROJECT

_IDS = [client.id for client in CLIENTS]


def test_each_client_has_a_file_of_its_name() -> None:
    """An id is the name of the file, so that a client is found where it is looked for."""
    files = {path.stem for path in Path(clients.__path__[0]).glob("*.py")} - {"__init__", "settings"}
    assert sorted(id.replace("-", "_") for id in _IDS) == sorted(files)


@pytest.mark.parametrize("client", CLIENTS, ids=_IDS)
def test_each_client_is_found_by_its_id(client: McpClient) -> None:
    """Ids are unique."""
    assert find_client(client.id) is client


@pytest.mark.parametrize("client", CLIENTS, ids=_IDS)
def test_each_statement_has_a_source_with_a_version_or_a_day(client: McpClient) -> None:
    """A behaviour without a version or a day could not be checked again."""
    assert client.sources
    for source in (*client.sources, *(snippet.source for snippet in client.snippets)):
        _is_traceable(source)


def _is_traceable(source: Source) -> None:
    assert source.text
    assert source.version or re.fullmatch(r"20\d\d-\d\d-\d\d", source.date), source
    assert urlsplit(source.url).scheme == "https", source


@pytest.mark.parametrize("client", CLIENTS, ids=_IDS)
def test_the_version_of_a_client_is_that_of_a_source(client: McpClient) -> None:
    """What is said of a version was read in it."""
    if client.version:
        assert client.version in [source.version for source in client.sources]


@pytest.mark.parametrize("client", CLIENTS, ids=_IDS)
def test_a_redirect_uri_is_a_whole_uri(client: McpClient) -> None:
    """It is what is registered with an identity provider; only known parts vary."""
    for uri in client.redirect_uris or ():
        assert set(re.findall(r"\{(\w+)\}", uri)) <= {"port", "region", "id"}
        assert urlsplit(uri.replace("{port}", "1")).netloc


@pytest.mark.parametrize("client", CLIENTS, ids=_IDS)
def test_a_document_needs_the_way_that_uses_it(client: McpClient) -> None:
    """A client with a metadata document of its own identifies itself by it, and over https."""
    if client.client_metadata_url:
        assert client.registrations
        assert "client-metadata" in client.registrations
        assert urlsplit(client.client_metadata_url).scheme == "https"


def test_a_client_that_does_not_log_in_has_no_step_of_a_login() -> None:
    """Its row depends on the authorizer alone."""
    (signing,) = [client for client in CLIENTS if not client.logs_in]
    assert signing.id == "mcp-proxy-for-aws"
    assert [field.name for field in fields(signing) if getattr(signing, field.name) is True] == []
    assert {snippet.way for snippet in signing.snippets} == {"sigv4"}


def test_the_clients_that_are_run_have_the_versions_that_are_run() -> None:
    """`make peers` installs the Inspector in the version of the table."""
    package = (PROJECT / "tests" / "peers" / "package.json").read_text("utf-8")
    inspector = find_client("inspector")
    assert inspector
    assert f'"@modelcontextprotocol/inspector": "{inspector.version}"' in package
