"""SecretReference -> Secret: reads a secret from where it is stored, when it is needed."""

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
from agentcore_probe.access.aws_login_error import AwsLoginError
from agentcore_probe.errors import InputError, StoppedError
from agentcore_probe.model.identity import SecretReference
from agentcore_probe.secret import Secret

_COMMAND_SECONDS = 30


class SecretStore:
    """Reads the secrets that an environment refers to.

    Args:
        aws: for `ssm` and `secretsmanager`.
        embedded: secrets of the embedded AgentCore by name, passed in memory.
        stop: ends a running command when it is set from another thread.
    """

    def __init__(self, aws: Aws, embedded: Mapping[str, Secret], stop: threading.Event) -> None:
        self._aws = aws
        self._embedded = embedded
        self._stop = stop

    def read(self, reference: SecretReference, label: str) -> Secret:
        """The secret behind `reference`.

        A byte order mark at the beginning is not part of it (PowerShell writes one), nor is the line break at the end
        of a file or of a command's output. White space is: a password may begin or end with it.

        Args:
            reference: where the secret is stored.
            label: what the secret is ("password"), for messages.

        Raises:
            AwsLoginError: AWS keeps the secret, and there are no AWS credentials.
            InputError: the secret is missing, empty or cannot be read; the message never contains a value.
        """
        if reference.source == "embedded":
            return self._embedded[reference.name]
        reader = {
            "env": _read_variable,
            "file": _read_file,
            "command": self._run_command,
            "ssm": self._read_parameter,
            "secretsmanager": self._read_managed_secret,
        }[reference.source]
        value = reader(reference, label).removeprefix("\ufeff")
        if reference.source in ("file", "command"):
            value = value.removesuffix("\n").removesuffix("\r")
        if not value.strip():
            raise InputError(f"the {label} is empty", where=_location(reference))
        return Secret(value, label)

    def _run_command(self, reference: SecretReference, label: str) -> str:
        words = [reference.name, *reference.arguments]
        try:
            status, output = _output_of(words, self._stop)
        except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError) as error:
            raise InputError(
                f"the command for the {label} failed: {_reason(error)}", where=_location(reference)
            ) from None
        if status != 0:
            raise InputError(
                f"the command for the {label} ended with status {status}", where=_location(reference)
            )
        return output

    def _read_parameter(self, reference: SecretReference, label: str) -> str:
        answer = self._read_from_aws(
            reference, label, "ssm", "get_parameter", Name=reference.name, WithDecryption=True
        )
        value = answer.get("Parameter", {}).get("Value")
        if value is None:  # a proxy's answer, for example
            raise InputError(f"the {label} cannot be read: unexpected-answer", where=_location(reference))
        return str(value)

    def _read_managed_secret(self, reference: SecretReference, label: str) -> str:
        # Cognito's secret of an app client is in the pool's region, which may differ from the Runtime's.
        arn = reference.name.split(":") if reference.name.startswith("arn:") else []
        region = arn[3] if len(arn) > 3 else None
        answer = self._read_from_aws(
            reference, label, "secretsmanager", "get_secret_value", region=region, SecretId=reference.name
        )
        text = str(answer.get("SecretString", ""))
        if reference.key is None:
            return text
        try:
            return str(json.loads(text)[reference.key])
        except (ValueError, KeyError, TypeError):
            raise InputError(
                f"the value for the {label} is not JSON with the key {reference.key!r}",
                where=_location(reference),
            ) from None

    def _read_from_aws(
        self,
        reference: SecretReference,
        label: str,
        service: str,
        operation: str,
        region: str | None = None,
        **arguments: Any,
    ) -> dict[str, dict[str, str]]:
        if (problem := self._aws.login_problem) is not None:
            raise AwsLoginError(problem)
        answer, unreadable = self._aws.read(service, operation, region, **arguments)
        if answer is None:
            raise InputError(f"the {label} cannot be read: {unreadable}", where=_location(reference))
        return answer


def _location(reference: SecretReference) -> str:
    """Where the secret is stored. An unusual variable name is left out: it may be the secret itself."""
    if reference.source == "env" and not re.fullmatch(r"[A-Z_][A-Z0-9_]*", reference.name):
        return "env"
    return f"{reference.source} {reference.name}"


def _read_variable(reference: SecretReference, label: str) -> str:
    value = os.environ.get(reference.name)
    if value is None:
        if _location(reference) == "env":
            raise InputError(
                f"the variable for the {label} is not set, and its name is unusual (not shown here)",
                where="env",
                hint="Give env the name of a variable, like PROD_PASSWORD, never the secret itself",
            )
        raise InputError(
            f"the variable {reference.name} for the {label} is not set",
            where=_location(reference),
            hint=f"Set it without showing it: read -rs {reference.name}; export {reference.name}",
        )
    return value


def _read_file(reference: SecretReference, label: str) -> str:
    try:
        return Path(reference.name).expanduser().read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise InputError(
            f"the file for the {label} cannot be read: {reason}", where=_location(reference)
        ) from None


def _output_of(words: list[str], stop: threading.Event) -> tuple[int, str]:
    """Exit status and standard output of a command. It has no terminal, and its own children end with it.

    Raises:
        OSError: it cannot be started.
        subprocess.TimeoutExpired: it took too long.
        StoppedError: `stop` was set.
        UnicodeDecodeError: its output is not UTF-8.
    """
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
                    output, _ = process.communicate(timeout=0.05)
                except subprocess.TimeoutExpired:
                    if stop.is_set():
                        raise StoppedError from None
                    if time.monotonic() > deadline:
                        raise
                else:
                    return process.returncode, output
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)


def _reason(error: Exception) -> str:
    if isinstance(error, subprocess.TimeoutExpired):
        return f"it took more than {_COMMAND_SECONDS} s"
    return (error.strerror or "") if isinstance(error, OSError) else "its output is not UTF-8"
