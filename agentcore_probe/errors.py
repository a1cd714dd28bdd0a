"""The errors that end a command.

A service that says no is data, not an exception. An exception means that *we*
could not find out, or that what we were given cannot be used::

    ProbeError                    70  a fault of ours
      + InputError                 2  what the user gave us
        - EnvironmentFileError         an environment file
        - RecordError                  a record, report or exchange file
      + NoIdentityError            3  no row could be tried for want of an identity
      + UnreachableError           4  nothing answered
      + ReportError                5  the report could not be written
        - NotebookError                a cell of the notebook failed
        - SecretLeakError              a secret stood in what was to be written
      + LocalError                70  the embedded AgentCore did not start
"""

from __future__ import annotations


class ProbeError(Exception):
    """What went wrong, where, and the way out.

    Attributes:
        exit_code: the exit status of a command that ends with this error.
        what: one sentence saying what is wrong.
        where: the file, key, cell or address it is wrong at, or None.
        hint: how to mend it, or None.
    """

    exit_code = 70

    def __init__(self, what: str, *, where: str | None = None, hint: str | None = None) -> None:
        self.what = what
        self.where = where
        self.hint = hint
        super().__init__(self.line())

    def line(self) -> str:
        """The error as one line for people."""
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}. {self.hint}" if self.hint else text

    def as_json(self) -> dict[str, object]:
        """The error for machines: kind, what, where, hint and exit code."""
        return {
            "error": type(self).__name__,
            "what": self.what,
            "where": self.where,
            "hint": self.hint,
            "exit_code": self.exit_code,
        }


class InputError(ProbeError):
    """Something the user gave cannot be used."""

    exit_code = 2


class EnvironmentFileError(InputError):
    """An environment file is missing, malformed or contradictory."""


class RecordError(InputError):
    """A record, report or exchange file is not what it claims to be."""


class NoIdentityError(ProbeError):
    """No access method could be tried, because no identity was to be had."""

    exit_code = 3


class UnreachableError(ProbeError):
    """No host of the environment answered."""

    exit_code = 4


class ReportError(ProbeError):
    """The report could not be made or written."""

    exit_code = 5


class NotebookError(ReportError):
    """A notebook failed, did not finish, or does not take these parameters."""


class SecretLeakError(ReportError):
    """A registered secret stood in something that was about to be written."""


class LocalError(ProbeError):
    """The embedded AgentCore could not be started or stopped by itself."""
