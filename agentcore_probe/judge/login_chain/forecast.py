"""What a client can be expected to do: its login, step by step, until one fails or is not established."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

from agentcore_probe.judge.login_chain import authorization, call, capabilities, identity, token
from agentcore_probe.judge.login_chain.attempt import Attempt
from agentcore_probe.judge.login_chain.challenge import NoLogin, Start, begin
from agentcore_probe.judge.login_chain.resource_metadata import Resource, find_resource
from agentcore_probe.judge.login_chain.server_metadata import find_server
from agentcore_probe.judge.login_chain.situation import Situation
from agentcore_probe.judge.login_chain.stop import Stop
from agentcore_probe.model.login_chain import STEPS, ClientForecast, Way, WayForecast
from agentcore_probe.model.mcp_client import McpClient

_LATER = (capabilities, identity, authorization, token, call)
_WARNING = (capabilities, authorization, token, call)


@dataclass(frozen=True)
class Walk:
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
        way: how it comes by its id.
    """
    start = begin(client, situation)
    if isinstance(start, Stop):
        return Walk((start,))
    if isinstance(start, NoLogin):
        return Walk(no_login=start)
    resource = find_resource(client, situation, start)
    if isinstance(resource, Stop):
        return Walk((resource,), start)
    server = find_server(client, situation, resource)
    if isinstance(server, Stop):
        return Walk((server,), start, resource)
    attempt = Attempt(client, situation, way, start, resource, server)
    if server.missing is not None:
        return Walk((_at_default_endpoint(server.missing, way),), start, resource, attempt)
    stops = tuple(chain.from_iterable(step.stops(attempt) for step in _LATER))
    return Walk(stops, start, resource, attempt)


def _at_default_endpoint(missing: Stop, way: Way) -> Stop:
    """Without metadata, a client gets as far as the first endpoint of the origin that it calls, which is not there."""
    step = STEPS[4] if way == "automatic" else STEPS[5]
    return Stop(step, missing.reason, True, missing.side, missing.values, missing.evidence)


def forecast(client: McpClient, situation: Situation) -> ClientForecast:
    """What a client can be expected to do, in each way in which it comes by an id.

    Args:
        client: the client.
        situation: the facts.
    """
    return ClientForecast(
        client=client.id, ways=tuple(_way_forecast(client, situation, way) for way in _ways(client))
    )


def _ways(client: McpClient) -> tuple[Way, ...]:
    """How a client can come by its id, in the order in which a person would try."""
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
