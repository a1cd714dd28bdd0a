"""Worlds with a fault of one entrance's own kind, and what is right to say of each."""

from __future__ import annotations

from typing import Any

from tests.worlds.answers import Answer, dumped
from tests.worlds.entrance_answers import (
    CARD,
    HTML,
    JSON,
    NGINX,
    NOT_FOUND,
    TEXT,
    UNAUTHORIZED,
    Respond,
    accepts,
    denied,
    mcp,
    rpc_error,
    rpc_result,
    without_end,
)
from tests.worlds.entrance_grid import WORLDS as GRID
from tests.worlds.entrance_server import CONVERSATION, EVENTS, POLICY_WORDS, frame, invalid_shell, upgraded
from tests.worlds.entrance_world import EntranceWorld
from tests.worlds.server import MISMATCH, Request, _aws_error

ACCEPTED, REFUSED, UNDECIDED = ("accepted",), ("refused",), ("undecided",)
NOT_VERIFIED = ("not-verified", "inconclusive")
ANY = ("verified", *NOT_VERIFIED)
PERMIT = "permit(principal, action, resource);"
BOUND = Answer(
    401,
    dumped(
        {
            "jsonrpc": "2.0",
            "id": None,
            "error": {
                "code": -32001,
                "message": "Transaction token required: authorizer has AllowedWorkloadConfiguration configured",
            },
        }
    ),
    (*JSON, ("www-authenticate", "Bearer"), ("x-amzn-errortype", "UnauthorizedException")),
)
COMMAND_MISSING = _aws_error(400, "ValidationException", "command must not be empty")
RUN = frame("contentStart", {}) + frame("contentStop", {"exitCode": 0, "status": "COMPLETED"})


def world(
    id: str,
    entrance: str,
    replies: dict[str, Answer | Respond],
    decisions: dict[str, tuple[str, ...]],
    **further: Any,
) -> EntranceWorld:
    """A world of one entrance; a reply's caller is that of the entrance, where it names no other one."""
    address = "gateway-mcp" if entrance == "gateway-policy" else entrance
    prefix = "registry-mcp" if entrance == "registry" else entrance
    defaults: dict[str, Any] = {"verdicts": NOT_VERIFIED, "entrances": (entrance,)}
    if entrance == "gateway-policy":
        defaults["policies"] = (PERMIT,)
    if entrance == "runtime-agent-card":
        defaults["protocol"] = "A2A"
    for name in ("causes", "not_causes"):
        if name in further:
            further[name] = {f"{prefix}-{row}": causes for row, causes in further[name].items()}
    return EntranceWorld(
        id=f"{entrance}:{id}",
        replies={(key if " " in key else f"{address} {key}"): reply for key, reply in replies.items()},
        decisions={
            (row if row.startswith("runtime-") else f"{prefix}-{row}"): right
            for row, right in decisions.items()
        },
        **{**defaults, **further},
    )


def _accept(value: str) -> Respond:
    return lambda request: upgraded(request, accept=value)


def _only_in_header(respond: Respond, otherwise: Answer) -> Respond:
    """Another answer to a token in a subprotocol."""
    return lambda request: otherwise if "sec-websocket-protocol" in request.headers else respond(request)


def _forged_in_subprotocol(request: Request) -> Answer:
    return accepts(request) if "sec-websocket-protocol" in request.headers else UNAUTHORIZED


def _refuses_presigned(request: Request) -> Answer:
    refusal = _aws_error(403, "AccessDeniedException", "Missing Authentication Token")
    return refusal if "X-Amz-Signature" in request.path else accepts(request)


def _tool_text(text: str, *, fails: bool) -> Respond:
    result = {"isError": fails, "content": [{"type": "text", "text": text}]}
    return mcp(on_call=lambda message: rpc_result(message, result))


_WS = "runtime-ws"
_SOCKETS = (
    world("wrong-accept", _WS, {"*": _accept("AAAAAAAAAAAAAAAAAAAAAAAAAAA=")}, {"jwt": UNDECIDED, "anonymous": UNDECIDED}),
    world("no-accept", _WS, {"none": _accept("")}, {"anonymous": UNDECIDED}),
    world("json-200", _WS, {"*": Answer(200, b'{"ok": true}')}, {"jwt": UNDECIDED, "anonymous": UNDECIDED}),
    world("upgrade-required", _WS, {"jwt": Answer(426, b'{"message": "Upgrade Required"}')}, {"jwt": UNDECIDED}),
    world("no-container", _WS, {"jwt": _aws_error(424, "RuntimeClientError", "Received error (404) from runtime.")}, {"jwt": ACCEPTED}, causes={"jwt": ("ws-not-served",)}),
    world("container-for-all", _WS, {"*": _aws_error(424, "RuntimeClientError", "x")}, {"anonymous": UNDECIDED}),
    world("frames-first", _WS, {"jwt": lambda request: Answer(101, b"\x81\x05hello" * 3000, accepts(request).headers)}, {"jwt": ACCEPTED}, verdicts=("verified",)),
    world("throttled", _WS, {"jwt": _aws_error(429, "ThrottlingException", "Rate exceeded")}, {"jwt": UNDECIDED}),
    world("forged-subprotocol", _WS, {"forged": _forged_in_subprotocol}, {"jwt-forged": ACCEPTED}, verdicts=("not-verified",)),
    world("no-subprotocol", _WS, {"jwt": _only_in_header(accepts, UNAUTHORIZED)}, {"jwt": ACCEPTED, "jwt-subprotocol": REFUSED}, causes={"jwt-subprotocol": ("ws-subprotocol-refused",)}),
    world("no-presigned", _WS, {"sigv4": _refuses_presigned}, {"presigned": REFUSED, "sigv4": ACCEPTED}, authorizer="AWS_IAM"),
    world("open-101", "runtime-shell", {"jwt": accepts}, {"jwt": ACCEPTED}, causes={"jwt": ("shell-open",)}),
    world("format-first", "runtime-shell", {"*": invalid_shell}, {"jwt": UNDECIDED, "anonymous": UNDECIDED}),
    world("not-in-region", "runtime-shell", {"jwt": _aws_error(400, "ValidationException", "Feature is not available in this region")}, {}, not_causes={"jwt": ("shell-open",)}),
    world("not-ready", "runtime-shell", {"jwt": _aws_error(400, "ValidationException", "Agent is not READY")}, {}, not_causes={"jwt": ("shell-open",)}),
    world("plain-403", "runtime-shell", {"*": Answer(403, b'{"message": "Blocked"}', marked=False)}, {"jwt": UNDECIDED}),
)  # fmt: skip

_CMD = "runtime-command"
_COMMANDS = (
    world("open-to-nobody", _CMD, {"none": COMMAND_MISSING}, {"jwt": ACCEPTED, "anonymous": ACCEPTED}, verdicts=("not-verified",)),
    world("runs-for-all", _CMD, {"*": Answer(200, RUN, EVENTS)}, {"jwt": ACCEPTED, "anonymous": ACCEPTED}, verdicts=("not-verified",)),
    world("cut", _CMD, {"jwt": without_end(Answer(200, RUN[:20], EVENTS))}, {"jwt": UNDECIDED}),
    world("content-first", _CMD, {"*": COMMAND_MISSING}, {"jwt": UNDECIDED, "anonymous": UNDECIDED}, causes={"jwt": ("content-checked-first",)}),
    world("proxy-400", _CMD, {"*": Answer(400, b"<html>Bad Request</html>", (*HTML, NGINX), marked=False)}, {"jwt": UNDECIDED}),
    world("unmarked-400", _CMD, {"jwt": Answer(400, b'{"message": "bad request"}', marked=False)}, {"jwt": UNDECIDED}),
    world("not-served", _CMD, {"*": _aws_error(404, "UnknownOperationException", None)}, {"jwt": UNDECIDED}, causes={"jwt": ("command-not-served",)}),
    world("refused", _CMD, {"jwt": _aws_error(403, "AccessDeniedException", "no")}, {"jwt": REFUSED}, verdicts=("verified",)),
    world("forbidden-200", _CMD, {"jwt": Answer(200, b'{"message": "Forbidden"}', marked=False)}, {"jwt": UNDECIDED}),
)  # fmt: skip

_A2A = "runtime-agent-card"
_CARDS = (
    world("html", _A2A, {"jwt": Answer(200, b"<html>hi</html>", HTML)}, {"jwt": UNDECIDED}),
    world("text", _A2A, {"*": Answer(200, b"Sign in first", TEXT)}, {"jwt": UNDECIDED, "anonymous": UNDECIDED}),
    world("no-card", _A2A, {"none": Answer(200, b'{"status": "ok"}')}, {"anonymous": UNDECIDED}),
    world("cut", _A2A, {"jwt": without_end(Answer(200, b'{"name":"wor'))}, {"jwt": UNDECIDED}),
    world("open-to-iam", _A2A, {"sigv4": CARD}, {"sigv4": ACCEPTED}, verdicts=("not-verified",)),
)  # fmt: skip

_SESSION = "runtime-session-endpoint"
_SESSIONS = (
    world("empty-401", _SESSION, {"none": Answer(401, b"", (), marked=False)}, {"anonymous": REFUSED}, verdicts=("verified",)),
    world("empty-401-genuine", _SESSION, {"jwt": Answer(401, b"", (), marked=False)}, {"jwt": REFUSED}, causes={"jwt": ("session-refused",)}),
    world("own-401", _SESSION, {"none": Answer(401, b'{"detail": "login"}', marked=False)}, {"anonymous": UNDECIDED}),
    world("proxy-empty-403", _SESSION, {"none": Answer(403, b"", (NGINX,), marked=False)}, {"anonymous": UNDECIDED}),
    world("empty-400", _SESSION, {"none": Answer(400, b"", (("x-code", "ValidationError"),), marked=False)}, {"anonymous": UNDECIDED}),
    world("tls-port", _SESSION, {"*": Answer(400, b"<html>The plain HTTP request was sent to HTTPS port</html>", (*HTML, NGINX), marked=False)}, {"jwt": UNDECIDED, "anonymous": UNDECIDED}),
    world("own-redirect", _SESSION, {"jwt": Answer(302, b"", (("location", "/app"),), marked=False)}, {"jwt": ACCEPTED}, verdicts=("verified",)),
    world("open-to-iam", _SESSION, {"sigv4": NOT_FOUND}, {"sigv4": ACCEPTED}, verdicts=("not-verified",)),
)  # fmt: skip

_THROUGH = "gateway-to-runtime"
_OWN_MISMATCH = _aws_error(403, "AccessDeniedException", MISMATCH)
_BOTH = (_THROUGH, _WS)
_GATEWAY = (
    world("outbound", _THROUGH, {"jwt": _OWN_MISMATCH}, {"jwt": REFUSED}, causes={"jwt": ("outbound-credential-refused",)}),
    world("own-mismatch", _THROUGH, {"sigv4": _OWN_MISMATCH}, {"sigv4": REFUSED}, causes={"sigv4": ("sigv4-on-jwt",)}, verdicts=("verified",)),
    world("no-target", _THROUGH, {"*": _aws_error(404, "ResourceNotFoundException", "No Target found for Target name: agent")}, {"jwt": UNDECIDED}),
    world("bound", _THROUGH, {"runtime-invocations jwt": BOUND}, {"runtime-jwt": REFUSED, "jwt": ACCEPTED}, verdicts=("verified",), binding=True),
    world("bypassed", _THROUGH, {}, {"runtime-jwt": ACCEPTED}, verdicts=("not-verified",), binding=True, errors=("gateway-bypassed",)),
    world("bypassed-by-socket", _THROUGH, {"runtime-invocations jwt": BOUND}, {"runtime-ws-jwt": ACCEPTED}, entrances=_BOTH, verdicts=("not-verified",), binding=True, errors=("gateway-bypassed",)),
    world("socket-unclear", _THROUGH, {"runtime-invocations jwt": BOUND, "runtime-ws *": Answer(403, b"<html>no</html>", (*HTML, NGINX), marked=False)}, {"runtime-ws-jwt": UNDECIDED}, entrances=_BOTH, binding=True, no_claims=("only-through-gateway",)),
    world("direct-unclear", _THROUGH, {"runtime-invocations *": Answer(403, b"<html>no</html>", (*HTML, NGINX), marked=False)}, {"runtime-jwt": UNDECIDED}, binding=True, no_claims=("only-through-gateway",)),
    world("locked", _THROUGH, {"runtime-invocations jwt": BOUND, "jwt": BOUND}, {"runtime-jwt": REFUSED, "jwt": REFUSED}, causes={"jwt": ("binding-with-passthrough",)}, verdicts=("not-verified",), binding=True, credential="JWT_PASSTHROUGH", errors=("nobody-gets-in",)),
    world("own-mismatch", "gateway-passthrough", {"sigv4": _OWN_MISMATCH}, {"sigv4": REFUSED}, causes={"sigv4": ("sigv4-on-jwt",)}, verdicts=("verified",)),
    world("401-behind", "gateway-passthrough", {"jwt": Answer(401, b'{"detail": "login"}')}, {"jwt": UNDECIDED}, causes={"jwt": ("service-behind-target",)}),
    world("404-behind", "gateway-passthrough", {"jwt": Answer(404, b'{"detail": "nope"}')}, {"jwt": UNDECIDED}, causes={"jwt": ("service-behind-target",)}),
)  # fmt: skip

_POLICY = "gateway-policy"
_POLICIES = (
    world("denied", _POLICY, {"jwt": mcp(on_call=denied())}, {"jwt": REFUSED}, causes={"jwt": ("policy-denied",)}),
    world("denied-403", _POLICY, {"jwt": mcp(on_call=denied(403))}, {"jwt": REFUSED}, causes={"jwt": ("policy-denied",)}),
    world("denied-in-result", _POLICY, {"jwt": _tool_text(f"AuthorizeActionException - {POLICY_WORDS}", fails=True)}, {"jwt": REFUSED}, causes={"jwt": ("policy-denied",)}),
    world("words-in-answer", _POLICY, {"jwt": _tool_text(f"The documentation says: {POLICY_WORDS}", fails=False)}, {"jwt": ACCEPTED}, not_causes={"jwt": ("policy-denied",)}, verdicts=("verified",)),
    world("interceptor", _POLICY, {"jwt": mcp(on_call=lambda message: rpc_error(message, -32002, "Denied by the interceptor"))}, {"jwt": (*REFUSED, *UNDECIDED)}, not_causes={"jwt": ("policy-denied",)}),
    world("empty-list", _POLICY, {"jwt": mcp(on_list=lambda message: rpc_result(message, {"tools": []}))}, {"jwt": ACCEPTED}, verdicts=("not-verified",)),
    world("no-tools-member", _POLICY, {"jwt": mcp(on_list=lambda message: rpc_result(message, {}))}, {}),
    world("forbidden-but-open", _POLICY, {}, {"jwt": ACCEPTED}, verdicts=("not-verified",), policies=(PERMIT, "forbid(principal, action, resource);")),
    world("call-at-proxy", _POLICY, {"jwt": mcp(on_call=lambda _: Answer(403, b"<html>no</html>", (*HTML, NGINX), marked=False))}, {"jwt": UNDECIDED}),
)  # fmt: skip

_HARNESS, _REGISTRY = "harness", "registry"
_FURTHER = (
    world("fault-for-all", _HARNESS, {"*": _aws_error(500, "InternalServerException", "x")}, {"jwt": UNDECIDED, "anonymous": UNDECIDED}),
    world("fault-for-forged", _HARNESS, {"forged": _aws_error(500, "InternalServerException", "x")}, {"jwt-forged": UNDECIDED}),
    world("json", _HARNESS, {"none": Answer(200, b'{"messageStart": "no"}')}, {"anonymous": UNDECIDED}),
    world("page-as-events", _HARNESS, {"none": Answer(200, b"<html>Sign in</html>", EVENTS)}, {"anonymous": UNDECIDED}),
    world("no-event", _HARNESS, {"*": Answer(200, b"", EVENTS)}, {"jwt": UNDECIDED, "anonymous": UNDECIDED}),
    world("begun", _HARNESS, {"none": Answer(200, CONVERSATION[:-20], EVENTS)}, {"anonymous": ACCEPTED}, verdicts=("not-verified",)),
    world("open-to-iam", _HARNESS, {"sigv4": Answer(200, CONVERSATION, EVENTS)}, {"sigv4": ACCEPTED}, verdicts=("not-verified",)),
    world("no-tools-member", _REGISTRY, {"none": mcp(on_list=lambda message: rpc_result(message, {}))}, {"anonymous": UNDECIDED}),
    world("rpc-error", _REGISTRY, {"none": lambda request: rpc_error(request.message, -32601, "Method not found")}, {"anonymous": UNDECIDED}),
    world("cut", _REGISTRY, {"jwt": without_end(Answer(200, b'{"jsonrpc": "2.0", "id": 1, "res'))}, {"jwt": UNDECIDED}),
    world("open-to-iam", _REGISTRY, {"sigv4": mcp()}, {"sigv4": ACCEPTED}, verdicts=("not-verified",)),
)  # fmt: skip

TOGETHER = EntranceWorld(
    id="all:sound",
    entrances=(_WS, _CMD, "runtime-shell", _SESSION, _THROUGH, "gateway-passthrough", _POLICY, _HARNESS, _REGISTRY),
    policies=(PERMIT,),
    verdicts=("not-verified",),
    decisions={"runtime-command-jwt": ACCEPTED, "runtime-shell-jwt": ACCEPTED},
)  # fmt: skip

WITHOUT_MARKS = EntranceWorld(
    id="policy-and-registry:sound-without-marks",
    entrances=(_WS, _THROUGH, "gateway-passthrough", _POLICY, _HARNESS, _REGISTRY),
    policies=(PERMIT,),
    verdicts=("verified",),
    marked=False,
)

WORLDS = (
    TOGETHER,
    WITHOUT_MARKS,
    *_SOCKETS,
    *_COMMANDS,
    *_CARDS,
    *_SESSIONS,
    *_GATEWAY,
    *_POLICIES,
    *_FURTHER,
    *GRID,
)
