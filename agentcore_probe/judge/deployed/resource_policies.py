"""Resource policies that let in more callers than their author may have meant (docs/agentcore.md section 6.1)."""

from __future__ import annotations

from collections.abc import Iterator

from agentcore_probe.judge.policy.matching import glob
from agentcore_probe.judge.policy.statements import Effect, InvalidPolicy, Statement, read_policy
from agentcore_probe.judge.resource_policies import EVERYONE, PREFIX, judge_by_policies
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.judgement import ConfigurationFinding
from agentcore_probe.model.methods import entrances_of

INVOKE = "InvokeAgentRuntime"
COMMANDS = ("InvokeAgentRuntimeCommand", "InvokeAgentRuntimeCommandShell")
"""The actions with which a caller runs commands in the agent's session."""
DOORS = (*COMMANDS, "InvokeAgentRuntimeWithWebSocketStream")
"""The other actions with which a caller reaches the agent."""
_ENTRANCES = ("runtime-command", "runtime-shell")


def check(configuration: Configuration, environment: Environment) -> Iterator[ConfigurationFinding]:
    """The findings about the resource policies of Runtime, endpoint and Gateway."""
    for policy in configuration.policies or ():
        try:
            statements = read_policy(policy.document or "{}", policy.resource)
        except InvalidPolicy:
            continue
        target = "gateway" if ":gateway/" in policy.resource else "runtime"
        authorizer = configuration.authorizer(target)
        if authorizer is not None and authorizer.type == "AWS_IAM":
            yield from _check_public(policy.resource, statements)
        if target == "runtime":
            yield from _check_doors(policy.resource, statements)
    yield from _check_commands(configuration, environment)


def _check_public(resource: str, statements: tuple[Statement, ...]) -> Iterator[ConfigurationFinding]:
    """An Allow for everyone without a condition, where the caller's own policies need not say anything."""
    public = [
        one for one in statements if one.effect == "Allow" and _is_for_everyone(one) and not one.conditions
    ]
    actions = dict.fromkeys(action for statement in public for action in statement.actions or ("*",))
    if public:
        values = {"resource": resource, "actions": ", ".join(actions)}
        yield ConfigurationFinding(id="resource-policy-public", severity="warning", values=values)


def _check_doors(resource: str, statements: tuple[Statement, ...]) -> Iterator[ConfigurationFinding]:
    """A Deny of invocations that leaves commands, shells or WebSockets as they were."""
    if not _covers("Deny", INVOKE, statements):
        return
    left = [action for action in DOORS if not _covers("Deny", action, statements)]
    if left:
        values = {"resource": resource, "actions": ", ".join(PREFIX + action for action in left)}
        yield ConfigurationFinding(id="deny-leaves-entrances", severity="warning", values=values)


def _check_commands(configuration: Configuration, environment: Environment) -> Iterator[ConfigurationFinding]:
    """Whether every caller of the agent may also run commands in it, where the file asks for these entrances.

    A JWT authorizer has no rule for a single operation: only a resource policy tells an invocation from a shell.
    """
    authorizer = configuration.authorizer("runtime")
    asked = {entrance.id for entrance in entrances_of(environment.entrances)}
    if authorizer is None or authorizer.type != "CUSTOM_JWT":
        return
    left = [
        PREFIX + action
        for action, entrance in zip(COMMANDS, _ENTRANCES, strict=True)
        if entrance in asked and not _is_closed(configuration, action)
    ]
    if left:
        values = {"actions": ", ".join(left)}
        yield ConfigurationFinding(id="commands-for-every-token", severity="warning", values=values)


def _is_closed(configuration: Configuration, action: str) -> bool:
    """Whether a policy keeps callers with a token from an action, or may do so: a policy that could not be read may, too."""
    policies = [policy for policy in configuration.policies or () if ":runtime/" in policy.resource]
    if not policies or any(policy.unreadable for policy in policies):
        return True
    found = judge_by_policies(configuration, "runtime", (action,), EVERYONE)
    return found is not None and found.verdict != "open"


def _covers(effect: Effect, action: str, statements: tuple[Statement, ...]) -> bool:
    """Whether a statement of this effect is about an action."""
    name = (PREFIX + action).lower()
    return any(
        statement.effect == effect
        and (
            any(glob(pattern.lower(), name) for pattern in statement.actions)
            if statement.actions is not None
            else not any(glob(pattern.lower(), name) for pattern in statement.not_actions or ())
        )
        for statement in statements
    )


def _is_for_everyone(statement: Statement) -> bool:
    principal = statement.principal
    names = principal.get("AWS") if isinstance(principal, dict) else principal
    return EVERYONE in (names if isinstance(names, list) else [names])
