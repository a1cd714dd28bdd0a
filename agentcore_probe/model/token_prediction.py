"""What each target will say to a token, by its deployed rules."""

from __future__ import annotations

from agentcore_probe.model.base import Frozen
from agentcore_probe.model.display import table
from agentcore_probe.model.exchange import TokenFacts
from agentcore_probe.model.judgement import Prediction


class TokenPrediction(Frozen):
    """A token, and the decision that each target's authorizer and the token's claims predict."""

    token: TokenFacts
    """Its header and claims; those that name a person are masked."""
    targets: dict[str, Prediction]
    """By target, `gateway` and `runtime`, as far as the record has them."""

    def as_html(self) -> str:
        """The decision for each target with the check that decides, then the token."""
        rows = []
        for target, prediction in self.targets.items():
            failed = [f"{check.id}: {check.detail}" for check in prediction.because if check.passed is False]
            unknown = [f"{check.id}: not known" for check in prediction.because if check.passed is None]
            decision, cause = prediction.decision or "not predicted", prediction.cause
            rows.append((target, decision, "" if cause == "none" else cause, [*failed, *unknown]))
        return table("prediction", ("target", "decision", "cause", "because"), rows) + self.token.as_html()
