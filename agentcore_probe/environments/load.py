"""TOML -> Environment: finds the file, reads it, and says plainly what is wrong with it."""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

from agentcore_probe.errors import EnvironmentFileError
from agentcore_probe.flows import FLOWS
from agentcore_probe.model.environment import LOOPBACK, Environment

FOLDER = "environments"
"""Where environment files are, below the project's root."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_SECRETS = {("identity", "password"), ("identity", "client_secret"), ("identity", "token")}
_SOURCES = {"env", "file", "secretsmanager", "ssm", "command"}
_REFERENCE_FORMS = (
    "{ env = ... }, { file = ... }, { secretsmanager = ..., key = ... }, { ssm = ... } or { command = [...] }"
)


def find_root(start: Path | None = None) -> Path:
    """The nearest folder, from `start` (default: the current one) upwards, that holds `environments/`.

    Raises:
        EnvironmentFileError: there is none.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / FOLDER).is_dir():
            return folder
    raise EnvironmentFileError(
        f"there is no {FOLDER}/ folder here or above",
        where=str(here),
        hint="Run this in a checkout of AgentCore Probe, or make the folder and put NAME.toml in it",
    )


def environment_names(root: Path) -> list[str]:
    """The environments of `root`, in alphabetical order."""
    return sorted(path.stem for path in (root / FOLDER).glob("*.toml"))


def check_name(name: str) -> None:
    """Refuses what cannot be a new environment's name: it becomes a file's.

    Raises:
        EnvironmentFileError: it has other signs, or too many.
    """
    if not _NAME.fullmatch(name):
        raise EnvironmentFileError(
            f"{name!r} is no name of an environment", hint="Letters, digits, - and _, at most 64"
        )


def load_environment(name: str, root: Path) -> Environment:
    """The environment `name` of `root`.

    Raises:
        EnvironmentFileError: no such file, not TOML, an unknown or misspelt key, a value of
            the wrong kind, a secret written out.
    """
    known = environment_names(root)
    if not _NAME.fullmatch(name) or name not in known:
        near = difflib.get_close_matches(name, known, n=len(known) or 1, cutoff=0.0)
        raise EnvironmentFileError(
            f"there is no environment {name!r}",
            where=f"{FOLDER}/",
            hint=f"There are: {', '.join(near)}" if near else "The folder holds no .toml file",
        )
    where = f"{FOLDER}/{name}.toml"
    return parse(_content(root / FOLDER / f"{name}.toml", where), name=name, where=where)


def _content(path: Path, where: str) -> bytes:
    try:
        if not path.is_file():  # a pipe would be waited for without an end
            raise EnvironmentFileError("is no file", where=where)
        return path.read_bytes()
    except OSError as error:
        raise EnvironmentFileError(f"cannot be read: {error.strerror}", where=where) from None


def parse(data: bytes, *, name: str, where: str) -> Environment:
    """The environment that the bytes of one TOML file describe; `where` names it in errors.

    Raises:
        EnvironmentFileError: as for `load_environment`.
    """
    try:
        tables = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise EnvironmentFileError(f"is not UTF-8 (byte {error.start})", where=where) from None
    except tomllib.TOMLDecodeError as error:
        raise EnvironmentFileError(f"is not TOML: {error}", where=where) from None
    except RecursionError:
        raise EnvironmentFileError("is nested too deeply", where=where) from None
    return from_tables(tables, name=name, where=where)


def from_tables(tables: dict[str, Any], *, name: str, where: str) -> Environment:
    """The environment that the content of a file describes; `where` names it in errors.

    Raises:
        EnvironmentFileError: as for `load_environment`.
    """
    if "name" in tables:
        raise EnvironmentFileError("'name' is the file's own name", where=where, hint="Remove the key")
    for table, key in sorted(_SECRETS):
        _read_reference(tables, table, key, where)
    try:
        environment = Environment(name=name, **tables)
    except ValidationError as error:
        raise _explained(error, where) from None
    _check_whole(environment, where)
    return environment


def _read_reference(tables: dict[str, Any], table: str, key: str, where: str) -> None:
    """Turn `{ env = "X" }` into the reference's own form, in place; refuse a secret written out."""
    section = tables.get(table)
    if not isinstance(section, dict) or key not in section:
        return
    given, at = section[key], f"{where}, [{table}] {key}"
    if not isinstance(given, dict):
        raise EnvironmentFileError(
            "a secret is never written into an environment file",
            where=at,
            hint=f"Refer to it: {key} = {_REFERENCE_FORMS}",
        )
    sources = _SOURCES & given.keys()
    unknown = given.keys() - sources - {"key"}
    if len(sources) != 1 or unknown:
        near = [each for name in unknown for each in difflib.get_close_matches(name, _SOURCES, n=1)]
        hint = f"Did you mean {near[0]!r}?" if near else f"One of {_REFERENCE_FORMS}"
        raise EnvironmentFileError("is not a reference to a secret", where=at, hint=hint)
    (source,) = sources
    value = given[source]
    words = value if isinstance(value, list) else [value]
    if not words or not all(isinstance(word, str) and word for word in words):
        raise EnvironmentFileError(f"{source} must name something", where=at)
    if isinstance(value, list) != (source == "command"):
        raise EnvironmentFileError(
            f"{source} takes {'a list of words' if source == 'command' else 'one string'}", where=at
        )
    section[key] = {
        "source": source,
        "name": words[0],
        "key": given.get("key"),
        "arguments": tuple(words[1:]),
    }


def _explained(error: ValidationError, where: str) -> EnvironmentFileError:
    """The first thing pydantic found, as one line that names file, key and way out."""
    found = error.errors(include_url=False, include_context=False)
    # A misspelt key is also a missing one: the misspelling is what helps.
    first = min(found, key=lambda each: each["type"] != "extra_forbidden")
    path = [str(part) for part in first["loc"]]
    at = f"{where}, {_written(path)}" if path else where
    if first["type"] == "extra_forbidden":
        known = _keys_at(path[:-1])
        near = difflib.get_close_matches(path[-1], known, n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]!r}?" if near else f"Known here: {', '.join(known)}"
        return EnvironmentFileError(f"there is no key {path[-1]!r}", where=at, hint=hint)
    if first["type"] == "missing":
        return EnvironmentFileError("is required", where=at)
    return EnvironmentFileError(
        _IN_TOML.get(first["type"]) or first["msg"].removeprefix("Value error, "), where=at
    )


_IN_TOML = {
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
"""What pydantic says in Python's words, in TOML's."""


def _written(path: list[str]) -> str:
    """A location as people write it in TOML: `[runtime] arn`."""
    return path[0] if len(path) == 1 else f"[{'.'.join(path[:-1])}] {path[-1]}"


def _keys_at(path: list[str]) -> list[str]:
    """The keys that an environment file may hold at `path`."""
    model: type[BaseModel] = Environment
    for part in path:
        field = model.model_fields.get(part)
        if field is None:
            continue
        inner = [
            each
            for each in (field.annotation, *get_args(field.annotation))
            if isinstance(each, type) and issubclass(each, BaseModel)
        ]
        if inner:
            model = inner[0]
    return [key for key in model.model_fields if key != "name"]


def _check_whole(environment: Environment, where: str) -> None:
    """What single keys cannot tell: tables that exclude each other or need each other."""
    if environment.record is not None:
        given = environment.model_fields_set & {"runtime", "gateway", "identity", "local", "endpoints"}
        if given:
            raise EnvironmentFileError(
                f"a recorded environment sends nothing, so [{min(given)}] has no meaning",
                where=where,
                hint="Remove the table, or the key 'record'",
            )
    elif environment.local is not None:
        given = environment.model_fields_set & {"runtime", "identity", "endpoints"}
        if given:
            raise EnvironmentFileError(
                f"[local] fills in [{min(given)}] by itself",
                where=where,
                hint="Remove the table, or [local]",
            )
    elif environment.runtime is None and environment.gateway is None:
        raise EnvironmentFileError(
            "names neither a Runtime nor a Gateway, so there is nothing to verify",
            where=where,
            hint='Add [runtime] arn = "...", or [gateway] id = "...", or [local] for the embedded AgentCore',
        )
    _check_gateway(environment, f"{where}, [gateway]")
    for service, url in environment.endpoints.items():
        _check_endpoint(service, url, where)
    if environment.identity:
        _check_flow(environment.identity.flow, f"{where}, [identity] flow")
    if environment.identity and environment.identity.discovery_url:
        _check_url(environment.identity.discovery_url, f"{where}, [identity] discovery_url")


def _check_flow(flow: str, where: str) -> None:
    if flow not in FLOWS:
        near = difflib.get_close_matches(flow, FLOWS, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(FLOWS)}"
        raise EnvironmentFileError(f"unknown flow {flow!r}", where=where, hint=hint)


def _check_gateway(environment: Environment, at: str) -> None:
    gateway = environment.gateway
    if gateway is None:
        return
    if gateway.id and gateway.url:
        raise EnvironmentFileError("takes id or url, not both", where=at)
    if gateway.url:
        _check_url(gateway.url, f"{at} url")
    elif not gateway.id and environment.local is None:
        raise EnvironmentFileError("needs id or url", where=at)


SERVICES = ("bedrock-agentcore", "bedrock-agentcore-control", "cognito-idp", "sts")
"""The services whose base URL an environment file may replace."""


def _check_endpoint(service: str, url: str, where: str) -> None:
    at = f"{where}, [endpoints] {service}"
    if service not in SERVICES:
        near = difflib.get_close_matches(service, SERVICES, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(SERVICES)}"
        raise EnvironmentFileError(f"there is no service {service!r}", where=at, hint=hint)
    _check_url(url, at)


_SECRET_IN_QUERY = re.compile(
    r"[?&#](\w*[_-])?(api_?key|access_?token|token|jwt|key|secret|password|sig|signature)=", re.I
)


def _check_url(url: str, at: str) -> None:
    """https anywhere, plain http to this machine only."""
    if "@" in url.split("?", 1)[0] or _SECRET_IN_QUERY.search(url):
        raise EnvironmentFileError("a URL must not carry credentials", where=at)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port  # a port that is none is told here
    except ValueError as error:
        raise EnvironmentFileError(f"{url!r} is no URL: {error}", where=at) from None
    if host and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)):
        return
    raise EnvironmentFileError(
        f"{url!r} is neither https nor http to this machine",
        where=at,
        hint="Credentials are sent there, so plain http is for 127.0.0.1 only",
    )
