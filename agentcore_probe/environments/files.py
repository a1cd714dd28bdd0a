"""The files of environments: where they are, which of them are environments, and what they say, merged."""

from __future__ import annotations

import contextlib
import difflib
import os
import re
import sys
import tomllib
from pathlib import Path

from agentcore_probe.builtin import FILES, REPORT_NOTEBOOK, builtin_file
from agentcore_probe.environments.layers import Layered, Source
from agentcore_probe.environments.merging import DEFAULTS_NAME, bases_of, chain, merge
from agentcore_probe.environments.toml_errors import toml_problem
from agentcore_probe.errors import EnvironmentFileError
from agentcore_probe.model.environment import Environment

FOLDER = "environments"
"""Where environment files are, below the project's root."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
RESERVED = {
    "all": "means every environment",
    **dict.fromkeys(("asked", "fleet", "history", "index", "latest"), "has another meaning beside reports"),
}
"""The names that no environment can have, and why."""


def find_root(start: Path | None = None) -> Path:
    """The project's root: the nearest folder, from `start` (default: the current one) upwards, with local files.

    Local files are a folder `environments/` or the report's notebook. Where there are none, `start` itself is
    the root: the built-in environments and notebooks serve, and reports are written there.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / FOLDER).is_dir() or (folder / REPORT_NOTEBOOK).is_file():
            return folder
    return here


def environment_names(root: Path) -> list[str]:
    """The names of all environments, local to `root` or built in, in alphabetical order; without bases of others."""
    return sorted({*local_environments(root), *builtin_names()})


def local_names(root: Path) -> list[str]:
    """The names of the files in `root`, in alphabetical order, also of those that only serve others."""
    return sorted(path.stem for path in (root / FOLDER).glob("*.toml"))


def is_local(name: str, root: Path) -> bool:
    """Whether there is a file of this name in `root`; in the same letters, also where the file system ignores their case."""
    file = root / FOLDER / f"{name}.toml"
    return os.path.lexists(file) and (_KEEPS_CASE or name in local_names(root))


_KEEPS_CASE = sys.platform == "linux"
"""Elsewhere, the folder is listed: of n environments, that is n times n names."""


def local_environments(root: Path) -> list[str]:
    """The names of the environments that have a file in `root`, in alphabetical order.

    A file that cannot be read is one too, so that its error is reported where it is named.
    """
    sources: dict[str, Source] = {}
    for name in (names := local_names(root)):
        with contextlib.suppress(EnvironmentFileError):
            sources[name] = read_source(name, root)
    bases = bases_of(sources)
    return [name for name in names if name not in bases]


def has_layers(root: Path) -> bool:
    """Whether files in `root` take values from others: there are defaults of the folder, or one extends another."""
    for name in local_names(root):
        with contextlib.suppress(EnvironmentFileError):
            if name == DEFAULTS_NAME or read_source(name, root).extends is not None:
                return True
    return False


def builtin_names() -> list[str]:
    """The names of the environments that travel with the package, in alphabetical order."""
    return sorted(Path(name).stem for name in FILES if name.startswith(FOLDER) and name.endswith(".toml"))


def check_name(name: str) -> None:
    """Refuses a name that a new environment cannot have, because it becomes a file name.

    Raises:
        EnvironmentFileError: it has other characters, too many, or another meaning.
    """
    if not _NAME.fullmatch(name):
        raise EnvironmentFileError(
            f"invalid environment name {name!r}", hint="Use letters, digits, - and _, at most 64"
        )
    if name == DEFAULTS_NAME:
        raise EnvironmentFileError(f"{name!r} is the file with the defaults of all", hint="Use another name")
    if name in RESERVED:
        raise EnvironmentFileError(f"{name!r} {RESERVED[name]}", hint="Use another name")


def load_layers(name: str, root: Path) -> Layered:
    """The content of the environment `name`, merged with what it extends and the defaults of its folder.

    Raises:
        EnvironmentFileError: a file does not exist, is not TOML, or what it says about others cannot be used.
    """
    sources = chain(read_source(name, root), lambda base: read_source(base, root, is_base=True))
    has_defaults = name != DEFAULTS_NAME and is_local(name, root) and is_local(DEFAULTS_NAME, root)
    return merge(sources, read_source(DEFAULTS_NAME, root) if has_defaults else None)


def record_path(environment: Environment, root: Path) -> Path:
    """The record that a recorded environment replays: a path relative to the file that names it.

    Args:
        environment: one with `record`.
        root: the project's root.
    """
    assert environment.record is not None
    origin = load_layers(environment.name, root).origin(("record",))
    file = _find_file(Path(origin.where).stem if origin else environment.name, root)
    return file.parent / environment.record


def _find_file(name: str, root: Path, *, is_base: bool = False) -> Path:
    """The file of an environment; the local one overrides the built-in one of the same name."""
    if _NAME.fullmatch(name):
        if is_local(name, root):
            if name in RESERVED and not is_base:
                where = f"{FOLDER}/{name}.toml"
                raise EnvironmentFileError(f"{name!r} {RESERVED[name]}", where=where, hint="Rename the file")
            return root / FOLDER / f"{name}.toml"
        builtin = builtin_file(f"{FOLDER}/{name}.toml")
        if builtin is not None:
            return builtin
    raise EnvironmentFileError(f"environment {name!r} not found", hint=_existing(name, root, is_base=is_base))


def _existing(name: str, root: Path, *, is_base: bool) -> str:
    """The nearest name, and every name that exists; with `is_base`, also those that only serve others."""
    local = [other for other in local_names(root) if other != DEFAULTS_NAME]
    local = local if is_base else local_environments(root)
    builtin = [other for other in builtin_names() if other not in local_names(root)]
    near = difflib.get_close_matches(name, [*local, *builtin], n=1)
    parts = [f"Did you mean {near[0]!r}?"] if near else []
    if local:
        parts.append(f"In {FOLDER}/: {', '.join(local)}.")
    if builtin:
        parts.append(f"Built in: {', '.join(builtin)}.")
    if not near and not is_base and _NAME.fullmatch(name):
        parts.append(f"To write it for your account: agentcore-probe discover {name}")
    return " ".join(parts).removesuffix(".")


def _content(path: Path, where: str) -> bytes:
    try:
        if not path.is_file():  # reading a pipe would block forever
            raise EnvironmentFileError("is not a file", where=where)
        return path.read_bytes()
    except OSError as error:
        raise EnvironmentFileError(f"cannot be read: {error.strerror}", where=where) from None


def read_source(name: str, root: Path, *, is_base: bool = False) -> Source:
    """The file of an environment: the local one, else the built-in one.

    Args:
        name: the environment's.
        root: the project's root.
        is_base: whether another file extends it, so that an error suggests files of which others are made, too.

    Raises:
        EnvironmentFileError: it does not exist, cannot be read, or is not TOML.
    """
    where = f"{FOLDER}/{name}.toml"
    return parse_source(_content(_find_file(name, root, is_base=is_base), where), name, where)


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
