"""A folder as storage."""

from __future__ import annotations

import os
from collections.abc import Iterable
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

    def names(self, prefix: str = "") -> list[str]:
        """The names of all files that begin with `prefix`, sorted; links, and names that begin with a dot, are left out."""
        top = self.folder / prefix.rpartition("/")[0]
        found = []
        for place, folders, files in os.walk(top):
            folders[:] = [one for one in folders if not one.startswith(".")]
            paths = (Path(place, file) for file in files if not file.startswith("."))
            found += [path.relative_to(self.folder).as_posix() for path in paths if not path.is_symlink()]
        return sorted(name for name in found if name.startswith(prefix))

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
