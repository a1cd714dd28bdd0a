"""Reads what is deployed and writes an environment file for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from agentcore_probe import store
from agentcore_probe.access.aws import Aws, region_of
from agentcore_probe.access.control_plane import read_client, read_targets
from agentcore_probe.environments.draft import Draft, choose_login, draft
from agentcore_probe.environments.load import (
    FOLDER,
    builtin_names,
    check_name,
    from_tables,
    local_names,
    parse,
)
from agentcore_probe.environments.login_error import login_error
from agentcore_probe.errors import InputError, NoIdentityError, UnreachableError
from agentcore_probe.model.aws_shapes import from_answers
from agentcore_probe.model.configuration import NO_GATEWAY_ID, Configuration
from agentcore_probe.model.environment import RUNTIME_ID, Environment

_MISSING = {"ResourceNotFoundException", "ValidationException"}
_UNREACHABLE = {"EndpointConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "ConnectionClosedError"}


def discover_environment(  # noqa: PLR0913  (each by its name)
    name: str,
    root: Path,
    settings: Mapping[str, str | None],
    *,
    runtime: str | None,
    gateway: str | None,
    username: str | None,
) -> tuple[Path, tuple[str, ...]]:
    """Writes the environment file of what is deployed; see `api.discover`.

    Args:
        name: the environment's name.
        root: the project's root.
        settings: the top-level keys of the file; a value of None is left out.
        runtime: the Runtime's ARN, or its id in the caller's account.
        gateway: the Gateway's id or URL.
        username: the Cognito user to log in as.

    Returns:
        The file, and what is still to do for it, one sentence each.
    """
    check_new(name, root)
    path = root / FOLDER / f"{name}.toml"
    targets = _targets(name, settings, _full_arn(runtime, settings), gateway)
    result = _read_and_draft(targets, username)
    # The text holds what services sent: check it before anyone relies on it.
    parse(result.text.encode(), name=name, where=f"{FOLDER}/{name}.toml, as it would be written")
    if path.exists():
        raise InputError("the file was created meanwhile", where=f"{FOLDER}/{name}.toml")
    store.write(path, result.text)
    return path, result.todo


def check_new(name: str, root: Path) -> None:
    """Refuses a name that no new environment can have, or that one has already.

    Args:
        name: the new environment's.
        root: the project's root.

    Raises:
        InputError: it is invalid or taken.
    """
    check_name(name)
    if name == "all":
        raise InputError("'all' means every environment", hint="Use another name")
    if name in local_names(root):
        raise InputError(
            f"environment {name!r} already exists",
            where=f"{FOLDER}/{name}.toml",
            hint="Use another name, or remove the file",
        )
    if name in builtin_names():
        raise InputError(f"environment {name!r} is built in", hint="Use another name")


def _targets(
    name: str, settings: Mapping[str, str | None], runtime: str | None, gateway: str | None
) -> Environment:
    """The environment that the command line describes, checked like a file."""
    if runtime is None and gateway is None:
        raise InputError("nothing to discover", hint="Give --runtime ARN, --gateway ID, or both")
    tables: dict[str, object] = {key: value for key, value in settings.items() if value is not None}
    if gateway is not None and "region" not in tables and (region := region_of(gateway)):
        tables["region"] = region
    if runtime is not None:
        tables["runtime"] = {"arn": runtime}
    if gateway is not None:
        tables["gateway"] = {"url" if "://" in gateway else "id": gateway}
    return from_tables(tables, name=name, where="the command line")


def _full_arn(runtime: str | None, settings: Mapping[str, str | None]) -> str | None:
    """The ARN of a Runtime of which only the id was given: in the region and account of the caller."""
    if runtime is None or not RUNTIME_ID.fullmatch(runtime):
        return runtime
    aws = Aws(Environment(name="caller", region=settings.get("region"), profile=settings.get("profile")))
    _check_login(aws, "--runtime")
    region = _known_region(aws)
    caller, why = aws.read("sts", "get_caller_identity")
    parts = str((caller or {}).get("Arn")).split(":")
    if caller is None or len(parts) < 6:
        raise NoIdentityError(
            f"the account of the Runtime {runtime} is not known ({why or 'unexpected answer of STS'})",
            where="--runtime",
            hint="Give the Runtime's ARN, or AWS credentials of its account",
        )
    return f"arn:{parts[1]}:bedrock-agentcore:{region}:{parts[4]}:runtime/{runtime}"


def _check_login(aws: Aws, where: str) -> None:
    if aws.login_problem is not None:
        raise login_error(aws.login_problem, where=where, is_input=True)


def _known_region(aws: Aws) -> str:
    if aws.region is None:
        raise InputError("no region is known", where="--region", hint="Give it, or a Runtime's ARN")
    return aws.region


def _read_and_draft(targets: Environment, username: str | None) -> Draft:
    aws = Aws(targets)
    _check_login(aws, f"environment {targets.name}")
    _known_region(aws)
    facts = read_targets(targets, aws)
    deployed = from_answers(facts)
    _check_readable(targets, deployed)
    login = choose_login(deployed)
    if login is not None and login.client_id is not None:
        facts["client"] = read_client(login.client_id, login.discovery_url, aws)
        deployed = from_answers(facts)
    return draft(targets.model_copy(update={"region": _region(targets, aws)}), deployed, username)


def _region(targets: Environment, aws: Aws) -> str | None:
    """The region to write down where no ARN holds it: another machine's default may differ from the one used."""
    return targets.region or (None if targets.runtime else aws.region)


def _check_readable(targets: Environment, deployed: Configuration) -> None:
    """Raises where a target does not exist, or nothing could be read."""
    parts = {"Runtime": deployed.runtime, "Gateway": deployed.gateway}
    reasons = {kind: part.unreadable for kind, part in parts.items() if part is not None}
    for kind, reason in reasons.items():
        if reason == NO_GATEWAY_ID:
            raise InputError(
                "this URL does not contain the Gateway's id, by which it is read",
                where="--gateway",
                hint="Give the id; the file may name the URL instead afterwards",
            )
        if reason in _MISSING:
            raise InputError(
                f"{kind} not found ({reason})",
                where="--runtime" if kind == "Runtime" else "--gateway",
                hint="Check its id, the region, and the account of the credentials",
            )
    if all(reasons.values()):
        why = ", ".join(dict.fromkeys(" ".join(reason.split()) for reason in reasons.values() if reason))
        if set(reasons.values()) <= _UNREACHABLE:
            raise UnreachableError(f"nothing answered ({why})", where=f"environment {targets.name}")
        raise NoIdentityError(
            f"what is deployed could not be read ({why})",
            where=f"environment {targets.name}",
            hint="Give AWS credentials that may read it (docs/permissions.md), or copy environments/example.toml",
        )
