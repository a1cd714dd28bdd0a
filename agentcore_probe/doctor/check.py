"""A kind of check, as its module declares it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from agentcore_probe.doctor.line import Line
from agentcore_probe.doctor.subject import Subject
from agentcore_probe.errors import ExitCode

Scope = Literal["machine", "login", "environment"]
"""`machine`: once, before everything else; `login`: for each environment, or once without one; `environment`: for each."""


@dataclass(frozen=True)
class Check:
    """A group of lines."""

    order: int
    """Groups are shown in this order."""
    title: str
    scope: Scope
    lines: Callable[[Subject], Iterator[Line]]
    exit_code: ExitCode = ExitCode.NOT_VERIFIED
    """How the command ends if one of its lines is a problem."""
