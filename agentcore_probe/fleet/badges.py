"""`ENV/badge.svg`: the state of an environment, as the index shows it."""

from __future__ import annotations

from agentcore_probe.fleet.read import read_state
from agentcore_probe.fleet.runs import find_runs, names_of_runs
from agentcore_probe.report.badge import environment_badge
from agentcore_probe.storage import Storage

_ATTEMPTS = 3


def renew_badge(storage: Storage, environment: str) -> None:
    """Makes the badge of what is in the storage: the run that was reported last may not be the newest one.

    Writes none where there is neither a run of all access methods nor a failed attempt.

    Raises:
        ReportError: the storage cannot be read or written.
    """
    for _ in range(_ATTEMPTS):
        names = names_of_runs(storage, environment)
        state = next(filter(None, map(read_state, find_runs(storage, names))), None)
        if state is None:
            return
        badge = environment_badge(environment, state.state, state.as_of, state.source)
        storage.write(f"{environment}/badge.svg", badge)
        if (
            names_of_runs(storage, environment) == names
        ):  # else another command has written something meanwhile
            return
