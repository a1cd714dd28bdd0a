"""A folder as storage."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from agentcore_probe import store
from agentcore_probe.errors import ReportError


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
        """The names of all files that begin with `prefix`, sorted; links, and names that begin with a dot, are left out."""
        parent, slash, _ = prefix.rpartition("/")
        top = self.folder / parent
        found = []
        for place, folders, files in os.walk(top):
            folders[:] = [one for one in folders if not one.startswith(".")]
            paths = (Path(place, file) for file in files if not file.startswith("."))
            found += [path.relative_to(top).as_posix() for path in paths if not path.is_symlink()]
        return sorted(name for below in found if (name := f"{parent}{slash}{below}").startswith(prefix))

    def read(self, name: str) -> bytes | None:
        """The content of a file; None where there is none.

        Raises:
            ReportError: it cannot be read.
        """
        path = self.folder / name
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
                path.unlink(missing_ok=True)
            except OSError as error:
                raise ReportError(f"cannot be removed: {error.strerror}", where=str(path)) from None
            _remove_empty(path.parent, self.folder)


def _remove_empty(folder: Path, top: Path) -> None:
    while folder != top and top in folder.parents:
        try:
            folder.rmdir()
        except OSError:
            return  # it is not empty
        folder = folder.parent
