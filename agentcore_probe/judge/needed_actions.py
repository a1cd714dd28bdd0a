"""The IAM actions that a call needs, by the entrance that it goes through (docs/agentcore.md section 11.0)."""

from __future__ import annotations

from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.resource_policies import with_prefix
from agentcore_probe.model.methods import entrance_of, method
from agentcore_probe.regex import regex

_BY_PATH = (
    (regex(r"/ws/shells$"), ("InvokeAgentRuntimeCommandShell",)),
    (regex(r"/ws$"), ("InvokeAgentRuntimeWithWebSocketStream",)),
    (regex(r"/commands$"), ("InvokeAgentRuntimeCommand",)),
    (regex(r"/\.well-known/agent-card\.json$"), ("GetAgentCard",)),
    (regex(r"/harnesses/invoke$"), ("InvokeHarness", "InvokeAgentRuntime")),
    (regex(r"/registry/[^/]+/mcp$"), ("agent-registry:InvokeRegistryMcp",)),
)
"""The entrances whose paths end in a way of their own."""


def needed_actions(case: Case) -> tuple[str, ...]:
    """The actions with their prefixes: those of the row's entrance, else of the path that was called."""
    row = method(case.exchange.id.rpartition("/")[0])
    if row is not None:
        return tuple(map(with_prefix, entrance_of(row).actions))
    for path, actions in _BY_PATH:
        if path.search(case.address.path.rstrip("/")):
            return tuple(map(with_prefix, actions))
    return (with_prefix("InvokeGateway" if case.service == "gateway" else "InvokeAgentRuntime"),)


def needed_values(case: Case) -> dict[str, str]:
    """The actions as a value of a cause's text; none of an early record, whose sentences stay."""
    return {"needs": ", ".join(needed_actions(case))} if case.configuration.other_judges else {}
