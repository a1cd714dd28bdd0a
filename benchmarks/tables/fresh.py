"""From a new clone, with an empty package cache, to the first report."""

from __future__ import annotations

from pathlib import Path

from benchmarks.commands import OUT, Commands
from benchmarks.measure import Approach
from benchmarks.table import CPU, SECONDS, Table, result
from benchmarks.workplace import PROJECT, Workplace


def _approaches(_: Workplace) -> list[Approach]:
    clone = ["git", "clone", "-q", str(PROJECT), f"{OUT}/clone"]
    report = ["make", "-s", "-C", f"{OUT}/clone", "report"]
    environment = {"PIP_NO_CACHE_DIR": "1", "UV_NO_CACHE": "1"}
    commands = Commands([clone, report], PROJECT, environment, _megabytes)
    return [Approach("`make report`", commands, is_long=True)]


def _megabytes(out: Path) -> float:
    """The size on disk of the clone's `.venv`."""
    files = (out / "clone" / ".venv").rglob("*")
    return sum(path.lstat().st_blocks * 512 for path in files) / 1e6


TABLE = Table(
    "fresh",
    "A fresh clone, nothing in the package cache",
    _approaches,
    (SECONDS, CPU, result("`.venv` on disk, MB")),
    note="Of the last commit; it needs a package index.",
    share=7,
)
