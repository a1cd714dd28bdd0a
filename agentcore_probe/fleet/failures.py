"""`ENV/error.json`: why the last attempt at an environment has no record. The next record removes it."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

from pydantic import ValidationError

from agentcore_probe.errors import ProbeError, SecretLeakError
from agentcore_probe.fleet.runs import FAILURE, find_runs, names_of_runs
from agentcore_probe.model.fleet import Failure
from agentcore_probe.storage import Storage


def keep_failure(storage: Storage, environment: str, error: ProbeError, run: str | None = None) -> None:
    """Writes why there is no record; of an error that would show a secret, its kind only.

    Args:
        storage: where the reports are.
        environment: the environment's name.
        error: why.
        run: the id of the run, where only its record could not be written.

    Raises:
        ReportError: the storage cannot be read or written.
    """
    runs = find_runs(storage, names_of_runs(storage, environment))
    newest = next((run for one in runs for run in one.newest_first([])), None)
    failure = Failure(
        at=datetime.now(UTC).replace(microsecond=0),
        error=type(error).__name__,
        what=error.what,
        where=error.where,
        hint=error.hint,
        exit_code=error.exit_code,
        run=run,
        after=newest.id if newest is not None else None,
    )
    name = f"{environment}/{FAILURE}"
    try:
        storage.write(name, f"{failure.model_dump_json(indent=1)}\n")
    except SecretLeakError:
        bare = failure.model_copy(
            update={"what": "the error would show a secret", "where": None, "hint": None}
        )
        storage.write(name, f"{bare.model_dump_json(indent=1)}\n")


def forget_failure(storage: Storage, environment: str, run: str | None = None) -> None:
    """Removes the file, if there is one.

    Args:
        storage: where the reports are.
        environment: the environment's name.
        run: only the failure to write the record of this run; None: any.

    Raises:
        ReportError: it cannot be read or removed.
    """
    if run is not None:
        failure = read_failure(storage, environment)
        if failure is None or failure.run != run:
            return
    storage.remove([f"{environment}/{FAILURE}"])


def failure_since(storage: Storage, environment: str, newest: datetime | None) -> Failure | None:
    """Why the last attempt has no record; None where its newest run is later.

    Args:
        storage: where the reports are.
        environment: its name.
        newest: when the newest run began; None: not known.

    Raises:
        ReportError: it cannot be read.
    """
    failure = read_failure(storage, environment)
    return failure if failure is not None and (newest is None or failure.at >= newest) else None


def read_failure(storage: Storage, environment: str) -> Failure | None:
    """Why the last attempt has no record; None where it has one, or the file is not one of these."""
    content = storage.read(f"{environment}/{FAILURE}")
    with contextlib.suppress(ValidationError):
        return Failure.model_validate_json(content) if content is not None else None
    return None
