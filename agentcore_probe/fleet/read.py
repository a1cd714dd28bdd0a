"""Makes the fleet of what is in a storage: each environment as of its newest run."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from pydantic import ValidationError

from agentcore_probe import __version__
from agentcore_probe.errors import InputError
from agentcore_probe.fleet.failures import read_failure
from agentcore_probe.fleet.past import Streak, verdict_streaks
from agentcore_probe.fleet.runs import Runs, find_runs, names_of_runs
from agentcore_probe.fleet.stored import StoredRun
from agentcore_probe.model.fleet import FLEET, SCHEMA, Change, EnvironmentState, Fleet
from agentcore_probe.storage import Storage

_AT_A_TIME = 8
"""Environments that are read at a time: of a storage behind a network, most of it is waiting."""


class FleetRead(NamedTuple):
    """The fleet, and what could not be read of it."""

    fleet: Fleet
    problems: list[str]
    """A line for each record that was left out."""
    names: list[str]
    """The files that it was made of (`names_of_runs`)."""


def read_fleet(storage: Storage, *, anew: bool = False) -> FleetRead:
    """Every environment of a storage.

    Since when a verdict is as it is, the history says; without one, the runs that are read and the former fleet do.

    Args:
        storage: where the reports are.
        anew: read also what the former fleet knows.

    Raises:
        ReportError: the storage cannot be read.
        InputError: it has no environments, or no run of one that can be shown.
    """
    names = names_of_runs(storage)
    all_runs = find_runs(storage, names)
    if not all_runs:
        raise InputError("no reports yet", where=storage.location, hint="Run: agentcore-probe report all")
    former = {state.environment: state for state in former_states(storage)}
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        read = list(pool.map(partial(_state, former=former, anew=anew), all_runs))
    problems = [problem for _, lines in read for problem in lines]
    known = [state for state, _ in read if state is not None]
    if not known:
        raise InputError(_why_none(problems), where=storage.location, hint="Run: agentcore-probe report all")
    streaks = verdict_streaks(storage)
    states = [_with_streak(state, streaks) for state in known]
    fleet = Fleet(
        schema=SCHEMA,
        made=datetime.now(UTC).replace(microsecond=0),
        tool=f"agentcore-probe {__version__}",
        environments=tuple(sorted(states, key=lambda state: state.environment)),
    )
    return FleetRead(fleet, problems, names)


def _why_none(problems: Sequence[str]) -> str:
    """Why no environment can be shown."""
    if not problems:
        return "no report of a whole run"
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"no usable reports: {problems[0]}{more}"


def read_state(runs: Runs) -> EnvironmentState | None:
    """The environment as of its newest run, without those before it; None where nothing can be read.

    Raises:
        ReportError: the storage cannot be read.
    """
    newest = next(runs.newest_first([]), None)
    state = _of_run(runs, newest) if newest is not None else None
    return _with_failure(runs, state)


def _with_streak(state: EnvironmentState, streaks: Mapping[str, Streak]) -> EnvironmentState:
    """The state as the history has it, where that has its newest run, and not only the last of the runs that are known."""
    streak = streaks.get(state.environment)
    if streak is None or streak.run != state.run:
        return state
    is_contradicted = streak.other is not None and state.since is not None and streak.other >= state.since
    if streak.runs < state.runs and not is_contradicted:
        return state
    return state.model_copy(update={"since": streak.since, "runs": streak.runs})


def former_states(storage: Storage) -> tuple[EnvironmentState, ...]:
    """What the index showed before; empty where there was none, or another version wrote it."""
    content = storage.read(FLEET)
    with contextlib.suppress(ValidationError):
        return Fleet.model_validate_json(content).environments if content is not None else ()
    return ()


def _state(
    runs: Runs, former: Mapping[str, EnvironmentState], *, anew: bool
) -> tuple[EnvironmentState | None, list[str]]:
    """The environment as of its newest run, and a line for each record that cannot be read."""
    known = former.get(runs.environment)
    problems: list[str] = []
    folder = runs.newest_folder
    if not anew and folder is not None and known is not None and known.folder == folder:
        update = {
            "state": "not-verified" if known.failed_checks else known.verdict,
            "failure": None,
            "link": runs.link(folder),
        }
        state: EnvironmentState | None = known.model_copy(update=update)
    else:
        state = _read_state(runs, known, problems)
    return _with_failure(runs, state), problems


def _with_failure(runs: Runs, state: EnvironmentState | None) -> EnvironmentState | None:
    """The state, unless the last attempt has no record."""
    failure = read_failure(runs.storage, runs.environment) if runs.has_failure else None
    if failure is None:
        return state
    if state is None:
        state = EnvironmentState(environment=runs.environment, state="error")
    is_before = state.started is not None and failure.at < state.started.replace(microsecond=0)
    if is_before and failure.after != state.run:
        return state
    return state.model_copy(update={"state": "error", "failure": failure})


def _read_state(runs: Runs, known: EnvironmentState | None, problems: list[str]) -> EnvironmentState | None:
    """The environment as its two newest runs show it; None where none can be read. Adds to `problems`."""
    newest: StoredRun | None = None
    for run in runs.newest_first(problems):
        if newest is None:
            newest = run
        elif run.id != newest.id:
            return _with_past(_of_run(runs, newest), run, known)
    return _with_past(_of_run(runs, newest), None, known) if newest is not None else None


def _of_run(runs: Runs, run: StoredRun) -> EnvironmentState:
    account, region = run.place
    actions = run.judgement.actions
    failed_checks = runs.failed_checks(run.folder)
    return EnvironmentState(
        environment=runs.environment,
        state="not-verified" if failed_checks else run.judgement.verdict,
        verdict=run.judgement.verdict,
        failed_checks=failed_checks,
        account=account,
        region=region,
        language=run.environment.language,
        source=run.provenance.source,
        run=run.id,
        started=run.provenance.started,
        folder=run.folder,
        link=run.link,
        ways=run.ways,
        action=actions[0] if actions else None,
        actions=len(actions),
        since=run.provenance.started,
        runs=1,
    )


def _with_past(
    state: EnvironmentState, previous: StoredRun | None, former: EnvironmentState | None
) -> EnvironmentState:
    """The state with what the run before it showed, and since when its verdict is as it is."""
    update: dict[str, object] = {}
    if previous is not None:
        before = previous.ways
        update = {
            "previous": previous.provenance.started,
            "previous_verdict": previous.judgement.verdict,
            "changes": tuple(
                Change(method=way, before=before[way], after=outcome)
                for way, outcome in state.ways.items()
                if before.get(way, outcome) != outcome
            ),
        }
        if previous.judgement.verdict == state.verdict:
            update |= {"since": previous.provenance.started, "runs": 2}
    elif former is not None and former.run == state.run:  # the run before it was pruned
        update = {name: getattr(former, name) for name in ("previous", "previous_verdict", "changes")}
    ended_before = previous is not None and previous.judgement.verdict != state.verdict
    if former is not None and former.verdict == state.verdict and not ended_before:
        if former.run == state.run:
            update |= {"since": former.since, "runs": former.runs}
        elif previous is not None and former.run == previous.id:
            update |= {"since": former.since, "runs": former.runs + 1}
    return state.model_copy(update=update)
