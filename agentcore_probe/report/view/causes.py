"""The root causes: each once, with its rows, its proof and its fix."""

from __future__ import annotations

import zlib
from itertools import takewhile
from typing import Any

from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.judge.factors import FACTORS
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.judgement import Diagnosis, Finding
from agentcore_probe.model.languages import DEFAULT
from agentcore_probe.report.messages import messages
from agentcore_probe.report.view.names import Names

_MOST_CERTAIN_FIRST = ("proven", "probable", "possible")
_KINDS = ("surprise", "open", "expected")


def root_causes(names: Names) -> list[dict[str, Any]]:
    """Every cause once, with all rows that have it: surprises first, then open rows, then expected refusals.

    A problem of the AWS login leads, since it hides what the other rows are about.
    """
    groups: dict[str, list[Finding]] = {}
    for finding in names.judgement.all_findings:
        if finding.diagnosis.cause != "none":
            groups.setdefault(cause_anchor(names, finding), []).append(finding)
    causes = [_root_cause(names, findings) for findings in groups.values()]
    login = names.record.provenance.aws_login
    first = login.cause if login else None
    return sorted(causes, key=lambda cause: (cause["id"] != first, _KINDS.index(cause["kind"])))


def _kind(finding: Finding) -> str:
    if _needs_attention(finding):
        return "surprise"
    return "expected" if finding.outcome == "as-expected" else "open"


def cause_anchor(names: Names, finding: Finding) -> str:
    """The anchor of a finding's cause.

    Rows share an article if its sentences are the same for them and they are of one kind.
    """
    english = Names(
        names.record, names.judgement, messages(DEFAULT)
    )  # anchors are the same in every language
    text = "".join(english.cause(finding.diagnosis, part) for part in ("", ".why", ".fix"))
    checksum = zlib.crc32(text.encode("utf-8", "surrogatepass"))
    return f"{names.prefix}cause-{finding.diagnosis.cause}-{checksum:08x}-{_kind(finding)}"


def _root_cause(names: Names, findings: list[Finding]) -> dict[str, Any]:
    best = min(findings, key=lambda finding: _MOST_CERTAIN_FIRST.index(finding.diagnosis.confidence))
    diagnosis = best.diagnosis
    evidence = [id for finding in findings for id in finding.diagnosis.evidence]
    return {
        "id": diagnosis.cause,
        "anchor": cause_anchor(names, best),
        "kind": _kind(best),
        "title": names.cause(diagnosis),
        "why": names.cause(diagnosis, ".why"),
        "fix": names.cause(diagnosis, ".fix"),
        "judges": list(dict.fromkeys(filter(None, (names.judge(finding.diagnosis) for finding in findings)))),
        "whole": names.messages.whole_lists([f"cause-{diagnosis.cause}"], diagnosis.values),
        "source": _source(names, CAUSES[diagnosis.cause].source),
        "certainty": CAUSES[diagnosis.cause].certainty,
        "confidence": names.messages(f"confidence-{diagnosis.confidence}"),
        "rows": [names.name(finding.method) for finding in findings],
        "evidence": [names.reference(id) for id in dict.fromkeys(evidence)],
        "checks": [names.check(check) for check in diagnosis.checks],
        "pair": _pair(names, diagnosis),
        "experiment": _experiment(names, diagnosis),
        **_remedies(names, findings),
    }


_CITED = {
    "field reports": "field-reports",
    "measured with requests": "measured",
    "nothing at hand explains it": "none",
    "nothing fits": "nothing-fits",
    "the probe's own limit": "own-limit",
    "what the service documents": "documented",
}
"""Sources in the table of causes that are words instead of a document's title, by the id of their message."""


def _source(names: Names, source: str) -> str:
    for words, id in _CITED.items():
        source = source.replace(words, names.messages(f"cite-{id}"))
    return source


def _remedies(names: Names, findings: list[Finding]) -> dict[str, Any]:
    """Each line to paste once: the same cause at Runtime and Gateway has a fix for both."""
    urgent = [finding for finding in findings if _needs_attention(finding)] or findings
    remedies = [finding.diagnosis.remedy for finding in urgent if finding.diagnosis.remedy is not None]
    fragments = dict.fromkeys(pair for remedy in remedies for pair in remedy.fragments.items())
    recorded = names.record.provenance.source == "recorded"
    return {
        "commands": list(dict.fromkeys(line for remedy in remedies for line in remedy.commands)),
        "fragments": [
            {"title": names.messages(f"fragment-{kind}"), "text": text} for kind, text in fragments
        ],
        "rechecks": [] if recorded else list(dict.fromkeys(remedy.recheck for remedy in remedies)),
    }


def _needs_attention(finding: Finding) -> bool:
    """Whether a row came out wrong, or could not even be tried."""
    is_untried = finding.observed is None and finding.outcome != "as-expected"
    return finding.outcome in ("unexpected", "error") or is_untried


def _experiment(names: Names, diagnosis: Diagnosis) -> dict[str, Any] | None:
    """The experiment that would prove the cause, or those that changed nothing."""
    factor = CAUSES[diagnosis.cause].factor
    if factor is None or diagnosis.confidence == "proven":
        return None
    if diagnosis.tried:
        text = names.messages("experiment-changed-nothing", factor=names.messages(f"factor-{factor}"))
        return {"text": text, "tried": [names.reference(id) for id in diagnosis.tried]}
    if diagnosis.experiment is None:
        return None
    text = names.messages("experiment-would-prove", factor=names.messages(f"factor-{factor}"))
    return {"text": text, "tried": []}


def _pair(names: Names, diagnosis: Diagnosis) -> dict[str, Any] | None:
    """The two exchanges that prove a cause, and the one thing in which they differ."""
    factor = CAUSES[diagnosis.cause].factor
    if diagnosis.confidence != "proven" or len(diagnosis.evidence) < 2 or factor is None:
        return None
    one, other = (names.record.exchange(id) for id in diagnosis.evidence[:2])
    if one is None or other is None:
        return None
    return {
        "factor": names.messages(f"factor-{factor}"),
        "sides": [
            {
                **names.reference(exchange.id),
                "status": names.status(exchange),
                "line": _difference(factor, exchange, counterpart),
            }
            for exchange, counterpart in ((one, other), (other, one))
        ],
    }


def _difference(factor: str, exchange: Exchange, counterpart: Exchange) -> dict[str, str]:
    """The part of a request that the factor is about: what differs, and what is the same around it."""
    text = FACTORS[factor].text(exchange, counterpart)
    other = FACTORS[factor].text(counterpart, exchange)
    start = _common_length(text, other)
    stop = len(text) - _common_length(text[start:][::-1], other[start:][::-1])
    return {"before": text[:start], "differs": text[start:stop], "after": text[stop:]}


def _common_length(one: str, other: str) -> int:
    """How many characters two texts have in common at their start."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
