"""Reads what is deployed and writes an environment file for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from agentcore_probe import store
from agentcore_probe.access.aws import Aws, region_of
from agentcore_probe.access.control_plane import read_client, read_targets
from agentcore_probe.environments.draft import Draft, draft, login
from agentcore_probe.environments.load import FOLDER, check_name, environment_names, from_tables, parse
from agentcore_probe.errors import InputError, NoIdentityError, ReportError, UnreachableError
from agentcore_probe.model.aws_shapes import from_answers
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.environment import Environment

_MISSING = {"ResourceNotFoundException", "ValidationException"}
_UNREACHED = {"EndpointConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "ConnectionClosedError"}


def discovered(  # noqa: PLR0913  (each by its name)
    name: str,
    root: Path,
    settings: Mapping[str, str | None],
    *,
    runtime: str | None,
    gateway: str | None,
    username: str | None,
) -> tuple[Path, tuple[str, ...]]:
    """`api.discover`, with the keys outside of all tables in `settings`."""
    path = root / FOLDER / f"{name}.toml"
    check_name(name)
    if name == "all":
        raise InputError("'all' means every environment", hint="Give another name")
    if name in environment_names(root):
        raise InputError(
            "there is an environment of this name already",
            where=f"{FOLDER}/{name}.toml",
            hint="Give another name, or remove the file",
        )
    asked = _asked(name, settings, runtime, gateway)
    made = _draft(asked, username)
    # What services said stands in it: read again before anybody relies on it.
    parse(made.text.encode(), name=name, where=f"{FOLDER}/{name}.toml, as it would be written")
    if path.exists():
        raise InputError("the file was made meanwhile", where=f"{FOLDER}/{name}.toml")
    try:
        store.write(path, made.text)
    except ReportError as error:
        raise ReportError(error.what, where=error.where) from None
    return path, made.todo


def _asked(
    name: str, settings: Mapping[str, str | None], runtime: str | None, gateway: str | None
) -> Environment:
    """The environment that the command line names, checked like a file."""
    if runtime is None and gateway is None:
        raise InputError("there is nothing to discover", hint="Give --runtime ARN, --gateway ID, or both")
    tables: dict[str, object] = {key: value for key, value in settings.items() if value is not None}
    if gateway is not None and "region" not in tables and (told := region_of(gateway)):
        tables["region"] = told
    if runtime is not None:
        tables["runtime"] = {"arn": runtime}
    if gateway is not None:
        tables["gateway"] = {"url" if "://" in gateway else "id": gateway}
    return from_tables(tables, name=name, where="the command line")


def _draft(asked: Environment, username: str | None) -> Draft:
    aws = Aws(asked)
    if asked.profile is not None and asked.profile not in aws.session.available_profiles:
        raise InputError(
            f"there is no AWS profile {asked.profile!r}", where="--profile", hint="See ~/.aws/config"
        )
    if aws.region is None:
        raise InputError("no region is known", where="--region", hint="Give it, or a Runtime's ARN")
    facts = read_targets(asked, aws)
    deployed = from_answers(facts)
    _check_found(asked, deployed)
    chosen = login(deployed)
    if chosen is not None and chosen.client_id is not None:
        facts["client"] = read_client(chosen.client_id, chosen.discovery_url, aws)
        deployed = from_answers(facts)
    return draft(asked.model_copy(update={"region": _region(asked, aws)}), deployed, username)


def _region(asked: Environment, aws: Aws) -> str | None:
    """The region that was used, where the Runtime's ARN does not tell it: elsewhere another may be in force."""
    return asked.region or (None if asked.runtime else aws.region)


def _check_found(asked: Environment, deployed: Configuration) -> None:
    """Something must have been read, and nothing be missing."""
    parts = {"Runtime": deployed.runtime, "Gateway": deployed.gateway}
    reasons = {kind: part.unreadable for kind, part in parts.items() if part is not None}
    for kind, reason in reasons.items():
        if reason == "no-gateway-id":
            raise InputError(
                "a Gateway is read by its id, which this URL does not name",
                where="--gateway",
                hint="Give the id; the URL may be written into the file in its place afterwards",
            )
        if reason in _MISSING:
            raise InputError(
                f"there is no such {kind} ({reason})",
                where="--runtime" if kind == "Runtime" else "--gateway",
                hint="Look at its id, the region, and whose account the credentials are of",
            )
    if all(reasons.values()):
        why = ", ".join(dict.fromkeys(" ".join(reason.split()) for reason in reasons.values() if reason))
        if set(reasons.values()) <= _UNREACHED:
            raise UnreachableError(f"nothing answered ({why})", where=f"environment {asked.name}")
        raise NoIdentityError(
            f"what is deployed could not be read ({why})",
            where=f"environment {asked.name}",
            hint="Give AWS credentials that may read it (docs/permissions.md), or copy environments/example.toml",
        )
