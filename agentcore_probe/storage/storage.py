"""What every storage can do, and which one a location means."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from agentcore_probe.storage.folder import FolderStorage


class Storage(Protocol):
    """A tree of files. Names are relative, with `/` between their parts: `prod/20261130T120000Z/record.json`."""

    @property
    def location(self) -> str:
        """Where it is, as people wrote it: `reports`."""

    def names(self, prefix: str = "") -> list[str]:
        """The names of all files that begin with `prefix`, sorted. Unfinished files are left out.

        Raises:
            ReportError: they cannot be listed.
        """

    def read(self, name: str) -> bytes | None:
        """The content of a file; None where there is none.

        Raises:
            ReportError: it cannot be read.
        """

    def write(self, name: str, content: str | bytes) -> None:
        """Writes a whole file or nothing; one of the same name is replaced.

        Raises:
            SecretLeakError: `content` contains a registered secret.
            ReportError: it cannot be written.
        """

    def remove(self, names: Iterable[str]) -> None:
        """Removes files; those that are not there are left out.

        Raises:
            ReportError: one cannot be removed.
        """


def open_storage(location: str | Path) -> Storage:
    """The storage at a location.

    Args:
        location: a folder, which may not exist yet.
    """
    return FolderStorage(Path(location))
