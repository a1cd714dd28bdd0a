"""The WebSocket entrance of a Runtime: the handshake with each form of a credential, closed as soon as it is accepted."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from agentcore_probe.access.credentials import Presigned, SubprotocolBearer
from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.protocol import runtime_url
from agentcore_probe.access.transport import Transport
from agentcore_probe.model.exchange import SESSION_HEADER
from agentcore_probe.probes.context import BearerCaller, Caller, ProbeContext, Result, SigningCaller
from agentcore_probe.probes.controls import ControlledTarget, send_anonymous, send_forged
from agentcore_probe.probes.preconditions import needs_aws, needs_token
from agentcore_probe.secret import Secret

PRESIGNED_SECONDS = 120
"""How long a presigned URL is valid; AWS's SDK allows 300 at most."""
_WITHOUT = ("MCP", "A2A")
"""Protocols whose containers serve no WebSocket."""


class SubprotocolCaller(Caller):
    """Opens WebSockets with a bearer token as a subprotocol.

    Args:
        token: the token.
        forged: the id of the forgery, where the token was forged on purpose.
    """

    def __init__(self, token: Secret, forged: str | None = None) -> None:
        self._token, self._forged = token, forged

    def equip(self, outgoing: Outgoing) -> Outgoing:
        """`outgoing` with the token."""
        return replace(outgoing, credential=SubprotocolBearer(self._token), forged=self._forged)


def jwt(context: ProbeContext, transport: Transport) -> Result:
    """With the token in a header."""
    tokens = needs_token(context)
    if isinstance(tokens, Result):
        return tokens
    return _open(context, transport, BearerCaller(tokens.access))


def jwt_subprotocol(context: ProbeContext, transport: Transport) -> Result:
    """With the token as a subprotocol, as a browser sends it."""
    tokens = needs_token(context)
    if isinstance(tokens, Result):
        return tokens
    if not SubprotocolBearer(tokens.access).fits:
        return Result(not_applicable="token-too-long-for-subprotocol")
    return _open(context, transport, SubprotocolCaller(tokens.access), in_query=True)


def sigv4(context: ProbeContext, transport: Transport) -> Result:
    """With a signature in headers, over the https form of the URL."""
    return needs_aws(context) or _open(context, transport, SigningCaller(context.aws))


def presigned(context: ProbeContext, transport: Transport) -> Result:
    """With a signature in the URL, as a browser sends it that has no AWS credentials."""
    missing = needs_aws(context)
    if missing is not None:
        return missing
    return _open(context, transport, PresigningCaller(context), in_query=True)


class PresigningCaller(Caller):
    """Opens WebSockets at URLs that are signed when they are used.

    Args:
        context: has the AWS credentials.
    """

    def __init__(self, context: ProbeContext) -> None:
        self._aws = context.aws

    def equip(self, outgoing: Outgoing) -> Outgoing:
        """`outgoing` with a credential that signs its URL."""
        return replace(outgoing, credential=Presigned(lambda url: self._aws.presign(url, PRESIGNED_SECONDS)))


def anonymous(context: ProbeContext, transport: Transport) -> Result:
    """Without a credential."""
    return _not_served(context) or send_anonymous(context, transport, _controlled(context))


def forged(context: ProbeContext, transport: Transport) -> Result:
    """With a forged token in a header, and once as a subprotocol."""
    tokens = needs_token(context)
    fits = not isinstance(tokens, Result) and SubprotocolBearer(tokens.access).fits
    target = replace(_controlled(context), further_bearers=(SubprotocolCaller,) if fits else ())
    return _not_served(context) or send_forged(context, transport, target)


def handshake(
    context: ProbeContext, path: str, step: str = "handshake", *, in_query: bool = False, query: str = ""
) -> Outgoing:
    """A handshake in the run's session, without a credential.

    Args:
        context: the run's shared facts.
        path: `ws` or `ws/shells`.
        step: the exchange's.
        in_query: whether the session id is in the query, where a client that cannot set headers puts it.
        query: further parameters, encoded.
    """
    runtime = context.environment.runtime
    assert runtime is not None  # run_probe has checked that there is a Runtime
    session = f"&{SESSION_HEADER}={quote(context.session, safe='')}" if in_query else ""
    return Outgoing(
        step,
        runtime_url(context.runtime_base, runtime, path=path) + query + session,
        method="GET",
        headers={} if in_query else {SESSION_HEADER: context.session},
        is_handshake=True,
    )


def _open(context: ProbeContext, transport: Transport, caller: Caller, *, in_query: bool = False) -> Result:
    unserved = _not_served(context)
    if unserved is not None:
        return unserved
    outgoing = caller.equip(handshake(context, "ws", in_query=in_query))
    context.session_start.send(lambda: transport.send(outgoing))
    return Result({"protocol": context.protocol})


def _not_served(context: ProbeContext) -> Result | None:
    return Result(not_applicable="no-websocket-protocol") if context.protocol in _WITHOUT else None


def _controlled(context: ProbeContext) -> ControlledTarget:
    return ControlledTarget(
        "runtime-ws", lambda step: handshake(context, "ws", step or "handshake"), lambda: (), is_pair=True
    )
