"""What a client can be expected to do: its login, step by step, until one fails or is not established."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import chain
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

from agentcore_probe.judge.login_chain import authorization, call, capabilities, identity, token
from agentcore_probe.judge.login_chain.attempt import Attempt
from agentcore_probe.judge.login_chain.challenge import NoLogin, Start, begin
from agentcore_probe.judge.login_chain.reasons import UNREAD
from agentcore_probe.judge.login_chain.resource_metadata import Resource, find_resource
from agentcore_probe.judge.login_chain.server_metadata import find_server
from agentcore_probe.judge.login_chain.situation import Situation
from agentcore_probe.judge.login_chain.stop import Stop
from agentcore_probe.model.login_chain import STEPS, ClientForecast, Way, WayForecast
from agentcore_probe.model.mcp_client import McpClient
from agentcore_probe.model.oauth_discovery import REVISIONS

_Found = TypeVar("_Found")
_Facts = ParamSpec("_Facts")
_LATER = (capabilities, identity, authorization, token, call)
_REGISTERS_FIRST = (identity, capabilities, authorization, token, call)
_WARNING = (capabilities, authorization, token, call)


class Walk(NamedTuple):
    """How far a client comes."""

    stops: tuple[Stop, ...] = ()
    """What it does not pass, or may not pass, in the order of the steps."""
    start: Start | None = None
    """None: it does not begin a login."""
    resource: Resource | None = None
    """None: it does not come so far."""
    attempt: Attempt | None = None
    """None: it does not come as far as to read all documents."""
    no_login: NoLogin | None = None


def walk(client: McpClient, situation: Situation, way: Way) -> Walk:
    """A client's login in one way.

    Args:
        client: the client.
        situation: the facts.
        way: how it gets its id.
    """
    doubts: list[Stop] = []
    start = _found(begin, client, doubts, situation)
    if isinstance(start, Stop):
        return Walk((*doubts, start))
    if isinstance(start, NoLogin):
        return Walk(no_login=start)
    resource = _found(find_resource, client, doubts, situation, start)
    if isinstance(resource, Stop):
        return Walk((*doubts, resource), start)
    server = _found(find_server, client, doubts, situation, resource)
    if isinstance(server, Stop):
        return Walk((*doubts, server), start, resource)
    attempt = Attempt(client, situation, way, start, resource, server)
    if server.missing is not None:
        return Walk((*doubts, _at_default_endpoint(server.missing, way)), start, resource, attempt)
    order = _REGISTERS_FIRST if client.registers_before_checks else _LATER
    later = chain.from_iterable(step.stops(attempt) for step in order)
    return Walk((*doubts, *later), start, resource, attempt)


def _found(
    find: Callable[Concatenate[McpClient, _Facts], _Found],
    client: McpClient,
    doubts: list[Stop],
    *facts: _Facts.args,
    **more: _Facts.kwargs,
) -> _Found:
    """What a client finds; where its behaviour is not established, what it finds if it goes on.

    If it does not go on, it fails, so that what certainly fails later decides in either case.
    """
    found = find(client, *facts, **more)
    if isinstance(found, Stop) and not found.is_certain and found.reason not in UNREAD:
        doubts.append(found)
        return find(replace(client, **_going_on(client)), *facts, **more)
    return found


def _going_on(client: McpClient) -> dict[str, Any]:
    """The behaviours that are not established, such that the client goes on."""
    return {name: value for name, value in _GOING_ON.items() if getattr(client, name) is None}


_GOING_ON = {
    "revision": REVISIONS[-1],
    "starts_on": tuple(range(300, 600)),
    "resource_lookup": "challenge-then-well-known",
    "falls_back_to_origin": True,
    "asks_origin_for_openid": True,
    "checks_resource": False,
    "resource_must_equal": False,
    "checks_issuer": False,
    "relative_metadata_url": "ignored",
    "stops_on_resource_error": False,
    "server_error": "skipped",
    "malformed_metadata": "skipped",
}


def _at_default_endpoint(missing: Stop, way: Way) -> Stop:
    """Without metadata, a client gets as far as the first endpoint of the origin that it calls, which is not there."""
    step, endpoint = (STEPS[4], "register") if way == "automatic" else (STEPS[5], "authorize")
    values = {**missing.values, "fallback": endpoint}
    return Stop(step, missing.reason, True, missing.side, values, missing.evidence)


def forecast(client: McpClient, situation: Situation) -> ClientForecast:
    """What a client can be expected to do, in each way in which it gets an id.

    Args:
        client: the client.
        situation: the facts.
    """
    return ClientForecast(
        client=client.id, ways=tuple(_way_forecast(client, situation, way) for way in _ways(client))
    )


def _ways(client: McpClient) -> tuple[Way, ...]:
    """How a client can get its id, in the order in which a person would try."""
    if not client.logs_in:
        return ("automatic",)
    ways: list[Way] = [] if client.registrations == () else ["automatic"]
    if client.takes_typed_id is not False:
        ways.append("typed-id")
    return tuple(ways) or ("automatic",)


def _way_forecast(client: McpClient, situation: Situation, way: Way) -> WayForecast:
    walked = walk(client, situation, way)
    if walked.no_login is not None:
        evidence = tuple(filter(None, [walked.no_login.exchange]))
        return WayForecast(way=way, outcome="connects", reason=walked.no_login.reason, evidence=evidence)
    attempt = walked.attempt
    warnings = tuple(chain.from_iterable(step.warnings(attempt) for step in _WARNING)) if attempt else ()
    stop = _decisive(walked.stops)
    if stop is None:
        evidence = attempt.evidence if attempt else ()
        return WayForecast(way=way, outcome="connects", warnings=warnings, evidence=evidence)
    if stop.is_certain and not walked.stops[0].is_certain:
        warnings = (*warnings, "warning-may-stop-earlier")
    return WayForecast(
        way=way,
        outcome="fails" if stop.is_certain else "possible",
        step=stop.step,
        reason=stop.reason,
        values=stop.values,
        side=stop.side,
        warnings=warnings,
        evidence=tuple(dict.fromkeys(filter(None, stop.evidence))),
    )


def _decisive(stops: tuple[Stop, ...]) -> Stop | None:
    """The first step that certainly fails, else the first whose result is not established.

    A client that fails at a later step in any case does not connect, whatever an earlier one that is not established does.
    """
    return next((stop for stop in stops if stop.is_certain), stops[0] if stops else None)
