"""Whether the secrets that the file refers to can be read. Nothing about a value is shown.

A command is not started: it may ask for input, or change something.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from agentcore_probe.access.aws_login_error import AwsLoginError
from agentcore_probe.doctor.check import Check
from agentcore_probe.doctor.line import Line, ok, problem, unknown, warning
from agentcore_probe.doctor.subject import Subject
from agentcore_probe.documentation import documentation
from agentcore_probe.errors import ExitCode, InputError
from agentcore_probe.flows import FLOWS
from agentcore_probe.model.identity import SECRET_KEYS, Identity, SecretReference, secret_variable
from agentcore_probe.model.token import unverified_facts
from agentcore_probe.regex import regex

_PLACEHOLDER = regex(
    r"<[^<>]*>|\$\{?\w+\}?|\.{3}|…|\*+|x{3,}|change[-_ ]?me|your[-_ ]\S*|(my)?(password|passwort|secret|token)"
    r"|example|placeholder|to-?do|undefined|null|none",
    re.I,
)
_AWS_ACTIONS = {"ssm": "ssm:GetParameter", "secretsmanager": "secretsmanager:GetSecretValue"}


def _lines(subject: Subject) -> Iterator[Line]:
    identity = subject.environment.identity
    if identity is not None:
        yield from _of(identity, subject)
        yield from _missing(identity, subject.environment.name)
    for name, other in (subject.environment.identities or {}).items():
        for line in _of(other, subject):
            id = line.id.replace("secrets-", f"secrets-{name}-", 1)
            yield replace(line, id=id, text=f"[identities.{name}] {line.text}")


def _of(identity: Identity, subject: Subject) -> Iterator[Line]:
    for key in SECRET_KEYS:
        reference = getattr(identity, key)
        if reference is not None:
            yield _line(key, reference, subject)


def _missing(identity: Identity, environment: str) -> Iterator[Line]:
    flow = FLOWS.get(identity.flow)
    for key in flow.required_keys if flow else ():
        if key in SECRET_KEYS and getattr(identity, key) is None:
            fix = "Add a reference to it (environments/example.toml has the forms):"
            yield problem(
                f"secrets-{key}",
                f"flow {identity.flow} needs {key}, which [identity] does not have",
                fix,
                f'{key} = {{ env = "{secret_variable(environment, key)}" }}',
            )


def _line(key: str, reference: SecretReference, subject: Subject) -> Line:
    id = f"secrets-{key}"
    if reference.source == "command":
        return _command(id, key, reference)
    try:
        value = subject.store.read(reference, key.replace("_", " ")).reveal()
    except AwsLoginError:
        return unknown(id, f"{key}: {_place(reference)} was not read: there are no AWS credentials")
    except InputError as error:
        return _unreadable(id, key, reference, error)
    if _PLACEHOLDER.fullmatch(value.strip()):
        text = f"{key}: {_place(reference)} holds a placeholder"
        return problem(id, text, "Put the real value there", _setting(reference))
    if key in ("token", "expired_token") and (line := _token(id, key, reference, value)) is not None:
        return line
    if reference.source == "file" and (line := _mode(id, key, reference)) is not None:
        return line
    return ok(id, f"{key}: {_place(reference)} can be read")


def _place(reference: SecretReference) -> str:
    """Where the secret is stored. An unusual variable name is left out: it may be the secret itself."""
    if reference.source == "embedded":
        return "the embedded AgentCore's"
    if reference.source == "env" and not re.fullmatch(r"[A-Z_][A-Z0-9_]*", reference.name):
        return "the variable (its name is unusual, and not shown)"
    names = {
        "env": "the variable",
        "file": "the file",
        "ssm": "the parameter",
        "secretsmanager": "the secret",
    }
    key = f" (key {reference.key})" if reference.key else ""
    return f"{names[reference.source]} {reference.name}{key}"


def _setting(reference: SecretReference) -> str:
    """What sets a variable without showing its value."""
    if reference.source == "env" and re.fullmatch(r"[A-Z_][A-Z0-9_]*", reference.name):
        return f"read -rs {reference.name}; export {reference.name}"
    return ""


def _unreadable(id: str, key: str, reference: SecretReference, error: InputError) -> Line:
    what = error.what if error.what.startswith("the ") else f"{key}: {error.what}"
    command = _setting(reference)
    if command:
        return problem(id, what, "Set it without showing it:", command)
    action = _AWS_ACTIONS.get(reference.source)
    if action is not None and "AccessDenied" in error.what:
        return problem(
            id, f"{what}, {reference.name}", f"Allow {action} on it ({documentation('permissions')})"
        )
    place = "" if reference.source == "env" else f" ({_place(reference)})"
    return problem(id, f"{what}{place}", error.hint or "Correct the reference in [identity]")


def _mode(id: str, key: str, reference: SecretReference) -> Line | None:
    """A warning about a file that other users of this machine may read."""
    path = Path(reference.name).expanduser()
    mode = stat.S_IMODE(path.stat().st_mode)
    if os.name != "posix" or not mode & (stat.S_IRGRP | stat.S_IROTH):
        return None
    text = f"{key}: {_place(reference)} can be read by other users of this machine (mode {mode:03o})"
    return warning(id, text, command=f"chmod 600 {shlex.quote(reference.name)}")


def _token(id: str, key: str, reference: SecretReference, value: str) -> Line | None:
    """What is wrong with a token's expiry, which is not secret."""
    expiry = unverified_facts(value).claims.get("exp")
    if not isinstance(expiry, (int, float)):
        return None
    has_expired = expiry < datetime.now(UTC).timestamp()
    if key == "token" and has_expired:
        return problem(
            id, f"token: the one in {_place(reference)} has expired", "Get a new one", _setting(reference)
        )
    if key == "expired_token" and not has_expired:
        text = f"expired_token: the one in {_place(reference)} has not expired yet, so it proves nothing"
        return warning(id, text, "Use a token that has expired")
    return None


def _command(id: str, key: str, reference: SecretReference) -> Line:
    program = shutil.which(reference.name)
    if program is None:
        return problem(
            id, f"{key}: the command {reference.name} is not on PATH", "Install it, or correct [identity]"
        )
    return unknown(
        id,
        f"{key}: the command {reference.name} exists; doctor does not start it, since it may ask for input",
        "Try it without showing what it prints:",
        f"{shlex.join([reference.name, *reference.arguments])} > /dev/null && echo works",
    )


CHECK = Check(70, "Secrets", "environment", _lines, ExitCode.USAGE)
