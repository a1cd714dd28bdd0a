"""Drafts an environment file from what is deployed, with comments; people add what no service reveals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agentcore_probe.environments.comments import abbreviated, comment, note, toml_text
from agentcore_probe.environments.login_choice import ClientLogin, LoginChoice, choose_login, client_logins
from agentcore_probe.environments.target_comments import (
    gateway_comments,
    harness_comments,
    issuer_comments,
    own_harness_comments,
    runtime_comments,
    tool_line,
)
from agentcore_probe.flows.flow import PLACEHOLDER_USERNAME
from agentcore_probe.model.configuration import ClientConfiguration, Configuration
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.identity import secret_variable
from agentcore_probe.model.inventory import Resource
from agentcore_probe.model.methods import unasked_entrances

_HEAD = "# Written by `agentcore-probe discover`; `agentcore-probe init` writes example.toml, which explains every key."
_SHOWN = 5
"""So many alternatives are shown at most."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What was read in addition to the configuration."""

    clients: Sequence[ClientConfiguration] = ()
    """The app clients that may log in; without them, `Configuration.client`."""
    client_names: Mapping[str, str] = field(default_factory=dict)
    """What the pool calls its clients, by their ids."""
    gateway_targets: Sequence[Mapping[str, Any]] = ()
    """What GetGatewayTarget says of the Gateway's targets."""
    harnesses: Sequence[Resource] = ()
    """The harnesses whose agent is this Runtime."""
    head: Sequence[str] = ()
    """Sentences about the whole file."""
    unread: Sequence[str] = ()
    """What could not be read, one sentence each."""


@dataclass(frozen=True)
class Draft:
    """The text of an environment file, and what is still to do."""

    text: str
    todo: tuple[str, ...]
    """One sentence each."""


def draft(
    targets: Environment, deployed: Configuration, username: str | None = None, reading: Reading | None = None
) -> Draft:
    """The draft of an environment file.

    Args:
        targets: the Runtime and the Gateway, with region, profile and base URLs.
        deployed: the configuration that was read of them, and of the app client where one was read.
        username: the Cognito user to log in as, where the app client's flow needs one.
        reading: what else was read.
    """
    more = reading or Reading()
    identity, todo = _identity(targets.name, deployed, username, more)
    parts = [
        "\n".join([_HEAD, *comment(*more.head)]),
        "\n".join(
            [_lines({"region": targets.region, "profile": targets.profile}), *_entrances(targets)]
        ).strip(),
        *_runtime(targets, deployed, more),
        *_gateway(targets, deployed, more),
        *_harness(targets, deployed),
        *identity,
        f"[endpoints]\n{_lines(targets.endpoints)}" if targets.endpoints else "",
        "\n".join(comment(*more.unread)),
    ]
    return Draft("\n\n".join(filter(None, parts)) + "\n", todo)


def _entrances(targets: Environment) -> Iterator[str]:
    """The line that asks for the further entrances, as a comment."""
    if names := unasked_entrances(targets):
        yield "# To probe further entrances, of which `agentcore-probe plan` says what each sends and costs:"
        yield f"# entrances = [{', '.join(map(toml_text, names))}]"


def _runtime(targets: Environment, deployed: Configuration, reading: Reading) -> Iterator[str]:
    target, runtime = targets.runtime, deployed.runtime
    if target is None:
        return
    others = [
        endpoint
        for endpoint in (runtime.endpoints if runtime else None) or ()
        if endpoint.name != target.qualifier
    ]
    shown = [
        f"# qualifier = {toml_text(endpoint.name)}"
        + note([endpoint.status or "", f"version {endpoint.live_version}" if endpoint.live_version else ""])
        for endpoint in others[:_SHOWN]
    ]
    if others:
        shown.insert(0, comment(f"Other endpoints ({len(others)}), instead of the one above:")[0])
    yield "\n".join(
        [
            "[runtime]",
            *comment(*runtime_comments(runtime, target, deployed), *harness_comments(reading.harnesses)),
            _lines({"arn": target.arn, "qualifier": target.qualifier}),
            *shown,
        ]
    )


def _gateway(targets: Environment, deployed: Configuration, reading: Reading) -> Iterator[str]:
    target = targets.gateway
    if target is None:
        return
    yield "\n".join(
        [
            "[gateway]",
            *comment(*gateway_comments(deployed.gateway, deployed)),
            _lines({"id": target.id, "url": target.url}),
            tool_line(deployed.gateway, reading.gateway_targets),
        ]
    )


def _harness(targets: Environment, deployed: Configuration) -> Iterator[str]:
    if targets.harness is not None:
        lines = _lines({"arn": targets.harness.arn, "qualifier": targets.harness.qualifier})
        yield "\n".join(["[harness]", *comment(*own_harness_comments(deployed)), lines, "# invoke = true"])


def _identity(
    name: str, deployed: Configuration, username: str | None, reading: Reading
) -> tuple[list[str], tuple[str, ...]]:
    """The [identity] table, where one can be drafted, and what is to do for it."""
    choice = choose_login(deployed)
    if choice is None:
        known = (deployed.runtime, deployed.gateway, deployed.harness)
        parts = [part for part in known if part is not None]
        if all(part.authorizer and part.authorizer.type != "CUSTOM_JWT" for part in parts):
            return ["# No authorizer here accepts a JWT."], (
                "If you have a JWT: add it as [identity], to verify that it is refused.",
            )
        return [], ("Add [identity] if a JWT authorizer is deployed: that could not be read.",)
    read = reading.clients or ([deployed.client] if deployed.client else [])
    logins = client_logins(choice, read, username)
    if not logins:
        logins = client_logins(LoginChoice(choice.discovery_url, ("",)), (), username)
    first, others = logins[0], logins[1:]
    table, todo = _login_table(name, first, reading)
    lines = [
        "[identity]",
        *comment(*issuer_comments(choice.discovery_url, deployed)),
        *table,
        _lines({"discovery_url": choice.discovery_url}),
        *_alternatives(others, reading),
    ]
    return ["\n".join(lines)], (*choice.todo, *todo)


def _login_table(name: str, login: ClientLogin, reading: Reading) -> tuple[list[str], list[str]]:
    """The keys of a login, and what the user still has to do."""
    facts = login.facts
    drafted = login.flow.draft(facts)
    id = facts.client_id or None
    lines = [f"flow = {toml_text(login.flow.id)}"]
    if id is not None:
        lines.append(f"client_id = {toml_text(id)}{note(_client_note(login, reading))}")
    lines += filter(None, [_lines(drafted.values)])
    todo = [*drafted.todo]
    secrets = {**_SECRETS, "token": f"a token of {facts.discovery_url}"}
    for key in drafted.secrets:
        arn = facts.client.secret_arn if key == "client_secret" and facts.client else None
        if arn is not None:
            lines += [
                *comment(
                    "Cognito keeps and rotates this secret; reading it takes secretsmanager:GetSecretValue."
                ),
                f'{key} = {{ secretsmanager = {toml_text(arn)}, key = "{_COGNITO_KEY}" }}',
            ]
            continue
        variable = secret_variable(name, key)
        lines.append(f"{key} = {{ env = {toml_text(variable)} }}")
        todo.append(f"Put {secrets.get(key, key.replace('_', ' '))} into the variable {variable}.")
    return lines, todo


_SECRETS = {
    "password": "the user's password",
    "client_secret": "the app client's secret",
    "refresh_token": "a refresh token",
    "subject_token": "the token to exchange",
}
"""What people call a secret, by its key."""
_COGNITO_KEY = "clientSecretValue"
"""The key of Cognito's own secret (docs/agentcore.md section 5.1)."""


def _alternatives(logins: Sequence[ClientLogin], reading: Reading) -> list[str]:
    """The other app clients, each as a line that replaces `client_id`."""
    if not logins:
        return []
    ids = [login.facts.client_id or "" for login in logins]
    if not any(login.facts.client for login in logins):
        return comment(f"client_id, also possible: {abbreviated(ids, _SHOWN)}")
    lines = [
        f"# client_id = {toml_text(login.facts.client_id or '')}{note(_client_note(login, reading))}"
        for login in logins[:_SHOWN]
    ]
    more = len(logins) - _SHOWN
    return [*comment("Also possible:"), *lines, *(comment(f"and {more} more.") if more > 0 else [])]


def _client_note(login: ClientLogin, reading: Reading) -> list[str]:
    """What an app client is called, and how it logs in."""
    client = login.facts.client
    name = reading.client_names.get(login.facts.client_id or "", "")
    if client is None or client.unreadable:
        return [name, f"could not be read: {client.unreadable}" if client else ""]
    flows = [*(client.auth_flows or ()), *((client.oauth_flows or ()) if client.oauth_enabled else ())]
    allows = abbreviated([flow.removeprefix("ALLOW_") for flow in flows])
    return [name, f"allows {allows}" if allows else "", "has a secret" if client.has_secret else "no secret"]


def _lines(values: Mapping[str, str | None]) -> str:
    return "\n".join(f"{key} = {toml_text(value)}" for key, value in values.items() if value is not None)


def needs_username(text: str) -> bool:
    """Whether a drafted file has the placeholder of a user name."""
    return f"username = {toml_text(PLACEHOLDER_USERNAME)}" in text.splitlines()
