"""What a format declares about itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from agentcore_probe.report.exports.result import EnvironmentResult

Render = Callable[[Sequence["EnvironmentResult"]], str]
"""Makes the text of one or more environments, in their order."""


class Appended(NamedTuple):
    """A text for a file that somebody else names and reads."""

    variable: str
    """The environment variable with the file's path; where it is not set, nothing is appended."""
    text: Callable[[Sequence[EnvironmentResult], int], str]
    """Like `Render`, in at most so many bytes."""
    limit: int
    """Bytes that the file may have at most."""


@dataclass(frozen=True)
class Export:
    """A format, as its module declares it."""

    help: str
    """The help text of its option."""
    order: int
    """The option's place in `--help`."""
    text: Render
    takes_file: bool = True
    """Whether its option takes the file to write. Otherwise it is a flag, and the text is printed."""
    paused: Callable[[], tuple[str, str]] | None = None
    """For a text whose reader reads all that is printed: the lines around what is not meant for it."""
    appended: Appended | None = None
