"""`init`: copies of the built-in environments and notebooks, to edit."""

from __future__ import annotations

from pathlib import Path

from agentcore_probe import store
from agentcore_probe.builtin import FILES, builtin_root
from agentcore_probe.errors import ReportError

_STARTERS = ("environments/example.toml", "environments/local.toml")
COPIED = (*_STARTERS, *(name for name in FILES if name.startswith("notebooks/")))


def run(folder: Path, *, force: bool) -> None:
    """Copies the files into `folder` and prints what was written; an existing file is kept unless `force` is set.

    Raises:
        ReportError: a file cannot be written.
    """
    for name in COPIED:
        target = folder / name
        exists = target.exists()
        if exists and not force:
            print(f"Kept:    {name} (already exists)")
            continue
        content = (builtin_root() / name).read_bytes()
        try:
            store.write(target, content)
        except ReportError as error:
            # Its hint is about reports.
            raise ReportError(error.what, where=name) from None
        print(f"{'Replaced' if exists else 'Written'}: {name}")
