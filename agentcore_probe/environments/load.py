"""Finds environment files, reads them as `Environment`, and reports precisely what is wrong with them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from agentcore_probe.environments.callers import inherit, with_caller_of_rows
from agentcore_probe.environments.consistency import check_consistency
from agentcore_probe.environments.files import (
    environment_names,
    expand,
    find_root,
    load_layers,
    local_files,
    record_path,
    rows_of,
)
from agentcore_probe.environments.layers import DEFAULTS, LAYER_KEYS, SOURCES, Layered, Origin
from agentcore_probe.environments.merging import DEFAULTS_NAME, leaves
from agentcore_probe.environments.rows import place_of
from agentcore_probe.environments.sources import (
    FOLDER,
    builtin_names,
    check_name,
    local_names,
    parse_source,
)
from agentcore_probe.errors import EnvironmentFileError
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.identity import SECRET_KEYS

__all__ = [
    "FOLDER",
    "builtin_names",
    "check_name",
    "environment_names",
    "expand",
    "find_root",
    "from_tables",
    "load_environment",
    "load_layers",
    "local_files",
    "local_names",
    "parse",
    "place_of",
    "record_path",
    "rows_of",
    "value_origins",
]

_REFERENCE_FORMS = (
    "{ env = ... }, { file = ... }, { secretsmanager = ..., key = ... }, { ssm = ... } or { command = [...] }"
)


def load_environment(name: str, root: Path) -> Environment:
    """The environment `name`: from its file in `root`, else the built-in one.

    Raises:
        EnvironmentFileError: no such file, not TOML, an unknown or misspelt key, a value of
            the wrong kind, a secret written out.
    """
    layered = load_layers(name, root)
    if not layered.tables and DEFAULTS in layered.source.tables:
        users = "any other of this folder" if name == DEFAULTS_NAME else f'one with extends = "{name}"'
        hint = f"Run an environment that has them: {users}"
        raise EnvironmentFileError("has only defaults for others", where=layered.source.where, hint=hint)
    try:
        return from_tables(layered.tables, name=name, where=layered.source.where)
    except EnvironmentFileError as error:
        raise layered.relocate(error) from None


def value_origins(environment: Environment, layered: Layered) -> dict[str, Origin]:
    """Key, with dots -> where its value is from, for every value of an environment, those that nobody wrote included.

    Args:
        environment: from the same files.
        layered: their content.
    """
    origins = {".".join(path): origin for path, origin in layered.origins.items()}
    values = environment.model_dump(mode="json", exclude_none=True, exclude={"name"})
    builtin = [path for path in leaves((), values) if layered.origin(path) is None]
    return origins | {".".join(path): Origin("builtin") for path in builtin}


def parse(data: bytes, *, name: str, where: str) -> Environment:
    """The environment that the bytes of one TOML file describe, which extends no other.

    Args:
        data: the file's content.
        name: the environment's name.
        where: names the file in errors.

    Raises:
        EnvironmentFileError: as for `load_environment`.
    """
    return from_tables(parse_source(data, name, where).own, name=name, where=where)


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
    sources = SOURCES & reference.keys()
    unknown = reference.keys() - sources - {"key"}
    if len(sources) != 1 or unknown:
        near = [match for name in unknown for match in difflib.get_close_matches(name, SOURCES, n=1)]
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
    own = LAYER_KEYS if model is Environment else ()
    return [*(key for key in model.model_fields if key != "name"), *own]


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models in a field's type: `Identity | None`, `dict[str, NamedIdentity] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
