"""Server-sent events and JSON-RPC messages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agentcore_probe.model.stream import (
    Event,
    EventParser,
    find_response,
    json_objects,
    read_events,
    request_id,
)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("data: a\n\n", ["a"]),
        ("data:a\n\ndata:  b\n\n", ["a", " b"]),
        ("data: a\r\n\r\ndata: b\r\n\r\n", ["a", "b"]),
        ("data: a\r\rdata: b\r\r", ["a", "b"]),
        ("data: a\ndata: b\n\n", ["a\nb"]),
        ("data\ndata\n\n", ["\n"]),
        ("data\n\n", [""]),
        ("\ufeffdata: a\n\n", ["a"]),
        ("\ufeff\ufeffdata: a\n\n", []),
        (": a comment\n\ndata: a\n\n", ["a"]),
        ("event: message\n\nretry: 10\n\n", []),
        ("data: one\u2028two\u0085three\x0bfour\n\n", ["one\u2028two\u0085three\x0bfour"]),
        ("other: a\ndata: b\n\n", ["b"]),
        ("data: cut off", ["cut off"]),
    ],
)
def test_events_follow_the_rules_of_the_whatwg(text: str, data: list[str]) -> None:
    """HTML Living Standard section 9.2; only the event that the end cut off is kept."""
    assert [event.data for event in read_events(text)] == data


def test_an_event_has_a_type_and_the_last_id() -> None:
    """The type counts for one event, the id until the next."""
    text = "id: 1\nevent: ping\ndata: a\n\ndata: b\n\nid: x\0y\ndata: c\n\nid\ndata: d\n\n"
    assert read_events(text) == [
        Event("a", "ping", "1"),
        Event("b", "message", "1"),
        Event("c", "message", "1"),
        Event("d", "message", ""),
    ]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_stream_may_arrive_in_any_pieces(line_end: str) -> None:
    """Also where a piece ends between CR and LF, or within a character."""
    text = f"data: {{{line_end}data: caf\u00e9}}{line_end}{line_end}data: b{line_end}{line_end}"
    stream = b"\xef\xbb\xbf" + text.encode()
    for size in range(1, len(stream)):
        parser = EventParser()
        pieces = [stream[start : start + size] for start in range(0, len(stream), size)]
        events = [event.data for piece in pieces for event in parser.feed_bytes(piece)]
        assert events == ["{\ncaf\u00e9}", "b"]


MESSAGE = {"jsonrpc": "2.0", "id": 1, "result": {"a": 1}}


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(MESSAGE),
        "\ufeff" + json.dumps(MESSAGE),
        f"  {json.dumps([MESSAGE])}",
        f"data: {json.dumps(MESSAGE)}\n\n",
        "".join(f"data: {line}\n" for line in json.dumps(MESSAGE, indent=1).splitlines()) + "\n",
        f"id: 1\ndata:\n\nevent: message\ndata: {json.dumps([MESSAGE])}\n\n",
    ],
)
def test_the_objects_of_an_answer_in_each_form(body: str) -> None:
    """One object, a batch, a stream, several lines, an empty first event."""
    assert list(json_objects(body)) == [MESSAGE]


@pytest.mark.parametrize("body", ["", "text", "[1, 2]", "{", "data: {", "data: 1\n\n", "[" * 100_000])
def test_anything_else_has_no_objects(body: str) -> None:
    """Nothing is raised."""
    assert list(json_objects(body)) == []


@pytest.mark.parametrize(
    ("messages", "response"),
    [
        ([MESSAGE], MESSAGE),
        ([{"jsonrpc": "2.0", "method": "notifications/message"}, MESSAGE], MESSAGE),
        ([{"jsonrpc": "2.0", "id": 1, "method": "sampling/createMessage"}, MESSAGE], MESSAGE),
        ([{**MESSAGE, "id": 2}], None),
        ([{**MESSAGE, "id": "1"}], None),
        ([{**MESSAGE, "id": True}], None),
        ([{"result": {}}], None),
        ([{"id": 1, "error": {"code": -32601}}], {"id": 1, "error": {"code": -32601}}),
        ([{"id": None, "error": {"code": -32700}}], {"id": None, "error": {"code": -32700}}),
        ([{"error": {}}, MESSAGE], MESSAGE),
        ([], None),
    ],
)
def test_the_response_to_a_request_has_its_id(
    messages: list[dict[str, Any]], response: dict[str, Any] | None
) -> None:
    """Notifications, requests of the server and responses to others are skipped."""
    assert find_response(messages, 1) == response


@pytest.mark.parametrize(
    ("body", "id"),
    [
        (b'{"jsonrpc": "2.0", "id": 3, "method": "tools/list"}', 3),
        ('{"jsonrpc": "2.0", "id": "a", "method": "initialize"}', "a"),
        (b'{"jsonrpc": "2.0", "method": "notifications/initialized"}', None),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "message/stream"}', None),
        (b'{"jsonrpc": "2.0", "id": true}', None),
        (b'{"id": 1}', None),
        (b"[]", None),
        (b"\xff", None),
        (None, None),
    ],
)
def test_the_id_of_a_request(body: bytes | str | None, id: int | str | None) -> None:
    """None where a request has none, or several responses may have it."""
    assert request_id(body) == id
