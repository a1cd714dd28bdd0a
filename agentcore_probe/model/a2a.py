"""Which version of A2A an agent card names, by the object AgentCard of the specifications of 0.3 and 1.0."""

from __future__ import annotations

import json
from typing import Any


def card_version(body: str) -> str | None:
    """The version in which to send a message, `0.3` or `1.0`; None where the body is not a card, or names another version.

    A card of 1.0 lists interfaces, each with its version, and an agent that speaks both prefers the first.

    Args:
        body: of the answer that should be the card.
    """
    card = _object(body)
    if card is None:
        return None
    interfaces = card.get("supportedInterfaces")
    named = [one for one in interfaces if isinstance(one, dict)] if isinstance(interfaces, list) else []
    spoken = [one.get("protocolVersion") for one in named if _binding(one) == "JSONRPC"]
    versions = [version for one in (*spoken, card.get("protocolVersion")) if (version := _version(one))]
    return versions[0] if versions else None


def is_card(body: str) -> bool:
    """Whether a body is an agent card: an object with a name, which errors of some servers have as well.

    Args:
        body: of the answer that should be the card.
    """
    card = _object(body)
    return card is not None and isinstance(card.get("name"), str) and _OF_ERRORS.isdisjoint(card)


_OF_ERRORS = frozenset({"error", "message", "stack", "statusCode"})


def _object(body: str) -> dict[str, Any] | None:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _binding(interface: dict[str, Any]) -> str:
    return str(interface.get("protocolBinding", "")).upper()


def _version(value: object) -> str | None:
    text = value if isinstance(value, str) else ""
    return next((known for begin, known in (("1.", "1.0"), ("0.3", "0.3")) if text.startswith(begin)), None)
