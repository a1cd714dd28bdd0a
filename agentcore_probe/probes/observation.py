"""What the exchanges of one access method come to."""

from __future__ import annotations

from collections.abc import Sequence

from agentcore_probe.judge.decision import row_decision
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.methods import AccessMethod
from agentcore_probe.model.record import Observation
from agentcore_probe.probes.context import Result


def observation_of(
    method: AccessMethod,
    exchanges: Sequence[Exchange],
    result: Result,
    configuration: Configuration,
    related: tuple[Exchange, ...] = (),
) -> Observation:
    """What one access method showed.

    Args:
        method: the access method.
        exchanges: its exchanges, in order.
        result: what its probe returned.
        configuration: what is deployed.
        related: the exchanges of the whole run.
    """
    ids = [exchange.id for exchange in exchanges] or ([result.exchange] if result.exchange else [])
    return Observation(
        method=method.id,
        decision=row_decision(method.id, tuple(exchanges), configuration, related),
        exchanges=tuple(ids),
        facts=dict(result.facts),
        not_tried=result.not_tried,
        not_applicable=result.not_applicable,
    )
