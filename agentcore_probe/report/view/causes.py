"""The root causes: each once, with its rows, its proof and what mends it."""

from __future__ import annotations

import zlib
from itertools import takewhile
from typing import Any

from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.judge.factors import FACTORS
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.judgement import Diagnosis, Finding
from agentcore_probe.report.messages import messages
from agentcore_probe.report.view.names import Names

_SUREST = ("proven", "probable", "possible")


def root_causes(names: Names) -> list[dict[str, Any]]:
    """Every cause once, with all rows that have it: surprises first, then what is open, then what was meant to be."""
    groups: dict[str, list[Finding]] = {}
    for finding in names.judgement.findings:
        if finding.diagnosis.cause != "none":
            groups.setdefault(cause_anchor(names, finding), []).append(finding)
    causes = [_root_cause(names, findings) for findings in groups.values()]
    return sorted(causes, key=lambda each: _KINDS.index(each["kind"]))


_KINDS = ("surprise", "open", "expected")


def _kind(finding: Finding) -> str:
    if _surprises(finding):
        return "surprise"
    return "expected" if finding.outcome == "as-expected" else "open"


def cause_anchor(names: Names, finding: Finding) -> str:
    """The anchor of a finding's cause: one that reads differently, or of rows of another kind, has its own article."""
    english = Names(names.record, names.judgement, messages("en"))  # ids are the same in every language
    text = "".join(english.cause(finding.diagnosis, part) for part in ("", ".why", ".fix"))
    number = zlib.crc32(text.encode("utf-8", "surrogatepass"))
    return f"{names.prefix}cause-{finding.diagnosis.cause}-{number:08x}-{_kind(finding)}"


def _root_cause(names: Names, findings: list[Finding]) -> dict[str, Any]:
    best = min(findings, key=lambda each: _SUREST.index(each.diagnosis.confidence))
    diagnosis = best.diagnosis
    evidence = [id for finding in findings for id in finding.diagnosis.evidence]
    return {
        "id": diagnosis.cause,
        "anchor": cause_anchor(names, best),
        "kind": _kind(best),
        "title": names.cause(diagnosis),
        "why": names.cause(diagnosis, ".why"),
        "fix": names.cause(diagnosis, ".fix"),
        "source": _source(names, CAUSES[diagnosis.cause].source),
        "confidence": names.messages(f"confidence-{diagnosis.confidence}"),
        "rows": [names.name(finding.method) for finding in findings],
        "evidence": [names.reference(id) for id in dict.fromkeys(evidence)],
        "checks": [names.check(each) for each in diagnosis.checks],
        "pair": _pair(names, diagnosis),
        "experiment": _open_question(names, diagnosis),
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
"""Sources that are no titles, and their words."""


def _source(names: Names, source: str) -> str:
    for text, id in _CITED.items():
        source = source.replace(text, names.messages(f"cite-{id}"))
    return source


def _remedies(names: Names, findings: list[Finding]) -> dict[str, Any]:
    """Each line to paste once: the same cause at Runtime and Gateway is mended in both."""
    wanting = [finding for finding in findings if _surprises(finding)] or findings
    remedies = [each.diagnosis.remedy for each in wanting if each.diagnosis.remedy is not None]
    fragments = dict.fromkeys(pair for each in remedies for pair in each.fragments.items())
    recorded = names.record.provenance.source == "recorded"
    return {
        "commands": list(dict.fromkeys(line for each in remedies for line in each.commands)),
        "fragments": [
            {"title": names.messages(f"fragment-{kind}"), "text": text} for kind, text in fragments
        ],
        "rechecks": [] if recorded else list(dict.fromkeys(each.recheck for each in remedies)),
    }


def _surprises(finding: Finding) -> bool:
    """Whether a row needs somebody's attention: it came out wrong, or could not even be tried."""
    return finding.outcome in ("unexpected", "error") or finding.observed is None


def _open_question(names: Names, diagnosis: Diagnosis) -> dict[str, Any] | None:
    """What would prove the cause, or that trying it changed nothing."""
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
    """The two exchanges that settle a cause, and the one thing in which they differ."""
    factor = CAUSES[diagnosis.cause].factor
    if diagnosis.confidence != "proven" or len(diagnosis.evidence) < 2 or factor is None:
        return None
    one, other = (names.record.exchange(id) for id in diagnosis.evidence[:2])
    if one is None or other is None:
        return None
    sides = [(one, _difference(factor, one, other)), (other, _difference(factor, other, one))]
    return {
        "factor": names.messages(f"factor-{factor}"),
        "sides": [
            {**names.reference(each.id), "status": names.status(each), "line": line} for each, line in sides
        ],
    }


def _difference(factor: str, mine: Exchange, other: Exchange) -> tuple[str, str, str]:
    """What was sent, in three parts: the same, the one difference, the same again."""
    texts = [FACTORS[factor].text(mine, other), FACTORS[factor].text(other, mine)]
    start = _shared(*texts)
    end = _shared(*(text[start:][::-1] for text in texts))
    stop = len(texts[0]) - end
    return texts[0][:start], texts[0][start:stop], texts[0][stop:]


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
