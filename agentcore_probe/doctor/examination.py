"""Runs the checks in their order: those of the machine once, those of an environment for each."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from agentcore_probe.doctor import checks
from agentcore_probe.doctor.check import Check, Scope
from agentcore_probe.doctor.line import Line, problem
from agentcore_probe.doctor.subject import Subject
from agentcore_probe.environments.load import load_environment
from agentcore_probe.errors import ExitCode, ProbeError, StoppedError, worst_exit_code
from agentcore_probe.live import open_environment
from agentcore_probe.modules import declared


@dataclass(frozen=True)
class Group:
    """The lines of one check."""

    environment: str | None
    """None: they are about this machine, or its default AWS login."""
    title: str
    lines: tuple[Line, ...]
    exit_code: ExitCode = ExitCode.NOT_VERIFIED
    """How the command ends if one of the lines is a problem."""


@cache
def all_checks() -> tuple[Check, ...]:
    """Every check, in the order in which they are shown."""
    return tuple(sorted(declared(checks, "CHECK").values(), key=lambda check: check.order))


def examine(names: Sequence[str], root: Path, stop: threading.Event) -> Iterator[Group]:
    """The groups, each as soon as it is known.

    Args:
        names: the environments to examine; none: this machine and its default AWS login.
        root: the project's root.
        stop: ends it when it is set from another thread.

    Raises:
        StoppedError: `stop` was set.
    """
    machine = Subject(root, names, None, stop)
    yield from _groups(machine, None, ("machine",), stop)
    if not names:
        yield from _groups(machine, None, ("login",), stop)
    for name in names:
        yield from _environment(name, root, stop)


def exit_code(groups: Iterable[Group]) -> ExitCode:
    """0 where no line is a problem, else the worst code of a group that has one."""
    codes = {group.exit_code for group in groups if any(line.status == "problem" for line in group.lines)}
    return worst_exit_code({ExitCode.VERIFIED, *codes})


def _environment(name: str, root: Path, stop: threading.Event) -> Iterator[Group]:
    """Nothing for a file that cannot be used, which the check of the files has said, or that sends nothing."""
    try:
        environment = load_environment(name, root)
    except ProbeError:
        return
    if environment.record is not None:
        return
    try:
        with open_environment(environment, None) as live:
            yield from _groups(Subject(root, (name,), live, stop), name, ("login", "environment"), stop)
    except StoppedError:
        raise
    except ProbeError as error:
        line = problem("environment-unusable", error.what, error.hint or "")
        yield Group(name, "Environment", (line,), ExitCode(error.exit_code))


def _groups(
    subject: Subject, environment: str | None, scopes: tuple[Scope, ...], stop: threading.Event
) -> Iterator[Group]:
    for check in all_checks():
        if check.scope not in scopes:
            continue
        if stop.is_set():
            raise StoppedError
        lines = tuple(check.lines(subject))
        if lines:
            yield Group(environment, check.title, lines, check.exit_code)
