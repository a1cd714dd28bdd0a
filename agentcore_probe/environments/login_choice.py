"""Chooses the login that a drafted environment file describes: issuer, app client and flow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agentcore_probe.flows import choose_flow
from agentcore_probe.flows.flow import LoginFacts, LoginFlow
from agentcore_probe.model.configuration import ClientConfiguration, Configuration


@dataclass(frozen=True)
class LoginChoice:
    """The issuer, and the app clients with which one login reaches as much as possible."""

    discovery_url: str
    clients: tuple[str, ...] = ()
    """Their ids, in the order of the authorizer; empty where it names none."""
    scopes: frozenset[str] = frozenset()
    """Of these, a token needs one; empty where no scope is required."""
    todo: tuple[str, ...] = ()
    """What one login cannot reach, one sentence each."""

    @property
    def client_id(self) -> str | None:
        """The first app client."""
        return next(iter(self.clients), None)


def choose_login(deployed: Configuration) -> LoginChoice | None:
    """The first JWT authorizer's issuer, and the app clients of it that all its authorizers allow, or the first's."""
    rules = [rule for rule in deployed.jwt_rules if rule.discovery_url]
    if not rules:
        return None
    url = rules[0].discovery_url
    lists = [rule.allowed_clients for rule in rules if rule.discovery_url == url and rule.allowed_clients]
    first = lists[0] if lists else ()
    in_all = set(first).intersection(*lists)
    common = tuple(client for client in first if client in in_all)
    todo = []
    if lists and not common:
        todo.append("Runtime and Gateway allow no app client in common: one login reaches one of them.")
    if any(rule.discovery_url != url for rule in rules):
        todo.append("Runtime and Gateway trust different issuers: one login reaches one of them.")
    return LoginChoice(url, common or first, frozenset(rules[0].allowed_scopes), tuple(todo))


@dataclass(frozen=True)
class ClientLogin:
    """A login with one app client."""

    facts: LoginFacts
    flow: LoginFlow

    @property
    def is_allowed(self) -> bool:
        """Whether the app client is known to allow the flow."""
        return bool(self.flow.is_allowed(self.facts))


def client_logins(
    choice: LoginChoice, clients: Sequence[ClientConfiguration], username: str | None
) -> list[ClientLogin]:
    """A login with each app client, the best first.

    That is one whose flow is known to be allowed, whose scopes suffice, and that leaves the least to do.

    Args:
        choice: issuer and clients; where it has none, `clients` are the candidates.
        clients: the clients whose settings were requested.
        username: the user to log in as.
    """
    known = {client.client_id: client for client in clients}
    ids = choice.clients or tuple(id for id in known if id)
    facts = [LoginFacts(choice.discovery_url, id, known.get(id), username) for id in ids]
    logins = [ClientLogin(one, choose_flow(one)) for one in facts]
    return sorted(logins, key=lambda login: _cost(login, choice.scopes))


def _cost(login: ClientLogin, scopes: frozenset[str]) -> tuple[bool, bool, int, int]:
    client = login.facts.client
    lacks_scopes = bool(scopes) and not scopes & set((client.oauth_scopes or ()) if client else ())
    left = len(login.flow.draft(login.facts).todo)
    return not login.is_allowed, lacks_scopes, left, login.flow.preference
