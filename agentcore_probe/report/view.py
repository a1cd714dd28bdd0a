"""Record and judgement as what a reader sees: rows, sentences, lines to paste. No markup here."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from agentcore_probe.judge.case import Case
from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.judgement import Check, Diagnosis, Finding, Judgement
from agentcore_probe.model.methods import method
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.words import Words, cause_values

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


def anchor(id: str) -> str:
    """The anchor of an exchange."""
    return "ex-" + id.replace("/", "-")


@dataclass(frozen=True)
class View:
    """One report's content in one language."""

    record: RunRecord
    judgement: Judgement
    words: Words

    # --- the access-method table -------------------------------------------------

    def rows(self) -> list[dict[str, Any]]:
        """One row a method: names, result, expected, outcome, explanation, evidence."""
        return [self._row(finding) for finding in self.judgement.findings]

    def _row(self, finding: Finding) -> dict[str, Any]:
        row = method(finding.method)
        return {
            "id": finding.method,
            "name": self.name(finding.method),
            "auth": self.words(f"auth-{row.auth}" if row else "auth-none"),
            "result": self.result(finding),
            "observed": finding.observed,
            "expected": self.decision(finding.expected),
            "outcome": finding.outcome,
            "sign": SIGNS[finding.outcome],
            "outcome_word": self.words(f"outcome-{finding.outcome}"),
            "explanation": self.explanation(finding),
            "cause": finding.diagnosis.cause,
            "confidence": finding.diagnosis.confidence,
            "evidence": [self.reference(id) for id in finding.diagnosis.evidence],
            "diagnosed": self._has_diagnosis(finding),
        }

    def name(self, id: str) -> str:
        """A method's name; its id where a record holds a method that we do not know."""
        return self.words(f"method-{id}") if self.words.has(f"method-{id}") else id

    def decision(self, decision: str | None) -> str:
        """A decision's word; a dash's words where there is none."""
        return self.words(f"decision-{decision or 'none'}")

    def result(self, finding: Finding) -> str:
        """What was observed, with the status behind it: "accepted, HTTP 200"."""
        if finding.observed is None:
            return self.words("result-nothing-sent")
        exchange = self._deciding(finding)
        return (
            f"{self.decision(finding.observed)}, {self.status(exchange)}"
            if exchange
            else self.decision(finding.observed)
        )

    def _deciding(self, finding: Finding) -> Exchange | None:
        ids = finding.diagnosis.evidence[:1]
        observation = self.record.observation(finding.method)
        if not ids and observation is not None:
            ids = observation.exchanges[-1:]
        return self.record.exchange(ids[0]) if ids else None

    def status(self, exchange: Exchange) -> str:
        """`HTTP 404`, the error's type where no status is shown, or the fault."""
        if exchange.fault is not None:
            return self.words(f"fault-{exchange.fault.kind}")
        if exchange.response is None:
            return self.words("fault-none")
        if exchange.response.status is not None:
            return f"HTTP {exchange.response.status}"
        return Case(exchange).answer.error_type or self.words("status-not-shown")

    def explanation(self, finding: Finding) -> str:
        """Why the row is as it is, in one sentence."""
        if finding.reason is not None and finding.observed is None:
            return (
                self.words(f"reason-{finding.reason}")
                if self.words.has(f"reason-{finding.reason}")
                else self.words("reason-other", reason=finding.reason)
            )
        text = self.cause(finding.diagnosis)
        if finding.diagnosis.cause == "none":
            text = self._fine(finding)
        if finding.reason is not None:
            text = f"{text} {self.words(f'reason-{finding.reason}')}"
        if finding.by_design:
            text = f"{text} {self.words('by-design', reason=finding.by_design)}"
        return text

    def _fine(self, finding: Finding) -> str:
        observation = self.record.observation(finding.method)
        tools = (observation.facts.get("tools") if observation else None) or []
        if tools:
            return self.words("fine-tools", count=len(tools), tools=", ".join(map(str, tools)))
        return self.words("fine")

    def cause(self, diagnosis: Diagnosis) -> str:
        """The cause as a sentence, with its values."""
        return self.words(f"cause-{diagnosis.cause}", cause_values(diagnosis.values))

    # --- root causes ---------------------------------------------------------------

    def _has_diagnosis(self, finding: Finding) -> bool:
        return finding.diagnosis.cause != "none"

    def root_causes(self) -> list[dict[str, Any]]:
        """Every cause once, with all rows that have it; those that surprise come first."""
        groups: dict[tuple[str, str], list[Finding]] = {}
        for finding in self.judgement.findings:
            if self._has_diagnosis(finding):
                key = (finding.diagnosis.cause, json.dumps(finding.diagnosis.values, sort_keys=True))
                groups.setdefault(key, []).append(finding)
        causes = [self._root_cause(findings) for findings in groups.values()]
        return sorted(causes, key=lambda each: each["expected"])

    def _root_cause(self, findings: list[Finding]) -> dict[str, Any]:
        best = min(
            findings, key=lambda each: ("proven", "probable", "possible").index(each.diagnosis.confidence)
        )
        diagnosis = best.diagnosis
        evidence = [id for finding in findings for id in finding.diagnosis.evidence]
        pair = self._pair(diagnosis)
        return {
            "id": diagnosis.cause,
            "expected": all(finding.outcome == "as-expected" for finding in findings),
            "title": self.cause(diagnosis),
            "why": self.words(f"cause-{diagnosis.cause}.why", cause_values(diagnosis.values)),
            "fix": self.words(f"cause-{diagnosis.cause}.fix", cause_values(diagnosis.values)),
            "source": CAUSES[diagnosis.cause].source,
            "confidence": self.words(f"confidence-{diagnosis.confidence}"),
            "rows": [self.name(finding.method) for finding in findings],
            "evidence": [self.reference(id) for id in dict.fromkeys(evidence)],
            "checks": [self.check(each) for each in diagnosis.checks],
            "pair": pair,
            "experiment": self.words(
                "experiment-would-prove", factor=self.words(f"factor-{diagnosis.experiment}")
            )
            if diagnosis.experiment and not pair
            else None,
            "commands": list(diagnosis.remedy.commands) if diagnosis.remedy else [],
            "recheck": diagnosis.remedy.recheck if diagnosis.remedy else None,
        }

    def _pair(self, diagnosis: Diagnosis) -> dict[str, Any] | None:
        """The two exchanges that settle a cause, and the one thing in which they differ."""
        factor = CAUSES[diagnosis.cause].factor
        if diagnosis.confidence != "proven" or len(diagnosis.evidence) < 2 or factor is None:
            return None
        one, other = (self.record.exchange(id) for id in diagnosis.evidence[:2])
        if one is None or other is None:
            return None
        return {
            "factor": self.words(f"factor-{factor}"),
            "one": {**self.reference(one.id), "status": self.status(one), "line": self.request_line(one)},
            "other": {
                **self.reference(other.id),
                "status": self.status(other),
                "line": self.request_line(other),
            },
        }

    def check(self, check: Check) -> dict[str, Any]:
        """One thing that was checked."""
        return {
            "sign": SIGNS[check.passed],
            "word": self.words(
                "check-passed"
                if check.passed
                else "check-unknown"
                if check.passed is None
                else "check-failed"
            ),
            "title": self.words(f"check-{check.id}"),
            "detail": check.detail,
        }

    # --- evidence ------------------------------------------------------------------

    def reference(self, id: str) -> dict[str, str]:
        """A link to an exchange."""
        return {"id": id, "anchor": anchor(id)}

    def evidence(self) -> list[dict[str, Any]]:
        """Each row that was tried, with its exchanges in full."""
        return [
            {
                "name": self.name(finding.method),
                "result": self.result(finding),
                "meaning": self.explanation(finding),
                "sign": SIGNS[finding.outcome],
                "outcome": finding.outcome,
                "exchanges": [self.exchange(each) for each in self._exchanges_of(finding)],
            }
            for finding in self.judgement.findings
            if self._exchanges_of(finding)
        ]

    def other_exchanges(self) -> list[dict[str, Any]]:
        """The exchanges that belong to no row: discovery documents and the login."""
        rows = {id for each in self.record.observations for id in each.exchanges if each.not_tried is None}
        return [self.exchange(each) for each in self.record.exchanges if each.id not in rows]

    def _exchanges_of(self, finding: Finding) -> tuple[Exchange, ...]:
        observation = self.record.observation(finding.method)
        return self.record.of(observation) if observation and observation.not_tried is None else ()

    def exchange(self, exchange: Exchange) -> dict[str, Any]:
        """One exchange: request, answer, timing and the line that repeats it."""
        response = exchange.response
        return {
            "id": exchange.id,
            "anchor": anchor(exchange.id),
            "step": exchange.step,
            "line": self.request_line(exchange),
            "request_headers": list(exchange.request.headers.items()),
            "request_body": _pretty(exchange.request.body or ""),
            "status": self.status(exchange),
            "detail": exchange.fault.detail if exchange.fault else None,
            "response_headers": list(response.headers.items()) if response else [],
            "response_body": _pretty(response.body) if response else "",
            "cut": self.words(f"cut-{response.cut}") if response and response.cut else None,
            "total": f"{exchange.timings.total:.1f}",
            "phases": [
                f"{self.words(f'phase-{name}')} {value:.1f} ms"
                for name, value in exchange.timings.model_dump().items()
                if value is not None
            ],
            "at": exchange.request.at.strftime("%Y-%m-%d %H:%M:%S UTC") if exchange.request.at else "",
            "curl": curl(exchange),
        }

    def request_line(self, exchange: Exchange) -> str:
        """`POST https://...`, or the command line of the `aws` executable."""
        if exchange.request.url:
            return f"{exchange.request.method} {exchange.request.url}"
        return exchange.request.body or exchange.request.method

    # --- checklist, conclusions, usage, evaluation ------------------------------------

    def checklist(self) -> list[dict[str, Any]]:
        """Each item with its state and what proves it."""
        return [
            {
                "done": item.done,
                "sign": SIGNS[item.done],
                "word": self.words(f"done-{_state(item.done)}"),
                "title": self.words(f"item-{item.id}", item.values),
                "proof": [
                    {"id": id, "anchor": anchor(id) if self.record.exchange(id) else None}
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
                "word": self.words(f"shown-{_state(each.shown)}"),
                "title": self.words(f"claim-{each.claim}"),
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
                "word": self.words(f"severity-{each.severity}"),
                "title": self.words(f"deployed-{each.id}", each.values),
            }
            for each in self.judgement.configuration
        ]

    def expectations(self) -> list[str]:
        """Expectations that no longer hold, each with the line to remove."""
        return [
            self.words(f"expectation-{each.problem}", method=each.method, line=each.line)
            for each in self.judgement.expectations
        ]

    def usage(self) -> list[dict[str, str]]:
        """Lines to paste for this environment."""
        return list(_usage(self))

    @property
    def verdict(self) -> dict[str, str]:
        """The verdict's word, sign and sentence."""
        verdict = self.judgement.verdict
        counts = {outcome: 0 for outcome in SIGNS if isinstance(outcome, str)}
        for finding in self.judgement.findings:
            counts[finding.outcome] += 1
        applicable = len(self.judgement.findings) - counts["not-applicable"]
        return {
            "id": verdict,
            "sign": SIGNS[verdict],
            "word": self.words(f"verdict-{verdict}"),
            "sentence": self.words(
                f"evaluation-{verdict}",
                good=counts["as-expected"],
                all=applicable,
                bad=counts["unexpected"],
                open=counts["error"] + counts["not-testable"],
            ),
            "source": self.words(f"source-{self.record.provenance.source}"),
        }

    @property
    def title(self) -> str:
        """The page's title; it says where the answers came from when that was not AWS."""
        return self.words(f"title-{self.record.provenance.source}", environment=self.record.environment.name)

    def provenance(self) -> list[tuple[str, str]]:
        """Who observed what, when and with what."""
        record, provenance = self.record, self.record.provenance
        versions = ", ".join(f"{name} {version}" for name, version in provenance.versions.items())
        offset = provenance.clock_offset
        told = [
            ("environment", record.environment.name),
            ("started", provenance.started.strftime("%Y-%m-%d %H:%M:%S UTC") if provenance.started else None),
            ("region", record.environment.home_region),
            ("runtime", record.environment.runtime.arn if record.environment.runtime else None),
            ("gateway", self.gateway_url),
            ("caller", provenance.caller),
            ("clock", f"{offset:+g} s" if offset is not None else None),
            ("tool", " ".join(filter(None, (provenance.tool, provenance.revision)))),
            ("versions", versions),
            ("digest", record.digest),
        ]
        return [(self.words(f"provenance-{name}"), value) for name, value in told if value]

    @property
    def gateway_url(self) -> str | None:
        """The Gateway's MCP URL, as the environment or the deployed configuration says it."""
        gateway, deployed = self.record.environment.gateway, self.record.configuration.gateway
        if gateway is not None and gateway.url:
            return gateway.url
        return deployed.url if deployed else None


def _state(value: bool | None) -> str:
    return {True: "yes", False: "no", None: "unknown"}[value]


def _pretty(body: str) -> str:
    """JSON with line breaks; anything else as it is."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return body
    return json.dumps(value, indent=2, ensure_ascii=False) if isinstance(value, dict | list) else body


def curl(exchange: Exchange) -> str | None:
    """The line that repeats an exchange, its token as a variable; None for what curl cannot sign."""
    request = exchange.request
    if not request.url or request.auth == "sigv4":
        return None
    words = ["curl", "-sS", "-i", "-X", request.method, shlex.quote(request.url)]
    for name, value in request.headers.items():
        if name.lower() in ("content-length", "user-agent", "accept-encoding", "host"):
            continue
        if name.lower() == "authorization":
            variable = "CLIENT_CREDENTIALS" if value.startswith("Basic") else "JWT_TOKEN"
            scheme = value.partition(" ")[0]
            words.append(f'-H "{name}: {scheme} ${variable}"')
        else:
            words.append("-H " + shlex.quote(f"{name}: {value}"))
    if request.body:
        words.append("-d " + shlex.quote(request.body))
    return " ".join(words)


def _usage(view: View) -> Any:
    """The Gateway by curl, the Runtime by curl, the Runtime by `aws`; which one is for this environment."""
    record = view.record
    gateway = view.gateway_url
    runtime = record.environment.runtime
    accepted = {each.method for each in view.judgement.findings if each.observed == "accepted"}
    if gateway:
        body = '{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}'
        line = (
            f"curl -sS -X POST {shlex.quote(gateway)} \\\n"
            '  -H "Authorization: Bearer $JWT_TOKEN" -H "Content-Type: application/json" \\\n'
            '  -H "Accept: application/json, text/event-stream" \\\n'
            f"  -d {shlex.quote(body)}"
        )
        yield _use(view, "gateway-curl", line, "gateway-jwt" in accepted)
    if runtime:
        payload = json.dumps(runtime.payload or {"prompt": "Hello"})
    if runtime and (base := _runtime_base(record)):
        url = f"{base}/runtimes/{quote(runtime.arn, safe='')}/invocations?qualifier={runtime.qualifier}"
        line = (
            f"curl -sS -X POST {shlex.quote(url)} \\\n"
            '  -H "Authorization: Bearer $JWT_TOKEN" -H "Content-Type: application/json" \\\n'
            f"  -d {shlex.quote(payload)}"
        )
        yield _use(view, "runtime-curl", line, "runtime-jwt" in accepted)
    if runtime:
        line = (
            f"aws bedrock-agentcore invoke-agent-runtime --agent-runtime-arn {runtime.arn} \\\n"
            f"  --qualifier {runtime.qualifier} --payload {shlex.quote(payload)} "
            "--cli-binary-format raw-in-base64-out \\\n"
            f"  --region {runtime.region} response.json"
        )
        yield _use(view, "runtime-aws", line, bool(accepted & {"runtime-sigv4", "runtime-cli"}))


def _runtime_base(record: RunRecord) -> str | None:
    """The data plane's base URL: the one that this run called, as botocore resolved it."""
    called = (
        each.request.url.split("/runtimes/")[0]
        for each in record.exchanges
        if "/runtimes/" in each.request.url
    )
    return next(called, None)


def _use(view: View, id: str, line: str, works: bool) -> dict[str, str]:
    return {
        "title": view.words(f"usage-{id}"),
        "line": line,
        "works": view.words("usage-accepted" if works else "usage-not-accepted"),
        "sign": "✓" if works else "✗",
    }
