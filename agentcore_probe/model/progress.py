"""The progress of a run: its phases, and how far it is in words."""

from __future__ import annotations

from agentcore_probe.model.methods import METHODS

PROMPT = "mfa-code"
"""The phase in which a person is asked for something, such as an MFA code: until it is done, nothing else may be written to the terminal."""

_WORDS = {
    ("local", "begun"): "starting the embedded AgentCore",
    ("local", "done"): "the embedded AgentCore is ready",
    ("configuration", "begun"): "reading the deployed configuration",
    ("configuration", "done"): "the deployed configuration is known",
    ("identity", "begun"): "getting a token",
    ("identity", "done"): "the login is finished",
    ("cluster", "begun"): "waiting for the cluster",
    ("cluster", "done"): "the cluster has made the report",
    ("report", "being written"): "writing the report",
    ("report", "done"): "the report is written",
}
"""Phase and state, as `live.Progress` gets them -> what happens."""

_METHODS = {method.id for method in METHODS}
_DECISIONS = {"accepted": "accepted", "refused": "refused", "undecided": "no decision"}


class ProgressText:
    """The progress of one run as one line, with the number of access methods that are finished."""

    def __init__(self) -> None:
        self._finished: set[str] = set()

    def __call__(self, phase: str, state: str) -> str:
        """The line after this phase got this state.

        Args:
            phase: `local`, `configuration`, `identity`, `report`, an access method or an exchange.
            state: `begun`, `done`, a decision, or words.
        """
        if phase in _METHODS and state in _DECISIONS:
            self._finished.add(phase)
        count = f" ({len(self._finished)} of {len(METHODS)} access methods)" if self._finished else ""
        return f"{_words(phase, state)}{count}"


def _words(phase: str, state: str) -> str:
    if (phase, state) in _WORDS:
        return _WORDS[phase, state]
    return f"testing {phase}" if state == "begun" else f"{phase}: {_DECISIONS.get(state, state)}"
