"""What a rule returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from agentcore_probe.judge.reading.case import Case
from agentcore_probe.model.judgement import Check, Confidence


@dataclass(frozen=True)
class Match:
    """A cause that fits a case."""

    cause: str
    """Its id, a key of `judge.causes.CAUSES`."""
    confidence: Confidence = "probable"
    values: dict[str, str] = field(default_factory=dict)
    """What the cause's text names."""
    checks: tuple[Check, ...] = ()
    """What was checked to find it."""
    evidence: tuple[str, ...] = ()
    """Ids of the other exchanges that show it."""


Rule = Callable[[Case], Match | None]
