"""The errors that end a command, and the exit codes of all commands.

A service that refuses a caller is data, not an exception. An exception means that the probe
could not find out, or that its input cannot be used::

    ProbeError                    70  internal error
      + InputError                 2  unusable input
        - EnvironmentFileError         an environment file
        - RecordError                  a record, report or exchange file
      + NoIdentityError            3  no access method could be tried without an identity
      + UnreachableError           4  nothing answered
        - SchedulerError               a cluster could not be reached, or has no result
      + ReportError                5  the report could not be written
        - NotebookError                a cell of the notebook failed
        - SecretLeakError              the output contained a secret
      + LocalError                70  the embedded AgentCore did not start
      + StoppedError             130  the run was stopped from outside
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum
from typing import Any


class ExitCode(IntEnum):
    """How a command ended."""

    VERIFIED = 0
    NOT_VERIFIED = 1
    """A finding differs from its expectation, an expectation is not met or out of date, or the run is inconclusive; or
    `explain` knows no cause."""
    USAGE = 2
    """The command line, an environment file or another input cannot be used."""
    NO_IDENTITY = 3
    UNREACHABLE = 4
    REPORT = 5
    """The report could not be written."""
    INTERNAL = 70
    """A defect of this program (`EX_SOFTWARE` of sysexits.h)."""
    INTERRUPTED = 130
    """Ctrl-C: 128 + SIGINT, as shells report it."""


_WORST_FIRST = (
    ExitCode.INTERRUPTED,
    ExitCode.INTERNAL,
    ExitCode.REPORT,
    ExitCode.USAGE,
    ExitCode.NO_IDENTITY,
    ExitCode.UNREACHABLE,
    ExitCode.NOT_VERIFIED,
    ExitCode.VERIFIED,
)


def worst_exit_code(codes: Iterable[int]) -> ExitCode:
    """The worst of several exit codes; `INTERNAL` where there are none."""
    present = set(codes)
    return next((code for code in _WORST_FIRST if code in present), ExitCode.INTERNAL)


_LONGEST_TEXT = 4000
"""Of one text of an error, in characters: a cell of a table may have a million, and every output repeats the error."""


class ProbeError(Exception):
    """What went wrong, where, and how to fix it; a text that is longer than 4,000 characters loses its middle.

    Attributes:
        exit_code: the exit status of a command that ends with this error.
        what: one sentence that says what is wrong.
        where: the file, key, cell or address it concerns, or None.
        hint: how to fix it, or None.
    """

    exit_code = ExitCode.INTERNAL

    def __init__(self, what: str, *, where: str | None = None, hint: str | None = None) -> None:
        self.what = _shortened(what)
        self.where = _shortened(where) if where is not None else None
        self.hint = _shortened(hint) if hint is not None else None
        super().__init__(self.line())

    def line(self) -> str:
        """The error for people, as one line: every run of white space becomes one space."""
        text = f"{self.where}: {self.what}" if self.where else self.what
        return " ".join((f"{text}. {self.hint}" if self.hint else text).split())

    def as_json(self) -> dict[str, object]:
        """The error for machines: kind, what, where, hint and exit code."""
        return {
            "error": type(self).__name__,
            "what": self.what,
            "where": self.where,
            "hint": self.hint,
            "exit_code": int(self.exit_code),
        }


def _shortened(text: str) -> str:
    half = _LONGEST_TEXT // 2
    return text if len(text) <= _LONGEST_TEXT else f"{text[:half]} … {text[-half:]}"


class InputError(ProbeError):
    """The user's input cannot be used."""

    exit_code = ExitCode.USAGE


class EnvironmentFileError(InputError):
    """An environment file is missing, malformed or contradictory."""


class RecordError(InputError):
    """A record, report or exchange file is not what it claims to be."""


class NoIdentityError(ProbeError):
    """No access method could be tried, because there was no identity to try it with."""

    exit_code = ExitCode.NO_IDENTITY


class UnreachableError(ProbeError):
    """No host of the environment answered."""

    exit_code = ExitCode.UNREACHABLE


class SchedulerError(UnreachableError):
    """A cluster cannot be used, or a task that it was given has no result."""


class ReportError(ProbeError):
    """The report could not be made or written."""

    exit_code = ExitCode.REPORT


class NotebookError(ReportError):
    """A notebook failed, did not finish, or does not accept these parameters."""


class SecretLeakError(ReportError):
    """A registered secret was about to be written."""


class LocalError(ProbeError):
    """The embedded AgentCore could not be started or stopped."""


class StoppedError(ProbeError):
    """The run was stopped before its end; there is no record of it."""

    exit_code = ExitCode.INTERRUPTED

    def __init__(self) -> None:
        super().__init__("the run was stopped before its end")


def error_from_json(facts: Mapping[str, Any]) -> ProbeError:
    """An error that another process had; of a kind that this module does not know, one with the same exit code.

    Args:
        facts: what `ProbeError.as_json` made.
    """
    kinds = [kind for kind in _kinds(ProbeError) if kind is not StoppedError]
    named = {kind.__name__: kind for kind in kinds}
    by_code = {kind.exit_code: kind for kind in reversed(kinds)}  # the first of a code is the widest
    kind = named.get(facts["error"]) or by_code.get(facts["exit_code"], ProbeError)
    return kind(facts["what"], where=facts["where"], hint=facts["hint"])


def _kinds(kind: type[ProbeError]) -> Iterator[type[ProbeError]]:
    """The kinds of errors of this module."""
    yield kind
    for narrower in kind.__subclasses__():
        if narrower.__module__ == __name__:
            yield from _kinds(narrower)
