"""`ENV/error.json`: why the last attempt at an environment has no record. The next record removes it."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

from pydantic import ValidationError

from agentcore_probe.errors import ProbeError, SecretLeakError
from agentcore_probe.fleet.runs import FAILURE
from agentcore_probe.model.fleet import Failure
from agentcore_probe.storage import Storage


def keep_failure(storage: Storage, environment: str, error: ProbeError) -> None:
    """Writes why there is no record; of an error that would show a secret, its kind only.

    Raises:
        ReportError: it cannot be written.
    """
    failure = Failure(
        at=datetime.now(UTC).replace(microsecond=0),
        error=type(error).__name__,
        what=error.what,
        where=error.where,
        hint=error.hint,
        exit_code=error.exit_code,
    )
    name = f"{environment}/{FAILURE}"
    try:
        storage.write(name, f"{failure.model_dump_json(indent=1)}\n")
    except SecretLeakError:
        bare = failure.model_copy(
            update={"what": "the error would show a secret", "where": None, "hint": None}
        )
        storage.write(name, f"{bare.model_dump_json(indent=1)}\n")


def forget_failure(storage: Storage, environment: str) -> None:
    """Removes the file, if there is one.

    Raises:
        ReportError: it cannot be removed.
    """
    storage.remove([f"{environment}/{FAILURE}"])


def read_failure(storage: Storage, environment: str) -> Failure | None:
    """Why the last attempt has no record; None where it has one, or the file is not one of these."""
    content = storage.read(f"{environment}/{FAILURE}")
    with contextlib.suppress(ValidationError):
        return Failure.model_validate_json(content) if content is not None else None
    return None
