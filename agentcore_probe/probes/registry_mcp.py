"""The access methods of an agent registry: its MCP endpoint lists what callers may find."""

from __future__ import annotations

from dataclasses import replace

from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.protocol import HANDSHAKE_VERSIONS, registry_url
from agentcore_probe.access.transport import Transport
from agentcore_probe.probes.context import BearerCaller, Caller, ProbeContext, Result, SigningCaller
from agentcore_probe.probes.controls import ControlledTarget, send_anonymous, send_forged
from agentcore_probe.probes.mcp import Conversation
from agentcore_probe.probes.preconditions import needs_aws, needs_token

SIGNING_NAME = "agent-registry"
"""The signing name of the registry (docs/agentcore.md section 11.16)."""
_NO_REGION = "aws-region-missing"


def jwt(context: ProbeContext, transport: Transport) -> Result:
    """A conversation with a bearer token."""
    tokens = needs_token(context)
    return (
        tokens if isinstance(tokens, Result) else _converse(context, transport, BearerCaller(tokens.access))
    )


def sigv4(context: ProbeContext, transport: Transport) -> Result:
    """A conversation, each request signed for the registry's own service."""
    return needs_aws(context) or _converse(context, transport, SigningCaller(context.aws, SIGNING_NAME))


def anonymous(context: ProbeContext, transport: Transport) -> Result:
    """The tools' list without a credential."""
    url = _url(context)
    if url is None:
        return Result(not_tried=_NO_REGION)
    return send_anonymous(context, transport, _controlled(transport, url))


def forged(context: ProbeContext, transport: Transport) -> Result:
    """The tools' list with a forged token."""
    url = _url(context)
    if url is None:
        return Result(not_tried=_NO_REGION)
    return send_forged(context, transport, _controlled(transport, url))


def _controlled(transport: Transport, url: str) -> ControlledTarget:
    return ControlledTarget(
        "registry-mcp", lambda step: _list_of_tools(transport, url, step), lambda: (), is_pair=True
    )


def _list_of_tools(transport: Transport, url: str, step: str | None) -> Outgoing:
    """`tools/list` as a genuine caller sends it: the registry answers it without a handshake."""
    conversation = Conversation(transport, url, Caller(), HANDSHAKE_VERSIONS[0])
    (outgoing,) = conversation.without_handshake(None)
    return replace(outgoing, step=step or outgoing.step)


def _converse(context: ProbeContext, transport: Transport, caller: Caller) -> Result:
    url = _url(context)
    if url is None:
        return Result(not_tried=_NO_REGION)
    conversation = Conversation(transport, url, caller, HANDSHAKE_VERSIONS[0], max_pages=context.max_pages)
    conversation.run()
    return Result(conversation.facts)


def _url(context: ProbeContext) -> str | None:
    return registry_url(context.environment, context.aws.region)
