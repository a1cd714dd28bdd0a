"""What a record means: predictions, findings, conclusions and one verdict."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from agentcore_probe.model.base import Frozen
from agentcore_probe.model.display import table
from agentcore_probe.model.environment import Decision

Confidence = Literal["proven", "probable", "possible"]
Outcome = Literal["as-expected", "unexpected", "error", "not-testable", "not-applicable"]
Verdict = Literal["verified", "not-verified", "inconclusive"]


class Check(Frozen):
    """One thing that was looked at, and how it came out."""

    id: str
    passed: bool | None
    """None: it could not be checked with what is at hand."""
    detail: str = ""
    """The values that were compared; a fact, in no language."""


class Prediction(Frozen):
    """What configuration and claims say a method must get."""

    decision: Decision | None
    """None: no prediction, since the configuration is not known."""
    cause: str = "none"
    """The cause by which a refusal is predicted, `none` for an acceptance."""
    because: tuple[Check, ...] = ()
    """The fields that say so."""


class Remedy(Frozen):
    """The change that mends a cause, with this environment's own values."""

    id: str
    values: dict[str, str] = Field(default_factory=dict)
    commands: tuple[str, ...] = ()
    """Lines to paste: the `aws` call, a corrected `curl`."""
    fragments: dict[str, str] = Field(default_factory=dict)
    """Infrastructure as code: `cdk`, `cloudformation`."""
    recheck: str = ""
    """The one command that checks only this row again."""


class Diagnosis(Frozen):
    """Why an answer is what it is."""

    cause: str
    confidence: Confidence
    values: dict[str, str] = Field(default_factory=dict)
    """What the cause's text names (the ARN, the claim, the client id)."""
    evidence: tuple[str, ...] = ()
    """Ids of the exchanges that show it."""
    checks: tuple[Check, ...] = ()
    """What was checked; the passed ones are ruled out."""
    remedy: Remedy | None = None
    experiment: str | None = None
    """The factor whose change would settle it, where that was not tried."""
    tried: tuple[str, ...] = ()
    """Ids of exchanges in which only that factor was changed, and which settled nothing."""

    @property
    def ruled_out(self) -> tuple[str, ...]:
        """The ids of the checks that passed."""
        return tuple(check.id for check in self.checks if check.passed)


class Explanation(Frozen):
    """What one exchange means on its own."""

    decision: Decision
    diagnosis: Diagnosis

    def as_json(self) -> dict[str, Any]:
        """The explanation as plain JSON values, in the form of docs/diagnosis.md."""
        diagnosis = self.diagnosis
        return {
            "cause": diagnosis.cause,
            "decision": self.decision,
            "confidence": diagnosis.confidence,
            "evidence": list(diagnosis.evidence),
            "ruled_out": list(diagnosis.ruled_out),
            "remedy": diagnosis.remedy.model_dump(mode="json") if diagnosis.remedy else {},
            "values": diagnosis.values,
            "checks": [check.model_dump(mode="json") for check in diagnosis.checks],
            "experiment": diagnosis.experiment,
        }


class Finding(Frozen):
    """One row of the access-method table."""

    method: str
    predicted: Prediction
    expected: Decision | None
    """What must come: what the deployed authorizer is for, or the environment file's expectation."""
    observed: Decision | None
    """None: nothing was sent."""
    outcome: Outcome
    diagnosis: Diagnosis
    reason: str | None = None
    """Why the row is not testable or not applicable."""
    by_design: str | None = None
    """The reason given in the environment file, where an expectation applies."""


class ConfigurationFinding(Frozen):
    """Something wrong or risky in what is deployed, seen without a call."""

    id: str
    severity: Literal["error", "warning"]
    values: dict[str, str] = Field(default_factory=dict)


class Conclusion(Frozen):
    """A claim, and whether this run shows it."""

    claim: str
    shown: bool | None
    """True: shown; False: the contrary is shown; None: not shown by this run."""
    carried_by: tuple[str, ...] = ()
    """Methods whose observations carry it."""
    evidence: tuple[str, ...] = ()
    """Ids of the exchanges behind them."""


class ChecklistItem(Frozen):
    """One item of the implementation checklist."""

    id: str
    done: bool | None
    """None: this run could not tell."""
    proof: tuple[str, ...] = ()
    """What proves it: configuration fields and exchange ids."""
    values: dict[str, str] = Field(default_factory=dict)


class ExpectationFinding(Frozen):
    """An expectation of the environment file that no longer holds."""

    method: str
    problem: Literal["expired", "no-longer-true", "unknown-method"]
    line: str
    """The line of the environment file to remove."""


class Judgement(Frozen):
    """What a record means."""

    findings: tuple[Finding, ...] = ()
    conclusions: tuple[Conclusion, ...] = ()
    checklist: tuple[ChecklistItem, ...] = ()
    configuration: tuple[ConfigurationFinding, ...] = ()
    expectations: tuple[ExpectationFinding, ...] = ()
    verdict: Verdict = "inconclusive"

    def finding(self, method: str) -> Finding | None:
        """The finding of this method, or None."""
        return next((each for each in self.findings if each.method == method), None)

    def as_json(self) -> dict[str, Any]:
        """The judgement as plain JSON values."""
        return self.model_dump(mode="json")

    def _repr_html_(self) -> str:
        rows = [
            (
                finding.method,
                finding.observed or "-",
                finding.expected or "-",
                finding.outcome,
                finding.diagnosis.cause,
                finding.diagnosis.confidence,
            )
            for finding in self.findings
        ]
        head = ("method", "observed", "expected", "outcome", "cause", "confidence")
        return table(f"verdict: {self.verdict}", head, rows)
