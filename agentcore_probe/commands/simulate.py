"""`simulate`: prints what an IAM principal may do with the targets, which statements decide, and what to add."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from agentcore_probe import api
from agentcore_probe.commands.printable import printable
from agentcore_probe.commands.wrapping import wrapped
from agentcore_probe.errors import ExitCode
from agentcore_probe.judge.policy.evaluation import Outcome

if TYPE_CHECKING:
    from agentcore_probe.simulation.rows import Row, Simulation

_WORDS: dict[Outcome, str] = {
    "allowed": "allowed",
    "denied": "denied",
    "not-allowed": "not allowed",
    "depends": "depends",
    "unknown": "unknown",
}
_SIDES = {
    "identity": "no policy of the principal allows it",
    "boundary": "its permissions boundary does not allow it",
    "resource": "no resource policy allows it",
}
_INDENT = " " * 15


def run(name: str, principal: str, profile: str | None, *, as_json: bool) -> int:
    """Prints the simulation; returns 0 if the calls of a run are allowed, else 1.

    Args:
        name: the environment.
        principal: an ARN.
        profile: as for `api.simulate`.
        as_json: print one JSON object.

    Raises:
        ProbeError: as `api.simulate`.
    """
    simulation = api.simulate(name, principal, profile=profile)
    code = ExitCode.VERIFIED if simulation.is_allowed else ExitCode.NOT_VERIFIED
    if as_json:
        print(json.dumps({"exit_code": int(code), **asdict(simulation)}, ensure_ascii=False))
    else:
        print(printable("\n".join(_lines(simulation))))
    return int(code)


def _lines(simulation: Simulation) -> Iterator[str]:
    yield from wrapped(f"Simulated for {simulation.principal}; nothing was invoked.", "")
    target = ""
    reasons: list[str] = []
    for row in simulation.rows:
        if row.target != target:
            yield ""
            if row.refuses_signatures:
                yield f"{row.target}: refuses this principal, its authorizer takes tokens only"
                yield "  Callers with a token:"
            else:
                yield f"{row.target}{' (callers with a token)' if row.is_bearer else ''}"
            target, reasons = row.target, []
        yield f"  {_WORDS[row.decision.outcome]:12} {row.action}"
        above, reasons = reasons, list(_reasons(row))
        for reason in ("as above",) if reasons and reasons == above else reasons:
            yield from wrapped(reason, _INDENT)
    yield ""
    for note in simulation.notes:
        yield from wrapped(note, "", "  ")
    for place, policy in simulation.statements.items():
        yield ""
        yield from wrapped(f"To allow the calls of a run, add this to {place}:", "")
        yield policy


def _reasons(row: Row) -> Iterator[str]:
    decision = row.decision
    if decision.outcome == "not-allowed":
        yield "; ".join(_SIDES[side] for side in decision.lacks)
    elif decision.outcome in ("denied", "allowed"):
        yield from (f"by {name}" for name in decision.by)
    else:
        yield from (what if what.startswith("could not") else f"on {what}" for what in decision.depends)
