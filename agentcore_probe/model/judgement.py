"""What a record means: predictions, findings, conclusions and one verdict."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from agentcore_probe.model.base import Frozen
from agentcore_probe.model.decision import Decision
from agentcore_probe.model.display import SYMBOLS, table, text_table
from agentcore_probe.model.login_chain import LoginChain
from agentcore_probe.model.policy_engine import ToolResult

if TYPE_CHECKING:
    import pandas as pd

Confidence = Literal["proven", "probable", "possible"]
Outcome = Literal["as-expected", "unexpected", "error", "not-testable", "not-applicable"]
JudgedBy = Literal[
    "authorizer",
    "policy-engine",
    "resource-policy",
    "vpc-endpoint-policy",
    "workload-binding",
    "runtime-behind-gateway",
    "container",
]
"""Who decided about a caller (`judge.judges`): the called target's authorizer, IAM for a signed call; a policy behind it; the
Runtime that a Gateway passes the call on to; the agent in the container."""
Verdict = Literal["verified", "not-verified", "inconclusive"]
ExpectationProblem = Literal["expired", "not-met", "unknown-method"]
Owner = Literal["you", "account-administrator", "aws"]
"""Who can change something: the one who runs the probe, whoever manages the deployment, or AWS."""
Severity = Literal["open", "refused", "unexpected", "not-determined", "configuration", "expectation"]
"""How bad it is that something is not done yet, the worst first: a call is accepted that must be refused, one is
refused that must be accepted, another result is unexpected, the run could not find out, the deployed configuration is
wrong, an expectation is out of date."""


class Check(Frozen):
    """One requirement, and whether it is met."""

    id: str
    passed: bool | None
    """None: there is too little evidence to check it."""
    detail: str = ""
    """The values that were compared, as facts without prose."""


class Prediction(Frozen):
    """The decision that follows from configuration and claims."""

    decision: Decision | None
    """None: no prediction, since the configuration is not known."""
    cause: str = "none"
    """The cause of a predicted refusal; `none` for an acceptance."""
    because: tuple[Check, ...] = ()
    """The checks of configuration and claims that the prediction rests on."""


class Remedy(Frozen):
    """The change that fixes a cause, with the values of this environment."""

    id: str
    values: dict[str, str] = Field(default_factory=dict)
    commands: tuple[str, ...] = ()
    """Lines to paste: the `aws` call, a corrected `curl`."""
    fragments: dict[str, str] = Field(default_factory=dict)
    """Infrastructure as code: `cdk`, `cloudformation`."""
    recheck: str = ""
    """The command that probes only this row again."""


class Diagnosis(Frozen):
    """Why a service answered as it did."""

    cause: str
    confidence: Confidence
    values: dict[str, str] = Field(default_factory=dict)
    """The variables of the cause's text: the ARN, the claim, the client id."""
    evidence: tuple[str, ...] = ()
    """Ids of the exchanges that show it."""
    checks: tuple[Check, ...] = ()
    """What was checked; a passed check rules its cause out."""
    remedy: Remedy | None = None
    experiment: str | None = None
    """The factor whose change would prove or disprove the cause, where it was not tried."""
    tried: tuple[str, ...] = ()
    """Ids of experiments with that factor, where they proved nothing."""
    judge: JudgedBy | None = Field(default=None, exclude_if=lambda judge: judge is None)
    """Who refused the call; the container, if the failure is its own. None: nobody did, or it is not known."""

    @property
    def ruled_out(self) -> tuple[str, ...]:
        """The ids of the checks that passed."""
        return tuple(check.id for check in self.checks if check.passed)


class Fact(Frozen):
    """One thing that pasted material shows."""

    id: str
    """The id of its text."""
    values: dict[str, str] = Field(default_factory=dict)
    """The variables of its text."""
    is_wrong: bool = False
    """Whether a call or a deployment fails for it."""


class Explanation(Frozen):
    """What a single exchange means, or material without one."""

    decision: Decision
    diagnosis: Diagnosis
    material: tuple[Fact, ...] = ()
    """What pasted material is, where the text has no exchange."""

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
            "values": diagnosis.values,  # noqa: PD011  (no data frame)
            "checks": [check.model_dump(mode="json") for check in diagnosis.checks],
            "experiment": diagnosis.experiment,
            "judge": diagnosis.judge,
            "material": [fact.model_dump(mode="json") for fact in self.material],
        }


class Finding(Frozen):
    """One row of the access-method table."""

    method: str
    predicted: Prediction
    expected: Decision | None
    """The expectation of the environment file, else the decision that the deployed authorizer intends."""
    observed: Decision | None
    """None: nothing was sent."""
    outcome: Outcome
    diagnosis: Diagnosis
    reason: str | None = None
    """Why the row is not testable or not applicable: a reason id."""
    by_design: str | None = None
    """The reason in the environment file, where its expectation applies."""
    seconds: float | None = None
    """How long the row's exchanges took together; None where nothing was sent."""


class ConfigurationFinding(Frozen):
    """Something wrong or risky in the deployed configuration, visible without a call."""

    id: str
    severity: Literal["error", "warning"]
    values: dict[str, str] = Field(default_factory=dict)
    owner: Owner = "account-administrator"
    """Who can correct it."""


class Conclusion(Frozen):
    """A claim, and whether this run shows that it is true."""

    claim: str
    shown: bool | None
    """True: it is shown; False: the opposite is shown; None: this run shows neither."""
    carried_by: tuple[str, ...] = ()
    """Ids of the methods whose observations show it."""
    evidence: tuple[str, ...] = ()
    """Ids of their exchanges."""
    controls: tuple[str, ...] = ()
    """Ids of the forgeries or other controls that every target got, each once; the claim is about these alone."""


class ChecklistItem(Frozen):
    """One item of the implementation checklist."""

    id: str
    done: bool | None
    """None: this run does not show it."""
    proof: tuple[str, ...] = ()
    """Its evidence: configuration fields and exchange ids."""
    values: dict[str, str] = Field(default_factory=dict)


class ExpectationFinding(Frozen):
    """An expectation of the environment file that is not met, or that is out of date."""

    method: str
    problem: ExpectationProblem
    line: str
    """Its table in the environment file."""
    wanted: Decision
    """The decision that it expects."""
    observed: Decision | None = None
    """None: nothing was sent."""
    until: date | None = None

    @property
    def text_values(self) -> dict[str, str]:
        """The variables of its texts."""
        return {
            "line": self.line,
            "wanted": self.wanted,
            "observed": self.observed or "",
            "until": self.until.isoformat() if self.until else "",
        }


class Action(Frozen):
    """One thing to do after a run, and what it settles."""

    kind: Literal["cause", "reason", "configuration", "expectation"]
    """What `id` is the id of."""
    id: str
    """A cause, a reason (`Finding.reason`), a finding about the configuration, or an expectation's problem."""
    owner: Owner
    severity: Severity
    values: dict[str, str] = Field(default_factory=dict)
    """The variables of its texts."""
    methods: tuple[str, ...] = ()
    """The access methods that it concerns, in reading order."""
    settles: tuple[str, ...] = ()
    """The findings about the configuration that have the same fix."""
    command: str = ""
    """The line to paste first; empty if there is none."""
    check: str = ""
    """The command that shows whether it helped; empty for a record that is replayed."""


class NotTried(Frozen):
    """Something that this run did not try, so that the verdict says nothing about it."""

    id: str
    values: dict[str, str] = Field(default_factory=dict)


class Judgement(Frozen):
    """What a record means."""

    findings: tuple[Finding, ...] = ()
    conclusions: tuple[Conclusion, ...] = ()
    checklist: tuple[ChecklistItem, ...] = ()
    configuration: tuple[ConfigurationFinding, ...] = ()
    expectations: tuple[ExpectationFinding, ...] = ()
    not_tried: tuple[NotTried, ...] = ()
    """What this run did not try."""
    verdict: Verdict = "inconclusive"
    actions: tuple[Action, ...] = ()
    """What to do now, the worst first."""
    only: str | None = None
    """The one method that was tested: the verdict is then about its row, not about the environment."""
    identities: tuple[Finding, ...] = ()
    """The findings of further callers (`[identities.NAME]`): one for each caller and way in, whose `method` is
    `admin:gateway-jwt`."""

    tools: tuple[ToolResult, ...] = ()
    """Each tool by each caller under a policy engine, where the environment asks for `gateway-policy`."""
    login_chains: tuple[LoginChain, ...] = ()
    """How MCP clients log in at each target, where the environment asks for its `…-oauth-metadata`."""

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """The findings of every row, then those of the further callers."""
        return (*self.findings, *self.identities)

    def finding(self, method: str) -> Finding | None:
        """The finding of this method, or of a further caller's way in; None if there is none."""
        return next((finding for finding in self.all_findings if finding.method == method), None)

    def as_json(self) -> dict[str, Any]:
        """The judgement as plain JSON values, without `only`, `identities`, `tools` and `login_chains` where there are none."""
        parts = (
            ("only", self.only is None),
            ("identities", not self.identities),
            ("tools", not self.tools),
            ("login_chains", not self.login_chains),
        )
        return self.model_dump(mode="json", exclude={name for name, is_absent in parts if is_absent})

    def to_frame(self) -> pd.DataFrame:
        """One row per access method, then one per way in of each further caller (`[identities.NAME]`).

        Columns: `method`, `expected`, `decision` (`accepted`, `refused`, `undecided`; missing where nothing was sent),
        `outcome`, `cause` (missing for none), `confidence` and `reason` (text), `seconds` (float64, of its exchanges
        together), `caller` (its name; missing for the environment's own).
        """
        from agentcore_probe.model.frames import fact_frame

        rows = [
            {
                "method": finding.method.rpartition(":")[2],
                "expected": finding.expected,
                "decision": finding.observed,
                "outcome": finding.outcome,
                "cause": None if finding.diagnosis.cause == "none" else finding.diagnosis.cause,
                "confidence": finding.diagnosis.confidence,
                "seconds": finding.seconds,
                "reason": finding.reason,
                "caller": finding.method.rpartition(":")[0] or None,
            }
            for finding in self.all_findings
        ]
        return fact_frame(rows, _COLUMNS)

    def _rows(self) -> list[tuple[str, ...]]:
        return [
            (
                finding.method,
                finding.observed or "-",
                finding.expected or "-",
                finding.outcome,
                finding.diagnosis.cause,
                finding.diagnosis.confidence,
            )
            for finding in self.all_findings
        ]

    @property
    def _title(self) -> str:
        return f"verdict: {self.verdict}" if self.only is None else f"only {self.only}: {self.verdict}"

    def as_html(self) -> str:
        """The verdict, one row per access method, and what to do now."""
        kind = "partial" if self.only is not None and self.verdict == "verified" else self.verdict
        verdict = f'<div class="verdict {kind}"><p>{SYMBOLS[kind]} <b>{escape(self._title)}</b></p></div>'
        findings = [
            (*row, finding.diagnosis.evidence)
            for row, finding in zip(self._rows(), self.all_findings, strict=True)
        ]
        rows = table("access methods", (*_HEAD, "evidence"), findings, outcome=_HEAD.index("outcome"))
        actions = [
            (
                action.severity,
                action.owner,
                action.id,
                ", ".join(action.methods),
                action.command,
                action.check,
            )
            for action in self.actions
        ]
        columns = ("severity", "owner", "to settle", "methods", "command", "check")
        return verdict + rows + (table("what to do now", columns, actions) if actions else "")

    def as_text(self) -> str:
        """The verdict, and one line per access method."""
        return text_table(self._title, _HEAD, self._rows())


_HEAD = ("method", "observed", "expected", "outcome", "cause", "confidence")
_COLUMNS = {
    **dict.fromkeys(("method", "expected", "decision", "outcome", "cause", "confidence"), "str"),
    "seconds": "float64",
    "reason": "str",
    "caller": "str",
}
