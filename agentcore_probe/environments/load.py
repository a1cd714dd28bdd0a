"""Finds environment files, reads them as `Environment`, and reports precisely what is wrong with them."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from agentcore_probe.builtin import FILES, REPORT_NOTEBOOK, builtin_file
from agentcore_probe.environments.callers import inherit, with_caller_of_rows
from agentcore_probe.environments.consistency import check_consistency
from agentcore_probe.environments.toml_errors import toml_problem
from agentcore_probe.errors import EnvironmentFileError
from agentcore_probe.model.environment import SECRET_KEYS, Environment

FOLDER = "environments"
"""Where environment files are, below the project's root."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_SOURCES = {"env", "file", "secretsmanager", "ssm", "command"}
_REFERENCE_FORMS = (
    "{ env = ... }, { file = ... }, { secretsmanager = ..., key = ... }, { ssm = ... } or { command = [...] }"
)


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
    """The names of all environments, local to `root` or built in, in alphabetical order."""
    return sorted({*local_names(root), *builtin_names()})


def local_names(root: Path) -> list[str]:
    """The names of the environments that have a file in `root`, in alphabetical order."""
    return sorted(path.stem for path in (root / FOLDER).glob("*.toml"))


def builtin_names() -> list[str]:
    """The names of the environments that travel with the package, in alphabetical order."""
    return sorted(Path(name).stem for name in FILES if name.startswith(FOLDER) and name.endswith(".toml"))


def check_name(name: str) -> None:
    """Refuses a name that a new environment cannot have, because it becomes a file name.

    Raises:
        EnvironmentFileError: it has other characters, or too many.
    """
    if not _NAME.fullmatch(name):
        raise EnvironmentFileError(
            f"invalid environment name {name!r}", hint="Use letters, digits, - and _, at most 64"
        )


def load_environment(name: str, root: Path) -> Environment:
    """The environment `name`: from its file in `root`, else the built-in one.

    Raises:
        EnvironmentFileError: no such file, not TOML, an unknown or misspelt key, a value of
            the wrong kind, a secret written out.
    """
    where = f"{FOLDER}/{name}.toml"
    return parse(_content(_find_file(name, root), where), name=name, where=where)


def record_path(environment: Environment, root: Path) -> Path:
    """The record that a recorded environment replays: a path relative to its environment file.

    Args:
        environment: one with `record`.
        root: the project's root.
    """
    assert environment.record is not None
    folder = root / FOLDER
    if environment.name not in local_names(root) and environment.name in builtin_names():
        folder = _find_file(environment.name, root).parent
    return folder / environment.record


def _find_file(name: str, root: Path) -> Path:
    """The file of an environment; the local one overrides the built-in one of the same name."""
    if _NAME.fullmatch(name):
        if name in local_names(root):
            return root / FOLDER / f"{name}.toml"
        builtin = builtin_file(f"{FOLDER}/{name}.toml")
        if builtin is not None:
            return builtin
    raise EnvironmentFileError(f"environment {name!r} not found", hint=_existing(name, root))


def _existing(name: str, root: Path) -> str:
    """The nearest name, and every name that exists."""
    local = local_names(root)
    builtin = [other for other in builtin_names() if other not in local]
    near = difflib.get_close_matches(name, [*local, *builtin], n=1)
    parts = [f"Did you mean {near[0]!r}?"] if near else []
    if local:
        parts.append(f"In {FOLDER}/: {', '.join(local)}.")
    if builtin:
        parts.append(f"Built in: {', '.join(builtin)}.")
    return " ".join(parts).removesuffix(".")


def _content(path: Path, where: str) -> bytes:
    try:
        if not path.is_file():  # reading a pipe would block forever
            raise EnvironmentFileError("is not a file", where=where)
        return path.read_bytes()
    except OSError as error:
        raise EnvironmentFileError(f"cannot be read: {error.strerror}", where=where) from None


def parse(data: bytes, *, name: str, where: str) -> Environment:
    """The environment that the bytes of one TOML file describe.

    Args:
        data: the file's content.
        name: the environment's name.
        where: names the file in errors.

    Raises:
        EnvironmentFileError: as for `load_environment`.
    """
    try:
        tables = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise EnvironmentFileError(f"is not UTF-8 (byte {error.start})", where=where) from None
    except tomllib.TOMLDecodeError as error:
        raise EnvironmentFileError(f"is not TOML: {toml_problem(data, error)}", where=where) from None
    except RecursionError:
        raise EnvironmentFileError("is nested too deeply", where=where) from None
    return from_tables(tables, name=name, where=where)


def from_tables(tables: dict[str, Any], *, name: str, where: str, needs_target: bool = True) -> Environment:
    """The environment that parsed TOML describes.

    Args:
        tables: the file's content; references to secrets are converted in place.
        name: the environment's name.
        where: names the file in errors.
        needs_target: whether it must name a Runtime or a Gateway.

    Raises:
        EnvironmentFileError: as for `load_environment`.
    """
    if "name" in tables:
        raise EnvironmentFileError("'name' is the file's own name", where=where, hint="Remove the key")
    for table, section in _logins(tables):
        for key in SECRET_KEYS:
            _convert_reference(section, key, f"{where}, [{table}] {key}")
    inherit(tables)
    try:
        environment = Environment(name=name, **tables)
    except ValidationError as error:
        raise _environment_error(error, where) from None
    check_consistency(environment, where, needs_target=needs_target)
    return with_caller_of_rows(environment)


def _logins(tables: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The tables that may refer to a secret, each with its name in TOML."""
    sections = {"identity": tables.get("identity")}
    callers = tables.get("identities")
    if isinstance(callers, dict):
        sections |= {f"identities.{name}": section for name, section in callers.items()}
    yield from ((name, section) for name, section in sections.items() if isinstance(section, dict))


def _convert_reference(section: dict[str, Any], key: str, location: str) -> None:
    """Converts `{ env = "X" }` into the fields of `SecretReference`, in place; refuses a secret written out."""
    if key not in section:
        return
    reference = section[key]
    if not isinstance(reference, dict):
        raise EnvironmentFileError(
            "a secret is never written into an environment file",
            where=location,
            hint=f"Refer to it: {key} = {_REFERENCE_FORMS}",
        )
    sources = _SOURCES & reference.keys()
    unknown = reference.keys() - sources - {"key"}
    if len(sources) != 1 or unknown:
        near = [match for name in unknown for match in difflib.get_close_matches(name, _SOURCES, n=1)]
        hint = f"Did you mean {near[0]!r}?" if near else f"Use one of {_REFERENCE_FORMS}"
        raise EnvironmentFileError("is not a reference to a secret", where=location, hint=hint)
    (source,) = sources
    value = reference[source]
    words = value if isinstance(value, list) else [value]
    if not words or not all(isinstance(word, str) and word for word in words):
        raise EnvironmentFileError(f"{source} must not be empty", where=location)
    if isinstance(value, list) != (source == "command"):
        raise EnvironmentFileError(
            f"{source} must be {'a list of words' if source == 'command' else 'one string'}", where=location
        )
    section[key] = {
        "source": source,
        "name": words[0],
        "key": reference.get("key"),
        "arguments": tuple(words[1:]),
    }


def _environment_error(error: ValidationError, where: str) -> EnvironmentFileError:
    """The first problem that pydantic reports, as one line with file, key and hint."""
    problems = error.errors(include_url=False, include_context=False)
    # A misspelt key is also a missing one: the misspelling is more useful to report.
    first = min(problems, key=lambda problem: problem["type"] != "extra_forbidden")
    path = [str(part) for part in first["loc"] if part != "[key]"]
    location = f"{where}, {_in_toml(path)}" if path else where
    if first["type"] == "extra_forbidden":
        valid_keys = _keys_at(path[:-1])
        near = difflib.get_close_matches(path[-1], valid_keys, n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]!r}?" if near else f"Valid keys: {', '.join(valid_keys)}"
        return EnvironmentFileError(f"unknown key {path[-1]!r}", where=location, hint=hint)
    if first["type"] == "missing":
        return EnvironmentFileError("is required", where=location)
    message = first["msg"].removeprefix("Value error, ").replace("Input should be", "must be", 1)
    return EnvironmentFileError(_TOML_MESSAGES.get(first["type"]) or message, where=location)


_TOML_MESSAGES = {
    "tuple_type": 'must be a list: ["...", "..."]',
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "string_type": "must be text in quotes",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
}
"""pydantic's errors by type, in the terms of TOML instead of Python."""


def _in_toml(path: list[str]) -> str:
    """A location in TOML's notation: `[runtime] arn`."""
    return path[0] if len(path) == 1 else f"[{'.'.join(path[:-1])}] {path[-1]}"


def _keys_at(path: list[str]) -> list[str]:
    """The keys that an environment file may hold at `path`."""
    model: type[BaseModel] = Environment
    for part in path:
        field = model.model_fields.get(part)
        if field is not None:
            model = next(_models(field.annotation), model)
    return [key for key in model.model_fields if key != "name"]


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models in a field's type: `Identity | None`, `dict[str, NamedIdentity] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
