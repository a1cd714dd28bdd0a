"""Reads the environment files of a folder, each as it is."""

from __future__ import annotations

import os
import sys
import tomllib
from pathlib import Path

from agentcore_probe.builtin import FILES
from agentcore_probe.environments.layers import Source
from agentcore_probe.environments.merging import DEFAULTS_NAME
from agentcore_probe.environments.toml_errors import toml_problem
from agentcore_probe.environments.unchanged import Memory
from agentcore_probe.errors import EnvironmentFileError
from agentcore_probe.regex import regex

FOLDER = "environments"
"""Where environment files are, below the project's root."""

NAME = regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
"""What environments are called."""

RESERVED = {
    "all": "means every environment",
    **dict.fromkeys(("asked", "fleet", "history", "index", "latest"), "has another meaning beside reports"),
}
"""The names that no environment can have, and why."""

_sources: Memory[Source] = Memory()


def local_names(root: Path) -> list[str]:
    """The names of the files in `root`, in alphabetical order, also of those that only serve others."""
    try:
        names = os.listdir(root / FOLDER)  # noqa: PTH208  (for each row of a table, and faster than paths)
    except OSError:
        return []
    return sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))


def is_local(name: str, root: Path) -> bool:
    """Whether there is a file of this name in `root`; in the same letters, also where the file system ignores their case."""
    file = root / FOLDER / f"{name}.toml"
    return os.path.lexists(file) and (_KEEPS_CASE or name in local_names(root))


_KEEPS_CASE = sys.platform == "linux"
"""Elsewhere, the folder is listed: of n environments, that is n times n names."""


def builtin_names() -> list[str]:
    """The names of the environments that travel with the package, in alphabetical order."""
    return sorted(Path(name).stem for name in FILES if name.startswith(FOLDER) and name.endswith(".toml"))


def is_name(name: str) -> bool:
    """Whether an environment may be called so."""
    return bool(NAME.fullmatch(name)) and name != DEFAULTS_NAME and name not in RESERVED


def check_name(name: str) -> None:
    """Refuses a name that a new environment cannot have, because it becomes a file name.

    Raises:
        EnvironmentFileError: it has other characters, too many, or another meaning.
    """
    if not NAME.fullmatch(name):
        raise EnvironmentFileError(
            f"invalid environment name {name!r}", hint="Use letters, digits, - and _, at most 64"
        )
    if name == DEFAULTS_NAME:
        raise EnvironmentFileError(f"{name!r} is the file with the defaults of all", hint="Use another name")
    if name in RESERVED:
        raise EnvironmentFileError(f"{name!r} {RESERVED[name]}", hint="Use another name")


def label(name: str) -> str:
    """Names the file of an environment in messages: `environments/prod.toml`."""
    return f"{FOLDER}/{name}.toml"


def read_file(path: Path, name: str) -> Source:
    """The content of a file; it is read again when it has changed.

    Args:
        path: the file.
        name: of its environment.

    Raises:
        EnvironmentFileError: it cannot be read, or is not TOML.
    """
    where = label(name)
    return _sources.get(path, lambda: parse_source(_content(path, where), name, where))


def parse_source(data: bytes, name: str, where: str) -> Source:
    """A file with the content `data`.

    Args:
        data: the content.
        name: of its environment.
        where: names the file in errors.

    Raises:
        EnvironmentFileError: it is not TOML.
    """
    try:
        text = data.decode("utf-8-sig")
        return Source.of(name, where, tomllib.loads(text), text)
    except UnicodeDecodeError as error:
        raise EnvironmentFileError(f"is not UTF-8 (byte {error.start})", where=where) from None
    except tomllib.TOMLDecodeError as error:
        raise EnvironmentFileError(f"is not TOML: {toml_problem(data, error)}", where=where) from None
    except RecursionError:
        raise EnvironmentFileError("is nested too deeply", where=where) from None


def _content(path: Path, where: str) -> bytes:
    try:
        if not path.is_file():  # reading a pipe would block forever
            raise EnvironmentFileError("is not a file", where=where)
        return path.read_bytes()
    except OSError as error:
        raise EnvironmentFileError(f"cannot be read: {error.strerror}", where=where) from None
