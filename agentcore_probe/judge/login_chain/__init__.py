"""How MCP clients log in at the targets: the chain from the challenge to the call, judged step by step."""

from __future__ import annotations

from agentcore_probe.model.login_chain import LoginChain
from agentcore_probe.model.record import RunRecord


def login_chains(record: RunRecord) -> tuple[LoginChain, ...]:
    """The chain of each target whose documents a run has read, in reading order.

    Args:
        record: the run's facts.
    """
    del record
    return ()
