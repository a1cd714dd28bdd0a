"""The files of environments: where they are, which of them are environments, and what they say, merged."""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Iterable
from pathlib import Path

from agentcore_probe.builtin import REPORT_NOTEBOOK, builtin_file
from agentcore_probe.environments.comments import abbreviated
from agentcore_probe.environments.layers import TABLE, Layered, Source
from agentcore_probe.environments.merging import DEFAULTS_NAME, bases_of, chain, merge
from agentcore_probe.environments.rows import find_row, rows_in
from agentcore_probe.environments.sources import (
    FOLDER,
    NAME,
    RESERVED,
    builtin_names,
    is_local,
    label,
    local_names,
    read_file,
)
from agentcore_probe.environments.templates import read_template
from agentcore_probe.errors import EnvironmentFileError
from agentcore_probe.model.environment import Environment

_NAMES_IN_HINT = 20
"""So many names are listed where one does not exist."""


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
    """The names of all environments, local to `root` or built in, in alphabetical order.

    A template is not among them, but each row of its table is, also one that cannot be used; files that only serve others
    are not.
    """
    return sorted({*local_environments(root), *builtin_names()})


def local_environments(root: Path) -> list[str]:
    """The names of the environments of `root`, in alphabetical order.

    A file that cannot be read is one too, so that its error is reported where it is named; so is a template of which no row
    is known, because its table cannot be read.
    """
    rows = rows_in(root)
    return sorted(one for name in local_files(root) for one in rows.of.get(name) or (name,))


def local_files(root: Path) -> list[str]:
    """The names of the files in `root` that are environments or templates, in alphabetical order."""
    sources: dict[str, Source] = {}
    for name in (names := local_names(root)):
        with contextlib.suppress(EnvironmentFileError):
            sources[name] = read_source(name, root)
    bases = bases_of(sources)
    return [name for name in names if name not in bases]


def rows_of(name: str, root: Path) -> tuple[str, ...]:
    """The environments that the rows of a template make, in the order of its table; none where it is not a usable template.

    Args:
        name: the template's.
        root: the project's root.
    """
    return rows_in(root).of.get(name, ())


def expand(names: Iterable[str], root: Path) -> list[str]:
    """Environments, each once, with the rows of a template in its place.

    Args:
        names: environments and templates.
        root: the project's root.
    """
    rows = rows_in(root).of
    return list(dict.fromkeys(one for name in names for one in rows.get(name) or (name,)))


def has_layers(root: Path) -> bool:
    """Whether files in `root` take values from others: there are defaults of the folder, or one extends another."""
    for name in local_names(root):
        with contextlib.suppress(EnvironmentFileError):
            if name == DEFAULTS_NAME or read_source(name, root).extends is not None:
                return True
    return False


def load_layers(name: str, root: Path) -> Layered:
    """The content of the environment `name`, merged with what it extends and the defaults of its folder.

    Raises:
        EnvironmentFileError: a file does not exist, is not TOML, or what it says about others cannot be used.
    """
    own = read_source(name, root)
    if not own.row and TABLE in own.tables:
        raise _template_error(own, root)
    sources = chain(own, lambda base: read_source(base, root, is_base=True))
    takes_defaults = name != DEFAULTS_NAME and (bool(own.row) or is_local(name, root))
    has_defaults = takes_defaults and is_local(DEFAULTS_NAME, root)
    return merge(sources, read_source(DEFAULTS_NAME, root) if has_defaults else None)


def _template_error(source: Source, root: Path) -> EnvironmentFileError:
    """Why a template is not an environment."""
    try:
        read_template(source, root / FOLDER)
    except EnvironmentFileError as error:
        return error
    names = rows_of(source.name, root)
    return EnvironmentFileError(
        f"is a template of {len(names)} environments",
        where=source.where,
        hint=f"Name one of them: {abbreviated(names)}",
    )


def record_path(environment: Environment, root: Path) -> Path:
    """The record that a recorded environment replays: a path relative to the file that names it.

    Args:
        environment: one with `record`.
        root: the project's root.
    """
    assert environment.record is not None
    origin = load_layers(environment.name, root).origin(("record",))
    is_own = origin is None or origin.kind in ("file", "table")
    file = _file(environment.name if origin is None or is_own else Path(origin.where).stem, root)
    folder = (
        root / FOLDER if file is None else file.parent
    )  # a row has no file of its own; its template is local
    return folder / environment.record


def _file(name: str, root: Path) -> Path | None:
    """The file of an environment; the local one overrides the built-in one of the same name. None: it has none."""
    if not NAME.fullmatch(name):
        return None
    if is_local(name, root):
        return root / FOLDER / f"{name}.toml"
    return builtin_file(f"{FOLDER}/{name}.toml")


def _existing(name: str, root: Path, *, is_base: bool) -> str:
    """The nearest name, and every name that exists; with `is_base`, also those that only serve others."""
    local = [other for other in local_names(root) if other != DEFAULTS_NAME]
    local = local if is_base else local_environments(root)
    builtin = [other for other in builtin_names() if other not in local_names(root)]
    near = difflib.get_close_matches(name, [*local, *builtin], n=1)
    parts = [f"Did you mean {near[0]!r}?"] if near else []
    if local:
        parts.append(f"In {FOLDER}/: {abbreviated(local, _NAMES_IN_HINT)}.")
    if builtin:
        parts.append(f"Built in: {', '.join(builtin)}.")
    if not near and not is_base and NAME.fullmatch(name):
        parts.append(f"To write it for your account: agentcore-probe discover {name}")
    return " ".join(parts).removesuffix(".")


def read_source(name: str, root: Path, *, is_base: bool = False) -> Source:
    """What an environment is made of: its local file, else the built-in one, else the template of which it is a row.

    Args:
        name: the environment's.
        root: the project's root.
        is_base: whether another file extends it, so that an error suggests files of which others are made, too.

    Raises:
        EnvironmentFileError: it does not exist, cannot be read, is not TOML, or cannot be extended.
    """
    path = _file(name, root)
    if path is not None:
        if name in RESERVED and not is_base:
            raise EnvironmentFileError(
                f"{name!r} {RESERVED[name]}", where=label(name), hint="Rename the file"
            )
        source = read_file(path, name)
        if is_base and TABLE in source.tables:
            raise EnvironmentFileError(
                "cannot be extended, because it is a template of several environments",
                where=f"{source.where}, [{TABLE}]",
                hint="Extend the file that it extends",
            )
        return source
    row = find_row(name, root) if NAME.fullmatch(name) else None
    if row is not None and is_base:
        what = f"{name!r} is a row of {row.template.table.where}, and only files can be extended"
        raise EnvironmentFileError(what, hint=f"Extend what {row.template.source.where} extends")
    if row is not None:
        return row.source()
    raise EnvironmentFileError(f"environment {name!r} not found", hint=_existing(name, root, is_base=is_base))
