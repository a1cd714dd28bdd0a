"""Judgements that another process made and handed to this one, so that a record is judged once for its page."""

from __future__ import annotations

from typing import Any

from agentcore_probe.model.judgement import Judgement

_received: dict[str, Judgement] = {}


def receive(digest: str, judgement: dict[str, Any]) -> None:
    """Keeps the judgement of the record with this digest."""
    _received[digest] = Judgement.model_validate(judgement)


def received(digest: str) -> Judgement | None:
    """The judgement of exactly the record with this digest; None if this process was handed none."""
    return _received.get(digest)
