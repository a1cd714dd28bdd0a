"""The rows of a run: every access method is probed at the same time, and each first genuine call is repeated at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed

from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.transport import Transport
from agentcore_probe.judge.decision import combined_decision, row_decision
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.decision import Decision
from agentcore_probe.model.methods import AccessMethod, entrance_of, order
from agentcore_probe.model.record import Observation
from agentcore_probe.probes.context import ProbeContext, Result
from agentcore_probe.probes.evidence import Evidence
from agentcore_probe.probes.observation import observation_of
from agentcore_probe.probes.registry import run_probe
from agentcore_probe.probes.stop import RunStop


class Rows:
    """The probes of a run, which have begun.

    Args:
        pool: runs them.
        context: what they share.
        evidence: of the run.
        methods: what is probed.
        progress: called with a method's id and its new state.
        stop: ends the wait for them.
    """

    def __init__(  # noqa: PLR0913  (keyword arguments)
        self,
        pool: ThreadPoolExecutor,
        context: ProbeContext,
        evidence: Evidence,
        methods: Iterable[AccessMethod],
        *,
        progress: Callable[[str, str], None],
        stop: RunStop,
    ) -> None:
        self._pool, self._evidence = pool, evidence
        self._progress, self._stop = progress, stop
        self._probes: dict[Future[Result], tuple[AccessMethod, Transport]] = {}
        for method in methods:
            transport = evidence.open_transport(method.id)
            progress(method.id, "begun")
            self._probes[pool.submit(_run_in_order, method, context, transport)] = (method, transport)

    def observations(self, configuration: Configuration) -> tuple[Observation, ...]:
        """Waits for the probes, and repeats the first genuine calls; the observations in report order.

        Args:
            configuration: what is deployed, with the issuers.

        Raises:
            StoppedError: the run was stopped.
        """
        results = {}
        for future in as_completed(self._probes):
            method, transport = self._probes[future]
            results[method] = future.result()
            self._stop.check()
            self._evidence.collect(transport)
            self._progress(method.id, row_decision(method.id, tuple(transport.exchanges), configuration))
        repeated = {
            method: self._pool.submit(
                self._evidence.repeat, method.id, outgoing, len(transport.exchanges) + 1
            )
            for method, transport in self._probes.values()
            if (outgoing := _repeatable(method, transport)) is not None
        }
        further = {method: repeat.result().exchanges for method, repeat in repeated.items()}
        related = self._evidence.exchanges
        observations = [
            observation_of(
                method,
                [*transport.exchanges, *further.get(method, ())],
                results[method],
                configuration,
                related,
            )
            for method, transport in self._probes.values()
        ]
        return tuple(sorted(observations, key=lambda observation: order(observation.method)))


def _run_in_order(method: AccessMethod, context: ProbeContext, transport: Transport) -> Result:
    """Runs a probe when its turn has come, and lets those pass that wait for it, whatever happens."""
    try:
        context.gate.wait_for_first_controls(method)
        return run_probe(method, context, transport)
    finally:
        decision: Decision = "undecided"
        try:
            decision = combined_decision(tuple(transport.exchanges), context.configuration)
        finally:
            context.gate.end(method.id, decision, transport.exchanges, transport.session_urls)


def _repeatable(method: AccessMethod, transport: Transport) -> Outgoing | None:
    """The first request of a genuine call, to be sent once more; None for a control, and for one without an answer."""
    if method.auth not in ("jwt", "sigv4") or method.fixed_prediction is not None:
        return None
    if entrance_of(method).effect == "tokens":
        return None  # it would cost them once more
    has_answer = bool(transport.exchanges) and transport.exchanges[0].response is not None
    return transport.requests.get(f"{method.id}/1") if has_answer else None
