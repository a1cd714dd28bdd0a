"""A Gateway's policy engine: what is deployed of it, and what its policies give one caller (docs/agentcore.md section 4.3)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from agentcore_probe.model.base import Frozen
from agentcore_probe.model.decision import Decision

PolicyDecision = Literal["permit", "deny"]
"""What the policies say of a call: a permit applies and no forbid, or not."""

ToolOutcome = Literal["as-expected", "unexpected", "not-determined"]

SEPARATOR = "___"
"""Between target and tool in a tool's name."""

MAX_TOOLS = 10
"""How many tools a file may name, which count in the number of requests."""

OTHER_TOOLS = "*"
"""In place of a tool's name: every tool that no policy and no file names. All of them get the same from the policies."""


REASONS = (
    "policy-engine-unread", "policy-engine-not-active", "policies-unread", "policy-caller-unknown", "cedar-missing",
    "policy-form-unknown", "policy-depends-on-arguments", "policy-not-evaluated", "policy-text-unknown", "policy-own-tool",
    "policy-error",
)  # fmt: skip
"""Why something is not predicted; `why-…` in the catalogues."""


class DeployedPolicy(Frozen):
    """A policy of the engine."""

    name: str
    status: str | None = None
    """`ACTIVE`, `CREATING` and others; only an active one is evaluated."""
    mode: str | None = None
    """`ACTIVE`, or `LOG_ONLY`: its decisions are logged, and change no answer."""
    text: str | None = None
    """The statement; None where only summaries could be read, or it is not part of the answer."""

    @property
    def is_enforced(self) -> bool:
        """Whether it takes part in decisions."""
        return self.status in (None, "ACTIVE") and self.mode != "LOG_ONLY"


class PolicyEngine(Frozen):
    """The policy engine of a Gateway and its policies."""

    status: str | None = None
    """`ACTIVE` and others."""
    key_arn: str | None = None
    """The customer's KMS key, without which the policies' texts cannot be read."""
    policies: tuple[DeployedPolicy, ...] | None = None
    """None: not even their names could be read."""
    unreadable: str | None = None
    """Why the engine's status could not be read."""
    texts_unreadable: str | None = None
    """Why the policies could not be read with their texts."""


class ToolPrediction(Frozen):
    """What the policies give one caller for one tool."""

    tool: str
    """Its name with its target in front, or `OTHER_TOOLS`."""
    listed: PolicyDecision | None = None
    """Whether it is in the list of tools; None: not predicted."""
    called: PolicyDecision | None = None
    """What a call with the file's arguments gets; None: not predicted, or the file has no call of it."""
    by: tuple[str, ...] = ()
    """The names of the policies that decide; none where no policy applies."""
    why: str | None = None
    """Why something is not predicted: a reason id."""


class PolicyPrediction(Frozen):
    """What the policies give one caller, worked out before its calls."""

    mode: str | None = None
    """The engine's: `ENFORCE`, or `LOG_ONLY`: then this is what ENFORCE would do."""
    tools: tuple[ToolPrediction, ...] = ()
    why: str | None = None
    """Why nothing is predicted: a reason id."""
    unknown: tuple[str, ...] = Field(default=())
    """The names of the policies that are not evaluated, since they are not Cedar or their text is not known."""

    lacks: tuple[str, ...] = ()
    """The claims that enforced policies name and the caller's token does not have."""

    def of(self, tool: str) -> ToolPrediction | None:
        """The prediction of a tool, by its own name or among the others; None if there is none.

        Whether policies apply to AWS's own tools, which belong to no target, is not known.
        """
        if SEPARATOR not in tool:
            return ToolPrediction(tool=tool, why="policy-own-tool")
        by_name = {prediction.tool: prediction for prediction in self.tools}
        return by_name.get(tool) or by_name.get(OTHER_TOOLS)


class ToolResult(Frozen):
    """One tool and one caller under a policy engine: what the policies say, and what happened."""

    method: str
    """The access method, or a further caller's way in."""
    tool: str
    may_list: PolicyDecision | None = None
    """Whether the policies let the caller see it; None: not predicted."""
    may_call: PolicyDecision | None = None
    """The same for the named call; without one, for any call whose result does not depend on its arguments."""
    listed: bool | None = None
    """Whether it was listed; None: the list is not known, or not whole."""
    called: Decision | None = None
    """What the call got; None: it was not called."""
    by: tuple[str, ...] = ()
    """The names of the policies that decide, by the prediction."""
    denied_by: str | None = None
    """The policy that the denial names; empty: the denial says that no policy applies."""
    why: str | None = None
    """Why something is not predicted: a reason id."""
    outcome: ToolOutcome = "not-determined"
    """Whether prediction and observation agree; `not-determined` where one of them is not known."""
    would_lose: bool = False
    """Whether an engine that only logs would take this tool away if it enforced."""
    evidence: tuple[str, ...] = ()
    """Ids of the exchanges."""
