"""The version of A2A that an agent card names."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agentcore_probe.model.a2a import card_version

NEW = {"protocolBinding": "JSONRPC", "protocolVersion": "1.0"}
OLD = {"protocolBinding": "JSONRPC", "protocolVersion": "0.3"}
GRPC = {"protocolBinding": "GRPC", "protocolVersion": "1.0"}


@pytest.mark.parametrize(
    ("card", "version"),
    [
        ({"protocolVersion": "0.3.0"}, "0.3"),
        ({"supportedInterfaces": [NEW]}, "1.0"),
        ({"supportedInterfaces": [GRPC, OLD, NEW]}, "0.3"),
        ({"supportedInterfaces": [NEW], "protocolVersion": "0.3.0"}, "1.0"),
        ({"supportedInterfaces": [GRPC], "protocolVersion": "0.3.0"}, "0.3"),
        ({"supportedInterfaces": [{**NEW, "protocolVersion": "1.2.1"}]}, "1.0"),
        ({"supportedInterfaces": [{**NEW, "protocolVersion": "2.0"}]}, None),
        ({"supportedInterfaces": [1, None, "x"]}, None),
        ({"supportedInterfaces": "JSONRPC", "protocolVersion": 3}, None),
        ({"name": "a"}, None),
        ([], None),
    ],
)
def test_the_message_is_sent_in_the_version_of_the_card(card: Any, version: str | None) -> None:
    """The first interface of JSON-RPC counts, and the old member where there is none."""
    assert card_version(json.dumps(card)) == version


@pytest.mark.parametrize("body", ["", "<html>", "{", "[" * 100_000])
def test_what_is_no_card_has_no_version(body: str) -> None:
    """It never raises."""
    assert card_version(body) is None
