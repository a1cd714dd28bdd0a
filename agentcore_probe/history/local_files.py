"""The files of a storage as files that DuckDB can open: in place, or fetched into a private folder."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterable
from pathlib import Path

from agentcore_probe.storage import Storage


class LocalFiles:
    """Local paths of a storage's files.

    A file of the history never changes under its name, so an object is fetched once in a process. The folder with them is
    removed with this object.

    Args:
        storage: where the files are.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._fetched: dict[str, Path] = {}
        self._lock = threading.Lock()

    def paths(self, names: Iterable[str]) -> dict[str, Path]:
        """The path of each file by its name; without those that do not exist any more.

        Raises:
            ReportError: one cannot be fetched.
        """
        folder = self._storage.folder
        if folder is not None:
            return {name: folder / name for name in names}
        with self._lock:
            return {name: path for name in names if (path := self._fetch(name)) is not None}

    def _fetch(self, name: str) -> Path | None:
        if name not in self._fetched:
            content = self._storage.read(name)
            if content is None:
                return None
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="agentcore-probe-history-")
            path = Path(self._folder.name) / f"{len(self._fetched)}.parquet"
            path.write_bytes(content)
            self._fetched[name] = path
        return self._fetched[name]
