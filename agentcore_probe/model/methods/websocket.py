"""The WebSocket entrance of a Runtime: its own IAM action, and four forms of a credential (docs/agentcore.md section 11.1)."""

from __future__ import annotations

from agentcore_probe.model.methods.method import AccessMethod, Entrance

ENTRANCES = (
    Entrance(
        id="runtime-ws",
        target="runtime",
        actions=("InvokeAgentRuntimeWithWebSocketStream",),
        effect="session",
        requests=13,  # four genuine handshakes, each repeated, two of each control, and a forged subprotocol
        caller_requests=1,
        on_request=True,
    ),
)

_TOKENS = ("runtime-ws-jwt", "runtime-ws-jwt-subprotocol")
_SIGNATURES = ("runtime-ws-sigv4", "runtime-ws-presigned")
_INVOCATIONS = ("runtime-jwt", "runtime-sigv4")
"""That one of these is accepted shows, too, that the Runtime does not refuse everybody."""

METHODS: tuple[AccessMethod, ...] = (
    AccessMethod(
        id="runtime-ws-jwt",
        target="runtime",
        entrance="runtime-ws",
        auth="jwt",
        probe="websocket:jwt",
        for_callers=True,
        counterparts=(*_SIGNATURES, *_INVOCATIONS),
        usage="runtime-ws-curl",
    ),
    AccessMethod(
        id="runtime-ws-jwt-subprotocol",
        target="runtime",
        entrance="runtime-ws",
        auth="jwt",
        probe="websocket:jwt_subprotocol",
        counterparts=(*_SIGNATURES, *_INVOCATIONS),
    ),
    AccessMethod(
        id="runtime-ws-sigv4",
        target="runtime",
        entrance="runtime-ws",
        auth="sigv4",
        probe="websocket:sigv4",
        for_callers=True,
        counterparts=(*_TOKENS, *_INVOCATIONS),
    ),
    AccessMethod(
        id="runtime-ws-presigned",
        target="runtime",
        entrance="runtime-ws",
        auth="sigv4",
        probe="websocket:presigned",
        counterparts=(*_TOKENS, *_INVOCATIONS),
    ),
    AccessMethod(
        id="runtime-ws-anonymous",
        target="runtime",
        entrance="runtime-ws",
        auth="none",
        probe="websocket:anonymous",
        control=True,
        counterparts=(*_TOKENS, *_SIGNATURES, *_INVOCATIONS),
    ),
    AccessMethod(
        id="runtime-ws-jwt-forged",
        target="runtime",
        entrance="runtime-ws",
        auth="forged-jwt",
        probe="websocket:forged",
        control=True,
        counterparts=(*_TOKENS, "runtime-jwt"),
    ),
)
