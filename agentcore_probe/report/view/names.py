"""What facts and findings are called: names, results, explanations, links. No markup here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.judge.reading.answer import read
from agentcore_probe.model.decision import Decision
from agentcore_probe.model.display import SYMBOLS
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.judgement import Check, Diagnosis, Finding, Judgement
from agentcore_probe.model.methods import Target, caller_of, is_public, method, way_of
from agentcore_probe.model.record import RunRecord
from agentcore_probe.model.token import MARGIN_SECONDS
from agentcore_probe.report.messages import Messages, WholeList

_OF_DOCUMENTS = {"accepted": "served", "undecided": "not-read", "in-part": "faulty"}
"""The words for documents that anyone may read: nobody is accepted there."""


def decision_text(id: str, decision: str) -> str:
    """The id of the text for what a row shows, or should show.

    Args:
        id: the row's.
        decision: `accepted`, `refused`, `undecided`, or `in-part`.
    """
    row = method(id)
    words = _OF_DOCUMENTS if row is not None and is_public(row) else {}
    return f"decision-{words.get(decision, decision)}"


@dataclass(frozen=True)
class Names:
    """Record and judgement of one report, with the words for them in one language."""

    record: RunRecord
    judgement: Judgement
    messages: Messages

    @property
    def prefix(self) -> str:
        """Before every id of this language's part of the page."""
        return self.messages.language.id_prefix

    def anchor(self, id: str) -> str:
        """The anchor of an exchange."""
        return f"{self.prefix}ex-{id.replace('/', '-')}"

    def name(self, id: str) -> str:
        """A method's name, after that of a further caller; its id where this version does not have the method."""
        if (caller := caller_of(id)) is not None:
            return self.messages("caller-way", caller=caller, way=self.name(way_of(id)))
        return self.messages(f"method-{id}") if self.messages.has(f"method-{id}") else id

    def decision(self, decision: str | None) -> str:
        """A decision's word."""
        return self.messages(f"decision-{decision or 'none'}")

    @staticmethod
    def intended(finding: Finding) -> Decision | None:
        """The decision that a row should have: the expected one, or the predicted one that the row contradicts."""
        is_against_rules = finding.reason == "against-prediction" and finding.observed == finding.expected
        return finding.predicted.decision if is_against_rules else finding.expected

    @staticmethod
    def is_in_part(finding: Finding) -> bool:
        """Whether the call was accepted, as it should be, and something behind the authorizer failed."""
        is_accepted = finding.observed == finding.expected == "accepted"
        return finding.outcome == "unexpected" and is_accepted and finding.reason != "against-prediction"

    def result(self, finding: Finding) -> str:
        """What was observed, with the status behind it: "accepted, HTTP 200"."""
        if finding.observed is None:
            is_at_login = finding.reason == "refused-at-login"
            return self.messages("result-refused-at-login" if is_at_login else "result-nothing-sent")
        result = self.messages(decision_text(finding.method, finding.observed))
        row, is_in_part = method(finding.method), self.is_in_part(finding)
        if is_in_part and row is not None and is_public(row):
            return self.messages(
                "result-faulty", result=result
            )  # the status is that of one of several answers
        exchange = self._deciding_exchange(finding)
        if exchange:
            result = self.messages("result", decision=result, status=self.status(exchange))
        return self.messages("result-in-part", result=result) if is_in_part else result

    def _deciding_exchange(self, finding: Finding) -> Exchange | None:
        ids = finding.diagnosis.evidence[:1]
        observation = self.record.observation(finding.method)
        if not ids and observation is not None:
            ids = observation.exchanges[-1:]
        return self.record.exchange(ids[0]) if ids else None

    def status(self, exchange: Exchange) -> str:
        """`HTTP 404`, the error's type if the status is unknown, or the fault."""
        if exchange.fault is not None:
            return self.messages(f"fault-{exchange.fault.kind}")
        if exchange.response is None:
            return self.messages("fault-none")
        if exchange.response.status is not None:
            return f"HTTP {exchange.response.status}"
        return read(exchange.response).error_type or self.messages("status-not-shown")

    def explanation(self, finding: Finding) -> str:
        """Why the row is as it is, in a sentence or two."""
        if finding.reason is not None and finding.observed is None:
            return self._not_tried(finding, finding.reason)
        if finding.reason == "rules-let-in" and finding.diagnosis.cause == "none":
            return self.messages("reason-rules-let-in")
        text = self._fine(finding) if finding.diagnosis.cause == "none" else self.cause(finding.diagnosis)
        if finding.diagnosis.judge not in (None, "authorizer", CAUSES[finding.diagnosis.cause].judge):
            text = f"{text}{self.messages.gap}{self.judge(finding.diagnosis)}"
        if finding.reason is not None:
            text = f"{text}{self.messages.gap}{self.messages(f'reason-{self._reason(finding)}')}"
        if finding.by_design and finding.observed == finding.expected:
            text = f"{text}{self.messages.gap}{self.messages('by-design', reason=finding.by_design)}"
        return text

    @staticmethod
    def _reason(finding: Finding) -> str | None:
        """The reason's id: a refusal without an accepted counterpart may still name the kind of credential."""
        names_kind = finding.reason == "no-accepted-twin" and "said" in finding.diagnosis.values
        return "names-the-kind" if names_kind else finding.reason

    def _not_tried(self, finding: Finding, reason: str) -> str:
        """Why nothing was sent, after the cause where a login failed."""
        has_text = self.messages.has(f"reason-{reason}")
        text = self.messages(f"reason-{reason}") if has_text else self.messages("reason-other", reason=reason)
        if finding.diagnosis.cause == "none":
            return text
        if finding.diagnosis.cause == reason:
            return self.cause(finding.diagnosis)
        return f"{self.cause(finding.diagnosis)}{self.messages.gap}{text}"

    def _fine(self, finding: Finding) -> str:
        observation = self.record.observation(finding.method)
        tools = (observation.facts.get("tools") if observation else None) or []
        if not tools:
            row = method(finding.method)
            return self.messages("fine-documents" if row is not None and is_public(row) else "fine")
        return self.messages("fine-tools", count=len(tools), tools=self._tools(finding))

    def _tools(self, finding: Finding) -> str:
        observation = self.record.observation(finding.method)
        tools = (observation.facts.get("tools") if observation else None) or []
        return self.messages.comma.join(map(str, tools))

    def whole_tools(self, finding: Finding) -> list[WholeList]:
        """Every tool that the row's conversation listed, where the sentence names the first ones only."""
        return self.messages.whole_lists(["fine-tools"], {"tools": self._tools(finding)})

    def cause(self, diagnosis: Diagnosis, part: str = "") -> str:
        """The cause as a sentence, with its values.

        Args:
            diagnosis: the cause and its values.
            part: ".why" or ".fix" for those sentences.
        """
        offset = abs(self.record.provenance.clock_offset or 0.0)
        skew = {"skew": f"{offset:.0f}"} if offset >= MARGIN_SECONDS else {}
        return self.messages.cause(f"{diagnosis.cause}{part}", {**diagnosis.values, **skew})

    def judge(self, diagnosis: Diagnosis) -> str:
        """Who decided, as a sentence; empty where that is not known."""
        return self.messages(f"judge-{diagnosis.judge}") if diagnosis.judge is not None else ""

    def step(self, step: str) -> str:
        """What a request is for; the protocols' own names stay."""
        message = f"step-{step.replace(' ', '-')}"
        if self.messages.has(message):
            return self.messages(message)
        kind, _, defect = step.partition(": ")
        if kind == "forged":
            return self.messages("step-forged", defect=defect)
        kind, _, page = step.partition(" page ")
        return self.messages("step-tools-page", page=page) if kind == "tools/list" and page else step

    def check(self, check: Check) -> dict[str, Any]:
        """One check of a diagnosis."""
        result = {True: "passed", False: "failed", None: "unknown"}[check.passed]
        return {
            "symbol": SYMBOLS[check.passed],
            "word": self.messages(f"check-{result}"),
            "title": self.messages(f"check-{check.id}"),
            "detail": check.detail,
        }

    def with_target_names(self, values: Mapping[str, str]) -> dict[str, str]:
        """The values, with `runtime`, `gateway` and the other targets as readers know them."""
        targets = {target: self.messages(f"target-{target}") for target in get_args(Target)}
        return {name: targets.get(value, value) for name, value in values.items()}

    def reference(self, id: str) -> dict[str, str]:
        """A link to an exchange."""
        return {"id": id, "anchor": self.anchor(id)}

    def exchanges_of(self, method: str) -> tuple[Exchange, ...]:
        """The exchanges of a row that was tried, then the experiments on them."""
        observation = self.record.observation(method)
        if observation is None or observation.not_tried is not None:
            return ()
        experiments = [
            exchange
            for exchange in self.record.experiments()
            if exchange.change is not None and exchange.change.of in observation.exchanges
        ]
        return (*self.record.of(observation), *experiments)

    def seconds(self, method: str) -> float:
        """How long the exchanges of a row took in all."""
        return sum(exchange.timings.total for exchange in self.exchanges_of(method)) / 1000

    @property
    def gateway_url(self) -> str | None:
        """The Gateway's MCP URL: the environment's, else the deployed one."""
        gateway, deployed = self.record.environment.gateway, self.record.configuration.gateway
        if gateway is not None and gateway.url:
            return gateway.url
        return deployed.url if deployed else None
