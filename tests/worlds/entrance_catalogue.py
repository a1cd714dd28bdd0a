"""Worlds with one fault in one entrance, and what is right to say of each."""

from __future__ import annotations

import json

from tests.worlds.answers import Answer, LOGIN_PAGE, dumped
from tests.worlds.entrance_server import (
    CONVERSATION,
    EVENTS,
    POLICY_WORDS,
    EntranceWorld,
    Reply,
    frame,
    invalid_shell,
    upgraded,
)
from tests.worlds.server import MISMATCH, _aws_error
from tests.worlds.server import Request

ALL = (
    "runtime-ws",
    "runtime-command",
    "runtime-shell",
    "runtime-session-endpoint",
    "gateway-to-runtime",
    "gateway-passthrough",
    "gateway-policy",
    "harness",
    "registry",
)
NOT_ACCEPTED = ("refused", "undecided")
UNDECIDED = ("undecided",)
ACCEPTED = ("accepted",)
REFUSED = ("refused",)
NV = ("not-verified", "inconclusive")
PERMIT = "permit(principal, action, resource);"
HTML = (("content-type", "text/html; charset=utf-8"),)
PROXY = Answer(
    403,
    b"<html><head><title>403 Forbidden</title></head><body>nginx</body></html>",
    (*HTML, ("server", "nginx/1.22")),
    marked=False,
)
LOGIN = Answer(200, LOGIN_PAGE, HTML, marked=False)
REDIRECT = Answer(302, b"", (("location", "https://login.example.com/"),), marked=False)
LB424 = Answer(424, b"Failed Dependency", (("content-type", "text/plain"), ("server", "envoy")), marked=False)
PLAIN403 = Answer(403, b'{"message":"Forbidden"}', marked=False)
WAF = Answer(
    403,
    b"<html><head><title>403 Forbidden</title></head></html>",
    (*HTML, ("server", "awselb/2.0")),
    marked=False,
)
GW503 = Answer(
    503, b"no healthy upstream", (("content-type", "text/plain"), ("server", "envoy")), marked=False
)
HANG = Reply(200, b"", end="hang")
DRIP = Reply(200, b"", end="drip")


def W(id, entrance, replies, rows, causes=None, verdicts=NV, **more):
    es = entrance if isinstance(entrance, tuple) else (entrance,)
    if "runtime-agent-card" in es:
        more.setdefault("protocol", "A2A")
    if "gateway-policy" in es:
        more.setdefault("policies", (PERMIT,))
    return EntranceWorld(
        id=id,
        entrances=es,
        replies={
            (k if " " in k else f"{'gateway-mcp' if es[0] == 'gateway-policy' else es[0]} {k}"): v
            for k, v in replies.items()
        },
        decisions=rows,
        causes=causes or {},
        verdicts=verdicts,
        **more,
    )


def ws(accept=None, end="keep"):
    def reply(r):
        u = upgraded(r, accept=accept)
        return Reply(u.status, u.body, u.headers, marked=u.marked, end=end)

    return reply


def policy_error(r):
    return (
        Answer(
            200,
            dumped(
                {
                    "jsonrpc": "2.0",
                    "id": r.message.get("id"),
                    "error": {"code": -32002, "message": POLICY_WORDS},
                }
            ),
        )
        if r.message.get("method") == "tools/call"
        else None
    )


def on_tool_call(make):
    from tests.worlds.entrance_server import EntranceServer

    def reply(r):
        m = r.message
        if m.get("method") == "tools/call":
            return make(m)
        if m.get("method") == "initialize":
            return Answer(
                200,
                dumped(
                    {
                        "jsonrpc": "2.0",
                        "id": m["id"],
                        "result": {
                            "protocolVersion": m["params"]["protocolVersion"],
                            "capabilities": {"tools": {}},
                            "serverInfo": {"name": "w", "version": "1"},
                        },
                    }
                ),
            )
        if str(m.get("method")).startswith("notifications/"):
            return Answer(202, b"", ())
        return Answer(
            200,
            dumped(
                {
                    "jsonrpc": "2.0",
                    "id": m.get("id"),
                    "result": {
                        "tools": [
                            {"name": f"tools___tool_{n}", "inputSchema": {"type": "object"}} for n in range(3)
                        ]
                    },
                }
            ),
        )

    return reply


def on_list(make):
    base = on_tool_call(
        lambda m: Answer(
            200,
            dumped(
                {"jsonrpc": "2.0", "id": m["id"], "result": {"content": [{"type": "text", "text": "done"}]}}
            ),
        )
    )
    return lambda r: make(r.message) if r.message.get("method") == "tools/list" else base(r)


def rpc(m, code, text):
    return dumped({"jsonrpc": "2.0", "id": m.get("id"), "error": {"code": code, "message": text}})


SOUND = (
    W("sound-all", ALL, {}, {}, verdicts=("not-verified",)),
    W(
        "sound-iam",
        ("runtime-ws", "runtime-command", "runtime-shell", "runtime-session-endpoint"),
        {},
        {},
        authorizer="AWS_IAM",
    ),
    W("sound-card", "runtime-agent-card", {}, {}, verdicts=("verified",)),
    *(
        W(
            f"sound-{e}",
            e,
            {},
            {},
            verdicts=("verified",) if e not in ("runtime-command", "runtime-shell") else NV,
        )
        for e in ALL
    ),
)
DOORS = [
    ("runtime-ws", "runtime-ws"),
    ("runtime-command", "runtime-command"),
    ("runtime-shell", "runtime-shell"),
    ("runtime-agent-card", "runtime-agent-card"),
    ("runtime-session-endpoint", "runtime-session-endpoint"),
    ("gateway-to-runtime", "gateway-to-runtime"),
    ("gateway-passthrough", "gateway-passthrough"),
    ("harness", "harness"),
    ("registry", "registry-mcp"),
]


def everywhere():
    for e, p in DOORS:
        anon, jwt, forged = f"{p}-anonymous", f"{p}-jwt", f"{p}-jwt-forged"
        sound = {
            "runtime-ws": ws(),
            "runtime-shell": invalid_shell,
            "runtime-command": _aws_error(400, "ValidationException", "command must not be empty"),
        }
        # proxies etc. for everybody: neither refused nor accepted may be concluded, nor verified
        for name, a in (
            ("proxy-403", PROXY),
            ("login-page", LOGIN),
            ("redirect", REDIRECT),
            ("lb-424", LB424),
            ("plain-403", PLAIN403),
            ("waf-403", WAF),
            ("gw-503", GW503),
            ("hang", HANG),
            ("drip", DRIP),
            ("reset", Reply(200, b"", end="close")),
        ):
            if name in ("hang", "drip", "reset") and e not in (
                "runtime-ws",
                "harness",
                "registry",
                "runtime-session-endpoint",
            ):
                continue
            rows = {jwt: UNDECIDED, anon: UNDECIDED}
            if e == "gateway-passthrough":
                rows = {anon: UNDECIDED}
            if name == "plain-403":
                rows = {jwt: NOT_ACCEPTED, anon: NOT_ACCEPTED}
            if e == "runtime-session-endpoint" and name in ("redirect", "lb-424", "login-page"):
                rows = {}
            if name == "reset":
                rows = {jwt: NOT_ACCEPTED}
            yield W(f"{e}:{name}:all", e, {"*": a}, rows)
            if name in ("proxy-403", "lb-424", "login-page", "waf-403", "redirect"):
                yield W(
                    f"{e}:{name}:anonymous",
                    e,
                    {"none": a},
                    {anon: UNDECIDED}
                    if not (e == "runtime-session-endpoint" and name in ("redirect", "lb-424", "login-page"))
                    else {},
                )
                yield W(
                    f"{e}:{name}:jwt",
                    e,
                    {"jwt": a},
                    {jwt: UNDECIDED}
                    if e != "gateway-passthrough"
                    and not (e == "runtime-session-endpoint" and name in ("redirect", "lb-424", "login-page"))
                    else {},
                )
        # open


WORLDS = (
    *SOUND,
    *everywhere(),
    # websocket
    W(
        "ws-open-anonymous",
        "runtime-ws",
        {"none": ws()},
        {"runtime-ws-anonymous": ACCEPTED},
        verdicts=("not-verified",),
    ),
    W(
        "ws-open-forged",
        "runtime-ws",
        {"forged": ws()},
        {"runtime-ws-jwt-forged": ACCEPTED},
        verdicts=("not-verified",),
    ),
    W(
        "ws-open-sigv4",
        "runtime-ws",
        {"sigv4": ws()},
        {"runtime-ws-sigv4": ACCEPTED},
        verdicts=("not-verified",),
    ),
    W(
        "ws-wrong-accept-all",
        "runtime-ws",
        {"*": ws("AAAAAAAAAAAAAAAAAAAAAAAAAAA=")},
        {"runtime-ws-jwt": UNDECIDED, "runtime-ws-anonymous": UNDECIDED},
    ),
    W(
        "ws-wrong-accept-anon",
        "runtime-ws",
        {"none": ws("AAAAAAAAAAAAAAAAAAAAAAAAAAA=")},
        {"runtime-ws-anonymous": UNDECIDED},
    ),
    W("ws-no-accept", "runtime-ws", {"*": ws("")}, {"runtime-ws-jwt": UNDECIDED}),
    W(
        "ws-no-upgrade-headers",
        "runtime-ws",
        {"*": lambda r: Reply(101, b"", tuple(h for h in ws()(r).headers if h[0] == "sec-websocket-accept"))},
        {"runtime-ws-jwt": UNDECIDED, "runtime-ws-anonymous": ("undecided", "accepted")},
    ),
    W(
        "ws-200",
        "runtime-ws",
        {"*": Answer(200, b'{"ok":true}')},
        {"runtime-ws-jwt": UNDECIDED, "runtime-ws-anonymous": UNDECIDED},
    ),
    W(
        "ws-200-anon",
        "runtime-ws",
        {"none": Answer(200, b'{"ok":true}')},
        {"runtime-ws-anonymous": UNDECIDED},
    ),
    W(
        "ws-426-jwt",
        "runtime-ws",
        {"jwt": Answer(426, b'{"message":"Upgrade Required"}')},
        {"runtime-ws-jwt": UNDECIDED},
    ),
    W(
        "ws-426-all",
        "runtime-ws",
        {"*": Answer(426, b"Upgrade Required", (("content-type", "text/plain"),), marked=False)},
        {"runtime-ws-jwt": UNDECIDED, "runtime-ws-anonymous": UNDECIDED},
    ),
    W(
        "ws-424-jwt",
        "runtime-ws",
        {"jwt": _aws_error(424, "RuntimeClientError", "Received error (404) from runtime.")},
        {"runtime-ws-jwt": ACCEPTED},
        {"runtime-ws-jwt": ("ws-not-served", "container-failed")},
    ),
    W(
        "ws-424-all",
        "runtime-ws",
        {"*": _aws_error(424, "RuntimeClientError", "Received error (404) from runtime.")},
        {"runtime-ws-anonymous": ("undecided", "accepted")},
    ),
    W(
        "ws-iam-denied",
        "runtime-ws",
        {
            "sigv4": _aws_error(
                403,
                "AccessDeniedException",
                "User: arn:aws:iam::123456789012:user/probe is not authorized to perform: bedrock-agentcore:InvokeAgentRuntimeWithWebSocketStream on resource: x because no identity-based policy allows the bedrock-agentcore:InvokeAgentRuntimeWithWebSocketStream action",
            )
        },
        {"runtime-ws-sigv4": REFUSED},
        {"runtime-ws-sigv4": ("iam-denied", "sigv4-not-allowed", "iam-not-allowed", "iam-action-missing")},
        authorizer="AWS_IAM",
    ),
    W(
        "ws-401-bare",
        "runtime-ws",
        {"jwt": Answer(401, b"", (), marked=False)},
        {"runtime-ws-jwt": NOT_ACCEPTED},
    ),
    W("ws-401-marked-bare", "runtime-ws", {"jwt": Answer(401, b"", ())}, {"runtime-ws-jwt": REFUSED}),
    W(
        "ws-subprotocol-not-selected",
        "runtime-ws",
        {
            "jwt": lambda r: Reply(
                101, b"", tuple(h for h in ws()(r).headers if h[0] != "sec-websocket-protocol")
            )
        },
        {"runtime-ws-jwt-subprotocol": ("accepted", "undecided")},
    ),
    W("ws-101-then-close", "runtime-ws", {"jwt": ws(end="close")}, {"runtime-ws-jwt": ACCEPTED}),
    W(
        "ws-101-frame-first",
        "runtime-ws",
        {"jwt": lambda r: Reply(101, b"\x81\x05hello" * 3000, ws()(r).headers)},
        {"runtime-ws-jwt": ACCEPTED},
    ),
    W(
        "ws-unmarked-json-403-jwt",
        "runtime-ws",
        {"jwt": Answer(403, b'{"message":"Forbidden"}', marked=False)},
        {"runtime-ws-jwt": NOT_ACCEPTED},
    ),
    W(
        "ws-404",
        "runtime-ws",
        {
            "jwt": _aws_error(
                404, "ResourceNotFoundException", "No endpoint or agent found with qualifier 'DEFAULT'"
            )
        },
        {"runtime-ws-jwt": UNDECIDED},
    ),
    W(
        "ws-500",
        "runtime-ws",
        {"*": _aws_error(500, "InternalServerException", "x")},
        {"runtime-ws-jwt": UNDECIDED, "runtime-ws-anonymous": UNDECIDED},
    ),
    W(
        "ws-429",
        "runtime-ws",
        {"jwt": _aws_error(429, "ThrottlingException", "Rate exceeded")},
        {"runtime-ws-jwt": UNDECIDED},
    ),
    # command
    W(
        "cmd-open-anon",
        "runtime-command",
        {"none": _aws_error(400, "ValidationException", "command must not be empty")},
        {"runtime-command-anonymous": UNDECIDED, "runtime-command-jwt": UNDECIDED},
    ),
    W(
        "cmd-open-200",
        "runtime-command",
        {
            "none": Answer(
                200,
                frame("contentStart", {}) + frame("contentStop", {"exitCode": 0, "status": "COMPLETED"}),
                EVENTS,
            ),
            "jwt": Answer(
                200,
                frame("contentStart", {}) + frame("contentStop", {"exitCode": 0, "status": "COMPLETED"}),
                EVENTS,
            ),
        },
        {"runtime-command-anonymous": ACCEPTED, "runtime-command-jwt": ACCEPTED},
        verdicts=("not-verified",),
    ),
    W(
        "cmd-open-200-cut",
        "runtime-command",
        {"jwt": Reply(200, frame("contentStart", {})[:20], EVENTS, end="cut")},
        {"runtime-command-jwt": ("undecided", "accepted")},
    ),
    W(
        "cmd-400-session",
        "runtime-command",
        {"jwt": _aws_error(400, "ValidationException", "Invalid session id length")},
        {"runtime-command-jwt": ("accepted", "undecided")},
    ),
    W(
        "cmd-400-plain",
        "runtime-command",
        {
            "*": Answer(
                400, b"<html><body>Bad Request</body></html>", (*HTML, ("server", "nginx")), marked=False
            )
        },
        {"runtime-command-jwt": UNDECIDED, "runtime-command-anonymous": UNDECIDED},
    ),
    W(
        "cmd-400-unmarked-json",
        "runtime-command",
        {"jwt": Answer(400, b'{"message":"bad request"}', marked=False)},
        {"runtime-command-jwt": ("undecided", "accepted")},
    ),
    W(
        "cmd-400-unmarked-text",
        "runtime-command",
        {"jwt": Answer(400, b"Bad Request", (("content-type", "text/plain"),), marked=False)},
        {"runtime-command-jwt": UNDECIDED},
    ),
    W(
        "cmd-404",
        "runtime-command",
        {"*": _aws_error(404, "UnknownOperationException", None)},
        {"runtime-command-jwt": UNDECIDED},
        {"runtime-command-jwt": ("command-not-served",)},
    ),
    W(
        "cmd-403",
        "runtime-command",
        {"jwt": _aws_error(403, "AccessDeniedException", "no")},
        {"runtime-command-jwt": REFUSED},
    ),
    W("cmd-200-html", "runtime-command", {"none": LOGIN}, {"runtime-command-anonymous": UNDECIDED}),
    W(
        "cmd-200-json",
        "runtime-command",
        {"jwt": Answer(200, b'{"message":"Forbidden"}')},
        {"runtime-command-jwt": NOT_ACCEPTED},
    ),
    # shell
    W(
        "shell-open-101-anon",
        "runtime-shell",
        {"none": ws()},
        {"runtime-shell-anonymous": ACCEPTED},
        verdicts=("not-verified",),
    ),
    W(
        "shell-open-101-forged",
        "runtime-shell",
        {"forged": ws()},
        {"runtime-shell-jwt-forged": ACCEPTED},
        verdicts=("not-verified",),
    ),
    W(
        "shell-101-jwt",
        "runtime-shell",
        {"jwt": ws()},
        {"runtime-shell-jwt": ACCEPTED},
        verdicts=("not-verified",),
    ),
    W(
        "shell-format-first",
        "runtime-shell",
        {"*": invalid_shell},
        {"runtime-shell-jwt": UNDECIDED, "runtime-shell-anonymous": UNDECIDED},
    ),
    W(
        "shell-400-first",
        "runtime-shell",
        {"jwt": _aws_error(400, "ValidationException", "shellId invalid")},
        {"runtime-shell-jwt": ACCEPTED},
    ),
    W(
        "shell-403-jwt",
        "runtime-shell",
        {"jwt": _aws_error(403, "AccessDeniedException", "no")},
        {"runtime-shell-jwt": REFUSED},
    ),
    W(
        "shell-limit",
        "runtime-shell",
        {
            "jwt": Answer(
                424,
                b'{"error":"Maximum number of shells (10) reached"}',
                (("content-type", "application/json"), ("x-amzn-errortype", "RuntimeClientError")),
            )
        },
        {"runtime-shell-jwt": ("accepted", "undecided")},
    ),
    W(
        "shell-400-not-supported",
        "runtime-shell",
        {"jwt": _aws_error(400, "ValidationException", "Feature is not available in this region")},
        {"runtime-shell-jwt": ("accepted", "undecided")},
    ),
    W(
        "shell-400-not-ready",
        "runtime-shell",
        {"jwt": _aws_error(400, "ValidationException", "Agent is not READY")},
        {"runtime-shell-jwt": ("accepted", "undecided")},
    ),
    W(
        "shell-wrong-accept",
        "runtime-shell",
        {"*": ws("x")},
        {"runtime-shell-jwt": UNDECIDED, "runtime-shell-anonymous": UNDECIDED},
    ),
    # card
    W(
        "card-open-anon",
        "runtime-agent-card",
        {
            "none": Answer(
                200, dumped({"name": "w", "protocolVersion": "0.3.0", "url": "http://x/", "skills": []})
            )
        },
        {"runtime-agent-card-anonymous": ACCEPTED},
        verdicts=("not-verified",),
    ),
    W(
        "card-open-anon-v1",
        "runtime-agent-card",
        {
            "none": Answer(
                200,
                dumped(
                    {
                        "name": "w",
                        "supportedInterfaces": [
                            {"url": "http://x/", "protocolBinding": "JSONRPC", "protocolVersion": "1.0"}
                        ],
                        "skills": [],
                    }
                ),
            )
        },
        {"runtime-agent-card-anonymous": ACCEPTED},
        verdicts=("not-verified",),
    ),
    W(
        "card-forged",
        "runtime-agent-card",
        {
            "forged": Answer(
                200, dumped({"name": "w", "protocolVersion": "0.3.0", "url": "http://x/", "skills": []})
            )
        },
        {"runtime-agent-card-jwt-forged": ACCEPTED},
        verdicts=("not-verified",),
    ),
    W("card-html", "runtime-agent-card", {"jwt": LOGIN}, {"runtime-agent-card-jwt": UNDECIDED}),
    W(
        "card-html-marked",
        "runtime-agent-card",
        {"jwt": Answer(200, LOGIN_PAGE, HTML)},
        {"runtime-agent-card-jwt": UNDECIDED},
    ),
    W(
        "card-text",
        "runtime-agent-card",
        {"*": Answer(200, b"Sign in first", (("content-type", "text/plain"),))},
        {"runtime-agent-card-anonymous": UNDECIDED},
    ),
    W(
        "card-json-other",
        "runtime-agent-card",
        {"*": Answer(200, b'{"message":"Forbidden"}')},
        {"runtime-agent-card-anonymous": NOT_ACCEPTED, "runtime-agent-card-jwt": NOT_ACCEPTED},
    ),
    W(
        "card-json-no-card",
        "runtime-agent-card",
        {"none": Answer(200, b'{"status":"ok"}')},
        {"runtime-agent-card-anonymous": ("undecided", "accepted")},
    ),
    W(
        "card-empty",
        "runtime-agent-card",
        {"*": Answer(200, b"")},
        {"runtime-agent-card-anonymous": UNDECIDED, "runtime-agent-card-jwt": UNDECIDED},
    ),
    W("card-redirect", "runtime-agent-card", {"jwt": REDIRECT}, {"runtime-agent-card-jwt": UNDECIDED}),
    W(
        "card-cut",
        "runtime-agent-card",
        {"jwt": Reply(200, b'{"name":"wor', end="cut")},
        {"runtime-agent-card-jwt": ("undecided", "accepted")},
    ),
    W(
        "card-404",
        "runtime-agent-card",
        {"jwt": _aws_error(404, "ResourceNotFoundException", "x")},
        {"runtime-agent-card-jwt": ("undecided", "accepted")},
    ),
    # session endpoint
    W(
        "sess-open",
        "runtime-session-endpoint",
        {"none": Answer(404, b"not found", (("content-type", "text/plain"),), marked=False)},
        {"runtime-session-endpoint-anonymous": ACCEPTED},
        verdicts=("not-verified",),
    ),
    W(
        "sess-open-200",
        "runtime-session-endpoint",
        {"none": Answer(200, b"hi", (("content-type", "text/plain"),), marked=False)},
        {"runtime-session-endpoint-anonymous": ACCEPTED},
        verdicts=("not-verified",),
    ),
    W(
        "sess-empty-401",
        "runtime-session-endpoint",
        {"none": Answer(401, b"", (), marked=False)},
        {"runtime-session-endpoint-anonymous": REFUSED},
        verdicts=("verified", "inconclusive"),
    ),
    W(
        "sess-empty-401-jwt",
        "runtime-session-endpoint",
        {"jwt": Answer(401, b"", (), marked=False)},
        {"runtime-session-endpoint-jwt": REFUSED},
    ),
    W(
        "sess-empty-403-jwt",
        "runtime-session-endpoint",
        {"jwt": Answer(403, b"", (("x-error-code", "AccessDenied"),), marked=False)},
        {"runtime-session-endpoint-jwt": REFUSED},
        {"runtime-session-endpoint-jwt": ("session-port-not-allowed", "session-refused")},
    ),
    W(
        "sess-app-401",
        "runtime-session-endpoint",
        {"none": Answer(401, b'{"detail":"login"}', marked=False)},
        {"runtime-session-endpoint-anonymous": UNDECIDED},
    ),
    W(
        "sess-proxy-empty-403",
        "runtime-session-endpoint",
        {"none": Answer(403, b"", (("server", "nginx"),), marked=False)},
        {"runtime-session-endpoint-anonymous": UNDECIDED},
    ),
    W(
        "sess-404-lb",
        "runtime-session-endpoint",
        {"*": Answer(404, b"<html>404 nginx</html>", (*HTML, ("server", "nginx")), marked=False)},
        {"runtime-session-endpoint-anonymous": ("accepted", "undecided")},
    ),
    W(
        "sess-400",
        "runtime-session-endpoint",
        {"none": Answer(400, b"", (("x-error", "ValidationError"),), marked=False)},
        {"runtime-session-endpoint-anonymous": ("undecided",)},
    ),
    W(
        "sess-426",
        "runtime-session-endpoint",
        {"none": Answer(426, b"", (), marked=False)},
        {"runtime-session-endpoint-anonymous": ("accepted", "undecided")},
    ),
    W(
        "sess-302-login",
        "runtime-session-endpoint",
        {"none": REDIRECT},
        {"runtime-session-endpoint-anonymous": ("undecided",)},
    ),
    W(
        "sess-login-page-anon",
        "runtime-session-endpoint",
        {"none": LOGIN},
        {"runtime-session-endpoint-anonymous": ("undecided", "accepted")},
    ),
    W(
        "sess-424-lb-anon",
        "runtime-session-endpoint",
        {"none": LB424},
        {"runtime-session-endpoint-anonymous": ("undecided",)},
    ),
    W(
        "sess-400-tls",
        "runtime-session-endpoint",
        {
            "*": Answer(
                400,
                b"<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>",
                (*HTML, ("server", "nginx")),
                marked=False,
            )
        },
        {"runtime-session-endpoint-anonymous": UNDECIDED},
    ),
    W(
        "sess-404-service",
        "runtime-session-endpoint",
        {
            "*": Answer(
                404,
                b'{"message":"session not found"}',
                (("content-type", "application/json"), ("x-amzn-errortype", "ResourceNotFoundException")),
            )
        },
        {"runtime-session-endpoint-anonymous": UNDECIDED},
    ),
    W(
        "sess-502",
        "runtime-session-endpoint",
        {"*": Answer(502, b"", (), marked=False)},
        {"runtime-session-endpoint-anonymous": UNDECIDED, "runtime-session-endpoint-jwt": UNDECIDED},
    ),
    # through gateway
    W(
        "through-open-anon",
        "gateway-to-runtime",
        {"none": Answer(200, b'{"result":"Hello"}')},
        {"gateway-to-runtime-anonymous": ACCEPTED},
        verdicts=("not-verified",),
    ),
    W(
        "through-open-forged",
        "gateway-to-runtime",
        {"forged": Answer(200, b'{"result":"Hello"}')},
        {"gateway-to-runtime-jwt-forged": ACCEPTED},
        verdicts=("not-verified",),
    ),
    W(
        "through-html",
        "gateway-to-runtime",
        {"jwt": Answer(200, LOGIN_PAGE, HTML)},
        {"gateway-to-runtime-jwt": UNDECIDED},
    ),
    W(
        "through-mismatch",
        "gateway-to-runtime",
        {"jwt": _aws_error(403, "AccessDeniedException", MISMATCH)},
        {"gateway-to-runtime-jwt": REFUSED},
        {"gateway-to-runtime-jwt": ("outbound-credential-refused",)},
    ),
    W(
        "through-gw-mismatch-sigv4",
        "gateway-to-runtime",
        {"sigv4": _aws_error(403, "AccessDeniedException", MISMATCH)},
        {"gateway-to-runtime-sigv4": REFUSED},
        {"gateway-to-runtime-sigv4": ("sigv4-on-jwt",)},
        verdicts=("verified", "not-verified", "inconclusive"),
    ),
    W(
        "pass-gw-mismatch-sigv4",
        "gateway-passthrough",
        {"sigv4": _aws_error(403, "AccessDeniedException", MISMATCH)},
        {"gateway-passthrough-sigv4": NOT_ACCEPTED},
        {"gateway-passthrough-sigv4": ("sigv4-on-jwt", "service-behind-target")},
        verdicts=("verified", "not-verified", "inconclusive"),
    ),
    W(
        "through-no-target",
        "gateway-to-runtime",
        {"*": _aws_error(404, "ResourceNotFoundException", "No Target found for Target name: agent")},
        {"gateway-to-runtime-jwt": UNDECIDED},
    ),
    W(
        "through-424",
        "gateway-to-runtime",
        {"jwt": _aws_error(424, "RuntimeClientError", "Received error (500) from runtime")},
        {"gateway-to-runtime-jwt": ACCEPTED},
    ),
    W(
        "through-424-anon",
        "gateway-to-runtime",
        {"none": _aws_error(424, "RuntimeClientError", "Received error (500) from runtime")},
        {"gateway-to-runtime-anonymous": ("undecided", "accepted")},
    ),
    W(
        "bound-sound",
        "gateway-to-runtime",
        {
            "runtime-invocations jwt": Answer(
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
                (
                    ("content-type", "application/json"),
                    ("x-amzn-errortype", "UnauthorizedException"),
                    ("www-authenticate", "Bearer"),
                ),
            )
        },
        {"runtime-jwt": REFUSED, "gateway-to-runtime-jwt": ACCEPTED},
        verdicts=("verified",),
        binding=True,
    ),
    W(
        "bound-bypass-direct",
        "gateway-to-runtime",
        {},
        {"runtime-jwt": ACCEPTED},
        verdicts=("not-verified",),
        binding=True,
        errors=("gateway-bypassed",),
        no_claims=("only-through-gateway",),
    ),
    W(
        "bound-bypass-ws",
        ("gateway-to-runtime", "runtime-ws"),
        {
            "runtime-invocations jwt": Answer(
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
                (
                    ("content-type", "application/json"),
                    ("x-amzn-errortype", "UnauthorizedException"),
                    ("www-authenticate", "Bearer"),
                ),
            )
        },
        {"runtime-jwt": REFUSED, "runtime-ws-jwt": ACCEPTED},
        verdicts=("not-verified",),
        binding=True,
        errors=("gateway-bypassed",),
        no_claims=("only-through-gateway",),
    ),
    W(
        "bound-lockout",
        "gateway-to-runtime",
        {
            k: Answer(
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
                (
                    ("content-type", "application/json"),
                    ("x-amzn-errortype", "UnauthorizedException"),
                    ("www-authenticate", "Bearer"),
                ),
            )
            for k in ("runtime-invocations jwt", "gateway-to-runtime jwt")
        },
        {"runtime-jwt": REFUSED, "gateway-to-runtime-jwt": REFUSED},
        {"gateway-to-runtime-jwt": ("binding-with-passthrough",)},
        verdicts=("not-verified",),
        binding=True,
        credential="JWT_PASSTHROUGH",
        errors=("nobody-gets-in",),
        no_claims=("only-through-gateway",),
    ),
    W(
        "bound-direct-proxy-403",
        "gateway-to-runtime",
        {"runtime-invocations *": PROXY},
        {"runtime-jwt": UNDECIDED},
        binding=True,
        no_claims=("only-through-gateway",),
    ),
    W(
        "bound-direct-undecided-ws",
        ("gateway-to-runtime", "runtime-ws"),
        {
            "runtime-ws *": PROXY,
            "runtime-invocations jwt": Answer(
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
                (
                    ("content-type", "application/json"),
                    ("x-amzn-errortype", "UnauthorizedException"),
                    ("www-authenticate", "Bearer"),
                ),
            ),
        },
        {"runtime-ws-jwt": UNDECIDED},
        binding=True,
        no_claims=("only-through-gateway",),
    ),
    # passthrough
    W(
        "pass-open-anon",
        "gateway-passthrough",
        {"none": Answer(200, b'{"status":"ok"}')},
        {"gateway-passthrough-anonymous": ACCEPTED},
        verdicts=("not-verified",),
    ),
    W(
        "pass-open-anon-unmarked",
        "gateway-passthrough",
        {"none": Answer(200, b'{"status":"ok"}', marked=False)},
        {"gateway-passthrough-anonymous": ("accepted", "undecided")},
    ),
    W(
        "pass-401-behind",
        "gateway-passthrough",
        {"jwt": Answer(401, b'{"detail":"login"}')},
        {"gateway-passthrough-jwt": ("undecided", "accepted")},
        {"gateway-passthrough-jwt": ("service-behind-target",)},
    ),
    W(
        "pass-404-behind",
        "gateway-passthrough",
        {"jwt": Answer(404, b'{"detail":"nope"}')},
        {"gateway-passthrough-jwt": ("undecided", "accepted")},
    ),
    W(
        "pass-html-behind",
        "gateway-passthrough",
        {"jwt": Answer(200, b"<html><body>web service</body></html>", HTML)},
        {"gateway-passthrough-jwt": ("accepted",)},
        verdicts=("verified", "inconclusive", "not-verified"),
    ),
    # policy
    W(
        "pol-denied-rpc",
        "gateway-policy",
        {"jwt": on_tool_call(lambda m: Answer(200, rpc(m, -32002, POLICY_WORDS)))},
        {"gateway-policy-jwt": REFUSED},
        {"gateway-policy-jwt": ("policy-denied",)},
    ),
    W(
        "pol-denied-403",
        "gateway-policy",
        {"jwt": on_tool_call(lambda m: Answer(403, rpc(m, -32002, POLICY_WORDS)))},
        {"gateway-policy-jwt": REFUSED},
        {"gateway-policy-jwt": ("policy-denied",)},
    ),
    W(
        "pol-denied-result",
        "gateway-policy",
        {
            "jwt": on_tool_call(
                lambda m: Answer(
                    200,
                    dumped(
                        {
                            "jsonrpc": "2.0",
                            "id": m["id"],
                            "result": {
                                "isError": True,
                                "content": [
                                    {"type": "text", "text": "AuthorizeActionException - " + POLICY_WORDS}
                                ],
                            },
                        }
                    ),
                )
            )
        },
        {"gateway-policy-jwt": REFUSED},
        {"gateway-policy-jwt": ("policy-denied",)},
    ),
    W(
        "pol-32002-interceptor",
        "gateway-policy",
        {"jwt": on_tool_call(lambda m: Answer(200, rpc(m, -32002, "Denied by the interceptor")))},
        {"gateway-policy-jwt": NOT_ACCEPTED},
        not_causes={"gateway-policy-jwt": ("policy-denied",)},
    ),
    W(
        "pol-32002-403-interceptor",
        "gateway-policy",
        {"jwt": on_tool_call(lambda m: Answer(403, rpc(m, -32002, "Access denied")))},
        {"gateway-policy-jwt": NOT_ACCEPTED},
        not_causes={"gateway-policy-jwt": ("policy-denied",)},
    ),
    W(
        "pol-empty-list",
        "gateway-policy",
        {
            "jwt": on_list(
                lambda m: Answer(200, dumped({"jsonrpc": "2.0", "id": m["id"], "result": {"tools": []}}))
            )
        },
        {"gateway-policy-jwt": ACCEPTED},
        {"gateway-policy-jwt": ("policy-hides-tools", "none")},
    ),
    W(
        "pol-list-no-tools",
        "gateway-policy",
        {"jwt": on_list(lambda m: Answer(200, dumped({"jsonrpc": "2.0", "id": m["id"], "result": {}})))},
        {},
    ),
    W(
        "pol-eval-failed",
        "gateway-policy",
        {
            "jwt": on_list(
                lambda m: Answer(
                    200, rpc(m, -32603, "InternalServerException - Policy evaluation failed for list tools")
                )
            )
        },
        {"gateway-policy-jwt": UNDECIDED},
        {"gateway-policy-jwt": ("policy-evaluation-failed",)},
    ),
    W(
        "pol-tool-text-mentions",
        "gateway-policy",
        {
            "jwt": on_tool_call(
                lambda m: Answer(
                    200,
                    dumped(
                        {
                            "jsonrpc": "2.0",
                            "id": m["id"],
                            "result": {
                                "content": [{"type": "text", "text": "The docs say: " + POLICY_WORDS}]
                            },
                        }
                    ),
                )
            )
        },
        {"gateway-policy-jwt": ACCEPTED},
        not_causes={"gateway-policy-jwt": ("policy-denied",)},
        verdicts=("verified", "inconclusive"),
    ),
    W(
        "pol-forbid-but-allowed",
        "gateway-policy",
        {},
        {"gateway-policy-jwt": ACCEPTED},
        verdicts=("not-verified",),
        policies=(PERMIT, "forbid(principal, action, resource);"),
    ),
    W(
        "pol-no-permit-but-allowed",
        "gateway-policy",
        {},
        {"gateway-policy-jwt": ACCEPTED},
        verdicts=("not-verified",),
        policies=('permit(principal, action == AgentCore::Action::"tools___nothing", resource);',),
    ),
    W(
        "pol-call-proxy-403",
        "gateway-policy",
        {"jwt": on_tool_call(lambda m: PROXY)},
        {"gateway-policy-jwt": UNDECIDED},
    ),
    W(
        "pol-call-html",
        "gateway-policy",
        {"jwt": on_tool_call(lambda m: Answer(200, LOGIN_PAGE, HTML))},
        {"gateway-policy-jwt": UNDECIDED},
    ),
    # harness
    W(
        "har-open-anon",
        "harness",
        {"none": Answer(200, CONVERSATION, EVENTS)},
        {"harness-anonymous": ACCEPTED},
        verdicts=("not-verified",),
    ),
    W(
        "har-open-forged",
        "harness",
        {"forged": Answer(200, CONVERSATION, EVENTS)},
        {"harness-jwt-forged": ACCEPTED},
        verdicts=("not-verified",),
    ),
    W(
        "har-open-sigv4",
        "harness",
        {"sigv4": Answer(200, CONVERSATION, EVENTS)},
        {"harness-sigv4": ACCEPTED},
        verdicts=("not-verified",),
    ),
    W(
        "har-open-anon-cut",
        "harness",
        {
            "none": Reply(
                200,
                frame("messageStart", {"role": "assistant"})
                + frame("contentBlockDelta", {"delta": {"text": "Hi"}})[:30],
                EVENTS,
                end="cut",
            )
        },
        {"harness-anonymous": ("accepted", "undecided")},
    ),
    W(
        "har-open-anon-short",
        "harness",
        {
            "none": Answer(
                200,
                frame("messageStart", {"role": "assistant"})
                + frame("contentBlockDelta", {"delta": {"text": "Hi"}})[:30],
                EVENTS,
            )
        },
        {"harness-anonymous": ACCEPTED},
        verdicts=("not-verified",),
    ),
    W(
        "har-500-all",
        "harness",
        {"*": _aws_error(500, "InternalServerException", "x")},
        {"harness-jwt": UNDECIDED, "harness-anonymous": UNDECIDED},
    ),
    W(
        "har-500-forged",
        "harness",
        {"forged": _aws_error(500, "InternalServerException", "x")},
        {"harness-jwt-forged": UNDECIDED},
    ),
    W(
        "har-500-jwt",
        "harness",
        {"jwt": _aws_error(500, "InternalServerException", "x")},
        {"harness-jwt": UNDECIDED},
    ),
    W(
        "har-html-events",
        "harness",
        {"none": Answer(200, LOGIN_PAGE, EVENTS)},
        {"harness-anonymous": UNDECIDED},
    ),
    W(
        "har-json-anon",
        "harness",
        {"none": Answer(200, b'{"messageStart": "no"}')},
        {"harness-anonymous": ("undecided",)},
    ),
    W(
        "har-sse-anon",
        "harness",
        {"none": Answer(200, b'data: {"messageStart": {}}\n\n', (("content-type", "text/event-stream"),))},
        {"harness-anonymous": ("undecided", "accepted")},
    ),
    W(
        "har-empty-stream",
        "harness",
        {"*": Answer(200, b"", EVENTS)},
        {"harness-anonymous": UNDECIDED, "harness-jwt": UNDECIDED},
    ),
    W(
        "har-exc-access",
        "harness",
        {"none": Answer(200, frame("accessDeniedException", {"message": "no"}), EVENTS)},
        {"harness-anonymous": NOT_ACCEPTED},
    ),
    W(
        "har-exc-internal",
        "harness",
        {"jwt": Answer(200, frame("internalServerException", {"message": "no"}), EVENTS)},
        {"harness-jwt": UNDECIDED},
    ),
    W(
        "har-bad-crc",
        "harness",
        {"none": Answer(200, CONVERSATION[:-1] + b"\x00", EVENTS)},
        {"harness-anonymous": ("accepted", "undecided")},
    ),
    W(
        "har-400-all",
        "harness",
        {"*": _aws_error(400, "ValidationException", "x")},
        {"harness-jwt": UNDECIDED, "harness-anonymous": UNDECIDED},
    ),
    W(
        "har-424-jwt",
        "harness",
        {"jwt": _aws_error(424, "RuntimeClientError", "x")},
        {"harness-jwt": ACCEPTED},
    ),
    # registry
    W(
        "reg-open-anon",
        "registry",
        {
            "none": on_list(
                lambda m: Answer(
                    200,
                    dumped(
                        {
                            "jsonrpc": "2.0",
                            "id": m["id"],
                            "result": {
                                "tools": [
                                    {
                                        "name": "search_discoverable_registry_records",
                                        "inputSchema": {"type": "object"},
                                    }
                                ]
                            },
                        }
                    ),
                )
            )
        },
        {"registry-mcp-anonymous": ACCEPTED},
        verdicts=("not-verified",),
    ),
    W(
        "reg-open-forged",
        "registry",
        {
            "forged": on_list(
                lambda m: Answer(200, dumped({"jsonrpc": "2.0", "id": m["id"], "result": {"tools": []}}))
            )
        },
        {"registry-mcp-jwt-forged": ACCEPTED},
        verdicts=("not-verified",),
    ),
    W(
        "reg-list-without-tools",
        "registry",
        {"none": on_list(lambda m: Answer(200, dumped({"jsonrpc": "2.0", "id": m["id"], "result": {}})))},
        {"registry-mcp-anonymous": UNDECIDED},
    ),
    W(
        "reg-jwt-list-without-tools",
        "registry",
        {"jwt": on_list(lambda m: Answer(200, dumped({"jsonrpc": "2.0", "id": m["id"], "result": {}})))},
        {},
    ),
    W("reg-32002", "registry", {"jwt": on_list(lambda m: Answer(200, rpc(m, -32002, "no")))}, {}),
    W(
        "reg-rpc-error-anon",
        "registry",
        {"none": lambda r: Answer(200, rpc(r.message, -32601, "Method not found"))},
        {"registry-mcp-anonymous": UNDECIDED},
    ),
    W(
        "reg-403-iam",
        "registry",
        {
            "sigv4": _aws_error(
                403,
                "AccessDeniedException",
                "User: arn:aws:iam::123456789012:user/probe is not authorized to perform: agent-registry:InvokeRegistryMcp on resource: x because no identity-based policy allows the agent-registry:InvokeRegistryMcp action",
            )
        },
        {"registry-mcp-sigv4": REFUSED},
    ),
    W(
        "reg-cut",
        "registry",
        {"jwt": Reply(200, b'{"jsonrpc":"2.0","id":1,"res', end="cut")},
        {"registry-mcp-jwt": UNDECIDED},
    ),
)


def opens(make):
    """Anonymous and forged callers get in once a genuine one was in."""

    def build(entrance, caller):
        seen = []

        def genuine(r):
            seen.append(1)
            return make(r)

        def other(r):
            if seen:
                return make(r)
            return Answer(
                401,
                rpc(r.message, -32001, "Missing Authentication Token"),
                (
                    ("content-type", "application/json"),
                    (
                        "www-authenticate",
                        'Bearer resource_metadata="https://example.com/.well-known/oauth-protected-resource"',
                    ),
                    ("x-amzn-errortype", "UnauthorizedException"),
                ),
            )

        return {f"{entrance} jwt": genuine, f"{entrance} {caller}": other}

    return build


CARD = dumped({"name": "w", "protocolVersion": "0.3.0", "url": "http://x/", "skills": []})
LIST = on_tool_call(
    lambda m: Answer(200, dumped({"jsonrpc": "2.0", "id": m["id"], "result": {"content": []}}))
)
BASIC = Answer(
    401,
    b"<html>401</html>",
    (*HTML, ("server", "nginx"), ("www-authenticate", 'Basic realm="x"')),
    marked=False,
)
API401 = Answer(
    401,
    b'{"message":"Unauthorized"}',
    (("content-type", "application/json"), ("apigw-requestid", "x")),
    marked=False,
)
API403 = Answer(
    403,
    b'{"message":"Forbidden"}',
    (("content-type", "application/json"), ("x-amzn-requestid", "x"), ("x-amz-apigw-id", "x")),
    marked=False,
)
WAF202 = Answer(
    202,
    b"<!DOCTYPE html><script>window.awsWafCookieDomainList = [];</script>",
    (*HTML, ("x-amzn-waf-action", "challenge")),
)
CF403 = Answer(
    403,
    b"<html>Request blocked. Generated by cloudfront (CloudFront)</html>",
    (*HTML, ("server", "CloudFront"), ("x-amz-cf-id", "x"), ("x-cache", "Error from cloudfront")),
    marked=False,
)
EMPTY200 = Answer(200, b"", ())
EMPTY204 = Answer(204, b"", ())
HEALTH = Answer(200, b"OK", (("content-type", "text/plain"),), marked=False)
JSONF = Answer(200, b'{"message":"Forbidden"}', marked=False)


def more():
    goods = {
        "runtime-ws": ws(),
        "runtime-agent-card": lambda r: Answer(200, CARD),
        "gateway-to-runtime": lambda r: Answer(200, b'{"result":"Hello"}'),
        "gateway-passthrough": lambda r: Answer(200, b'{"status":"ok"}'),
        "harness": lambda r: Answer(200, CONVERSATION, EVENTS),
        "registry": LIST,
        "runtime-session-endpoint": lambda r: Answer(
            404, b"not found", (("content-type", "text/plain"),), marked=False
        ),
    }
    for e, p in DOORS:
        rowsets = [("none", f"{p}-anonymous")]
        if e not in ("gateway-passthrough", "runtime-session-endpoint"):
            rowsets.append(("forged", f"{p}-jwt-forged"))
        if e in goods:
            for caller, row in rowsets:
                yield W(
                    f"{e}:opens-later:{caller}",
                    e,
                    opens(goods[e])(e, caller),
                    {row: ACCEPTED},
                    verdicts=("not-verified",),
                )
                if e not in ("gateway-passthrough", "runtime-session-endpoint"):
                    yield W(
                        f"{e}:open-unmarked:{caller}",
                        e,
                        {
                            caller: (
                                lambda g: lambda r: __import__("dataclasses").replace(g(r), marked=False)
                            )(goods[e])
                        },
                        {row: ACCEPTED},
                        verdicts=("not-verified",),
                    )
        for name, a in (
            ("basic", BASIC),
            ("api401", API401),
            ("api403", API403),
            ("waf202", WAF202),
            ("cf403", CF403),
            ("empty200", EMPTY200),
            ("empty204", EMPTY204),
            ("health", HEALTH),
            ("json-forbidden", JSONF),
        ):
            rows = {f"{p}-anonymous": UNDECIDED if name not in ("json-forbidden",) else NOT_ACCEPTED}
            if e == "runtime-session-endpoint" and name in (
                "empty200",
                "empty204",
                "health",
                "json-forbidden",
            ):
                rows = {}
            yield W(
                f"{e}:{name}:anonymous",
                e,
                {"none": a},
                rows,
                verdicts=NV if name != "json-forbidden" else ("verified", "not-verified", "inconclusive"),
            )
            rows = {f"{p}-jwt": NOT_ACCEPTED} if e != "gateway-passthrough" and rows else {}
            yield W(
                f"{e}:{name}:jwt",
                e,
                {"jwt": a},
                rows,
                verdicts=NV
                if not (e == "gateway-passthrough") and rows
                else ("verified", "not-verified", "inconclusive"),
            )


WORLDS = (
    *WORLDS,
    *more(),
    W(
        "ws-subprotocol-open-forged",
        "runtime-ws",
        {
            "forged": lambda r: (
                ws()(r)
                if "sec-websocket-protocol" in r.headers
                else Answer(
                    401,
                    rpc({}, -32001, "x"),
                    (("content-type", "application/json"), ("x-amzn-errortype", "UnauthorizedException")),
                )
            )
        },
        {"runtime-ws-jwt-forged": ACCEPTED},
        verdicts=("not-verified",),
    ),
    W(
        "ws-presigned-refused",
        "runtime-ws",
        {
            "sigv4": lambda r: (
                _aws_error(403, "AccessDeniedException", "Missing Authentication Token")
                if "X-Amz-Signature" in r.path
                else ws()(r)
            )
        },
        {"runtime-ws-presigned": REFUSED, "runtime-ws-sigv4": ACCEPTED},
        authorizer="AWS_IAM",
    ),
    W(
        "ws-subprotocol-refused",
        "runtime-ws",
        {
            "jwt": lambda r: (
                Answer(
                    401,
                    rpc({}, -32001, "x"),
                    (("content-type", "application/json"), ("x-amzn-errortype", "UnauthorizedException")),
                )
                if "sec-websocket-protocol" in r.headers
                else ws()(r)
            )
        },
        {"runtime-ws-jwt-subprotocol": REFUSED, "runtime-ws-jwt": ACCEPTED},
        {"runtime-ws-jwt-subprotocol": ("ws-subprotocol-refused",)},
    ),
    W(
        "sess-login-jwt",
        "runtime-session-endpoint",
        {"jwt": LOGIN},
        {"runtime-session-endpoint-jwt": UNDECIDED},
    ),
    W(
        "sess-waf-all",
        "runtime-session-endpoint",
        {"*": WAF202},
        {"runtime-session-endpoint-jwt": UNDECIDED, "runtime-session-endpoint-anonymous": UNDECIDED},
    ),
    W(
        "card-a2a-message-refused",
        "runtime-agent-card",
        {
            "runtime-invocations jwt": lambda r: Answer(
                403,
                rpc(r.message, -32002, "no"),
                (("content-type", "application/json"), ("x-amzn-errortype", "AccessDeniedException")),
            )
        },
        {"runtime-agent-card-jwt": ACCEPTED},
    ),
    W(
        "card-sigv4-open",
        "runtime-agent-card",
        {"sigv4": Answer(200, CARD)},
        {"runtime-agent-card-sigv4": ACCEPTED},
        verdicts=("not-verified",),
    ),
    W(
        "reg-sigv4-open",
        "registry",
        {"sigv4": LIST},
        {"registry-mcp-sigv4": ACCEPTED},
        verdicts=("not-verified",),
    ),
    W(
        "sess-sigv4-open",
        "runtime-session-endpoint",
        {"sigv4": Answer(404, b"nf", (("content-type", "text/plain"),), marked=False)},
        {"runtime-session-endpoint-sigv4": ACCEPTED},
        verdicts=("not-verified",),
    ),
    W(
        "cmd-sigv4-open",
        "runtime-command",
        {"sigv4": _aws_error(400, "ValidationException", "command must not be empty")},
        {"runtime-command-sigv4": ("undecided", "accepted")},
    ),
    W(
        "through-sigv4-open",
        "gateway-to-runtime",
        {"sigv4": Answer(200, b'{"result":"Hello"}')},
        {"gateway-to-runtime-sigv4": ACCEPTED},
        verdicts=("not-verified",),
    ),
    W(
        "pol-sigv4-open",
        "gateway-policy",
        {"sigv4": LIST},
        {"gateway-policy-sigv4": ACCEPTED},
        verdicts=("not-verified",),
    ),
)
