"""A folder as storage."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

from agentcore_probe import store
from agentcore_probe.errors import ReportError

_OF_THE_DISK = "lost+found"
"""A folder at the top of many file systems, which only root can list."""


class FolderStorage:
    """The files below a folder.

    Args:
        folder: it need not exist before something is written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def location(self) -> str:
        """The folder's path."""
        return str(self.folder)

    def where(self, name: str) -> str:
        """The file's path."""
        return str(self.folder / name)

    def check(self) -> None:
        """Nothing: a folder that cannot be written is found out by the first file, which takes no time."""

    def names(self, prefix: str = "") -> list[str]:
        """The names of all files that begin with `prefix`, sorted.

        Left out are links, pipes and devices, and names that begin with a dot.

        Raises:
            ReportError: a folder cannot be listed.
        """
        parent, slash, _ = prefix.rpartition("/")
        top = self.folder / parent
        found = []
        for place, folders, files in os.walk(top, onerror=_refuse):
            folders[:] = [one for one in folders if not one.startswith(".") and one != _OF_THE_DISK]
            paths = (Path(place, file) for file in files if not file.startswith("."))
            found += [path.relative_to(top).as_posix() for path in paths if _is_file(path)]
        return sorted(name for below in found if (name := f"{parent}{slash}{below}").startswith(prefix))

    def read(self, name: str) -> bytes | None:
        """The content of a file; None where there is none.

        Raises:
            ReportError: it cannot be read.
        """
        path = self.folder / name
        if store.is_special(path):  # reading a pipe would block forever
            raise ReportError("cannot be read: it is not a file", where=str(path))
        try:
            return path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise ReportError(f"cannot be read: {error.strerror}", where=str(path)) from None

    def write(self, name: str, content: str | bytes) -> None:
        """Writes a whole file or nothing (`store.write`)."""
        store.write(self.folder / name, content)

    def write_new(self, name: str, content: str | bytes) -> bool:
        """Writes a whole file, unless there is one already; whether it did (`store.write_new`)."""
        return store.write_new(self.folder / name, content)

    def update(self, name: str, change: Callable[[bytes | None], str | bytes | None]) -> None:
        """Replaces a file by what `change` makes of its content; the last writer wins."""
        content = change(self.read(name))
        if content is not None:
            self.write(name, content)

    def remove(self, names: Iterable[str]) -> None:
        """Removes files, and folders that are empty then.

        Raises:
            ReportError: one cannot be removed.
        """
        for name in names:
            path = self.folder / name
            try:
                path.unlink()
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                raise ReportError(f"cannot be removed: {error.strerror}", where=str(path)) from None
            _remove_empty(path.parent, self.folder)


def _refuse(error: OSError) -> None:
    """Ends a walk at a folder that cannot be listed; one that is not there, or is a file, has no files.

    Raises:
        ReportError: it is there.
    """
    if not isinstance(error, (FileNotFoundError, NotADirectoryError)):
        raise ReportError(f"cannot be listed: {error.strerror}", where=str(error.filename))


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:  # it was removed meanwhile
        return False


def _remove_empty(folder: Path, top: Path) -> None:
    while folder != top and top in folder.parents:
        try:
            folder.rmdir()
        except OSError:
            return  # it is not empty
        folder = folder.parent
