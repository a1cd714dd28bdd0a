"""Case -> Diagnosis: asks the rules in order, then lets the run's other exchanges prove or weaken it."""

from __future__ import annotations

from dataclasses import replace

from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.judge.decision import decision
from agentcore_probe.judge.factors import alike_except, differ_only_in
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules import arrival, content, credential, gateway, login, resource, url
from agentcore_probe.judge.rules.credential import checks
from agentcore_probe.judge.rules.match import Match, Rule
from agentcore_probe.judge.token_rules import is_id_token
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
    resource.not_ready,
)
"""Every rule, in the order in which they are asked."""


def diagnose(case: Case) -> Diagnosis:
    """Why `case` got its answer; cause `none` when it did what it should, `unexplained` when nothing fits."""
    match = _first(case)
    evidence = [case.exchange.id]
    factor = CAUSES[match.cause].factor
    flips = _flips(case, factor) if factor else []
    settling, match = _settled(case, match, flips)
    if settling is not None:
        evidence.append(settling.id)
    open_question = settling is None and match.confidence != "proven" and not case.exchange.forged
    return Diagnosis(
        cause=match.cause,
        confidence=match.confidence,
        values=match.values,
        evidence=tuple(evidence),
        checks=match.checks,
        experiment=factor if open_question and not flips else None,
        tried=tuple(other.id for other in flips) if open_question else (),
    )


def _settled(case: Case, match: Match, flips: list[Exchange]) -> tuple[Exchange | None, Match]:
    """The exchange that proves most, and what it proves; in whatever order they came."""
    if any(check.id == match.cause and check.passed for check in match.checks):
        return None, match  # our own check contradicts the answer: no pair settles that
    proven = [(_proven(case, match, other), other) for other in flips if _settles(case, match, other)]
    if not proven:
        return None, match
    best, settling = min(proven, key=lambda pair: _CONFIDENCES.index(pair[0].confidence))
    return settling, best


_CONFIDENCES = ("proven", "probable", "possible")


def _proven(case: Case, match: Match, settling: Exchange) -> Match:
    """What the pair proves. That another token passes names no cause by itself."""
    if match.cause != "refused-unexplained":
        return replace(match, confidence="proven")
    mine, theirs = (each.claims if each else {} for each in (case.token, settling.token))
    if is_id_token(mine) and not is_id_token(theirs):
        return replace(match, cause="id-token-sent", confidence="probable")
    return match


def _first(case: Case) -> Match:
    for rule in RULES:
        match = rule(case)
        if match is not None:
            return _modest(case, match)
    status = case.answer.status
    fine = (status is not None and (status == 101 or 200 <= status < 300)) or (
        status is None and decision(case) == "accepted"
    )
    if fine and case.service != "other" and case.code is None:
        return Match("none")
    return Match("unexplained", "possible", {"status": str(status or "unknown")}, _looked_at(case))


def _modest(case: Case, match: Match) -> Match:
    """What a host that is not known as AgentCore's or a provider's says of its callers is possible at most."""
    if case.is_known or CAUSES[match.cause].group in ("arrival", "url", "otherwise"):
        return match
    return replace(match, confidence="possible")


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
    others = [each for each in case.related if each.id != case.exchange.id and not each.forged]
    if case.exchange.forged:
        # The genuine token beside the forged one: equal claims are the purest pair.
        return [
            each
            for each in others
            if each.token
            and not is_id_token(each.token.claims)
            and alike_except("token", case.exchange, each)
        ]
    return [each for each in others if differ_only_in(factor, case.exchange, each)]


def _settles(case: Case, match: Match, other: Exchange) -> bool:
    """Whether `other` got another decision, or further, so that the one factor is the cause."""
    mine, theirs = decision(case), Case(other, case.configuration)
    if not _passes_what_failed(case, match.cause, theirs):
        return False
    factor = CAUSES[match.cause].factor
    if factor == "identifier" and not _same_runtime(case, theirs):
        return False
    if factor == "host" and theirs.address.host_kind not in ("data", "control"):
        return False  # what a stranger's host answers proves nothing of ours
    if factor == "path" and theirs.service == "runtime" and theirs.address.identifier is None:
        return False  # it names no Runtime, so not this one
    if decision(theirs) not in (mine, "undecided"):
        return True
    cause = _first(theirs).cause
    return not CAUSES[cause].early and _reach(cause) > _reach(match.cause)


def _passes_what_failed(case: Case, cause: str, other: Case) -> bool:
    """Whether the other token passes the rule that this one fails: one that fails it too proves nothing of it."""
    failed = {check.field for check in checks(case) if check.cause == cause and check.passed is False}
    return not any(check.field in failed and check.passed is False for check in checks(other))


def _same_runtime(case: Case, other: Case) -> bool:
    """Whether both name one Runtime, padding and the rest of an endpoint's ARN aside."""
    mine, theirs = (each.address.bare.split("/runtime-endpoint/")[0] for each in (case, other))
    return bool(mine) and mine == theirs


_STAGES = {"otherwise": -1, "arrival": 0, "url": 1, "resource": 2, "fine": 4}


def _reach(cause: str) -> int:
    """How far a request got whose answer has this cause: router, resource, authorizer and content, through.

    Whether limits and content are looked at before or after the authorizer is not known
    (docs/agentcore.md section 10), so they count as one stage.
    """
    return _STAGES.get(CAUSES[cause].group, 3)
