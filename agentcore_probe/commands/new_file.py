"""Whether a file that is written at the end can be written, before a person begins with what it is about."""

from __future__ import annotations

import tempfile
from pathlib import Path

from agentcore_probe.commands.paths import display_path
from agentcore_probe.errors import InputError
from agentcore_probe.store import descriptor, is_special


def check_new_file(path: Path) -> None:
    """Raises an error for a file that exists, and for a place in which none can be created; a device can be written to.

    Raises:
        InputError: the file exists, or could not be written.
    """
    where, hint = display_path(path), "Name another file with --out"
    if descriptor(path) is not None or is_special(path):
        return
    try:
        if path.is_dir():
            raise InputError("is a folder", where=where, hint=hint)
        if path.exists():
            raise InputError("exists", where=where, hint=hint)
        folder = next(parent for parent in path.absolute().parents if parent.exists())
        with tempfile.TemporaryFile(dir=folder):  # permissions alone do not say it: /proc has none
            return
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", where=where, hint=hint) from None
