"""The files of a storage as files that DuckDB can open: in place, or fetched into a private folder.

DuckDB reads S3 only with an extension that it would download, and with a login of its own.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from agentcore_probe.storage import Storage

_AT_ONCE = 8
"""So many objects are fetched at a time: each takes some 50 ms of waiting."""


@contextmanager
def local_paths(storage: Storage, names: Collection[str]) -> Iterator[dict[str, Path]]:
    """The paths of files by their names, during the block; without objects that do not exist any more.

    Args:
        storage: where the files are.
        names: which ones.

    Raises:
        ReportError: one cannot be fetched.
    """
    if storage.folder is not None:
        yield {name: storage.folder / name for name in names}
        return
    with (
        tempfile.TemporaryDirectory(prefix="agentcore-probe-") as folder,
        ThreadPoolExecutor(_AT_ONCE) as pool,
    ):
        paths: dict[str, Path] = {}
        for number, (name, content) in enumerate(zip(names, pool.map(storage.read, names), strict=True)):
            if content is not None:
                paths[name] = Path(folder) / f"{number}.parquet"
                paths[name].write_bytes(content)
        yield paths
