"""What one rule finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from agentcore_probe.judge.reading.case import Case
from agentcore_probe.model.judgement import Check, Confidence


@dataclass(frozen=True)
class Match:
    """A cause, how sure it is, and what was looked at."""

    cause: str
    confidence: Confidence = "probable"
    values: dict[str, str] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()


Rule = Callable[[Case], Match | None]
