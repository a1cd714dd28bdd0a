"""One result of a check: what was looked at, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "warning", "problem", "unknown"]
"""`warning`: a run works, with less; `problem`: it fails or is misled; `unknown`: it could not be found out."""


@dataclass(frozen=True)
class Line:
    """One result."""

    id: str
    """`GROUP-NAME`, the same in each version."""
    status: Status
    text: str
    """One sentence without a final full stop. Contains no secret, and nothing about one but whether it is there."""
    fix: str = ""
    """What to do, in words; empty where nothing is to be done or `command` says it."""
    command: str = ""
    """What to paste, as it is: lines for a shell, or a policy."""


def ok(id: str, text: str) -> Line:
    """Nothing is to be done."""
    return Line(id, "ok", text)


def warning(id: str, text: str, fix: str = "", command: str = "") -> Line:
    """A run works, but with less than it could, or the setting is risky."""
    return Line(id, "warning", text, fix, command)


def problem(id: str, text: str, fix: str = "", command: str = "") -> Line:
    """A run fails, or its result is misleading."""
    return Line(id, "problem", text, fix, command)


def unknown(id: str, text: str, fix: str = "", command: str = "") -> Line:
    """It could not be found out; `fix` says what would."""
    return Line(id, "unknown", text, fix, command)
