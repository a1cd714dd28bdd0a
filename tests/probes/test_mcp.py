"""A conversation with an MCP server: handshake, session, pages, and where it stops."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agentcore_probe.access.protocol import HANDSHAKE_VERSIONS, STATELESS_VERSION
from agentcore_probe.access.transport import Transport
from agentcore_probe.model.environment import Limits, ToolCall
from agentcore_probe.probes.context import Caller
from agentcore_probe.probes.mcp import Conversation, newest_version
from tests.access.servers import http_answer, json_answer, recording

NEWEST = HANDSHAKE_VERSIONS[0]


def result(value: dict[str, Any], *headers: str) -> bytes:
    return json_answer({"jsonrpc": "2.0", "id": 1, "result": value}, *headers)


def messages(requests: list[bytes]) -> list[dict[str, Any]]:
    """The bodies of the requests."""
    return [json.loads(request.partition(b"\r\n\r\n")[2]) for request in requests]


def header(request: bytes, name: str) -> str | None:
    lines = request.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    return {key.lower(): value for key, value in (line.split(": ", 1) for line in lines)}.get(name.lower())


def test_a_conversation_uses_the_version_and_session_of_the_server() -> None:
    """From the answer to `initialize` on, in each request."""
    requests: list[bytes] = []
    answers = (
        result({"protocolVersion": "2025-06-18"}, "Mcp-Session-Id: s-1"),
        http_answer(b"", status="202 Accepted"),
        result({"tools": [{"name": "a"}], "nextCursor": "c"}),
        result({"tools": [{"name": "b"}, "not a tool"]}),
        result({"content": []}),
    )
    with recording(requests, *answers) as url, Transport("t", Limits(seconds=2)) as transport:
        conversation = Conversation(transport, url, Caller(), NEWEST, {"X-Session": "r-1"})
        assert conversation.open()
        assert conversation.list_tools()
        conversation.call_tool(ToolCall(name="a", arguments={"x": 1}))
    assert conversation.facts == {"version": "2025-06-18", "session": True, "tools": ["a", "b"], "pages": 2}
    bodies = messages(requests)
    assert [message["method"] for message in bodies] == [
        "initialize",
        "notifications/initialized",
        "tools/list",
        "tools/list",
        "tools/call",
    ]
    assert [message.get("params") for message in bodies[2:]] == [
        {},
        {"cursor": "c"},
        {"name": "a", "arguments": {"x": 1}},
    ]
    assert bodies[0]["params"]["protocolVersion"] == NEWEST
    assert header(requests[0], "Mcp-Session-Id") is None
    for request in requests[1:]:
        assert header(request, "Mcp-Session-Id") == "s-1"
        assert header(request, "MCP-Protocol-Version") == "2025-06-18"
    assert all(header(request, "X-Session") == "r-1" for request in requests)
    ids = [message["id"] for message in bodies if "id" in message]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    "answer",
    [
        json_answer({"message": "Missing token"}, status="401 Unauthorized"),
        json_answer({"jsonrpc": "2.0", "id": 1, "error": {"code": -32001, "message": "no"}}),
        b"SSH-2.0-OpenSSH_9.2\r\n",
    ],
)
def test_a_refused_handshake_ends_the_conversation(answer: bytes) -> None:
    """Whether by status, by an error inside a 200, or without an answer."""
    requests: list[bytes] = []
    with recording(requests, answer) as url, Transport("t", Limits(seconds=2)) as transport:
        conversation = Conversation(transport, url, Caller(), NEWEST)
        assert not conversation.open()
    assert len(requests) == 1
    assert conversation.facts == {}


def test_a_list_that_fails_on_a_later_page_keeps_the_earlier_ones() -> None:
    """And is not complete."""
    answers = (result({"tools": [{"name": "a"}], "nextCursor": "c"}), http_answer(b"", status="500 Error"))
    with recording([], *answers) as url, Transport("t", Limits(seconds=2)) as transport:
        conversation = Conversation(transport, url, Caller(), NEWEST)
        assert not conversation.list_tools()
    assert conversation.facts == {"tools": ["a"], "pages": 1}


def test_a_list_without_an_end_is_cut() -> None:
    """After 50 pages."""
    requests: list[bytes] = []
    page = result({"tools": [], "nextCursor": "again"})
    with recording(requests, page) as url, Transport("t", Limits(seconds=10)) as transport:
        assert not Conversation(transport, url, Caller(), NEWEST).list_tools()
    assert len(requests) == 50


@pytest.mark.parametrize("tools", [None, "x", {"name": "a"}])
def test_a_list_of_another_shape_is_empty(tools: object) -> None:
    """A server may answer anything."""
    answer = result({"tools": tools, "nextCursor": 7})
    with recording([], answer) as url, Transport("t", Limits(seconds=2)) as transport:
        conversation = Conversation(transport, url, Caller(), NEWEST)
        assert conversation.list_tools()
    assert conversation.facts == {"tools": [], "pages": 1}


def test_the_stateless_version_sends_version_and_client_each_time() -> None:
    """There is no handshake, and method and name are headers too."""
    requests: list[bytes] = []
    with recording(requests, result({"tools": []})) as url, Transport("t", Limits(seconds=2)) as transport:
        conversation = Conversation(transport, url, Caller(), STATELESS_VERSION)
        assert conversation.open()
        assert requests == []
        assert conversation.list_tools()
        conversation.call_tool(ToolCall(name="echo"))
    assert conversation.facts["version"] == STATELESS_VERSION
    for request, message in zip(requests, messages(requests), strict=True):
        assert header(request, "MCP-Protocol-Version") == STATELESS_VERSION
        assert header(request, "Mcp-Method") == message["method"]
        assert message["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"] == STATELESS_VERSION
    assert [header(request, "Mcp-Name") for request in requests] == [None, "echo"]


@pytest.mark.parametrize(("version", "method"), [(NEWEST, "initialize"), (STATELESS_VERSION, "tools/list")])
def test_the_first_request_depends_on_the_version(version: str, method: str) -> None:
    """A caller that should be refused sends only this one, under its own step."""
    requests: list[bytes] = []
    with recording(requests) as url, Transport("t", Limits(seconds=2)) as transport:
        conversation = Conversation(transport, url, Caller(), version)
        exchange = transport.send(conversation.first_request("forged: alg-none"))
    assert exchange.step == "forged: alg-none"
    assert [message["method"] for message in messages(requests)] == [method]


@pytest.mark.parametrize(
    ("supported", "version"),
    [
        (None, "2025-11-25"),
        ((), "2025-11-25"),
        (("2025-03-26", "2025-06-18"), "2025-06-18"),
        (("2025-06-18", "2026-07-28"), "2026-07-28"),
        (("2030-01-01", "2031-01-01"), "2031-01-01"),
    ],
)
def test_the_newest_version_that_both_sides_speak(supported: tuple[str, ...] | None, version: str) -> None:
    """For a server with only newer versions, its last one; without a list, the newest with a handshake."""
    assert newest_version(supported) == version
