"""How MCP clients log in at the targets: the chain from the challenge to the call, judged step by step."""

from __future__ import annotations

from agentcore_probe.clients import CLIENTS
from agentcore_probe.judge.login_chain.forecast import forecast
from agentcore_probe.judge.login_chain.observed import named_server, observed_steps
from agentcore_probe.judge.login_chain.recorded import with_recorded_login
from agentcore_probe.judge.login_chain.situation import Situation, situation_of
from agentcore_probe.judge.login_chain.stop import printable
from agentcore_probe.model.login_chain import LoginChain
from agentcore_probe.model.record import RunRecord


def login_chains(record: RunRecord) -> tuple[LoginChain, ...]:
    """The chain of each target whose documents a run has read, in reading order.

    Args:
        record: the run's facts.
    """
    situations = (situation_of(record, "gateway"), situation_of(record, "runtime"))
    return tuple(_chain(record, situation) for situation in situations if situation is not None)


def _chain(record: RunRecord, situation: Situation) -> LoginChain:
    issuer, provider = named_server(situation)
    return LoginChain(
        target=situation.target,
        url=printable(situation.url),
        provider=provider.id,
        issuer=printable(issuer) if issuer is not None else None,
        steps=with_recorded_login(observed_steps(situation), record, situation.target),
        clients=tuple(forecast(client, situation) for client in CLIENTS),
    )
