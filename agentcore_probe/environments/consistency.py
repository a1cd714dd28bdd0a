"""What an environment file must be beyond the types of its keys: tables that exclude each other, known names, URLs.

The file's schema says the same (`schema_rules`).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from urllib.parse import unquote, urlsplit

from agentcore_probe.environments.callers import problems
from agentcore_probe.errors import EnvironmentFileError
from agentcore_probe.flows import FLOWS
from agentcore_probe.model.environment import Environment, LocalSetup, PassthroughCall
from agentcore_probe.model.hosts import LOOPBACK
from agentcore_probe.model.methods import ALL, ENTRANCES, METHODS
from agentcore_probe.regex import regex

SERVICES = (
    "bedrock-agentcore",
    "bedrock-agentcore-control",
    "agent-registry",
    "agent-registry-control",
    "cognito-idp",
    "ec2",
    "iam",
    "sts",
    "secretsmanager",
    "ssm",
)
"""The services whose base URL an environment file may replace."""
ROLE_KEYS = ("external_id", "mfa_serial", "source_profile")
"""Keys that need `role_arn`."""
CREDENTIAL_KEYS = "api_?key|access_?token|token|jwt|key|secret|password|sig|signature"
"""What a parameter of a URL is called that holds a credential, as a pattern in lower case."""
TARGET_NAME = regex(r"([0-9a-zA-Z]-?){1,100}")
"""The name of a Gateway's target (shape `TargetName` in botocore's model of bedrock-agentcore-control)."""
SESSION_ID = regex(r"[!-~]+")
"""What a header can carry without a change."""
_SECRET_IN_QUERY = regex(rf"[?&#]([A-Za-z0-9_]*[_-])?({CREDENTIAL_KEYS})=", re.I)


def check_consistency(environment: Environment, where: str, *, needs_target: bool = True) -> None:
    """Checks an environment beyond the types of its keys.

    Args:
        environment: as its file describes it.
        where: names the file in errors.
        needs_target: whether it must name what is called.

    Raises:
        EnvironmentFileError: tables or keys exclude or require each other, a name is unknown, or a URL cannot be used.
    """
    if environment.record is not None:
        conflicts = environment.model_fields_set & {
            *("runtime", "gateway", "harness", "registry"),
            *("identity", "identities", "local", "endpoints"),
        }
        if conflicts:
            raise EnvironmentFileError(
                f"a recorded environment sends nothing, so [{min(conflicts)}] has no meaning",
                where=where,
                hint="Remove the table, or the key 'record'",
            )
    elif environment.local is not None:
        _check_local(environment, environment.local, where)
    elif needs_target and not any(
        (environment.runtime, environment.gateway, environment.harness, environment.registry)
    ):
        raise EnvironmentFileError(
            "names no Runtime, Gateway, harness or registry, so there is nothing to verify",
            where=where,
            hint='Add [runtime] arn = "...", or [gateway] id = "...", or [local] for the embedded AgentCore',
        )
    _check_role(environment, where)
    _check_gateway(environment, f"{where}, [gateway]")
    _check_registry(environment, f"{where}, [registry]")
    for service, url in environment.endpoints.items():
        _check_known("service", service, SERVICES, f"{where}, [endpoints] {service}")
        check_url(url, f"{where}, [endpoints] {service}")
    for name in environment.entrances or ():
        _check_known("entrance", name, [*_ON_REQUEST, ALL], f"{where}, entrances")
    for id in environment.expect:
        _check_known("access method", id, [method.id for method in METHODS], f"{where}, [expect.{id}]")
    _check_logins(environment, where)
    for problem in problems(environment, where):
        raise problem


def _filled_in(local: LocalSetup) -> set[str]:
    """The tables that an embedded AgentCore fills in; `[harness] invoke` is the file's own decision."""
    tables = {"runtime", "registry", "identity", "endpoints"}
    return tables if local.harness is not None else {*tables, "harness"}


_ON_REQUEST = [entrance.id for entrance in ENTRANCES if entrance.on_request]


def _check_local(environment: Environment, local: LocalSetup, where: str) -> None:
    if local.policies and local.policy_mode is None:
        raise EnvironmentFileError(
            "has policies, and no policy engine",
            where=f"{where}, [local.policies]",
            hint='Add policy_mode = "ENFORCE" or "LOG_ONLY" to [local], or remove the table',
        )
    conflicts = environment.model_fields_set & _filled_in(local)
    if conflicts:
        raise EnvironmentFileError(
            f"[local] fills in [{min(conflicts)}] by itself", where=where, hint="Remove the table, or [local]"
        )


def _check_logins(environment: Environment, where: str) -> None:
    callers = {f"identities.{name}": caller for name, caller in (environment.identities or {}).items()}
    for table, identity in {"identity": environment.identity, **callers}.items():
        if identity is not None:
            _check_known("flow", identity.flow, FLOWS, f"{where}, [{table}] flow")
            if identity.discovery_url is not None:
                check_url(identity.discovery_url, f"{where}, [{table}] discovery_url")


def _check_known(kind: str, id: str, known: Collection[str], location: str) -> None:
    if id not in known:
        near = difflib.get_close_matches(id, known, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(known)}"
        raise EnvironmentFileError(f"unknown {kind} {id!r}", where=location, hint=hint)


def _check_role(environment: Environment, where: str) -> None:
    for key in ROLE_KEYS:
        if environment.role_arn is None and getattr(environment, key) is not None:
            raise EnvironmentFileError(
                "says how a role is assumed, and role_arn is missing",
                where=f"{where}, {key}",
                hint='Add role_arn = "arn:aws:iam::ACCOUNT:role/NAME", or remove the key',
            )


def _check_gateway(environment: Environment, location: str) -> None:
    gateway = environment.gateway
    if gateway is None:
        return
    if gateway.url is not None:
        check_url(gateway.url, f"{location} url")
    elif gateway.id is None and environment.local is None:
        raise EnvironmentFileError("needs id or url", where=location)
    if gateway.policy_session is not None and not SESSION_ID.fullmatch(gateway.policy_session):
        raise EnvironmentFileError(
            "is sent as a header, so it consists of visible ASCII characters without spaces",
            where=f"{location} policy_session",
        )
    if gateway.passthrough is not None:
        _check_passthrough(gateway.passthrough, location.replace("[gateway]", "[gateway.passthrough]"))


def _check_passthrough(call: PassthroughCall, location: str) -> None:
    """Checks that the call stays below its target, and that its path has no credential."""
    if not TARGET_NAME.fullmatch(call.target):
        raise EnvironmentFileError(
            f"{call.target!r} is not the name of a target (letters, digits, single -, at most 100 of them)",
            where=f"{location} target",
        )
    if _SECRET_IN_QUERY.search(call.path):
        raise EnvironmentFileError("must not carry credentials", where=f"{location} path")
    if {".", ".."} & set(unquote(call.path.split("?", 1)[0]).split("/")):
        raise EnvironmentFileError(
            f"{call.path!r} leads out of its target: it has a segment that is . or ..",
            where=f"{location} path",
        )


def _check_registry(environment: Environment, location: str) -> None:
    if environment.registry is not None and environment.registry.url is not None:
        check_url(environment.registry.url, f"{location} url")


def check_url(url: str, location: str) -> None:
    """Accepts https anywhere, and plain http to this machine only.

    Args:
        url: a URL that a credential may be sent to.
        location: names it in errors.

    Raises:
        EnvironmentFileError: it is neither, or carries a credential itself.
    """
    if "@" in url.split("?", 1)[0] or _SECRET_IN_QUERY.search(url):
        raise EnvironmentFileError("a URL must not carry credentials", where=location)
    if re.search(r"\s", url):
        raise EnvironmentFileError(f"{url!r} contains white space", where=location)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port  # raises for an invalid port
    except ValueError as error:
        raise EnvironmentFileError(f"invalid URL {url!r}: {error}", where=location) from None
    if host and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)):
        return
    raise EnvironmentFileError(
        f"{url!r} is neither https nor http to this machine",
        where=location,
        hint="Credentials are sent there, so use plain http for 127.0.0.1 only",
    )
