"""How facts and findings are called: names, results, explanations, links. No markup here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.token_rules import MARGIN_SECONDS
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.judgement import Check, Diagnosis, Finding, Judgement
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.messages import Messages

SIGNS = {
    "as-expected": "✓",
    "unexpected": "✗",
    "error": "!",
    "not-testable": "?",
    "not-applicable": "–",
    "verified": "✓",
    "not-verified": "✗",
    "inconclusive": "?",
    True: "✓",
    False: "✗",
    None: "?",
}
"""A sign beside each word, so that colour is never the only mark."""


@dataclass(frozen=True)
class Names:
    """One report's facts with the words for them, in one language."""

    record: RunRecord
    judgement: Judgement
    messages: Messages

    @property
    def prefix(self) -> str:
        """Before every id of this language's part: a page may hold several languages."""
        return self.messages.language.id_prefix

    def anchor(self, id: str) -> str:
        """The anchor of an exchange."""
        return f"{self.prefix}ex-{id.replace('/', '-')}"

    def name(self, id: str) -> str:
        """A method's name; its id where a record holds a method that we do not know."""
        return self.messages(f"method-{id}") if self.messages.has(f"method-{id}") else id

    def decision(self, decision: str | None) -> str:
        """A decision's word; a dash's words where there is none."""
        return self.messages(f"decision-{decision or 'none'}")

    def result(self, finding: Finding) -> str:
        """What was observed, with the status behind it: "accepted, HTTP 200"."""
        if finding.observed is None:
            return self.messages("result-nothing-sent")
        exchange, told = self._deciding(finding), self.decision(finding.observed)
        if exchange:
            told = self.messages("result", decision=told, status=self.status(exchange))
        in_part = finding.outcome == "unexpected" and finding.observed == finding.expected == "accepted"
        return self.messages("result-in-part", result=told) if in_part else told

    def _deciding(self, finding: Finding) -> Exchange | None:
        ids = finding.diagnosis.evidence[:1]
        observation = self.record.observation(finding.method)
        if not ids and observation is not None:
            ids = observation.exchanges[-1:]
        return self.record.exchange(ids[0]) if ids else None

    def status(self, exchange: Exchange) -> str:
        """`HTTP 404`, the error's type where no status is shown, or the fault."""
        if exchange.fault is not None:
            return self.messages(f"fault-{exchange.fault.kind}")
        if exchange.response is None:
            return self.messages("fault-none")
        if exchange.response.status is not None:
            return f"HTTP {exchange.response.status}"
        return Case(exchange).answer.error_type or self.messages("status-not-shown")

    def explanation(self, finding: Finding) -> str:
        """Why the row is as it is, in one sentence."""
        if finding.reason is not None and finding.observed is None:
            return self._untried(finding, finding.reason)
        text = self.cause(finding.diagnosis)
        if finding.diagnosis.cause == "none":
            text = self._fine(finding)
        if finding.reason is not None:
            text = f"{text}{self.messages.gap}{self.messages(f'reason-{self._reason(finding)}')}"
        if finding.by_design:
            text = f"{text}{self.messages.gap}{self.messages('by-design', reason=finding.by_design)}"
        return text

    @staticmethod
    def _reason(finding: Finding) -> str | None:
        """A refusal without an accepted twin may still say by itself what it is about."""
        says = finding.reason == "no-accepted-twin" and "said" in finding.diagnosis.values
        return "names-the-kind" if says else finding.reason

    def _untried(self, finding: Finding, reason: str) -> str:
        """Why nothing was sent, and where a login failed, why that did."""
        known = self.messages.has(f"reason-{reason}")
        text = self.messages(f"reason-{reason}") if known else self.messages("reason-other", reason=reason)
        cause = finding.diagnosis.cause
        return text if cause == "none" else f"{self.cause(finding.diagnosis)}{self.messages.gap}{text}"

    def _fine(self, finding: Finding) -> str:
        observation = self.record.observation(finding.method)
        tools = (observation.facts.get("tools") if observation else None) or []
        if tools:
            return self.messages(
                "fine-tools", count=len(tools), tools=self.messages.comma.join(map(str, tools))
            )
        return self.messages("fine")

    def cause(self, diagnosis: Diagnosis, part: str = "") -> str:
        """The cause as a sentence, with its values; `part`: ".why" or ".fix"."""
        offset = abs(self.record.provenance.clock_offset or 0.0)
        skew = {"skew": f"{offset:.0f}"} if offset >= MARGIN_SECONDS else {}
        return self.messages.cause(f"{diagnosis.cause}{part}", {**diagnosis.values, **skew})

    def step(self, step: str) -> str:
        """What a request is for; the protocols' own names stay."""
        known = f"step-{step.replace(' ', '-')}"
        if self.messages.has(known):
            return self.messages(known)
        start, _, rest = step.partition(": ")
        if start == "forged":
            return self.messages("step-forged", defect=rest)
        start, _, rest = step.partition(" page ")
        return self.messages("step-tools-page", page=rest) if start == "tools/list" and rest else step

    def check(self, check: Check) -> dict[str, Any]:
        """One thing that was checked."""
        return {
            "sign": SIGNS[check.passed],
            "word": self.messages(
                "check-passed"
                if check.passed
                else "check-unknown"
                if check.passed is None
                else "check-failed"
            ),
            "title": self.messages(f"check-{check.id}"),
            "detail": check.detail,
        }

    def reference(self, id: str) -> dict[str, str]:
        """A link to an exchange."""
        return {"id": id, "anchor": self.anchor(id)}

    def request_line(self, exchange: Exchange) -> str:
        """`POST https://...`, or the command line of the `aws` executable."""
        if exchange.request.url:
            return f"{exchange.request.method} {exchange.request.url}"
        return exchange.request.body or exchange.request.method

    def exchanges_of(self, method: str) -> tuple[Exchange, ...]:
        """The exchanges of a row that was tried, its experiments after those that they change."""
        observation = self.record.observation(method)
        if observation is None or observation.not_tried is not None:
            return ()
        changed = [each for each in self.record.experiments() if self._changes(each, observation.exchanges)]
        return (*self.record.of(observation), *changed)

    def seconds(self, method: str) -> float:
        """How long a row's exchanges took, all together."""
        return sum(each.timings.total for each in self.exchanges_of(method)) / 1000

    @staticmethod
    def _changes(exchange: Exchange, ids: tuple[str, ...]) -> bool:
        return exchange.change is not None and exchange.change.of in ids
