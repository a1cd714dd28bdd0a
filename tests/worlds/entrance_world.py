"""A world of further entrances: its replies that are not the sound ones, and what is right to say of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.worlds.answers import Answer
from tests.worlds.server import Request

Caller = Literal["jwt", "sigv4", "none", "forged"]
End = Literal["keep", "close", "cut", "hang", "drip"]
"""What follows an answer: `cut`: fewer bytes than promised; `hang`: no answer at all; `drip`: one byte at a time, forever."""


@dataclass(frozen=True)
class Reply(Answer):
    """An answer, and how the connection goes on."""

    end: End = field(default="keep", kw_only=True)


Replies = Mapping[str, "Answer | Callable[[Request], Answer]"]
"""`ENTRANCE CALLER` or `ENTRANCE *` -> the answer in place of the sound one."""


@dataclass(frozen=True, kw_only=True)
class EntranceWorld:
    """A world with one fault, and what is right to say of it."""

    id: str
    entrances: tuple[str, ...]
    replies: Replies = field(default_factory=dict)
    authorizer: Literal["CUSTOM_JWT", "AWS_IAM"] = "CUSTOM_JWT"
    protocol: Literal["HTTP", "MCP", "A2A", "AGUI"] = "HTTP"
    gateway: dict[str, Any] = field(default_factory=dict)
    """Members of GetGateway that differ."""
    binding: bool = False
    credential: str = "OAUTH"
    """Of the Gateway's target to the Runtime."""
    policies: tuple[str, ...] = ()
    only_way_in: bool | None = None
    decisions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Row -> the decisions of which each is right."""
    causes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    not_causes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    verdicts: tuple[str, ...] = ("verified", "not-verified", "inconclusive")
    no_claims: tuple[str, ...] = ()
    marked: bool = True
    """Whether any answer has a header by which AWS marks its own."""
    errors: tuple[str, ...] = ()
    """Findings of the configuration that must be there."""
