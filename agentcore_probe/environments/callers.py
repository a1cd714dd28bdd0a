"""Several callers in one file: what `[identities.NAME]` takes from `[identity]`, and what is wrong with one."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import Any

from agentcore_probe.errors import EnvironmentFileError
from agentcore_probe.model.environment import Environment, LocalSetup
from agentcore_probe.model.identity import INHERITED, Identity, NamedIdentity
from agentcore_probe.model.methods import WAYS_IN

LOGIN_KEYS = tuple(key for key in Identity.model_fields if key != "flow")
"""The keys of a login besides its flow, which mean nothing for a role."""


def kind_of(identity: NamedIdentity) -> str:
    """`token` or `role`: a key of `model.methods.WAYS_IN`."""
    return "token" if identity.role_arn is None else "role"


def inherit(tables: dict[str, Any]) -> None:
    """Fills in the keys that a caller with a login leaves out and `[identity]` has, in place.

    Args:
        tables: the content of an environment file; it may be wrong in any way.
    """
    identity, callers = tables.get("identity"), tables.get("identities")
    if not isinstance(identity, dict) or not isinstance(callers, dict):
        return
    inherited = {key: identity[key] for key in INHERITED if key in identity}
    for caller in callers.values():
        if isinstance(caller, dict) and "role_arn" not in caller:
            caller.update({**inherited, **caller})


def with_caller_of_rows(environment: Environment) -> Environment:
    """The environment; without `[identity]`, the first caller that has a token is the caller of the rows."""
    if environment.identity is not None or environment.local is not None:
        return environment
    for caller in (environment.identities or {}).values():
        if kind_of(caller) == "token":
            return environment.model_copy(update={"identity": as_identity(caller)})
    return environment


def as_identity(caller: NamedIdentity) -> Identity:
    """A caller's login, without what only one of several callers has."""
    return Identity.model_construct(**{name: getattr(caller, name) for name in Identity.model_fields})


def problems(environment: Environment, where: str) -> Iterator[EnvironmentFileError]:
    """What is wrong with the callers beyond the types of their keys: keys that exclude each other, unknown methods.

    Args:
        environment: as its file describes it.
        where: names the file in errors.
    """
    if environment.local is not None:
        yield from _problems_of_embedded(environment, environment.local, where)
        return
    for name, caller in (environment.identities or {}).items():
        location, kind = f"{where}, [identities.{name}]", kind_of(caller)
        surplus = [key for key in LOGIN_KEYS if key in caller.model_fields_set]
        if kind == "role" and (surplus or "flow" in caller.model_fields_set):
            key = (*surplus, "flow")[0]
            yield EnvironmentFileError(
                f"role_arn and {key} exclude each other",
                where=location,
                hint="Write two callers: one with the role, one with the login",
            )
        if kind == "token" and caller.external_id is not None:
            yield EnvironmentFileError(
                "external_id has no meaning without role_arn", where=location, hint="Add role_arn"
            )
        if caller.expired_token is not None:
            yield EnvironmentFileError(
                "expired_token is a control, and controls are sent once",
                where=location,
                hint="Write it in [identity]",
            )
        if (same := _same_login(name, environment)) is not None:
            yield EnvironmentFileError(
                f"logs in exactly as [identities.{same}], so that both are one caller",
                where=location,
                hint="Name the user of each (username), or keep one of them",
            )
        has = f"A caller with a {kind} has: {', '.join(WAYS_IN[kind])}"
        yield from _unknown_methods(caller, WAYS_IN[kind], f"{location} expect", has)


def _same_login(name: str, environment: Environment) -> str | None:
    """An earlier caller with the same login: a person logs in once for both, and nothing tells them apart."""
    callers = environment.identities or {}
    if kind_of(callers[name]) == "role":
        return None
    for other, caller in callers.items():
        if other == name:
            break
        if kind_of(caller) == "token" and as_identity(caller) == as_identity(callers[name]):
            return other
    return None


def _unknown_methods(
    caller: NamedIdentity, known: Sequence[str], location: str, hint: str
) -> Iterator[EnvironmentFileError]:
    for method in caller.expect if isinstance(caller.expect, dict) else ():
        if method not in known:
            near = difflib.get_close_matches(method, known, n=1)
            yield EnvironmentFileError(
                f"unknown access method {method!r}",
                where=location,
                hint=f"Did you mean {near[0]!r}? {hint}" if near else hint,
            )


def _problems_of_embedded(
    environment: Environment, local: LocalSetup, where: str
) -> Iterator[EnvironmentFileError]:
    """The embedded AgentCore has its own callers: the file says only what it expects of them."""
    if environment.identities and not local.identities:
        yield EnvironmentFileError(
            "[local] has one caller", where=f"{where}, [identities]", hint="Add identities = true to [local]"
        )
    ways = [*WAYS_IN["token"], *WAYS_IN["role"]]
    for name, caller in (environment.identities or {}).items():
        location = f"{where}, [identities.{name}]"
        for key in sorted(caller.model_fields_set - {"expect"}):
            yield EnvironmentFileError(
                f"[local] fills in {key} by itself", where=location, hint="Keep only the key expect"
            )
        yield from _unknown_methods(caller, ways, f"{location} expect", f"Known: {', '.join(ways)}")
