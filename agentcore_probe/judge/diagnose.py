"""Case -> Diagnosis: the first rule that matches names the cause, then the run's other exchanges prove or weaken it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from agentcore_probe.judge.causes import CAUSES, Group
from agentcore_probe.judge.decision import decision
from agentcore_probe.judge.factors import alike_except, differ_only_in
from agentcore_probe.judge.judges import other_judge, who_judged
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules import (
    arrival,
    aws_login,
    behind_gateway,
    chain,
    commands,
    container,
    content,
    credential,
    gateway,
    harness,
    iam,
    login,
    other_service,
    policy,
    repetition,
    resource,
    sentence,
    session_endpoint,
    sockets,
    success,
    url,
)
from agentcore_probe.judge.rules.match import Match, Rule
from agentcore_probe.judge.rules.named_cause import checks
from agentcore_probe.judge.token_rules import is_id_token
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.judgement import Check, Diagnosis

RULES: tuple[Rule, ...] = (
    *sentence.RULES,
    *aws_login.RULES,
    *chain.RULES,
    sockets.closed_at_limit,
    arrival.no_answer,
    arrival.too_large,
    *session_endpoint.RULES,
    *other_service.RULES,
    other_service.unknown_host,
    arrival.foreign_answer,
    *repetition.RULES,
    *login.RULES,
    behind_gateway.target_path,
    behind_gateway.another_runtime,
    *commands.RULES,
    sockets.shell_open,
    *url.RULES,
    *resource.RULES,
    *policy.RULES,
    *container.RULES,
    *behind_gateway.RULES,
    *sockets.RULES,
    content.quoted_container,
    content.throttled_403,
    *iam.RULES,
    *harness.RULES,
    chain.refused_without_challenge,
    *credential.RULES,
    *success.RULES,
    *gateway.RULES,
    *content.RULES,
    resource.not_ready,
    sentence.hidden_answer,
)
"""Every rule, in the order in which they are tried."""


def diagnose(case: Case) -> Diagnosis:
    """Why `case` got its response: `none` if the call worked, `unexplained` if no rule matches."""
    match = _first_match(case)
    factor = CAUSES[match.cause].factor
    proof, match, compared = _strongest_proof(
        case, match, _comparable_exchanges(case, factor) if factor else ()
    )
    others = (proof.id,) if proof else match.evidence
    is_open = proof is None and match.confidence != "proven" and not case.exchange.forged
    return Diagnosis(
        cause=match.cause,
        confidence=match.confidence,
        values=_values(case, match),
        evidence=(case.exchange.id, *others),
        checks=match.checks if any(check.passed is not None for check in match.checks) else (),
        experiment=factor if is_open and not compared else None,
        tried=tuple(other.id for other in compared) if is_open else (),
        judge=who_judged(case, CAUSES[match.cause], match.confidence, decision(case)),
    )


def _values(case: Case, match: Match) -> dict[str, str]:
    """The values of the cause's text, with what only the whole diagnosis shows."""
    judge = other_judge(case, CAUSES[match.cause])
    if judge is not None:
        return {**match.values, "by": judge}
    if match.cause == "unexplained":
        return {**match.values, **_what_is_missing(case)}
    if match.cause == "refused-unexplained" and any(check.passed is not None for check in match.checks):
        return {**match.values, "checked": "yes"}
    if match.cause == "none" and decision(case) != "accepted":
        return {"kind": "login" if case.service in ("cognito", "oauth") else "other"}
    return match.values


def _what_is_missing(case: Case) -> dict[str, str]:
    """Which one thing a pasted text does not show, without which nothing can be explained."""
    response, is_pasted = case.exchange.response, case.exchange.purpose is None
    if not is_pasted or case.exchange.fault is not None:
        return {}
    if response is None:
        return {"lacks": "answer", "program": case.program}
    if response.status is None:
        return {"lacks": "status", "program": case.program}
    return {"lacks": "body", "program": case.program} if not response.body.strip() else {}


def _strongest_proof(
    case: Case, match: Match, comparable: Iterable[Exchange]
) -> tuple[Exchange | None, Match, list[Exchange]]:
    """The exchange that proves most, the match as it proves it, and what was compared; in whatever order the exchanges came.

    Where nothing is proven, all were compared.
    """
    if any(check.id == match.cause and check.passed for check in match.checks):
        # Our own check contradicts the response, and no pair resolves that.
        return None, match, list(comparable)
    proofs, compared = [], []
    for other in comparable:
        compared.append(other)
        if _is_proof(case, match, other):
            proofs.append((_proven(case, match, other), other))
            if proofs[-1][0].confidence == _CONFIDENCES[0]:
                break  # nothing proves more, and a run may have hundreds that could
    if not proofs:
        return None, match, compared
    strongest, proof = min(proofs, key=lambda pair: _CONFIDENCES.index(pair[0].confidence))
    return proof, strongest, compared


_CONFIDENCES = ("proven", "probable", "possible")


def _proven(case: Case, match: Match, proof: Exchange) -> Match:
    """What the pair proves. That another token is accepted names no cause by itself."""
    if match.cause != "refused-unexplained":
        return replace(match, confidence="proven")
    refused, accepted = (token.claims if token else {} for token in (case.token, proof.token))
    if is_id_token(refused) and not is_id_token(accepted):
        return replace(match, cause="id-token-sent", confidence="probable")
    return match


def _first_match(case: Case) -> Match:
    for rule in RULES:
        match = rule(case)
        if match is not None:
            return _limit_confidence(case, match)
    status = case.answer.status
    succeeded = decision(case) == "accepted" if status is None else status == 101 or 200 <= status < 300
    if succeeded and case.service != "other" and case.code is None:
        return Match("none")
    return Match(
        "unexplained", "possible", {"status": str(status or "unknown")}, _checks_of_unexplained(case)
    )


def _limit_confidence(case: Case, match: Match) -> Match:
    """An unknown host need not be AgentCore or a provider, so what it says of its callers is only possible."""
    if case.is_known or CAUSES[match.cause].group in ("arrival", "url", "otherwise"):
        return match
    return replace(match, confidence="possible")


def _checks_of_unexplained(case: Case) -> tuple[Check, ...]:
    """What an unexplained response is not about."""
    address, has_url = case.address, bool(case.exchange.request.url)
    has_both_regions = address.region and address.arn_region
    results = {
        "answer-not-from-aws": case.answer.from_aws,
        "arn-not-encoded": not address.raw_slash if address.path else None,
        "arn-double-encoded": not address.double_encoded if address.path else None,
        "region-mismatch": address.region == address.arn_region if has_both_regions else None,
        "credential-missing": case.auth != "none" if has_url else None,
    }
    return tuple(Check(id=id, passed=passed) for id, passed in results.items())


def _comparable_exchanges(case: Case, factor: str) -> Iterator[Exchange]:
    """The run's other exchanges that differ from this one in `factor` alone.

    A forged token is not an experiment, and neither is a text that is not a credential, or an equal call again. The counterpart of a forged one is a genuine token, with equal claims if
    only the signature was forged.
    """
    for other in case.related:
        if (
            other.id == case.exchange.id
            or other.forged
            or other.control not in (None, "anonymous", "id-token")
        ):
            continue
        if case.exchange.forged:
            is_genuine = other.token is not None and not is_id_token(other.token.claims)
            if is_genuine and alike_except("token", case.exchange, other):
                yield other
        elif differ_only_in(factor, case.exchange, other):
            yield other


def _is_proof(case: Case, match: Match, exchange: Exchange) -> bool:
    """Whether `exchange` got another decision, or further, so that the one factor is the cause."""
    other = Case(exchange, case.configuration, case.related)
    if not _can_be_compared(case, CAUSES[match.cause].factor, other):
        return False
    if _fails_same_check(case, match.cause, other):
        return False
    if decision(other) not in (decision(case), "undecided"):
        return True
    cause = CAUSES[_first_match(other).cause]
    return not cause.early and _stage(cause.group) > _stage(CAUSES[match.cause].group)


def _can_be_compared(case: Case, factor: str | None, other: Case) -> bool:
    """Whether both requests are about the same Runtime at AgentCore, so that only the factor differs."""
    if factor == "identifier":
        return _is_same_runtime(case, other)
    if factor == "host":
        return other.address.host_kind in ("data", "control")
    if factor == "path":
        return other.service != "runtime" or other.address.identifier is not None
    return True


def _fails_same_check(case: Case, cause: str, other: Case) -> bool:
    """Whether the other token fails the rule that this one fails, so that its acceptance proves nothing about it."""
    failed = {check.field for check in checks(case) if check.cause == cause and check.passed is False}
    return any(check.field in failed and check.passed is False for check in checks(other))


def _is_same_runtime(case: Case, other: Case) -> bool:
    """Whether both name one Runtime, apart from padding and the suffix of an endpoint's ARN."""
    name, other_name = (side.address.bare.split("/runtime-endpoint/")[0] for side in (case, other))
    return bool(name) and name == other_name


_STAGES: dict[Group, int] = {"otherwise": -1, "arrival": 0, "url": 1, "resource": 2, "fine": 4}
_CHECKED = 3
"""Authorizer, content and limits: in which order the service checks them is not known (docs/agentcore.md section 10)."""


def _stage(group: Group) -> int:
    """How far a request got whose cause is of this group: router, resource, authorizer and content, success."""
    return _STAGES.get(group, _CHECKED)
