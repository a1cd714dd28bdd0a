"""The Runtime's ways in over HTTPS: a bearer token, a raw ARN, boto3's signature, nothing."""

from __future__ import annotations

import io
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HeadersDict
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

from agentcore_probe.access.targets import (
    HANDSHAKE_VERSIONS,
    SESSION_HEADER,
    runtime_headers,
    runtime_payload,
    runtime_url,
)
from agentcore_probe.access.transport import Outgoing, Signed, Transport
from agentcore_probe.model.environment import RuntimeTarget
from agentcore_probe.probes.guard import forging_callers, id_token_caller, needs_aws, needs_token
from agentcore_probe.probes.mcp import Conversation
from agentcore_probe.probes.scene import BearerCaller, Caller, Result, Scene


def jwt(scene: Scene, transport: Transport) -> Result:
    """The documented call: bearer token, ARN percent-encoded."""
    tokens = needs_token(scene)
    if isinstance(tokens, Result):
        return tokens
    caller = BearerCaller(tokens.access)
    runtime = _target(scene)
    if scene.protocol == "MCP" and runtime.payload is None:
        return _converse(scene, transport, caller)
    transport.send(caller.equip(invocation(scene)))
    return Result({"protocol": scene.protocol})


def jwt_raw_arn(scene: Scene, transport: Transport) -> Result:
    """The call that people write by hand: the same, but the ARN stands raw in the path."""
    tokens = needs_token(scene)
    if isinstance(tokens, Result):
        return tokens
    transport.send(BearerCaller(tokens.access).equip(invocation(scene, encoded=False)))
    return Result()


def anonymous(scene: Scene, transport: Transport) -> Result:
    """The documented call without a credential."""
    transport.send(Caller().equip(invocation(scene)))
    return Result()


def forged(scene: Scene, transport: Transport) -> Result:
    """The documented call with forged tokens, one a defect."""
    callers = forging_callers(scene)
    if isinstance(callers, Result):
        return callers
    for defect, caller in callers:
        transport.send(caller.equip(invocation(scene, step=f"forged: {defect}")))
    return Result()


def id_token(scene: Scene, transport: Transport) -> Result:
    """The documented call with the ID token of the same login."""
    caller = id_token_caller(scene)
    if isinstance(caller, Result):
        return caller
    transport.send(caller.equip(invocation(scene)))
    return Result()


def sigv4(scene: Scene, transport: Transport) -> Result:
    """InvokeAgentRuntime through boto3; its signed request goes out through our transport."""
    missing = needs_aws(scene)
    if missing is not None:
        return missing
    runtime, headers = _target(scene), runtime_headers(scene.protocol)
    client = scene.aws.client("bedrock-agentcore")
    client.meta.events.register("before-send", _Handover(transport))
    try:
        client.invoke_agent_runtime(
            agentRuntimeArn=runtime.arn,
            qualifier=runtime.qualifier,
            runtimeSessionId=headers[SESSION_HEADER],
            contentType=headers["Content-Type"],
            accept=headers["Accept"],
            payload=runtime_payload(scene.protocol, runtime.payload),
        )
    except (ClientError, BotoCoreError):
        # The exchange holds what was answered; boto3's exception adds nothing to it.
        if not transport.exchanges:
            return Result(not_tried="no-aws-credentials")
    return Result({"protocol": scene.protocol})


def invocation(scene: Scene, *, encoded: bool = True, step: str = "invoke") -> Outgoing:
    """The Runtime's invocation as this environment sends it, without a credential."""
    runtime = _target(scene)
    return Outgoing(
        step,
        runtime_url(scene.runtime_base, runtime, encoded=encoded),
        headers=runtime_headers(scene.protocol),
        body=runtime_payload(scene.protocol, runtime.payload),
    )


def _converse(scene: Scene, transport: Transport, caller: Caller) -> Result:
    """A Runtime that speaks MCP is asked as an MCP server."""
    url = runtime_url(scene.runtime_base, _target(scene))
    session = {SESSION_HEADER: runtime_headers("MCP")[SESSION_HEADER]}
    conversation = Conversation(transport, url, caller, HANDSHAKE_VERSIONS[0], session)
    if conversation.open():
        conversation.list_tools()
    return Result({"protocol": "MCP", **conversation.facts})


def _target(scene: Scene) -> RuntimeTarget:
    assert scene.environment.runtime is not None  # the catalogue asks for a Runtime first
    return scene.environment.runtime


class _Handover:
    """Takes boto3's signed request, sends it as ours, and gives boto3 the answer."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def __call__(self, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        body: Any = request.body
        answered = self._transport.ask(
            Outgoing(
                "invoke",
                request.url,
                method=request.method,
                headers={name: _text(value) for name, value in request.headers.items()},
                body=body.encode() if isinstance(body, str) else bytes(body or b""),
                credential=Signed(),
            )
        )
        response = answered.exchange.response
        if response is None or response.status is None:
            raise EndpointConnectionError(endpoint_url=request.url)
        return AWSResponse(request.url, response.status, _headers(response.headers), _Raw(answered.body))


def _headers(headers: dict[str, str]) -> Any:
    """Headers whose names botocore finds in any case."""
    return HeadersDict(headers)


class _Raw(io.BytesIO):
    """An answer's body in the form botocore reads it."""

    def stream(self, amt: int = 65_536, **_: Any) -> Any:
        """The body in pieces."""
        while chunk := self.read(amt):
            yield chunk


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
