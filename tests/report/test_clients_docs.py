"""docs/clients.md: every field of every client, with what is unknown, its sources and its settings."""

from __future__ import annotations

from dataclasses import fields

import pytest

from agentcore_probe.clients import CLIENTS
from agentcore_probe.model.mcp_client import McpClient
from agentcore_probe.report.clients_docs import BEHAVIOURS, clients_page

_IDS = [client.id for client in CLIENTS]
_OUTSIDE_THE_TABLE = {"id", "name", "version", "sources", "snippets"}


def _section(client: McpClient) -> str:
    """The part of the page below the client's heading."""
    _, _, rest = clients_page().partition(f"\n## {client.name}\n")
    assert rest
    return rest.partition("\n## ")[0]


def test_every_behaviour_has_a_label() -> None:
    """A new field of a client is documented with it."""
    assert set(BEHAVIOURS) == {field.name for field in fields(McpClient)} - _OUTSIDE_THE_TABLE


ESTABLISHED = ("client_metadata_url", "earlier_needed_s256", "skipped_resource_errors")
"""Fields whose None means that there is nothing of the kind."""


@pytest.mark.parametrize("client", CLIENTS, ids=_IDS)
def test_what_is_not_established_is_shown(client: McpClient) -> None:
    """In a line of its own, and not in the table."""
    unknown = [name for name in BEHAVIOURS if getattr(client, name) is None and name not in ESTABLISHED]
    section = _section(client)
    _, _, listed = section.partition("\nNot established: ")
    shown = [label for label in listed.partition(".\n")[0].split("; ") if label]
    assert "| **unknown** |" not in section
    assert shown == [BEHAVIOURS[name] for name in unknown if client.logs_in]


@pytest.mark.parametrize("client", CLIENTS, ids=_IDS)
def test_sources_and_settings_are_on_the_page(client: McpClient) -> None:
    """A reader can check each statement, and copy the settings."""
    section = _section(client)
    for source in client.sources:
        assert f"- [{source.text}]({source.url}), {source.version or f'read on {source.date}'}" in section
    assert section.count("\n```") == 2 * len(client.snippets)
    assert section.index("\n```") < section.index("| behaviour |")


def test_the_overview_links_to_the_sections() -> None:
    """With the anchors that GitHub makes."""
    page = clients_page()
    for name, anchor in (
        ("Claude (claude.ai, Desktop)", "claude-claudeai-desktop"),
        ("mcp-remote", "mcp-remote"),
    ):
        assert f"[{name}](#{anchor})" in page
