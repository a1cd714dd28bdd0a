"""The words for how far a run is."""

from __future__ import annotations

from agentcore_probe.model.methods import METHODS
from agentcore_probe.model.progress import ProgressText


def test_progress_is_told_in_words_and_counted() -> None:
    """A method counts once it has a decision, and once only."""
    text = ProgressText()
    assert text("local", "begun") == "starting the embedded AgentCore"
    assert text("runtime-jwt", "begun") == "testing runtime-jwt"
    assert (
        text("runtime-jwt", "undecided") == f"runtime-jwt: no decision (1 of {len(METHODS)} access methods)"
    )
    assert text("runtime-jwt", "accepted").endswith(f"(1 of {len(METHODS)} access methods)")
    assert text("runtime-jwt/1", "changed: auth").startswith("runtime-jwt/1: changed: auth (1 of")
