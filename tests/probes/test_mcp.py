"""A conversation with an MCP server: handshake, session, pages, and where it stops."""

from __future__ import annotations

import json
import socket
import time
from typing import Any

import pytest

from agentcore_probe.access.protocol import HANDSHAKE_VERSIONS, STATELESS_VERSION
from agentcore_probe.access.transport import Transport
from agentcore_probe.model.environment import Limits, ToolCall
from agentcore_probe.probes.context import Caller
from agentcore_probe.probes.mcp import Conversation, argument_headers, newest_version
from tests.access.servers import http_answer, json_answer, recording, serving

NEWEST = HANDSHAKE_VERSIONS[0]


def result(value: dict[str, Any], *headers: str, id: int = 1) -> bytes:
    """The result of the request with this id: 1 is `initialize`, the next is 2."""
    return json_answer({"jsonrpc": "2.0", "id": id, "result": value}, *headers)


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
        result({"tools": [{"name": "a"}], "nextCursor": "c"}, id=2),
        result({"tools": [{"name": "b"}]}, id=3),
        result({"content": []}, id=4),
    )
    with recording(requests, *answers) as url, Transport("t", Limits(seconds=2)) as transport:
        conversation = Conversation(transport, url, Caller(), NEWEST, {"X-Session": "r-1"})
        conversation.run(ToolCall(name="a", arguments={"x": 1}))
    assert conversation.facts == {
        "version": "2025-06-18",
        "session": True,
        "tools": ["a", "b"],
        "pages": 2,
        "complete": True,
    }
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
    answers = (
        result({"tools": [{"name": "a"}], "nextCursor": "c"}, id=2),
        http_answer(b"", status="500 Error"),
    )
    with recording([], *answers) as url, Transport("t", Limits(seconds=2)) as transport:
        conversation = Conversation(transport, url, Caller(), NEWEST)
        assert not conversation.list_tools()
    assert conversation.facts == {"tools": ["a"], "pages": 1, "complete": False, "incomplete": "no-result"}


@pytest.mark.parametrize("max_pages", [1, 3])
def test_a_list_without_an_end_is_cut_and_the_tool_is_called_anyway(max_pages: int) -> None:
    """After as many pages as the run may read; the facts say so."""
    requests: list[bytes] = []
    pages = [result({"tools": [], "nextCursor": f"c{page}"}, id=page + 2) for page in range(max_pages)]
    answers = (result({"protocolVersion": NEWEST}), http_answer(b"", status="202 Accepted"), *pages)
    call = result({"content": []}, id=max_pages + 2)
    with recording(requests, *answers, call) as url, Transport("t", Limits(seconds=10)) as transport:
        conversation = Conversation(transport, url, Caller(), NEWEST, max_pages=max_pages)
        conversation.run(ToolCall(name="a"))
    assert [message["method"] for message in messages(requests)[2:]] == [
        *["tools/list"] * max_pages,
        "tools/call",
    ]
    assert conversation.facts["pages"] == max_pages
    assert conversation.facts["complete"] is False
    assert conversation.facts["incomplete"] == "page-limit"


def test_a_list_that_goes_in_a_circle_is_left_and_the_tool_is_called_anyway() -> None:
    """The second page names itself as the next one: no third page is asked for."""
    requests: list[bytes] = []
    pages = [result({"tools": [], "nextCursor": "again"}, id=page + 2) for page in range(2)]
    answers = (result({"protocolVersion": NEWEST}), http_answer(b"", status="202 Accepted"), *pages)
    with (
        recording(requests, *answers, result({"content": []}, id=4)) as url,
        Transport("t", Limits(seconds=10)) as transport,
    ):
        conversation = Conversation(transport, url, Caller(), NEWEST)
        conversation.run(ToolCall(name="a"))
    assert [message["method"] for message in messages(requests)[2:]] == ["tools/list"] * 2 + ["tools/call"]
    assert conversation.facts["incomplete"] == "cursor-repeated"


def stream(*events: bytes) -> bytes:
    return http_answer(
        b"".join(b"data: " + event + b"\n\n" for event in events), "Content-Type: text/event-stream"
    )


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (http_answer(b""), "no-result"),
        (http_answer(b"", status="202 Accepted"), "no-result"),
        (http_answer(b"<html>", "Content-Type: text/html"), "no-result"),
        (result({}, id=99), "no-result"),
        (stream(b'{"jsonrpc": "2.0", "method": "notifications/message"}', b'{"jsonrpc"'), "no-result"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: wait\n\n", "no-result"),
    ],
)
@pytest.mark.parametrize("at", ["initialize", "tools/list", "tools/call"])
def test_no_step_ends_silently(answer: bytes, why: str, at: str) -> None:
    """A 2xx without the result of the request leaves the conversation incomplete, and the facts say why."""
    answers = {
        "initialize": result({"protocolVersion": NEWEST}),
        "notifications/initialized": http_answer(b"", status="202 Accepted"),
        "tools/list": result({"tools": []}, id=2),
        "tools/call": result({"content": []}, id=3),
    }
    answers[at] = answer
    with recording([], *answers.values()) as url, Transport("t", Limits(seconds=2)) as transport:
        conversation = Conversation(transport, url, Caller(), NEWEST)
        conversation.run(ToolCall(name="a"))
    assert (conversation.facts["complete"], conversation.facts["incomplete"]) == (False, why)


def test_a_stream_that_the_time_limit_cut_is_incomplete() -> None:
    """Its call was accepted, and its result is not known."""

    def behave(sock: socket.socket) -> None:
        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: wait\n\n")
        time.sleep(4)

    with serving(behave) as url, Transport("t", Limits(seconds=0.6)) as transport:
        conversation = Conversation(transport, url, Caller(), NEWEST)
        conversation.call_tool(ToolCall(name="a"))
    assert conversation.facts == {"complete": False, "incomplete": "cut"}


@pytest.mark.parametrize(
    "answer",
    [
        json_answer({"jsonrpc": "2.0", "id": 3, "error": {"code": -32602, "message": "Unknown tool"}}),
        json_answer({"message": "no"}, status="403 Forbidden"),
    ],
)
def test_an_error_of_the_configured_call_speaks_for_itself(answer: bytes) -> None:
    """The call has its answer."""
    answers = (
        result({"protocolVersion": NEWEST}),
        http_answer(b"", status="202 Accepted"),
        result({"tools": []}, id=2),
        answer,
    )
    with recording([], *answers) as url, Transport("t", Limits(seconds=2)) as transport:
        conversation = Conversation(transport, url, Caller(), NEWEST)
        conversation.run(ToolCall(name="a"))
    assert conversation.facts["complete"] is True
    assert "incomplete" not in conversation.facts


@pytest.mark.parametrize(("capabilities", "lists"), [({}, 0), ({"resources": {}}, 0), ({"tools": {}}, 1)])
def test_only_a_server_that_offers_tools_is_asked_for_them(capabilities: dict[str, Any], lists: int) -> None:
    """A server says so in its `capabilities`; one without tools has an empty list."""
    requests: list[bytes] = []
    answers = (
        result({"protocolVersion": NEWEST, "capabilities": capabilities}),
        http_answer(b"", status="202 Accepted"),
        result({"tools": []}, id=2),
    )
    with recording(requests, *answers) as url, Transport("t", Limits(seconds=2)) as transport:
        conversation = Conversation(transport, url, Caller(), NEWEST)
        conversation.run()
    assert [message["method"] for message in messages(requests)[2:]] == ["tools/list"] * lists
    assert (conversation.facts["tools"], conversation.facts["complete"]) == ([], True)


def test_the_versions_that_a_server_supports_are_a_fact() -> None:
    """It lists them beside its error (MCP 2026-07-28)."""
    error = {"code": -32022, "message": "Unsupported protocol version", "data": {"supported": ["2025-06-18"]}}
    answer = json_answer({"jsonrpc": "2.0", "id": 2, "error": error}, status="400 Bad Request")
    with recording([], answer) as url, Transport("t", Limits(seconds=2)) as transport:
        conversation = Conversation(transport, url, Caller(), STATELESS_VERSION)
        conversation.run()
    assert conversation.facts["supported"] == ["2025-06-18"]
    assert "incomplete" not in conversation.facts


@pytest.mark.parametrize("tools", [None, "x", {"name": "a"}])
def test_a_list_of_another_shape_is_empty(tools: object) -> None:
    """A server may answer anything."""
    answer = result({"tools": tools, "nextCursor": None}, id=2)
    with recording([], answer) as url, Transport("t", Limits(seconds=2)) as transport:
        conversation = Conversation(transport, url, Caller(), NEWEST)
        assert conversation.list_tools()
    assert conversation.facts == {"tools": [], "pages": 1, "complete": True}


@pytest.mark.parametrize(
    "page",
    [
        {"tools": [{"name": "a"}], "nextCursor": 7},
        {"tools": [{"name": "a"}], "nextCursor": {"page": 2}},
        {"tools": [{"name": "a"}, {}]},
        {"tools": [{"name": None}, {"name": "a"}, "b"]},
    ],
)
def test_a_page_that_cannot_be_read_whole_leaves_the_list_incomplete(page: dict[str, Any]) -> None:
    """A cursor that is not a text, or a tool without a name; the named tools stay."""
    with recording([], result(page, id=2)) as url, Transport("t", Limits(seconds=2)) as transport:
        conversation = Conversation(transport, url, Caller(), NEWEST)
        assert not conversation.list_tools()
    facts = {"tools": ["a"], "pages": 1, "complete": False, "incomplete": "no-result"}
    assert conversation.facts == facts


def test_the_stateless_version_sends_version_and_client_each_time() -> None:
    """There is no handshake, and method and name are headers too."""
    requests: list[bytes] = []
    answers = (result({"tools": []}, id=2), result({"content": []}, id=3))
    with recording(requests, *answers) as url, Transport("t", Limits(seconds=2)) as transport:
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


SCHEMA = {
    "type": "object",
    "properties": {
        "region": {"type": "string", "x-mcp-header": "Region"},
        "count": {"type": "integer", "x-mcp-header": "Count"},
        "all": {"type": "boolean", "x-mcp-header": "All"},
        "name": {"type": "string", "x-mcp-header": "Name"},
        "place": {"type": "object", "properties": {"city": {"type": "string", "x-mcp-header": "City"}}},
        "bad": {"type": "string", "x-mcp-header": "not a token"},
        "plain": {"type": "string"},
        "absent": {"type": "string", "x-mcp-header": "Absent"},
    },
}
ARGUMENTS = {
    "region": "eu-central-1",
    "count": 3,
    "all": True,
    "name": "Zo\u00eb",
    "place": {"city": " Ulm"},
    "bad": "x",
    "plain": "y",
}


def test_marked_arguments_are_headers_of_a_call_too() -> None:
    """In the stateless version; as the MCP SDK makes them from the tool's input schema."""
    requests: list[bytes] = []
    tools = [{"name": "t", "inputSchema": SCHEMA}]
    answers = (result({"tools": tools}, id=2), result({"content": []}, id=3))
    with recording(requests, *answers) as url, Transport("t", Limits(seconds=2)) as transport:
        Conversation(transport, url, Caller(), STATELESS_VERSION).run(ToolCall(name="t", arguments=ARGUMENTS))
    mcp_params = {
        name: header(requests[1], f"Mcp-Param-{name}") for name in ("Region", "Count", "All", "Name", "City")
    }
    assert mcp_params == {
        "Region": "eu-central-1",
        "Count": "3",
        "All": "true",
        "Name": "=?base64?Wm/Dqw==?=",
        "City": "=?base64?IFVsbQ==?=",
    }
    assert requests[1].lower().count(b"mcp-param-") == len(mcp_params)
    assert b"Mcp-Param-" not in requests[0]


@pytest.mark.parametrize("schema", [None, [], {"properties": []}, {"properties": {"a": 1}}])
def test_a_schema_of_another_shape_marks_nothing(schema: object) -> None:
    """A server may send anything."""
    assert list(argument_headers(schema, {"a": 1})) == []


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
