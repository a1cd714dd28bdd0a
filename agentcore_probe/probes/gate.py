"""The order of the calls to a target: one control of each kind, then the genuine calls, then all controls.

A cache or a target that opens after its first accepted call would accept controls that are sent afterwards; a pair of
equal controls, before and after, shows it.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence

from agentcore_probe.model.decision import Decision
from agentcore_probe.model.exchange import SESSION_ENDPOINT_HEADER, Exchange
from agentcore_probe.model.methods import AccessMethod, Target, counterparts_of, is_invocation
from agentcore_probe.model.methods.through_gateway import GENUINE_TO_RUNTIME


class Gate:
    """Makes the probes of a run wait for each other. It never waits for a method that is not part of the run.

    Args:
        methods: the methods of the run.
    """

    def __init__(self, methods: Iterable[AccessMethod] = ()) -> None:
        self._methods = {method.id: method for method in methods}
        self._changed = threading.Condition()
        self._unsent = {method.id for method in self._methods.values() if method.control}
        self._decisions: dict[str, Decision] = {}
        self._exchanges: dict[str, tuple[Exchange, ...]] = {}
        self._session_urls: dict[str, str] = {}

    def first_was_sent(self, method: str) -> None:
        """The first call of the control `method` has its answer, or is not sent at all."""
        with self._changed:
            self._unsent.discard(method)
            self._changed.notify_all()

    def end(
        self,
        method: str,
        decision: Decision,
        exchanges: Sequence[Exchange] = (),
        session_urls: Mapping[str, str] | None = None,
    ) -> None:
        """The probe of `method` has ended, whatever happened to it.

        Args:
            method: the access method's id.
            decision: what its exchanges show.
            exchanges: what it sent.
            session_urls: the URLs of sessions that its answers name, by the ids of the exchanges.
        """
        with self._changed:
            self._session_urls.update(session_urls or {})
            self._unsent.discard(method)
            self._decisions[method] = decision
            self._exchanges[method] = tuple(exchanges)
            self._changed.notify_all()

    def wait_for_first_controls(self, method: AccessMethod) -> None:
        """Waits until the controls of the entrance have sent their first calls.

        A method that needs no token does not wait for the forged token, which needs a login.
        """
        auths = {"jwt": ("none", "forged-jwt"), "sigv4": ("none",)}.get(method.auth, ())
        controls = {
            control.id
            for control in self._methods.values()
            if control.entrance == method.entrance and control.auth in auths
        }
        if method.control or method.fixed_prediction is not None:
            return
        with self._changed:
            self._changed.wait_for(lambda: not controls & self._unsent)

    def wait_for_invocation(self, target: Target) -> tuple[Exchange, ...]:
        """Waits until an invocation of `target` was accepted, or all have ended; what the accepted one sent, else nothing."""
        genuine = [
            row
            for row in self._methods.values()
            if row.target == target and is_invocation(row) and row.for_callers
        ]

        def is_decided() -> bool:
            return self._accepted(genuine) or all(row.id in self._decisions for row in genuine)

        with self._changed:
            self._changed.wait_for(is_decided)
            accepted = (row for row in genuine if self._decisions.get(row.id) == "accepted")
            return next((self._exchanges[row.id] for row in accepted), ())

    def session_url(self, exchange: Exchange) -> str | None:
        """The URL of a session that the answer of an exchange names, with its credentials; None where it names none."""
        shown = exchange.response.header(SESSION_ENDPOINT_HEADER) if exchange.response is not None else None
        with self._changed:
            return self._session_urls.get(exchange.id, shown)

    def wait_for_counterpart(self, method: str) -> bool:
        """Waits until one of the genuine counterparts was accepted, or all have ended; whether one was accepted.

        Those of the same entrance count, where there are any: an entrance may open after its own first accepted call. A
        Runtime that is reached through its Gateway only may open after a call that came that way.
        """
        row = self._methods.get(method)
        counterparts = [
            self._methods[id]
            for id in (counterparts_of(row) if row else ())
            if id in self._methods and self._methods[id].auth in ("jwt", "sigv4")
        ]
        same = [one for one in counterparts if row is not None and one.entrance == row.entrance]
        through = [one for one in counterparts if one.id in GENUINE_TO_RUNTIME]
        if row is not None and not same:
            self._wait_for_one(self._genuine_of(row.entrance))
        return any(map(self._wait_for_one, (same or counterparts, through)))

    def _genuine_of(self, entrance: str) -> list[AccessMethod]:
        """The calls with genuine credentials at an entrance, where no accepted one is needed for a refusal to count."""
        return [
            row
            for row in self._methods.values()
            if row.entrance == entrance and row.auth in ("jwt", "sigv4") and row.fixed_prediction is None
        ]

    def _wait_for_one(self, methods: Collection[AccessMethod]) -> bool:
        """Waits until one of these was accepted, or all have ended; whether one was accepted."""

        def is_decided() -> bool:
            return self._accepted(methods) or all(row.id in self._decisions for row in methods)

        with self._changed:
            self._changed.wait_for(is_decided)
            return self._accepted(methods)

    def _accepted(self, methods: Iterable[AccessMethod]) -> bool:
        return any(self._decisions.get(method.id) == "accepted" for method in methods)
