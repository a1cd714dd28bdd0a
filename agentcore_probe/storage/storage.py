"""What every storage can do, and which one a location means."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from agentcore_probe.storage.folder import FolderStorage
from agentcore_probe.storage.location import read_location


class Storage(Protocol):
    """A tree of files. Names are relative, with `/` between their parts: `prod/20261130T120000Z/record.json`."""

    @property
    def location(self) -> str:
        """Where it is, as people wrote it: `reports`, `s3://bucket/prefix`."""

    @property
    def folder(self) -> Path | None:
        """Its folder on this machine; None where other programs cannot open its files by a path."""

    def where(self, name: str) -> str:
        """Where a file is, for people: `reports/prod/latest`, `s3://bucket/prefix/prod/latest`."""

    def check(self) -> None:
        """Finds out before a long run that nothing could be written after it, as far as that costs no more than one request.

        Raises:
            ReportError: the storage does not exist, or this caller may not use it.
        """

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

    def write_new(self, name: str, content: str | bytes) -> bool:
        """Writes a whole file, unless there is one already; whether it did. Another writer may try the same at this moment.

        Raises:
            SecretLeakError: `content` contains a registered secret.
            ReportError: it cannot be written.
        """

    def update(self, name: str, change: Callable[[bytes | None], str | bytes | None]) -> None:
        """Replaces a file by what `change` makes of its content.

        On S3, no other writer's change gets lost: `change` is called again with what that writer left. In a folder, the
        last writer wins.

        Args:
            name: the file.
            change: gets the content, None where there is no file; returns the new one, or None to leave it as it is.

        Raises:
            SecretLeakError: the new content contains a registered secret.
            ReportError: it cannot be read or written.
        """

    def remove(self, names: Iterable[str]) -> None:
        """Removes files; those that are not there are left out.

        Raises:
            ReportError: one cannot be removed.
        """


def open_storage(location: str | Path) -> Storage:
    """The storage at a location. Nothing is opened or sent yet.

    Args:
        location: a folder, which may not exist yet, or `s3://bucket/prefix`.

    Raises:
        InputError: the location is malformed.
    """
    place = read_location(location)
    if isinstance(place, Path):
        return FolderStorage(place)
    from agentcore_probe.storage.s3 import S3Storage

    return S3Storage(place)
