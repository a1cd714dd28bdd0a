"""Drafts an environment file from what is deployed; people add what no service reveals."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agentcore_probe.flows import choose_flow
from agentcore_probe.flows.flow import LoginFacts
from agentcore_probe.model.configuration import Authorizer, Configuration, JwtAuthorizer
from agentcore_probe.model.display import visible
from agentcore_probe.model.environment import Environment, secret_variable


@dataclass(frozen=True)
class Draft:
    """The text of an environment file, and what is still to do."""

    text: str
    todo: tuple[str, ...]
    """One sentence each."""


def draft(targets: Environment, deployed: Configuration, username: str | None = None) -> Draft:
    """The draft of an environment file.

    Args:
        targets: the Runtime and the Gateway, with region and profile.
        deployed: the configuration that was read of them, and of the app client where one was read.
        username: the Cognito user to log in as, where the app client's flow needs one.
    """
    identity, todo = _identity(targets.name, deployed, username)
    tables = [
        "# Written by `agentcore-probe discover`; environments/example.toml explains every key.",
        _lines({"region": targets.region, "profile": targets.profile}),
        *_runtime(targets, deployed),
        *_gateway(targets, deployed),
        *identity,
    ]
    return Draft("\n\n".join(filter(None, tables)) + "\n", todo)


@dataclass(frozen=True)
class LoginChoice:
    """The issuer and the app client that one login uses."""

    discovery_url: str
    client_id: str | None
    alternatives: tuple[str, ...] = ()
    """Other app clients that would do."""
    todo: tuple[str, ...] = ()
    """What one login cannot reach, one sentence each."""


def choose_login(deployed: Configuration) -> LoginChoice | None:
    """The first JWT authorizer's issuer, and an app client of it that all its authorizers allow, if there is one."""
    rules = [rule for rule in _jwt_rules(deployed) if rule.discovery_url]
    if not rules:
        return None
    url = rules[0].discovery_url
    client_lists = [
        rule.allowed_clients for rule in rules if rule.discovery_url == url and rule.allowed_clients
    ]
    first = client_lists[0] if client_lists else ()
    in_all = set(first).intersection(*client_lists)
    common = [client for client in first if client in in_all]
    candidates = common or list(first)
    todo = []
    if client_lists and not common:
        todo.append("Runtime and Gateway allow no app client in common: one login reaches one of them.")
    if any(rule.discovery_url != url for rule in rules):
        todo.append("Runtime and Gateway trust different issuers: one login reaches one of them.")
    return LoginChoice(url, next(iter(candidates), None), tuple(candidates[1:]), tuple(todo))


def _runtime(targets: Environment, deployed: Configuration) -> Iterator[str]:
    if targets.runtime is None:
        return
    runtime = deployed.runtime
    notes = [_authorizer_note(runtime.authorizer, runtime.unreadable) if runtime else _UNKNOWN_AUTHORIZER]
    if runtime is not None and runtime.protocol:
        notes.append(f"protocol {runtime.protocol}")
    if runtime is not None and runtime.endpoints:
        notes.append(f"endpoints {_abbreviate([endpoint.name for endpoint in runtime.endpoints])}")
    values = {"arn": targets.runtime.arn, "qualifier": targets.runtime.qualifier}
    yield f"[runtime]{_note(notes)}\n{_lines(values)}"


def _gateway(targets: Environment, deployed: Configuration) -> Iterator[str]:
    if targets.gateway is None:
        return
    gateway = deployed.gateway
    note = _authorizer_note(gateway.authorizer, gateway.unreadable) if gateway else _UNKNOWN_AUTHORIZER
    tool = '# tool = { name = "TARGET___TOOL", arguments = {} }  # one harmless call; without it tools are only listed'
    yield f"[gateway]{_note([note])}\n{_lines({'id': targets.gateway.id, 'url': targets.gateway.url})}\n{tool}"


def _identity(name: str, deployed: Configuration, username: str | None) -> tuple[list[str], tuple[str, ...]]:
    """The [identity] table, where one can be drafted, and what is to do for it."""
    login = choose_login(deployed)
    if login is None:
        parts = [part for part in (deployed.runtime, deployed.gateway) if part is not None]
        if all(part.authorizer and part.authorizer.type != "CUSTOM_JWT" for part in parts):
            return ["# No authorizer here takes a JWT."], (
                "Add [identity] with any JWT anyway, to verify that it is refused.",
            )
        return [], ("Add [identity] if a JWT authorizer is deployed: that could not be read.",)
    notes = [f"also possible: {_abbreviate(login.alternatives)}"] if login.alternatives else []
    values, todo = _flow(name, LoginFacts(login.discovery_url, login.client_id, deployed.client, username))
    table = f"[identity]{_note(notes)}\n{values}\n{_lines({'discovery_url': login.discovery_url})}"
    return [table], (*login.todo, *todo)


def _abbreviate(names: Sequence[str]) -> str:
    """The first five names, and how many more there are."""
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"{', '.join(names[:5])}{more}"


def _flow(name: str, facts: LoginFacts) -> tuple[str, tuple[str, ...]]:
    """The keys of the login flow that the app client allows, and what the user still has to do."""
    flow = choose_flow(facts)
    drafted = flow.draft(facts)
    lines, todo = [_lines({"flow": flow.id, "client_id": facts.client_id, **drafted.values})], [*drafted.todo]
    secrets = {**_SECRETS, "token": f"a token of {facts.discovery_url}"}
    for key in drafted.secrets:
        variable = secret_variable(name, key)
        lines.append(_reference(key, variable))
        todo.append(f"Put {secrets.get(key, key.replace('_', ' '))} into the variable {variable}.")
    return "\n".join(lines), tuple(todo)


_SECRETS = {"password": "the user's password", "client_secret": "the app client's secret"}
"""What people call a secret, by its key."""


def _jwt_rules(deployed: Configuration) -> list[JwtAuthorizer]:
    authorizers = (deployed.authorizer(target) for target in ("runtime", "gateway"))
    return [
        authorizer.jwt for authorizer in authorizers if authorizer is not None and authorizer.jwt is not None
    ]


_UNKNOWN_AUTHORIZER = "unknown authorizer"


def _authorizer_note(authorizer: Authorizer | None, unreadable: str | None) -> str:
    if unreadable:
        return f"could not be read: {unreadable}"
    return f"authorizer {authorizer.type}" if authorizer else _UNKNOWN_AUTHORIZER


def _note(parts: list[str]) -> str:
    """A comment at the end of a line; text from a service cannot leave the line."""
    comment = visible(" ".join("; ".join(parts).split()))
    return f"  # {comment}" if comment else ""


def _lines(values: Mapping[str, str | None]) -> str:
    return "\n".join(f"{key} = {toml_text(value)}" for key, value in values.items() if value is not None)


def _reference(key: str, variable: str) -> str:
    return f"{key} = {{ env = {toml_text(variable)} }}"


def toml_text(value: str) -> str:
    """A TOML basic string: JSON's with DEL escaped too (TOML 1.0, "String"), lone surrogates replaced."""
    whole = value.encode("utf-8", "replace").decode()
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")
