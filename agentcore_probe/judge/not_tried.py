"""What a run did not try: the verdict says nothing about it."""

from __future__ import annotations

from collections.abc import Iterator

from agentcore_probe.model.forgeries import ANONYMOUS_IDS, UNTRIED_REASONS
from agentcore_probe.model.judgement import NotTried
from agentcore_probe.model.methods import method, unasked_entrances
from agentcore_probe.model.record import RunRecord


def not_tried(record: RunRecord) -> tuple[NotTried, ...]:
    """Each in reading order, with the reason in its text; nothing for a run that sent nothing."""
    return tuple(_gaps(record)) if record.exchanges else ()


def _gaps(record: RunRecord) -> Iterator[NotTried]:
    controls = [exchange for exchange in record.exchanges if exchange.must_be_refused]
    yield from _untried_controls(record)
    unsent = [exchange for exchange in record.exchanges if not exchange.was_sent]
    if unsent and unsent[0].fault is not None:
        values = {"count": str(len(unsent)), "limit": unsent[0].fault.detail}
        yield NotTried(id="request-limit", values=values)
    if not any(exchange.control == "expired" for exchange in controls):
        yield NotTried(id=_why_no_expired_token(record))
    if not any(caller.token is not None for caller in record.identities):
        yield NotTried(id="another-client")
    for target in ("gateway", "runtime"):
        phases = {
            exchange.phase
            for exchange in controls
            if (row := method(exchange.id.rpartition("/")[0])) is not None and row.target == target
        }
        if "before" in phases and "after" not in phases:
            yield NotTried(id="controls-after", values={"target": target})
    yield from _entrances(record)
    # A file that names entrances is about WebSockets as well: they were tried, or are among those left out.
    names_entrances = record.environment.entrances is not None
    yield NotTried(id="other-calls" if names_entrances else "other-access-methods")


def _entrances(record: RunRecord) -> Iterator[NotTried]:
    """The entrances that a file which names some leaves out. Files that name none were written before there were more."""
    if record.environment.entrances is not None and (left_out := unasked_entrances(record.environment)):
        yield NotTried(id="entrances", values={"names": ", ".join(left_out)})


def _untried_controls(record: RunRecord) -> Iterator[NotTried]:
    """How many kinds of forged tokens and of anonymous calls some target did not get, for each reason."""
    kinds: dict[tuple[str, str], set[str]] = {}
    for control, reason in _untried(record):
        if control != "expired" and reason in UNTRIED_REASONS:
            kind = "anonymous" if control in ANONYMOUS_IDS else "forged"
            kinds.setdefault((kind, reason), set()).add(control)
    for (kind, reason), ids in kinds.items():
        yield NotTried(id="controls", values={"count": str(len(ids)), "kind": kind, "reason": reason})


def _why_no_expired_token(record: RunRecord) -> str:
    """The id of the gap: the token's own defect, else whether the environment names a token."""
    reasons = {reason for control, reason in _untried(record) if control == "expired"}
    for reason in ("token-not-expired", "token-unreadable"):
        if reason in reasons:
            return reason
    identity = record.environment.identity
    is_named = identity is not None and identity.expired_token is not None
    return "expired-token-not-sent" if is_named else "expired-token"


def _untried(record: RunRecord) -> Iterator[tuple[str, str]]:
    """The controls that some target did not get, each with its reason."""
    for observation in record.observations:
        untried = observation.facts.get("untried")
        if isinstance(untried, dict):
            yield from ((str(control), str(reason)) for control, reason in untried.items())
