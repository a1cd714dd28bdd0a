"""The things in a pasted text, each with what it is and what is wrong with it; what is pasted together is judged together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from agentcore_probe.judge.material.authorizer import settings_facts, settings_problems
from agentcore_probe.judge.material.places import Target, arn_facts, target_of, url_facts
from agentcore_probe.judge.material.tokens import token_facts
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.commandline import PastedRequest
from agentcore_probe.judge.reading.material import Material
from agentcore_probe.judge.reading.material.places import FoundArn, FoundUrl
from agentcore_probe.judge.reading.material.settings import AuthorizerSettings
from agentcore_probe.judge.rules.match import Match
from agentcore_probe.judge.rules.request import UNSENT, request_faults, token_faults, url_faults
from agentcore_probe.judge.rules.url import is_path
from agentcore_probe.model.exchange import Exchange, Purpose, Request, TokenFacts
from agentcore_probe.model.judgement import Confidence, Fact

_MAX_PLACES = 5
"""How many ARNs or URLs of one text are explained."""
_MAX_OTHER_TOKENS = 2
"""How many tokens are described beside the one that is judged, as a login returns an ID token with an access token."""


class Part(NamedTuple):
    """What one thing in the text is, and what is wrong with it."""

    facts: tuple[Fact, ...]
    case: Case
    matches: tuple[Match, ...] = ()
    """What is wrong, with the cause of the refusal that would follow."""
    is_described: bool = False
    """Whether its facts say already what is wrong."""
    target: Target | None = None
    """How to call it."""


def parts_of(material: Material, now: datetime) -> Iterator[Part]:
    """What is in the text: requests, else URLs; the token; settings; ARNs if there is nothing else.

    Args:
        material: what the text contains.
        now: the time with which the times of tokens are compared.
    """
    configuration, token = material.configuration, material.token
    for pasted in material.requests:
        exchange = _exchange(pasted.request, pasted.token or token)
        part = _request(pasted, Case(exchange, configuration), now)
        yield part if material.is_alone else part._replace(matches=tuple(map(_doubted, part.matches)))
    if not material.requests:
        for place in [place for place in material.urls if _is_described(place, material)][:_MAX_PLACES]:
            method = "GET" if is_path(place.address.suffix, "GET") else "POST"
            request = Request(method=method, url=place.url, auth="bearer")
            yield _url(place, Case(_exchange(request, None), configuration), is_alone=material.is_alone)
        if token is not None:
            purpose: Purpose = (
                "gateway" if any(one.target == "gateway" for one in material.settings) else "runtime"
            )
            case = Case(_exchange(Request(auth="bearer"), token, purpose), configuration)
            faults = tuple(token_faults(case, now))
            faults = faults if material.is_alone else tuple(map(_doubted, faults))
            yield Part(tuple(token_facts(token, now)), case, faults)
            others = [other for other in material.tokens if other is not token]
            yield from (Part(tuple(token_facts(other, now)), case) for other in others[:_MAX_OTHER_TOKENS])
    for settings in material.settings:
        yield _settings(settings, Case(_exchange(Request(), None), configuration))
    if not (material.requests or material.urls or material.settings):
        for arn in material.arns[:_MAX_PLACES]:
            yield _arn(arn, "probable" if material.is_alone else "possible")


def _doubted(match: Match) -> Match:
    """A fault of a token in a text that tells of more, for which it may have been another time."""
    is_of_token = bool(match.checks) or match.cause == "id-token-sent"
    return replace(match, confidence="possible") if is_of_token else match


def _is_described(place: FoundUrl, material: Material) -> bool:
    """Whether a URL is described: beside a token or settings, a provider's URL is part of them."""
    is_agentcore = place.address.host_kind in ("data", "control", "gateway")
    return is_agentcore or not (material.tokens or material.settings)


def _exchange(request: Request, token: TokenFacts | None, purpose: Purpose | None = None) -> Exchange:
    return Exchange(id="case/1", step="call", request=request, token=token, purpose=purpose)


def _request(pasted: PastedRequest, case: Case, now: datetime) -> Part:
    request = pasted.request
    values = {"method": request.method, "url": request.url or "none", "auth": request.auth}
    token = tuple(token_facts(case.token, now)) if case.token else ()
    is_complete = case.service in ("runtime", "gateway") and "<expanded>" not in request.url
    target = Target(request, "", request.url, is_command=True) if is_complete else None
    return Part((Fact(id="request", values=values), *token), case, request_faults(case, now), target=target)


def _url(place: FoundUrl, case: Case, *, is_alone: bool) -> Part:
    is_callable = (
        case.service in ("runtime", "gateway")
        and place.address.host_kind != "control"
        and "<expanded>" not in place.url
    )
    target = Target(case.exchange.request, "", place.url) if is_callable else None
    is_mention = place.address.path in ("", "/") and not is_alone  # a host that a sentence or a header names
    faults = () if is_mention else tuple(url_faults(case))
    if not is_alone:
        faults = tuple(replace(fault, confidence="possible") for fault in faults)
    return Part(tuple(url_facts(place)), case, faults, target=target)


def _settings(settings: AuthorizerSettings, case: Case) -> Part:
    problems = tuple(settings_problems(settings))
    facts = (*settings_facts(settings), *(problem.fact for problem in problems))
    matches = (
        Match(problem.cause, problem.confidence, {**UNSENT, **problem.values})
        for problem in problems
        if problem.cause
    )
    return Part(facts, case, tuple(matches), is_described=True)


def _arn(place: FoundArn, confidence: Confidence) -> Part:
    target = None if place.arn.defect else target_of(place.arn)
    case = Case(_exchange(target.request if target else Request(), None))
    values = {**UNSENT, "identifier": place.arn.text, "form": "malformed", "part": place.arn.defect}
    matches = (Match("arn-kind-wrong", confidence, values),) if place.arn.defect else ()
    if place.is_padded:
        matches = (*matches, Match("arn-blank-or-padded", confidence, UNSENT))
    if place.encodings > 1:
        matches = (*matches, Match("arn-double-encoded", confidence, UNSENT))
    return Part(tuple(arn_facts(place)), case, matches, is_described=True, target=target)
