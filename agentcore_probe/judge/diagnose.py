"""Case -> Diagnosis: asks the rules in order, then lets the run's other exchanges prove or weaken it."""

from __future__ import annotations

from dataclasses import replace

from agentcore_probe.judge.case import Case
from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.judge.decide import decision
from agentcore_probe.judge.factors import changed
from agentcore_probe.judge.rules import arrival, content, credential, gateway, login, resource, url
from agentcore_probe.judge.rules.verdict import Rule, Verdict
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.judgement import Check, Diagnosis

RULES: tuple[Rule, ...] = (
    *arrival.RULES,
    *login.RULES,
    *url.RULES,
    *resource.RULES,
    content.quoted_container,
    *credential.RULES,
    *gateway.RULES,
    *content.RULES,
)
"""Every rule, in the order in which they are asked."""


def diagnose(case: Case) -> Diagnosis:
    """Why `case` got its answer; cause `none` when it did what it should, `unexplained` when nothing fits."""
    verdict = _first(case)
    evidence = [case.exchange.id]
    pair = _settling(case, verdict)
    if pair is not None:
        verdict = replace(verdict, confidence="proven")
        evidence.append(pair.id)
    cause = CAUSES[verdict.cause]
    return Diagnosis(
        cause=verdict.cause,
        confidence=verdict.confidence,
        values=verdict.values,
        evidence=tuple(evidence),
        checks=verdict.checks,
        experiment=None if pair or verdict.confidence == "proven" else cause.factor,
    )


def _first(case: Case) -> Verdict:
    for rule in RULES:
        verdict = rule(case)
        if verdict is not None:
            return verdict
    status = case.answer.status
    fine = (status is not None and 200 <= status < 300) or (status is None and decision(case) == "accepted")
    if fine and case.service != "other" and case.answer.rpc_code is None:
        return Verdict("none")
    return Verdict("unexplained", "possible", {"status": str(status or "-")}, _looked_at(case))


def _looked_at(case: Case) -> tuple[Check, ...]:
    """What an unexplained answer is not."""
    passed = {
        "answer-not-from-aws": case.answer.from_aws,
        "arn-not-encoded": not case.address.raw_slash if case.address.path else None,
        "arn-double-encoded": not case.address.double_encoded if case.address.path else None,
        "region-mismatch": case.address.region == case.address.arn_region
        if case.address.region and case.address.arn_region
        else None,
        "credential-missing": case.auth != "none" if case.exchange.request.url else None,
    }
    return tuple(Check(id=id, passed=value) for id, value in passed.items())


def _settling(case: Case, verdict: Verdict) -> Exchange | None:
    """The related exchange that differs in the cause's own factor alone and got further."""
    factor = CAUSES[verdict.cause].factor
    if factor is None:
        return None
    mine = decision(case)
    for other in case.related:
        if other.id == case.exchange.id or changed(case.exchange, other) != {factor}:
            continue
        theirs = Case(other, case.configuration)
        got_further = decision(theirs) != mine and decision(theirs) != "undecided"
        if got_further or (
            mine == "undecided" and _first(theirs).cause != verdict.cause and decision(theirs) != "undecided"
        ):
            return other
    return None
