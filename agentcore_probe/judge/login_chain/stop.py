"""Where a client stops in its login, or may stop."""

from __future__ import annotations

from dataclasses import dataclass, field

from agentcore_probe.judge.login_chain.reasons import Reason
from agentcore_probe.model.login_chain import Side, StepId


@dataclass(frozen=True)
class Stop:
    """A step that a client does not pass, or whose result is not established."""

    step: StepId
    reason: Reason
    is_certain: bool
    """Whether it fails there; else it is not established."""
    side: Side | None = None
    """Who can change it."""
    values: dict[str, str] = field(default_factory=dict)
    """The variables of the reason's sentence. `fallback`, of metadata that is missing, says what the client tries instead:
    `metadata`, `register` or `authorize` at the host itself, or `none`."""
    evidence: tuple[str, ...] = ()
    """Ids of the exchanges that show it."""


def fails(
    step: StepId, reason: Reason, side: Side | None, evidence: tuple[str, ...] = (), **values: object
) -> Stop:
    """A step that certainly fails.

    Args:
        step: the step.
        reason: why.
        side: who can change it.
        evidence: ids of the exchanges that show it.
        values: the variables of the reason's sentence.
    """
    return Stop(step, reason, True, side, _texts(values), evidence)


def not_established(
    step: StepId, reason: Reason, side: Side | None = None, evidence: tuple[str, ...] = (), **values: object
) -> Stop:
    """A step whose result is not established.

    Args:
        step: the step.
        reason: why not.
        side: who can change what decides; None: nobody needs to, or it is not known.
        evidence: ids of the exchanges that leave it open.
        values: the variables of the reason's sentence.
    """
    return Stop(step, reason, False, side, _texts(values), evidence)


def _texts(values: dict[str, object]) -> dict[str, str]:
    """Values as texts that can be written: JSON may contain halves of surrogate pairs. An empty one becomes `none`."""
    return {name: printable("" if value is None else str(value)) or "none" for name, value in values.items()}


def printable(text: str) -> str:
    """A text without halves of surrogate pairs, which no file can contain."""
    return text.encode("utf-8", "replace").decode("utf-8")
