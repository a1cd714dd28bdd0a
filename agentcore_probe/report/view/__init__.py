"""Record and judgement as readers see them: rows, causes, sentences. No markup here."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import Any

from agentcore_probe.judge.only_way_in import CLAIM
from agentcore_probe.model.configuration import ANOTHER_RESOURCE, NO_GATEWAY_ID
from agentcore_probe.model.display import SYMBOLS
from agentcore_probe.model.judgement import (
    Conclusion,
    ConfigurationFinding,
    ExpectationFinding,
    Finding,
    NotTried,
)
from agentcore_probe.model.methods import method
from agentcore_probe.report.view import actions, callers, causes, policy
from agentcore_probe.report.view.names import Names, decision_text

__all__ = ["View"]


class View(Names):
    """The content of one report in one language, as page, terminal and exports share it."""

    @cached_property
    def exchanges_shown(self) -> dict[tuple[str, str | None], dict[str, Any]]:
        """What the section Evidence has shown of an exchange, by its id and the cause that it shows: several parts show the same."""
        return {}

    def rows(self) -> list[dict[str, Any]]:
        """One row for each method: names, result, expected, outcome, explanation, evidence."""
        return self._rows

    @cached_property
    def _rows(self) -> list[dict[str, Any]]:
        return [self._row(finding) for finding in self.judgement.findings]

    def cells(self) -> list[dict[str, Any]]:
        """The same for each way in of further callers (`admin:gateway-jwt`)."""
        return [self._row(finding) for finding in self.judgement.identities]

    def failing_rows(self) -> list[dict[str, Any]]:
        """The rows, and the ways in of further callers, that apply and are not as expected."""
        rows = (*self.rows(), *self.cells())
        return [row for row in rows if row["outcome"] not in ("as-expected", "not-applicable")]

    def methods_as_expected(self) -> list[str]:
        """The access methods whose rows are as expected."""
        return [finding.method for finding in self.judgement.findings if finding.outcome == "as-expected"]

    def _row(self, finding: Finding) -> dict[str, Any]:
        row = method(finding.method)
        return {
            "id": finding.method,
            "name": self.name(finding.method),
            "auth": self.messages(f"auth-{row.auth}" if row else "auth-none"),
            "result": self.result(finding),
            "observed": finding.observed,
            "expected": self.messages(decision_text(finding.method, self.intended(finding) or "none")),
            "outcome": finding.outcome,
            "symbol": SYMBOLS[finding.outcome],
            "outcome_word": self.messages(f"outcome-{finding.outcome}"),
            "explanation": self.explanation(finding),
            "cause": finding.diagnosis.cause,
            "confidence": finding.diagnosis.confidence,
            "evidence": [self.reference(id) for id in finding.diagnosis.evidence],
            "cause_anchor": causes.cause_anchor(self, finding) if finding.diagnosis.cause != "none" else None,
        }

    def root_causes(self) -> list[dict[str, Any]]:
        """Every cause once, with all rows that have it."""
        return self._causes

    @cached_property
    def _causes(self) -> list[dict[str, Any]]:
        return causes.root_causes(self)

    def actions(self) -> list[dict[str, Any]]:
        """What to do now, the worst first."""
        return actions.action_rows(self)

    def checklist(self) -> list[dict[str, Any]]:
        """Each item with its state and what proves it."""
        return [
            {
                "done": item.done,
                "symbol": SYMBOLS[item.done],
                "word": self.messages(f"done-{yes_or_no(item.done)}"),
                "title": self.messages(f"item-{item.id}", item.values),
                "proof": [
                    {"id": id, "anchor": self.anchor(id) if self.record.exchange(id) else None}
                    for id in item.proof
                ],
            }
            for item in self.judgement.checklist
        ]

    def configuration(self) -> list[dict[str, Any]]:
        """What is wrong or risky in the deployed configuration, and whether an action settles it."""
        settled = {id for action in self.judgement.actions for id in action.settles}
        return [
            {
                "severity": finding.severity,
                "word": self.messages(f"severity-{finding.severity}"),
                "is_settled": finding.id in settled,
                "title": self._finding(finding),
                "whole": self.messages.whole_lists([f"deployed-{finding.id}"], finding.values),
            }
            for finding in self.judgement.configuration
        ]

    def _finding(self, finding: ConfigurationFinding) -> str:
        """A finding about the deployed configuration; a warning with what to do, since no action is about it."""
        id, values = f"deployed-{finding.id}", self.with_target_names(finding.values)
        title = self.messages(id, values)
        if finding.severity == "error" or not self.messages.has(f"{id}.fix"):
            return title
        return f"{title}{self.messages.gap}{self.messages(f'{id}.fix', values)}"

    def _gap(self, gap: NotTried) -> str:
        """Something that the run did not try, as a phrase."""
        values: dict[str, object] = {**self.with_target_names(gap.values)}
        if "count" in values:
            values["count"] = int(gap.values["count"])
        return self.messages(f"not-tried-{gap.id}", values)

    def expectations(self) -> list[str]:
        """Expectations that are not met or out of date, each with what to do."""
        return [self.expectation(finding) for finding in self.judgement.expectations]

    def expectation(self, finding: ExpectationFinding) -> str:
        """One of them."""
        values = actions.expectation_values(self, finding.text_values)
        text = self.messages(f"expectation-{finding.problem}", values)
        return f"{text}{self.messages.gap}{self.messages(f'expectation-{finding.problem}.fix')}"

    @property
    def aws_login(self) -> str | None:
        """Why there were no AWS credentials; None where there were some, or another version names the reason."""
        problem = self.record.provenance.aws_login
        if problem is None or not self.messages.has(f"cause-{problem.cause}"):
            return None
        return self.messages("aws-login", problem=self.messages.cause(problem.cause, problem.values))

    @property
    def verdict(self) -> dict[str, str]:
        """The verdict's word, symbol and sentence, and where the answers come from.

        A run of one method is never verified: it says nothing about the others.
        """
        verdict = self.judgement.verdict
        outcomes = Counter(finding.outcome for finding in self.judgement.findings)
        sentence = self.messages(
            f"evaluation-{verdict}",
            good=outcomes["as-expected"],
            all=outcomes.total() - outcomes["not-applicable"],
            bad=outcomes["unexpected"],
            open=outcomes["error"] + outcomes["not-testable"],
        )
        if of_callers := callers.callers_sentence(self):
            sentence += f"{self.messages.gap}{of_callers}"
        errors = sum(finding.severity == "error" for finding in self.judgement.configuration)
        unmet = sum(finding.problem == "not-met" for finding in self.judgement.expectations)
        stale = len(self.judgement.expectations) - unmet
        for name, count in (("deployed", errors), ("unmet", unmet), ("stale", stale)):
            if count:
                sentence += f"{self.messages.gap}{self.messages(f'evaluation-{name}', count=count)}"
        only, id = self.judgement.only, str(verdict)
        if only is not None:
            sentence += f"{self.messages.gap}{self.messages('evaluation-partial', method=only)}"
            id = "partial" if verdict == "verified" else id
        return {
            "id": id,
            "symbol": SYMBOLS[id],
            "word": self._cause_of_question()
            or self.messages(f"verdict-{verdict if only is None else 'partial'}"),
            "sentence": sentence,
            "source": self.messages(f"source-{self.record.provenance.source}"),
        }

    def _cause_of_question(self) -> str:
        """The cause of the answer to the one call that was asked about; empty for a run."""
        if self.record.provenance.command is None:
            return ""
        rows = (finding for finding in self.judgement.findings if finding.method == self.judgement.only)
        diagnosis = next((finding.diagnosis for finding in rows), None)
        return self.messages.cause(diagnosis.cause, diagnosis.values) if diagnosis is not None else ""

    def claim(self, conclusion: Conclusion) -> str:
        """The claim as a sentence; one that several controls show says how many they are."""
        counted = f"claim-counted-{conclusion.claim}"
        if conclusion.shown and len(conclusion.controls) > 1 and self.messages.has(counted):
            return self.messages(counted, count=len(conclusion.controls))
        return self.messages(f"claim-{conclusion.claim}")

    def only_way_in(self) -> str | None:
        """Whether the Runtime is reached through its Gateway only, in a line; None where that was not asked."""
        claims = [conclusion for conclusion in self.judgement.conclusions if conclusion.claim == CLAIM]
        if not claims:
            return None
        word = self.messages(f"shown-{yes_or_no(claims[0].shown)}")
        line = self.messages("claim-line", claim=self.claim(claims[0]), word=word)
        return f"{SYMBOLS[claims[0].shown]} {line}"

    def not_tried(self) -> str | None:
        """What the run did not try, in one line; None if it says nothing of that."""
        items = [self._gap(gap) for gap in self.judgement.not_tried]
        return self.messages("not-tried", items=self.messages.comma.join(items)) if items else None

    def unreadable(self) -> list[str]:
        """What could not be read of the deployed configuration, why, and which permission that needs.

        Not an answer about another resource: that is a problem of its own (`configuration`). Neither what was not
        read without AWS credentials (`aws_login`).
        """
        if self.record.environment.record is not None:
            return []  # a replayed record reads nothing
        configuration, problem = self.record.configuration, self.record.provenance.aws_login
        own_problems = {ANOTHER_RESOURCE, problem.cause if problem else ANOTHER_RESOURCE}
        parts: list[tuple[str, Any]] = [
            ("runtime", configuration.runtime),
            ("gateway", configuration.gateway),
            ("client", configuration.client),
            *(("issuer", issuer) for issuer in configuration.issuers),
            *(("user-pool", pool) for pool in configuration.user_pools or ()),
        ]
        return [
            *policy.unreadable(self),
            *(
                self.messages("unreadable-client-metadata-policies", why=pool.policies_unreadable)
                for pool in configuration.user_pools or ()
                if pool.policies_unreadable
            ),
            *(
                self.messages("reason-no-gateway-id")
                if part.unreadable == NO_GATEWAY_ID
                else self.messages(f"unreadable-{name}", why=part.unreadable)
                for name, part in parts
                if part is not None and part.unreadable and part.unreadable not in own_problems
            ),
        ]

    @property
    def title(self) -> str:
        """The page's title, which says so where the answers did not come from AWS."""
        return self.messages(
            f"title-{self.record.provenance.source}", environment=self.record.environment.name
        )


def yes_or_no(value: bool | None) -> str:
    """The last part of a message's id for something that is so, is not, or is unknown."""
    return {True: "yes", False: "no", None: "unknown"}[value]
