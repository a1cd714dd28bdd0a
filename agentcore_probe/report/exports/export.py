"""What a format declares about itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from agentcore_probe.report.exports.result import Brief, EnvironmentResult

Content = TypeVar("Content")


@dataclass(frozen=True)
class Part(Generic[Content]):
    """What a format keeps of one environment. A record takes a megabyte, and there may be a thousand environments."""

    brief: Brief
    content: Content


class Appended(NamedTuple):
    """A text for a file that somebody else names and reads."""

    variable: str
    """The environment variable with the file's path; where it is not set, nothing is appended."""
    text: Callable[[Sequence[Part[Any]], int], str]
    """Like `Export.whole`, in at most so many bytes."""
    limit: int
    """Bytes that the file may have at most."""


class Export(NamedTuple):
    """A format, as its module declares it."""

    help: str
    """The help text of its option."""
    order: int
    """The option's place in `--help`."""
    content: Callable[[EnvironmentResult], Any]
    """What it says of one environment."""
    whole: Callable[[Sequence[Part[Any]]], str]
    """Makes the text of one or more environments, in their order."""
    takes_file: bool = True
    """Whether its option takes the file to write. Otherwise it is a flag, and the text is printed."""
    paused: Callable[[], tuple[str, str]] | None = None
    """For a text whose reader reads all that is printed: the lines around what is not meant for it."""
    appended: Appended | None = None

    def part(self, result: EnvironmentResult) -> Part[Any]:
        """What the format keeps of a result."""
        return Part(result.brief, self.content(result))

    def text(self, results: Sequence[EnvironmentResult]) -> str:
        """The text of one or more environments, in their order."""
        return self.whole([self.part(result) for result in results])
