"""An environment file from what is deployed: a draft for people, who add what no service tells."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agentcore_probe.flows import choose_flow
from agentcore_probe.flows.flow import LoginFacts
from agentcore_probe.model.configuration import Authorizer, Configuration, JwtAuthorizer
from agentcore_probe.model.display import visible
from agentcore_probe.model.environment import Environment


@dataclass(frozen=True)
class Draft:
    """The text of an environment file, and what is still to do."""

    text: str
    todo: tuple[str, ...]
    """One sentence each."""


def draft(where: Environment, deployed: Configuration, username: str | None = None) -> Draft:
    """The file of an environment.

    Args:
        where: the targets, the region and the profile that were asked for.
        deployed: what was read of them, and of the app client where one is known.
        username: the Cognito user to log in as, where the app client's flow needs one.
    """
    identity, todo = _identity(deployed, username)
    tables = [
        "# What `agentcore-probe discover` read; environments/example.toml explains every key.",
        _lines({"region": where.region, "profile": where.profile}),
        *_runtime(where, deployed),
        *_gateway(where, deployed),
        *identity,
    ]
    return Draft("\n\n".join(filter(None, tables)) + "\n", todo)


@dataclass(frozen=True)
class Login:
    """Who is to log in where."""

    discovery_url: str
    client_id: str | None
    others: tuple[str, ...] = ()
    """Other app clients that could."""
    todo: tuple[str, ...] = ()
    """What one login cannot do."""


def login(deployed: Configuration) -> Login | None:
    """The issuer of the first JWT authorizer and an app client, if possible one that all of that issuer's let in."""
    rules = [each for each in _jwt_rules(deployed) if each.discovery_url]
    if not rules:
        return None
    url = rules[0].discovery_url
    lists = [each.allowed_clients for each in rules if each.discovery_url == url and each.allowed_clients]
    shared = [client for client in lists[0] if all(client in each for each in lists)] if lists else []
    clients = shared or list(lists[0] if lists else ())
    todo = []
    if lists and not shared:
        todo.append("Runtime and Gateway let in no app client together: one login reaches one of them.")
    if any(each.discovery_url != url for each in rules):
        todo.append("Runtime and Gateway trust different issuers: one login reaches one of them.")
    return Login(url, next(iter(clients), None), tuple(clients[1:]), tuple(todo))


def _runtime(where: Environment, deployed: Configuration) -> Iterator[str]:
    if where.runtime is None:
        return
    found = deployed.runtime
    notes = [_authorized(found.authorizer if found else None, found.unreadable if found else None)]
    if found is not None and found.protocol:
        notes.append(f"protocol {found.protocol}")
    if found is not None and found.endpoints:
        notes.append(f"endpoints {_some([each.name for each in found.endpoints])}")
    values = {"arn": where.runtime.arn, "qualifier": where.runtime.qualifier}
    yield f"[runtime]{_note(notes)}\n{_lines(values)}"


def _gateway(where: Environment, deployed: Configuration) -> Iterator[str]:
    if where.gateway is None:
        return
    found = deployed.gateway
    notes = [_authorized(found.authorizer if found else None, found.unreadable if found else None)]
    tool = '# tool = { name = "TARGET___TOOL", arguments = {} }  # one harmless call; left out: tools are only listed'
    yield f"[gateway]{_note(notes)}\n{_lines({'id': where.gateway.id, 'url': where.gateway.url})}\n{tool}"


def _identity(deployed: Configuration, username: str | None) -> tuple[list[str], tuple[str, ...]]:
    """The table, as far as one can be drafted, and what is to be done for it."""
    chosen = login(deployed)
    if chosen is None:
        parts = [each for each in (deployed.runtime, deployed.gateway) if each is not None]
        if all(each.authorizer and each.authorizer.type != "CUSTOM_JWT" for each in parts):
            return ["# No authorizer here takes a JWT."], (
                "Add [identity] with any JWT all the same, to show that it is refused: without one, that stays open.",
            )
        return [], ("Add [identity] if a JWT authorizer is deployed: that could not be read.",)
    notes = [f"also possible: {_some(chosen.others)}"] if chosen.others else []
    values, todo = _flow(LoginFacts(chosen.discovery_url, chosen.client_id, deployed.client, username))
    table = f"[identity]{_note(notes)}\n{values}\n{_lines({'discovery_url': chosen.discovery_url})}"
    return [table], (*chosen.todo, *todo)


def _some(names: Sequence[str]) -> str:
    """At most five."""
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"{', '.join(names[:5])}{more}"


def _flow(facts: LoginFacts) -> tuple[str, tuple[str, ...]]:
    """The keys of the login flow that the app client allows, and what the user still has to do."""
    flow = choose_flow(facts)
    drafted = flow.draft(facts)
    lines = [_lines({"flow": flow.id, "client_id": facts.client_id, **drafted.values})]
    lines += [_reference(key, variable) for key, variable in drafted.variables.items()]
    return "\n".join(lines), drafted.todo


def _jwt_rules(deployed: Configuration) -> list[JwtAuthorizer]:
    found = (deployed.authorizer(target) for target in ("runtime", "gateway"))
    return [each.jwt for each in found if each is not None and each.jwt is not None]


def _authorized(authorizer: Authorizer | None, unreadable: str | None) -> str:
    if unreadable:
        return f"could not be read: {unreadable}"
    return f"authorizer {authorizer.type}" if authorizer else "authorizer not known"


def _note(parts: list[str]) -> str:
    """A comment at the end of a line; what a service said stays on it."""
    told = visible(" ".join("; ".join(parts).split()))
    return f"  # {told}" if told else ""


def _lines(values: Mapping[str, str | None]) -> str:
    return "\n".join(f"{key} = {_text(value)}" for key, value in values.items() if value is not None)


def _reference(key: str, variable: str) -> str:
    return f"{key} = {{ env = {_text(variable)} }}"


def _text(value: str) -> str:
    """A TOML basic string: JSON's, but that one sign more is escaped (TOML 1.0, "String"); no half of a pair."""
    whole = value.encode("utf-8", "replace").decode()
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")
