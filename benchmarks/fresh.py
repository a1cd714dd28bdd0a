"""From a new clone, with an empty package cache, to the first report."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


def table(folder: Path) -> None:
    """Clones the last commit into `folder`, runs `make report` and prints its time; needs a package index."""
    clone = folder / "fresh"
    subprocess.run(["git", "clone", "-q", PROJECT, clone], check=True)
    no_cache = {"PIP_NO_CACHE_DIR": "1", "UV_NO_CACHE": "1"}
    start = time.perf_counter()
    subprocess.run(
        ["make", "-s", "report"], cwd=clone, env={**os.environ, **no_cache}, check=True, capture_output=True
    )
    seconds = time.perf_counter() - start
    print("## A fresh clone, nothing in the package cache, once\n")
    print("| to its first report, seconds | `.venv` on disk, MB |\n| ---: | ---: |")
    print(f"| {seconds:.0f} | {_size(clone / '.venv') / 1e6:.0f} |\n", flush=True)


def _size(folder: Path) -> int:
    """The size on disk of a folder's files, in bytes."""
    return sum(path.lstat().st_blocks * 512 for path in folder.rglob("*"))
