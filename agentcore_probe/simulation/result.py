"""What a simulation says: the decision about each action, and what to add."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agentcore_probe.judge.policy.evaluation import Decision

PREFIX = "bedrock-agentcore:"
CALLS = ("InvokeAgentRuntime", "InvokeGateway")
"""The actions that decide the exit code, and that are in the statement to paste: those of a run."""


@dataclass(frozen=True)
class Row:
    """One action on one target."""

    target: str
    """`Runtime` or `Gateway`."""
    action: str
    """With its prefix."""
    resources: tuple[str, ...]
    """The ARNs that have to allow it, each by itself."""
    decision: Decision
    """The worst of the resources' decisions."""
    is_bearer: bool = False
    """Whether it is about callers with a token, since the target refuses signatures, or asks no policy of the caller."""


@dataclass(frozen=True)
class Simulation:
    """What a principal may do."""

    principal: str
    """Its ARN, as IAM has it where that could be read."""
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    """What the rows assume, or do not see; one sentence each."""
    statements: Mapping[str, str]
    """The policy to paste by the place where it belongs."""

    @property
    def is_allowed(self) -> bool:
        """Whether every call of a run is allowed."""
        calls = [row for row in self.rows if row.action.removeprefix(PREFIX) in CALLS]
        return bool(calls) and all(row.decision.outcome == "allowed" for row in calls)
