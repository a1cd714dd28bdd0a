"""After a deployment: waits until the targets can be called, so that a run does not report the deployment itself.

A target is looked at in two steps: its status in the control plane, then one genuine call, because the data plane lags
behind READY (docs/agentcore.md section 3.2). Only what a deployment causes is waited for: a resource that has failed, a
login that fails and a token that the rules must refuse are results, which the run reports.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from agentcore_probe.access.aws import Aws
from agentcore_probe.access.control_plane import read_targets
from agentcore_probe.access.identity import log_in
from agentcore_probe.access.oidc import read_issuer
from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.person import Person
from agentcore_probe.access.secret_store import SecretStore
from agentcore_probe.access.transport import Transport
from agentcore_probe.errors import StoppedError
from agentcore_probe.flows.flow import NoTokens, PreparedLogin, Tokens
from agentcore_probe.judge.decision import decision
from agentcore_probe.judge.diagnose import diagnose
from agentcore_probe.judge.prediction import predict
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules.resource import PROPAGATION
from agentcore_probe.model.aws_shapes import from_answers
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.methods import Target, method
from agentcore_probe.model.token import MARGIN_SECONDS, unverified_facts
from agentcore_probe.probes.context import BearerCaller, Caller, ProbeContext, SigningCaller
from agentcore_probe.probes.login import client_facts, prepare_login, with_client_secret
from agentcore_probe.probes.mcp import Conversation, newest_version
from agentcore_probe.probes.runtime import invocation

FIRST_PAUSE = 5.0
"""Seconds between the first two looks; each further pause is half as long again."""
LONGEST_PAUSE = 30.0
_UNDER_WAY = ("CREATING", "UPDATING", "SYNCHRONIZING")
"""The statuses that end by themselves (botocore: AgentRuntimeStatus, GatewayStatus, TargetStatus)."""
_DEPLOYING = frozenset(
    {
        "endpoint-propagating",
        "runtime-not-found",
        "qualifier-not-found",
        "session-conflict",
    }
)
"""The causes of a refused call that a deployment may have, however old the resource is."""


@dataclass(frozen=True)
class Obstacle:
    """Why a target cannot be called yet."""

    target: Target
    reason: str
    """Facts without prose: a status (`CREATING`), or what a call got and its cause."""


@dataclass(frozen=True)
class Waiting:
    """The state of the wait after a look at the targets."""

    obstacles: tuple[Obstacle, ...]
    """Empty: every target can be called, or what is wrong with it is not the deployment."""
    seconds: float
    """How long it has taken so far."""
    is_over: bool
    """Whether no further look follows."""


class Readiness:
    """Looks at the targets of an environment: two reads and one call of each, and a login where it is needed.

    Args:
        environment: what is called.
        aws: access to its account.
        store: reads its secrets.
        person: asked by a login that needs somebody.
    """

    def __init__(
        self, environment: Environment, aws: Aws, store: SecretStore, person: Person | None = None
    ) -> None:
        self._person = person
        self._environment = environment
        self._aws = aws
        self._store = store
        self._login: PreparedLogin | None = None
        self._tokens: Tokens | NoTokens | None = None

    def look(self) -> tuple[Obstacle, ...]:
        """What keeps the targets from being called.

        Raises:
            InputError: a secret cannot be read, or the region is missing.
        """
        facts = read_targets(self._environment, self._aws)
        configuration = from_answers(facts)
        # Before anything is waited for: a secret that is missing now is missing in ten minutes.
        self._login = self._login or prepare_login(self._environment, configuration, self._store)
        obstacles = list(_statuses(self._environment, configuration))
        waiting = {obstacle.target for obstacle in obstacles}
        targets: tuple[Target, ...] = ("gateway", "runtime")
        for target in targets:
            if target not in waiting and getattr(self._environment, target) is not None:
                reason = self._call(target, configuration, _updated(facts.get(target), self._environment))
                obstacles += [Obstacle(target, reason)] if reason else []
        return tuple(obstacles)

    def _call(self, target: Target, configuration: Configuration, updated: datetime | None) -> str | None:
        """Sends one genuine call; why it is to be sent again later, or None."""
        caller = self._caller(target, configuration)
        if caller is None:
            return None
        id = f"{target}-{'jwt' if isinstance(caller, BearerCaller) else 'sigv4'}"
        with self._transport(id, target) as transport:
            outgoing = self._first_request(target, configuration, transport)
            if outgoing is None:
                return None
            case = Case(transport.send(caller.equip(outgoing)), configuration)
        decided = decision(case)
        if decided == "accepted":
            return None
        cause = diagnose(case).cause
        if cause == "resource-not-ready":
            return None  # a status that does not end by itself: `_statuses` has those that do
        row = method(id)
        assert row is not None
        predicted = predict(row, configuration, case.token, case.now, case.exchange.request.at)
        is_new = updated is not None and abs(datetime.now(UTC) - updated) < PROPAGATION
        if cause in _DEPLOYING or (is_new and predicted.decision != "refused"):
            response = case.exchange.response
            return f"HTTP {response.status}, {cause}" if response is not None else cause
        return None

    def _first_request(
        self, target: Target, configuration: Configuration, transport: Transport
    ) -> Outgoing | None:
        login: Future[Tokens | NoTokens | None] = Future()
        login.set_result(self._tokens)
        context = ProbeContext(self._environment, self._aws, configuration, login)
        if target == "runtime":
            return invocation(context)
        gateway, url = configuration.gateway, context.gateway_url
        if url is None or (gateway is not None and gateway.speaks_mcp is False):
            return None
        version = newest_version(gateway.supported_versions if gateway else None)
        return Conversation(transport, url, Caller(), version).first_request()

    def _caller(self, target: Target, configuration: Configuration) -> Caller | None:
        """The caller that the deployed authorizer is meant to accept; None where there is none."""
        authorizer = configuration.authorizer(target)
        kind = authorizer.type if authorizer else "CUSTOM_JWT" if self._login else "AWS_IAM"
        if kind == "NONE":
            return Caller()
        if kind == "CUSTOM_JWT":
            tokens = self._current_tokens()
            return BearerCaller(tokens.access) if isinstance(tokens, Tokens) else None
        return None if self._aws.login_problem is not None else SigningCaller(self._aws)

    def _current_tokens(self) -> Tokens | NoTokens | None:
        """The tokens of one login, renewed shortly before they expire."""
        if self._login is None:
            return None
        if not isinstance(self._tokens, Tokens) or _expires_soon(self._tokens):
            self._tokens = self._new_tokens(self._login)
        return self._tokens

    def _new_tokens(self, login: PreparedLogin) -> Tokens | NoTokens:
        is_secret_known = login.client_secret is not None
        prepared = with_client_secret(
            login, None if is_secret_known else client_facts(login, self._aws), self._aws
        )
        if isinstance(prepared, NoTokens):
            return prepared
        with self._transport("identity") as transport:
            return log_in(prepared, self._aws, transport, self._document, self._person)

    def _document(self) -> Mapping[str, Any]:
        url = self._login.discovery_url if self._login else None
        if url is None:
            return {}
        with self._transport("discovery") as transport:
            document: Mapping[str, Any] = read_issuer(url, transport).get("document", {})
        return document

    def _transport(self, id: str, purpose: Target | None = None) -> Transport:
        return Transport(id, self._environment.limits, purpose=purpose, ca_bundle=self._aws.ca_bundle)


def wait_until_callable(
    readiness: Readiness,
    seconds: float,
    report: Callable[[Waiting], None],
    *,
    stop: threading.Event,
    pause: float = FIRST_PAUSE,
) -> Waiting:
    """Looks again and again until nothing is in the way, or the time is up.

    Args:
        readiness: looks at the targets.
        seconds: how long to wait at most.
        report: called after each look.
        stop: ends the wait when it is set from another thread.
        pause: seconds until the second look.

    Raises:
        InputError: a secret cannot be read, or the region is missing.
        StoppedError: `stop` was set.
    """
    begin = time.monotonic()
    while True:
        obstacles = readiness.look()
        elapsed = time.monotonic() - begin
        waiting = Waiting(obstacles, elapsed, is_over=not obstacles or elapsed >= seconds)
        report(waiting)
        if waiting.is_over:
            return waiting
        if stop.wait(min(pause, seconds - elapsed)):
            raise StoppedError
        pause = min(pause * 1.5, LONGEST_PAUSE)


def _statuses(environment: Environment, configuration: Configuration) -> Iterator[Obstacle]:
    """The statuses that a deployment leaves by itself, the first one of each target."""
    gateway, runtime = configuration.gateway, configuration.runtime
    if gateway is not None:
        parts = [("", _status(gateway.unreadable, gateway.status))]
        parts += [(f"target {target.name} ", target.status) for target in gateway.targets or ()]
        yield from _first_under_way("gateway", parts)
    if runtime is not None and environment.runtime is not None:
        qualifier = environment.runtime.qualifier
        parts = [("", _status(runtime.unreadable, runtime.status))]
        if runtime.endpoints is not None:
            statuses = {endpoint.name: endpoint.status for endpoint in runtime.endpoints}
            parts.append((f"endpoint {qualifier} ", statuses.get(qualifier, "NOT FOUND")))
        yield from _first_under_way("runtime", parts)


def _status(unreadable: str | None, status: str | None) -> str | None:
    return "NOT FOUND" if unreadable == "ResourceNotFoundException" else status


def _first_under_way(target: Target, parts: list[tuple[str, str | None]]) -> Iterator[Obstacle]:
    for name, status in parts:
        if status in (*_UNDER_WAY, "NOT FOUND"):
            yield Obstacle(target, f"{name}{status}")
            return


def _updated(part: Mapping[str, Any] | None, environment: Environment) -> datetime | None:
    """When a target, or the endpoint that is called, was last changed, as the control plane says."""
    if part is None:
        return None
    qualifier = environment.runtime.qualifier if environment.runtime else None
    endpoints = [entry for entry in part.get("endpoints", ()) if entry.get("name") == qualifier]
    times = [
        value
        for entry in (part, *endpoints)
        for key in ("lastUpdatedAt", "updatedAt")
        if isinstance(value := entry.get(key), datetime)
    ]
    return max(times, default=None)


def _expires_soon(tokens: Tokens) -> bool:
    expires = unverified_facts(tokens.access.reveal()).claims.get("exp")
    return isinstance(expires, int | float) and expires - time.time() < MARGIN_SECONDS
