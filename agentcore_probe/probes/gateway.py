"""The Gateway's ways in: a bearer token, a signature, nothing."""

from __future__ import annotations

from agentcore_probe.access.transport import Transport
from agentcore_probe.probes.context import BearerCaller, Caller, Result, Scene, SigningCaller
from agentcore_probe.probes.mcp import Conversation, newest_version
from agentcore_probe.probes.preconditions import forging_callers, id_token_caller, needs_aws, needs_token


def jwt(scene: Scene, transport: Transport) -> Result:
    """A whole MCP conversation with a bearer token."""
    tokens = needs_token(scene)
    return tokens if isinstance(tokens, Result) else _converse(scene, transport, BearerCaller(tokens.access))


def sigv4(scene: Scene, transport: Transport) -> Result:
    """A whole MCP conversation, each request signed."""
    return needs_aws(scene) or _converse(scene, transport, SigningCaller(scene.aws))


def anonymous(scene: Scene, transport: Transport) -> Result:
    """The first request of a conversation without a credential."""
    _conversation(scene, transport, Caller()).first_request()
    return Result()


def forged(scene: Scene, transport: Transport) -> Result:
    """The first request of a conversation with forged tokens, one a defect."""
    callers = forging_callers(scene)
    if isinstance(callers, Result):
        return callers
    for defect, caller in callers:
        _conversation(scene, transport, caller).first_request(f"forged: {defect}")
    return Result()


def id_token(scene: Scene, transport: Transport) -> Result:
    """The first request of a conversation with the ID token of the same login."""
    caller = id_token_caller(scene)
    if isinstance(caller, Result):
        return caller
    _conversation(scene, transport, caller).first_request()
    return Result()


def _converse(scene: Scene, transport: Transport, caller: Caller) -> Result:
    conversation = _conversation(scene, transport, caller)
    if conversation.open() and conversation.list_tools():
        target = scene.environment.gateway
        if target is not None and target.tool is not None:
            conversation.call_tool(target.tool)
    return Result(conversation.facts)


def _conversation(scene: Scene, transport: Transport, caller: Caller) -> Conversation:
    url = scene.gateway_url
    assert url is not None  # the catalogue asks for a Gateway first
    gateway = scene.configuration.gateway
    version = newest_version(gateway.supported_versions if gateway else None)
    return Conversation(transport, url, caller, version)
