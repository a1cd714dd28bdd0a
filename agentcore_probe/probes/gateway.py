"""The Gateway's access methods: a bearer token, a signature, no credential."""

from __future__ import annotations

from agentcore_probe.access.transport import Transport
from agentcore_probe.probes.context import BearerCaller, Caller, ProbeContext, Result, SigningCaller
from agentcore_probe.probes.controls import ControlledTarget, send_anonymous, send_forged, send_id_token
from agentcore_probe.probes.mcp import Conversation, newest_version
from agentcore_probe.probes.preconditions import needs_aws, needs_token


def jwt(context: ProbeContext, transport: Transport) -> Result:
    """A complete MCP conversation with a bearer token."""
    tokens = needs_token(context)
    return (
        tokens if isinstance(tokens, Result) else _converse(context, transport, BearerCaller(tokens.access))
    )


def sigv4(context: ProbeContext, transport: Transport) -> Result:
    """A complete MCP conversation, each request signed."""
    return needs_aws(context) or _converse(context, transport, SigningCaller(context.aws))


def anonymous(context: ProbeContext, transport: Transport) -> Result:
    """Conversations without a credential."""
    return send_anonymous(context, transport, controlled(context, transport))


def forged(context: ProbeContext, transport: Transport) -> Result:
    """Conversations with each forged token."""
    return send_forged(context, transport, controlled(context, transport))


def id_token(context: ProbeContext, transport: Transport) -> Result:
    """A conversation with the ID token of the same login."""
    return send_id_token(context, transport, controlled(context, transport))


def controlled(context: ProbeContext, sender: Transport) -> ControlledTarget:
    """How controls call the Gateway.

    Args:
        context: the run's shared facts.
        sender: the transport that will send them.
    """
    gateway = context.environment.gateway
    tool = gateway.tool if gateway else None
    return ControlledTarget(
        "gateway",
        lambda step: _conversation(context, sender, Caller()).first_request(step),
        lambda: _conversation(context, sender, Caller()).without_handshake(tool),
    )


def _converse(context: ProbeContext, transport: Transport, caller: Caller) -> Result:
    conversation = _conversation(context, transport, caller)
    target = context.environment.gateway
    conversation.run(target.tool if target is not None else None)
    return Result(conversation.facts)


def _conversation(context: ProbeContext, transport: Transport, caller: Caller) -> Conversation:
    url = context.gateway_url
    assert url is not None  # run_probe has checked that there is a Gateway
    gateway = context.configuration.gateway
    version = newest_version(gateway.supported_versions if gateway else None)
    return Conversation(transport, url, caller, version, max_pages=context.max_pages)
