"""Errors that name the environment they are about."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from agentcore_probe.access.aws_login_error import AwsLoginError
from agentcore_probe.environments.load import FOLDER, place_of
from agentcore_probe.environments.login_error import login_error
from agentcore_probe.errors import InputError
from agentcore_probe.model.environment import Environment


@contextlib.contextmanager
def environment_in_errors(environment: Environment, root: Path) -> Iterator[None]:
    """Adds the environment's place to an input error that does not name it, and its text to a failed AWS login.

    Args:
        environment: whose errors these are.
        root: the project's root.
    """
    try:
        yield
    except AwsLoginError as error:
        raise login_error(error.login, where=f"environment {environment.name}") from None
    except InputError as error:
        location = error.where or ""
        if location.startswith((f"{FOLDER}/", "environment ")):
            raise
        full_location = ", ".join(filter(None, (place_of(environment.name, root), location)))
        raise type(error)(error.what, where=full_location, hint=error.hint) from None
