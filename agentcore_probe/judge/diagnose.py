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
    factor = CAUSES[verdict.cause].factor
    flips = _flips(case, factor) if factor else []
    settling = next((other for other in flips if _settles(case, verdict, other)), None)
    if settling is not None:
        verdict = replace(verdict, confidence="proven")
        evidence.append(settling.id)
    open_question = settling is None and verdict.confidence != "proven"
    return Diagnosis(
        cause=verdict.cause,
        confidence=verdict.confidence,
        values=verdict.values,
        evidence=tuple(evidence),
        checks=verdict.checks,
        experiment=factor if open_question and not flips else None,
        tried=tuple(other.id for other in flips) if open_question else (),
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


def _flips(case: Case, factor: str) -> list[Exchange]:
    """The run's exchanges that differ from this one in `factor` alone; forged tokens are no experiment."""
    return [
        other
        for other in case.related
        if other.id != case.exchange.id and not other.forged and changed(case.exchange, other) == {factor}
    ]


def _settles(case: Case, verdict: Verdict, other: Exchange) -> bool:
    """Whether `other` got another decision, or further, so that the one factor is the cause."""
    mine, theirs = decision(case), Case(other, case.configuration)
    if decision(theirs) not in (mine, "undecided"):
        return True
    return _reach(_first(theirs).cause) > _reach(verdict.cause)


_STAGES = {"otherwise": -1, "arrival": 0, "url": 1, "resource": 2, "fine": 4}


def _reach(cause: str) -> int:
    """How far a request got whose answer has this cause: router, resource, authorizer and content, through.

    Whether limits and content are looked at before or after the authorizer is not known
    (agentcore-facts section 10), so they count as one stage.
    """
    return _STAGES.get(CAUSES[cause].group, 3)
