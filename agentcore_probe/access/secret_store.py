"""SecretReference -> Secret: reads a secret where it is kept, at the moment it is needed."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agentcore_probe.access.aws import Aws
from agentcore_probe.errors import InputError
from agentcore_probe.model.environment import SecretReference
from agentcore_probe.secret import Secret

_COMMAND_SECONDS = 30


class SecretStore:
    """Reads references.

    Args:
        aws: for `ssm` and `secretsmanager`.
        embedded: secrets of the embedded AgentCore by name, handed over in memory.
        stop: set from another thread, it ends a command that is under way.
    """

    def __init__(self, aws: Aws, embedded: Mapping[str, Secret], stop: threading.Event) -> None:
        self._aws = aws
        self._embedded = embedded
        self._stop = stop

    def read(self, reference: SecretReference, label: str) -> Secret:
        """The secret behind `reference`; `label` says what it is.

        Raises:
            InputError: nothing is there, or it cannot be read; the message never holds a value.
        """
        if reference.source == "embedded":
            return self._embedded[reference.name]
        read = {
            "env": _environment_variable,
            "file": _file,
            "command": self._command,
            "ssm": self._parameter,
            "secretsmanager": self._managed,
        }[reference.source]
        value = read(reference, label).strip()
        if not value:
            raise InputError(f"the {label} is empty", where=_place(reference))
        return Secret(value, label)

    def _command(self, reference: SecretReference, label: str) -> str:
        words = [reference.name, *reference.arguments]
        try:
            status, told = _output(words, self._stop)
        except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError) as error:
            raise InputError(
                f"the command for the {label} did not run: {_why(error)}", where=_place(reference)
            ) from None
        if status != 0:
            raise InputError(
                f"the command for the {label} ended with status {status}", where=_place(reference)
            )
        return told

    def _parameter(self, reference: SecretReference, label: str) -> str:
        answer = self._asked(
            reference, label, "ssm", "get_parameter", Name=reference.name, WithDecryption=True
        )
        return str(answer["Parameter"]["Value"])

    def _managed(self, reference: SecretReference, label: str) -> str:
        answer = self._asked(reference, label, "secretsmanager", "get_secret_value", SecretId=reference.name)
        text = str(answer.get("SecretString", ""))
        if reference.key is None:
            return text
        try:
            return str(json.loads(text)[reference.key])
        except (ValueError, KeyError, TypeError):
            raise InputError(
                f"holds no JSON with the key {reference.key!r} for the {label}", where=_place(reference)
            ) from None

    def _asked(
        self, reference: SecretReference, label: str, service: str, operation: str, **arguments: Any
    ) -> dict[str, dict[str, str]]:
        answer, unreadable = self._aws.read(service, operation, **arguments)
        if answer is None:
            raise InputError(f"the {label} cannot be read: {unreadable}", where=_place(reference))
        return answer


def _place(reference: SecretReference) -> str:
    """Where the reference points; what is no variable's usual name may be the secret itself."""
    if reference.source == "env" and not re.fullmatch(r"[A-Z_][A-Z0-9_]*", reference.name):
        return "env"
    return f"{reference.source} {reference.name}"


def _environment_variable(reference: SecretReference, label: str) -> str:
    value = os.environ.get(reference.name)
    if value is None:
        if _place(reference) == "env":
            raise InputError(
                f"the variable for the {label} is not set, and its name is no usual one (not shown here)",
                where="env",
                hint="env takes a variable's name, like PROBE_PASSWORD, and never the secret itself",
            )
        raise InputError(
            f"the variable {reference.name} for the {label} is not set",
            where=_place(reference),
            hint=f"Set it without showing it: read -rs {reference.name}; export {reference.name}",
        )
    return value


def _file(reference: SecretReference, label: str) -> str:
    try:
        return Path(reference.name).expanduser().read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise InputError(
            f"the file for the {label} cannot be read: {reason}", where=_place(reference)
        ) from None


def _output(words: list[str], stop: threading.Event) -> tuple[int, str]:
    """How a command ended and what it said. What it left running ends with it; it has no terminal to ask on."""
    process = subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    deadline = time.monotonic() + _COMMAND_SECONDS
    with process:
        try:
            while True:
                try:
                    told, _ = process.communicate(timeout=0.05)
                except subprocess.TimeoutExpired:
                    if stop.is_set() or time.monotonic() > deadline:
                        raise
                else:
                    return process.returncode, told
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)


def _why(error: Exception) -> str:
    if isinstance(error, subprocess.TimeoutExpired):
        return f"it took more than {_COMMAND_SECONDS} s"
    return (error.strerror or "") if isinstance(error, OSError) else "what it said is not UTF-8"
