"""What a run did not try: the verdict says nothing about it."""

from __future__ import annotations

from collections.abc import Iterator

from agentcore_probe.model.judgement import NotTried
from agentcore_probe.model.methods import method
from agentcore_probe.model.record import RunRecord


def not_tried(record: RunRecord) -> tuple[NotTried, ...]:
    """Each in reading order, with the reason in its text; nothing for a run that sent nothing."""
    return tuple(_gaps(record)) if record.exchanges else ()


def _gaps(record: RunRecord) -> Iterator[NotTried]:
    controls = [exchange for exchange in record.exchanges if exchange.must_be_refused]
    if not any(exchange.control == "expired" for exchange in controls):
        yield NotTried(id="expired-token")
    yield NotTried(id="another-client")
    for target in ("gateway", "runtime"):
        phases = {
            exchange.phase
            for exchange in controls
            if (row := method(exchange.id.rpartition("/")[0])) is not None and row.target == target
        }
        if "before" in phases and "after" not in phases:
            yield NotTried(id="controls-after", values={"target": target})
    yield NotTried(id="other-access-methods")
