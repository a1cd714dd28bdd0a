"""`init`: copies of the built-in environments and notebooks, to edit."""

from __future__ import annotations

from pathlib import Path

from agentcore_probe import store
from agentcore_probe.builtin import FILES, builtin_root
from agentcore_probe.errors import InputError, ReportError

_STARTERS = ("environments/example.toml", "environments/local.toml")
COPIED = (*_STARTERS, *(name for name in FILES if name.startswith("notebooks/")))


def run(folder: Path, *, force: bool) -> None:
    """Copies the files into `folder` and prints what was written; an existing file is kept unless `force` is set.

    Raises:
        InputError: there is a file where a folder must be, or the reverse; nothing is written.
        ReportError: a file cannot be written.
    """
    for name in COPIED:
        _check_kind(folder, name)
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
            raise ReportError(error.what, where=name, hint=error.hint) from None
        print(f"{'Replaced' if exists else 'Written'}: {name}")


def _check_kind(folder: Path, name: str) -> None:
    """Refuses a file in the place of a folder, and a folder in the place of a file."""
    parent = Path(name).parent
    for path, is_right, kind in ((parent, Path.is_dir, "folder"), (Path(name), Path.is_file, "file")):
        target = folder / path
        if target.exists() and not is_right(target):
            raise InputError(
                f"is not a {kind}", where=str(path), hint="Rename it, or run init in another folder"
            )
