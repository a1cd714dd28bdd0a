"""The environment file of what is deployed, and how it is written: what it replaces is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from agentcore_probe import store
from agentcore_probe.access.reads import FailedRead
from agentcore_probe.environments.load import FOLDER
from agentcore_probe.errors import InputError, ProbeError, ReportError


@dataclass(frozen=True, kw_only=True)
class Discovered:
    """The environment file of what is deployed."""

    name: str
    """The environment's name."""
    text: str
    """The file's content."""
    path: Path
    """Where it is written, or would be."""
    todo: tuple[str, ...] = ()
    """What is left to do in it, one sentence each."""
    why: str | None = None
    """Why its Runtime and its Gateway are in one file, where that was found out."""
    unread: tuple[str, ...] = ()
    """What could not be read, one sentence each."""
    failed: tuple[FailedRead, ...] = ()
    backup: Path | None = None
    """The copy of the file that was replaced."""


@dataclass(frozen=True)
class NotDiscovered:
    """A file that was not made."""

    title: str
    """What its targets are called."""
    error: ProbeError
    is_described: bool = False
    """Whether other files describe its targets already."""


def write(discovered: Discovered, *, force: bool = False) -> Discovered:
    """Writes the file; a file that it replaces is kept beside it.

    Args:
        discovered: from `Discoverer.draft`.
        force: whether a file that exists may be replaced.

    Raises:
        InputError: the file exists.
        ReportError: it cannot be written.
    """
    path = discovered.path
    if store.write_new(path, discovered.text):
        return discovered
    if not force:
        raise InputError("the file was created meanwhile", where=f"{FOLDER}/{path.name}")
    try:
        before = path.read_bytes()
    except OSError as error:
        raise ReportError(f"cannot be read: {error.strerror}", where=str(path)) from None
    if before == discovered.text.encode():
        return discovered
    backup = write_beside(path, before)
    store.write(path, discovered.text)
    return replace(discovered, backup=backup)


def write_beside(path: Path, before: bytes) -> Path:
    """Keeps the content of a file that is about to be replaced, under a name that is free.

    Args:
        path: the file.
        before: its content.

    Raises:
        ReportError: the copy cannot be written.
    """
    copies = (path.with_name(f"{path.name}.bak{number}") for number in ("", *range(2, 10_000)))
    return next(one for one in copies if store.write_new(one, before))
