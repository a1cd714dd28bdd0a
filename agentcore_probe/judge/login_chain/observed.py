"""The steps apart from a particular client: what no client passes, what only some pass, and what every client passes.

They are the steps of model clients: one that does what the MCP specification asks for, and others that each refuse what a
client may refuse, or look only where a client must look. A step at which a client of the table fails is none that every
client passes, either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import cast

from agentcore_probe.judge.login_chain.forecast import Walk, walk
from agentcore_probe.judge.login_chain.reasons import Reason, StepReason
from agentcore_probe.judge.login_chain.server_metadata import provider_of
from agentcore_probe.judge.login_chain.situation import Situation
from agentcore_probe.judge.login_chain.stop import Stop, printable
from agentcore_probe.model.login_chain import (
    STEPS,
    ClientForecast,
    LoginStep,
    StepId,
    StepResult,
    Way,
    WayForecast,
)
from agentcore_probe.model.mcp_client import McpClient
from agentcore_probe.providers.generic import PROVIDER as GENERIC
from agentcore_probe.providers.provider import Provider

_USUAL = McpClient(
    id="usual",
    name="",
    revision="2026-07-28",
    resource_lookup="challenge-then-well-known",
    falls_back_to_origin=False,
    checks_resource=True,
    checks_issuer=True,
    needs_s256_listed=False,
    refuses_list_without_s256=False,
    checks_response_type=False,
    registrations=("dynamic",),
    takes_typed_id=True,
    client_metadata_url=None,
    registers_at_origin=False,
    redirect_uris=None,
    sends_resource=True,
    scope_sources=("challenge", "resource-metadata", "configured"),
    asks_offline_access=False,
    checks_iss=True,
    relative_metadata_url="ignored",
    stops_on_resource_error=False,
    server_error="skipped",
    malformed_metadata="skipped",
    follows_redirects=False,
    sources=(),
)
"""A client of the current revision that refuses nothing that it may take (docs/agentcore.md section 12.2)."""
_OTHERS = (
    replace(_USUAL, relative_metadata_url="stops", resource_lookup="challenge-only"),
    replace(_USUAL, revision="2025-06-18", server_error="stops", malformed_metadata="stops"),
    replace(_USUAL, needs_s256_listed=True, refuses_list_without_s256=True, checks_response_type=True),
    replace(_USUAL, scope_sources=("challenge", "resource-metadata", "server-metadata")),
)
"""Clients that stop where only some do."""

_PASSED: dict[StepId, StepReason] = {
    "challenge": "challenge-names-metadata",
    "resource-metadata": "resource-metadata-found",
    "server-metadata": "server-metadata-found",
    "server-capabilities": "capabilities-complete",
    "client-identity": "identity-available",
    "authorization": "authorization-possible",
    "token": "token-endpoint-listed",
    "call": "rules-can-match",
}
"""The reason of a step that every client passes."""


def observed_steps(situation: Situation, forecasts: Iterable[ClientForecast]) -> tuple[LoginStep, ...]:
    """The eight steps, as far as the facts show them.

    Args:
        situation: the facts.
        forecasts: what each client can be expected to do.
    """
    usual = _walks(_USUAL, situation)
    others = [one for client in _OTHERS for one in _walks(client, situation)]
    if usual[0].no_login is not None:
        return tuple(_skipped(step, usual[0].no_login.exchange) for step in STEPS)
    failing = [found.best for found in forecasts if found.outcome == "fails" and found.best.side != "client"]
    steps = (_step(step, usual, others, situation) for step in STEPS)
    return tuple(_agreeing(step, failing, _takes_documents(usual[0])) for step in steps)


def _agreeing(step: LoginStep, failing: list[WayForecast], takes_documents: bool) -> LoginStep:
    """A step that says so if it passes in general, but clients fail there for the reason that most of them have."""
    reasons = Counter(one.reason for one in failing if one.step == step.step)
    if step.result != "passed" or not reasons:
        return step
    [(reason, _)] = reasons.most_common(1)
    way = next(one for one in failing if one.step == step.step and one.reason == reason)
    stop = Stop(step.step, cast("Reason", reason), True, way.side, way.values, way.evidence)
    found = _stopped([stop], is_for_all=False)
    if way.values.get("fallback", "none") != "none":
        return found.model_copy(update={"reason": "after-fallback"})
    if reason == "client-registration-unsupported" and takes_documents:
        return found.model_copy(update={"reason": "registration-documents-only"})
    return found


def _walks(client: McpClient, situation: Situation) -> list[Walk]:
    """A model client's login in both ways; the person gives it a redirect URI that the app client lists."""
    app_client = situation.app_client
    uris = app_client.callback_urls if app_client is not None else None
    ways: tuple[Way, ...] = ("automatic", "typed-id")
    return [walk(replace(client, redirect_uris=uris), situation, way) for way in ways]


def _skipped(step: StepId, exchange: str) -> LoginStep:
    """A step of a target that nobody logs in to."""
    is_first = step == STEPS[0]
    reason = "no-login-needed" if is_first else "not-reached"
    evidence = (exchange,) if is_first and exchange else ()
    return LoginStep(step=step, result="passed" if is_first else "unknown", reason=reason, evidence=evidence)


def _step(step: StepId, usual: list[Walk], others: list[Walk], situation: Situation) -> LoginStep:
    reached = [one for one in usual if _reaches(one, step)]
    if not reached:
        return LoginStep(step=step, result="unknown", reason="not-reached")
    if step == STEPS[0] and (found := _challenge(reached[0], situation)) is not None:
        return found
    # A client with a metadata document needs no registration.
    ignored: Reason | None = "client-registration-unsupported" if _takes_documents(reached[0]) else None
    stops = _stops(reached, step, ignored)
    if len(stops) == len(reached):
        return _stopped(stops, is_for_all=True)
    stops += _stops([one for one in others if _reaches(one, step)], step, ignored)
    if stops:
        return _stopped(stops, is_for_all=False)
    return _passed(step, reached[0])


def _reaches(one: Walk, step: StepId) -> bool:
    """Whether a login comes as far as this step, in a client that goes on where a result is not established."""
    hard = [stop for stop in one.stops if one.attempt is None or one.attempt.server.missing is not None]
    return not hard or STEPS.index(step) <= STEPS.index(hard[0].step)


def _takes_documents(one: Walk) -> bool:
    """Whether the server takes the URL of a metadata document as an id."""
    members = one.attempt.server.document.members if one.attempt is not None else None
    return (members or {}).get("client_id_metadata_document_supported") is True


def _stops(walks: Iterable[Walk], step: StepId, ignored: Reason | None = None) -> list[Stop]:
    """What each login does not pass, or may not pass, in this step."""
    stops = ([stop for stop in one.stops if stop.step == step and stop.reason != ignored] for one in walks)
    return [_worst(found) for found in stops if found]


def _worst(stops: list[Stop]) -> Stop:
    return next((stop for stop in stops if stop.is_certain), stops[0])


def _challenge(one: Walk, situation: Situation) -> LoginStep | None:
    """A challenge that begins a login, but does not say where the metadata is."""
    challenge = situation.documents.challenge
    if challenge is None or _stops([one], STEPS[0]):
        return None
    evidence = (challenge.exchange,)
    if challenge.is_renamed:
        return LoginStep(
            step=STEPS[0], result="warning", reason="challenge-header-renamed", evidence=evidence
        )
    if challenge.metadata_url is None:
        return LoginStep(
            step=STEPS[0], result="warning", reason="challenge-without-metadata", evidence=evidence
        )
    return None


_FOR_SOME: dict[Reason, StepReason] = {
    "authorization-server-metadata-missing": "server-metadata-openid-only",
    "oauth-metadata-missing": "metadata-elsewhere",
}
"""The reason of a step that some clients do not pass, where it is not that of a client."""


def _stopped(stops: list[Stop], *, is_for_all: bool) -> LoginStep:
    """A step that no client passes, or some do not pass."""
    stop = _worst(stops)
    result: StepResult = ("failed" if is_for_all else "warning") if stop.is_certain else "unknown"
    reason: Reason | StepReason = stop.reason
    if stop.step == "challenge" and "metadata" in stop.values:
        reason = "metadata-url-relative"
    elif result == "warning":
        reason = _FOR_SOME.get(stop.reason, stop.reason)
    evidence = tuple(dict.fromkeys(filter(None, stop.evidence)))
    return LoginStep(step=stop.step, result=result, reason=reason, values=stop.values, evidence=evidence)


def _passed(step: StepId, one: Walk) -> LoginStep:
    start, resource = one.start, one.resource
    document = one.attempt.server.document if one.attempt is not None else None
    values: dict[str, str | None] = {}
    exchange = document.exchange if document is not None else ""
    if step == "challenge" and start is not None:
        values, exchange = {"metadata": start.metadata_url}, start.exchange
    elif step == "resource-metadata" and resource is not None:
        values, exchange = {"resource": resource.resource, "issuer": resource.server}, resource.exchange
    elif document is not None and step in _ADDRESSES:
        values = {"url": document.text(_ADDRESSES[step]) or document.url}
    if step == "authorization" and document is not None:
        announces = (document.members or {}).get("authorization_response_iss_parameter_supported") is True
        values["iss"] = "announced" if announces else "absent"
    return LoginStep(
        step=step,
        result="passed",
        reason=_PASSED[step],
        values={name: printable(value or "none") for name, value in values.items()},
        evidence=(exchange,) if exchange else (),
    )


_ADDRESSES: dict[StepId, str] = {
    "server-metadata": "",
    "authorization": "authorization_endpoint",
    "token": "token_endpoint",
}
"""The member whose address the sentence of a step names; the document's own where there is none."""


def named_server(situation: Situation) -> tuple[str | None, Provider]:
    """The issuer that the metadata of the MCP server names, and its provider.

    Args:
        situation: the facts.
    """
    lenient = replace(_USUAL, checks_resource=False, checks_issuer=False)
    walked = walk(lenient, situation, "automatic")
    if walked.attempt is not None:
        return walked.attempt.server.issuer, walked.attempt.server.provider
    if walked.resource is not None:
        return walked.resource.server, provider_of(walked.resource.server, {})
    return None, GENERIC
