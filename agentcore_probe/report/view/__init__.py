"""Record and judgement as what a reader sees: rows, sentences, lines to paste. No markup here."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from agentcore_probe.model.judgement import ExpectationFinding, Finding
from agentcore_probe.model.methods import method
from agentcore_probe.report.view import causes, evidence
from agentcore_probe.report.view.names import SIGNS, Names
from agentcore_probe.report.view.usage import gateway_url, usage

__all__ = ["View"]


class View(Names):
    """One report's content in one language."""

    def rows(self) -> list[dict[str, Any]]:
        """One row a method: names, result, expected, outcome, explanation, evidence."""
        return [self._row(finding) for finding in self.judgement.findings]

    def _row(self, finding: Finding) -> dict[str, Any]:
        row = method(finding.method)
        return {
            "id": finding.method,
            "name": self.name(finding.method),
            "auth": self.messages(f"auth-{row.auth}" if row else "auth-none"),
            "result": self.result(finding),
            "observed": finding.observed,
            "expected": self.decision(finding.expected),
            "outcome": finding.outcome,
            "sign": SIGNS[finding.outcome],
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

    def evidence(self) -> list[dict[str, Any]]:
        """Each row that was tried, with its exchanges in full."""
        return evidence.rows(self)

    def other_exchanges(self) -> dict[str, Any]:
        """The exchanges that belong to no row."""
        return evidence.others(self)

    def usage(self) -> list[dict[str, str]]:
        """Lines to paste for this environment."""
        return list(usage(self))

    def checklist(self) -> list[dict[str, Any]]:
        """Each item with its state and what proves it."""
        return [
            {
                "done": item.done,
                "sign": SIGNS[item.done],
                "word": self.messages(f"done-{_state(item.done)}"),
                "title": self.messages(f"item-{item.id}", item.values),
                "proof": [
                    {"id": id, "anchor": self.anchor(id) if self.record.exchange(id) else None}
                    for id in item.proof
                ],
            }
            for item in self.judgement.checklist
        ]

    def conclusions(self) -> list[dict[str, Any]]:
        """Each claim, shown or not, with the exchanges that carry it."""
        return [
            {
                "shown": each.shown,
                "sign": SIGNS[each.shown],
                "word": self.messages(f"shown-{_state(each.shown)}"),
                "title": self.messages(f"claim-{each.claim}"),
                "carried_by": [self.name(id) for id in each.carried_by],
                "evidence": [self.reference(id) for id in each.evidence],
            }
            for each in self.judgement.conclusions
        ]

    def configuration(self) -> list[dict[str, Any]]:
        """What is wrong or risky in the deployed configuration."""
        return [
            {
                "severity": each.severity,
                "word": self.messages(f"severity-{each.severity}"),
                "title": self.messages(f"deployed-{each.id}", self._named(each.values)),
            }
            for each in self.judgement.configuration
        ]

    def _named(self, values: Mapping[str, str]) -> dict[str, str]:
        """The values, `runtime` and `gateway` by their names for people."""
        named = {target: self.messages(f"target-{target}") for target in ("runtime", "gateway")}
        return {name: named.get(value, value) for name, value in values.items()}

    def expectations(self) -> list[str]:
        """Expectations that no longer hold, each with the line to remove."""
        return [self.expectation(each) for each in self.judgement.expectations]

    def expectation(self, found: ExpectationFinding) -> str:
        """One of them."""
        return self.messages(f"expectation-{found.problem}", method=found.method, line=found.line)

    @property
    def verdict(self) -> dict[str, str]:
        """The verdict's word, sign and sentence."""
        verdict = self.judgement.verdict
        counts = {outcome: 0 for outcome in SIGNS if isinstance(outcome, str)}
        for finding in self.judgement.findings:
            counts[finding.outcome] += 1
        applicable = len(self.judgement.findings) - counts["not-applicable"]
        errors = sum(each.severity == "error" for each in self.judgement.configuration)
        return {
            "id": verdict,
            "sign": SIGNS[verdict],
            "word": self.messages(f"verdict-{verdict}"),
            "sentence": self.messages(
                f"evaluation-{verdict}",
                good=counts["as-expected"],
                all=applicable,
                bad=counts["unexpected"],
                open=counts["error"] + counts["not-testable"],
            )
            + "".join(
                f"{self.messages.gap}{self.messages(f'evaluation-{name}', count=count)}"
                for name, count in (("deployed", errors), ("stale", len(self.judgement.expectations)))
                if count
            ),
            "source": self.messages(f"source-{self.record.provenance.source}"),
        }

    def leading(self) -> list[dict[str, Any]]:
        """The causes that need somebody's attention, for the top of the page."""
        return [each for each in self.root_causes() if each["kind"] == "surprise"][:3]

    def unreadable(self) -> list[str]:
        """What of the deployed configuration could not be read, why, and which permission that needs."""
        told, runs = self.record.configuration, self.record.environment.record is None
        parts: list[tuple[str, Any]] = [
            ("runtime", told.runtime),
            ("gateway", told.gateway),
            ("client", told.client),
            *(("issuer", each) for each in told.issuers),
        ]
        return [
            self.messages(f"unreadable-{name}", why=part.unreadable)
            for name, part in parts
            if runs and part is not None and part.unreadable
        ]

    @property
    def title(self) -> str:
        """The page's title; it says where the answers came from when that was not AWS."""
        return self.messages(
            f"title-{self.record.provenance.source}", environment=self.record.environment.name
        )

    def facts(self) -> list[tuple[str, str]]:
        """What was observed, and when."""
        record, started = self.record, self.record.provenance.started
        return self._told(
            environment=record.environment.name,
            started=started.strftime("%Y-%m-%d %H:%M:%S UTC") if started else None,
            region=record.environment.home_region,
            runtime=record.environment.runtime.arn if record.environment.runtime else None,
            gateway=gateway_url(record),
        )

    def provenance(self) -> list[tuple[str, str]]:
        """Who observed it, and with what."""
        provenance = self.record.provenance
        versions = ", ".join(f"{name} {version}" for name, version in provenance.versions.items())
        offset = provenance.clock_offset
        return self._told(
            caller=provenance.caller,
            clock=f"{offset:+g} s" if offset is not None else None,
            tool=" ".join(filter(None, (provenance.tool, provenance.revision))),
            versions=versions,
            digest=self.record.digest,
        )

    def _told(self, **values: str | None) -> list[tuple[str, str]]:
        return [(self.messages(f"provenance-{name}"), value) for name, value in values.items() if value]


def _state(value: bool | None) -> str:
    return {True: "yes", False: "no", None: "unknown"}[value]
