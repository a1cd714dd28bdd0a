"""A sentence that only one kind of sender writes: what it means, whoever pasted it, and wherever it is in a text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from agentcore_probe.model.judgement import Confidence

Sender = Literal["agentcore", "aws", "provider", "client", "browser", "shell", "other"]
"""Who wrote a sentence: AgentCore, another API of AWS, an identity provider, a client (SDK, CLI, library), a browser,
a shell, or somebody else's server."""


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """One row of a table of sentences. To make another sentence known, add a row."""

    literal: str
    """A part that every form of it contains, in lower case; the longer, the rarer."""
    example: str
    """The sentence as the sender writes it."""
    sender: Sender
    cause: str = ""
    """The cause that the sentence names by itself; empty where the rules need more than the sentence."""
    pattern: str = ""
    """A regular expression (any case) that confirms it and reads the values of the cause's text from its named groups;
    empty if the literal is enough."""
    confidence: Confidence = "probable"
    service: str = ""
    """`runtime`, `gateway`, `cognito` or `oauth`, where only that one says so."""
    error_type: str = ""
    """The AWS error type that comes with it, where it is known."""
    statuses: tuple[int, ...] = ()
    """The HTTP statuses that it comes with, where they are known."""
    values: tuple[tuple[str, str], ...] = ()
    """Further values of the cause's text, by name."""
    hides: bool = False
    """Whether the sentence only hides an answer, so that anything else in the text counts more."""

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """The compiled pattern."""
        return re.compile(self.pattern or re.escape(self.literal), re.I)

    def find(self, text: str, position: int = 0) -> FoundSentence | None:
        """The sentence at or after `position` in `text`; None if it is not there."""
        match = self.expression.search(text, position)
        if match is None:
            return None
        groups = {name: value.strip() for name, value in match.groupdict().items() if value}
        return FoundSentence(self, match[0], {**dict(self.values), **groups}, match.start(), match.end())


@dataclass(frozen=True)
class FoundSentence:
    """A sentence in a text."""

    row: Sentence
    text: str
    """Its words in the text."""
    values: dict[str, str] = field(default_factory=dict)
    """What it names, for the cause's text."""
    start: int = 0
    end: int = 0
