"""The Runtime's access methods over HTTPS: a bearer token, a raw ARN, boto3's signature, no credential."""

from __future__ import annotations

from agentcore_probe.access.boto_transport import BotoTransport
from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.protocol import (
    HANDSHAKE_VERSIONS,
    runtime_headers,
    runtime_payload,
    runtime_url,
)
from agentcore_probe.access.transport import Transport
from agentcore_probe.errors import ProbeError
from agentcore_probe.model.environment import RuntimeTarget
from agentcore_probe.model.exchange import SESSION_HEADER
from agentcore_probe.probes.context import BearerCaller, Caller, ProbeContext, Result
from agentcore_probe.probes.controls import ControlledTarget, send_anonymous, send_forged, send_id_token
from agentcore_probe.probes.mcp import Conversation
from agentcore_probe.probes.preconditions import needs_aws, needs_token


def jwt(context: ProbeContext, transport: Transport) -> Result:
    """The documented call: a bearer token, and the ARN percent-encoded."""
    tokens = needs_token(context)
    if isinstance(tokens, Result):
        return tokens
    caller = BearerCaller(tokens.access)
    runtime = _target(context)
    if context.protocol == "MCP" and runtime.payload is None:
        return _converse(context, transport, caller)
    transport.send(caller.equip(invocation(context)))
    return Result({"protocol": context.protocol})


def jwt_raw_arn(context: ProbeContext, transport: Transport) -> Result:
    """The call as people write it by hand: the ARN is raw in the path."""
    tokens = needs_token(context)
    if isinstance(tokens, Result):
        return tokens
    transport.send(BearerCaller(tokens.access).equip(invocation(context, encoded=False)))
    return Result()


def anonymous(context: ProbeContext, transport: Transport) -> Result:
    """The documented call without a credential."""
    return send_anonymous(context, transport, controlled(context, transport))


def forged(context: ProbeContext, transport: Transport) -> Result:
    """The documented call with each forged token."""
    return send_forged(context, transport, controlled(context, transport))


def id_token(context: ProbeContext, transport: Transport) -> Result:
    """The documented call with the ID token of the same login."""
    return send_id_token(context, transport, controlled(context, transport))


def controlled(context: ProbeContext, sender: Transport) -> ControlledTarget:
    """How controls call the Runtime.

    Args:
        context: the run's shared facts.
        sender: the transport that will send them.
    """

    def later() -> tuple[Outgoing, ...]:
        if context.protocol not in ("MCP", "A2A"):
            return ()
        return _conversation(context, sender, Caller()).without_handshake(None)

    return ControlledTarget("runtime", lambda step: invocation(context, step=step or "invoke"), later)


def sigv4(context: ProbeContext, transport: Transport) -> Result:
    """InvokeAgentRuntime through boto3; its signed request is sent by our own transport."""
    missing = needs_aws(context)
    if missing is not None:
        return missing
    runtime, headers = _target(context), runtime_headers(context.protocol)
    client = context.aws.client("bedrock-agentcore")
    client.meta.events.register("before-send", BotoTransport(transport.send_raw))
    try:
        client.invoke_agent_runtime(
            agentRuntimeArn=runtime.arn,
            qualifier=runtime.qualifier,
            runtimeSessionId=headers[SESSION_HEADER],
            contentType=headers["Content-Type"],
            accept=headers["Accept"],
            payload=runtime_payload(context.protocol, runtime.payload),
        )
    except ProbeError:
        raise
    except Exception:  # noqa: BLE001  (botocore's parsers may raise anything for an unusual answer)
        # The exchange has the answer; boto3's exception adds nothing to it.
        if not transport.exchanges:
            return Result(not_tried="aws-credentials-missing")
    return Result({"protocol": context.protocol})


def invocation(context: ProbeContext, *, encoded: bool = True, step: str = "invoke") -> Outgoing:
    """The environment's invocation of the Runtime, without a credential."""
    runtime = _target(context)
    return Outgoing(
        step,
        runtime_url(context.runtime_base, runtime, encoded=encoded),
        headers=runtime_headers(context.protocol),
        body=runtime_payload(context.protocol, runtime.payload),
    )


def _converse(context: ProbeContext, transport: Transport, caller: Caller) -> Result:
    """The conversation with a Runtime that is an MCP server."""
    conversation = _conversation(context, transport, caller)
    conversation.run()
    return Result({"protocol": "MCP", **conversation.facts})


def _conversation(context: ProbeContext, transport: Transport, caller: Caller) -> Conversation:
    url = runtime_url(context.runtime_base, _target(context))
    session = {SESSION_HEADER: runtime_headers("MCP")[SESSION_HEADER]}
    version, pages = HANDSHAKE_VERSIONS[0], context.max_pages
    return Conversation(transport, url, caller, version, session, max_pages=pages)


def _target(context: ProbeContext) -> RuntimeTarget:
    assert context.environment.runtime is not None  # run_probe has checked that there is a Runtime
    return context.environment.runtime
