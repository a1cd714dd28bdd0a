"""Serves every entrance of an agent on this machine: each answer is the sound one, or what the world says instead."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.worlds.answers import Answer, dumped
from tests.worlds.entrance_world import Caller, EntranceWorld, Reply
from tests.worlds.server import (
    ACCOUNT,
    GATEWAY_ARN,
    GATEWAY_ID,
    MISMATCH,
    REGION,
    RUNTIME_ARN,
    Request,
    WorldServer,
    _aws_error,
)
from tests.worlds.world import Target, World

HARNESS_ID = "world_harness-WORLDHARNE"
HARNESS_ARN = f"arn:aws:bedrock-agentcore:{REGION}:{ACCOUNT}:harness/{HARNESS_ID}"
REGISTRY_ID = "worldregistr1"
SECRET_OF_SESSION = "session-secret-of-no-use-9f8e7d"
"""In the query of the session's URL, which is a capability."""
CHALLENGE = ("www-authenticate", 'Bearer resource_metadata="https://example.com/.well-known/oauth-protected-resource"')  # fmt: skip
POLICY_WORDS = "Tool Execution Denied: Tool call not allowed due to policy enforcement [No policy applies to the request (denied by default).]"  # fmt: skip
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def frame(name: str, value: Any) -> bytes:
    """A frame of `application/vnd.amazon.eventstream`."""
    headers = b""
    for key, text in ((":message-type", "event"), (":event-type", name), (":content-type", "application/json")):  # fmt: skip
        headers += bytes([len(key)]) + key.encode() + b"\x07" + len(text).to_bytes(2, "big") + text.encode()
    body = json.dumps(value).encode()
    prelude = (16 + len(headers) + len(body)).to_bytes(4, "big") + len(headers).to_bytes(4, "big")
    start = prelude + zlib.crc32(prelude).to_bytes(4, "big") + headers + body
    return start + zlib.crc32(start).to_bytes(4, "big")


EVENTS = (("content-type", "application/vnd.amazon.eventstream"),)
CONVERSATION = frame("messageStart", {"role": "assistant"}) + frame("messageStop", {"stopReason": "end_turn"})


class EntranceServer(WorldServer):
    """The ports of `WorldServer`, with the further entrances."""

    def __init__(self) -> None:
        super().__init__()
        self.entrances = EntranceWorld(id="none", entrances=())
        self.requests: list[tuple[str, Caller, Request]] = []
        self.after_upgrade: list[bytes] = []
        """What came after each 101."""
        self._genuine = ""

    @property
    def genuine(self) -> str:
        """The token that the run has."""
        return self._genuine

    @contextlib.contextmanager
    def serving_entrances(self, world: EntranceWorld) -> Iterator[EntranceServer]:
        """Serves `world` while the block runs."""
        authorizer = world.authorizer
        protocol = world.protocol
        base = World(
            id=world.id,
            kind="unclear",
            verdicts=("verified",),
            runtime=Target(authorizer=authorizer, protocol=protocol),
            gateway=Target(),
        )
        self.entrances, self.requests, self.after_upgrade = world, [], []
        with self.serving(base):
            yield self

    def token(self) -> str:
        """The caller's token."""
        self._genuine = super().token()
        return self._genuine

    # One request

    def _serve_one(self, port: str, reader: Any, writer: Any) -> bool:
        request = self._read(port, reader)
        if request is None:
            return False
        answer = self._answer(request)
        end = answer.end if isinstance(answer, Reply) else "keep"
        if end == "hang":
            time.sleep(6)
            return False
        head = self._head(answer)
        if end == "drip":
            writer.write(head.replace(b"\r\n\r\n", b"\r\nx-drip: "))
            for _ in range(60):
                writer.write(b"a")
                writer.flush()
                time.sleep(0.1)
            return False
        if answer.status == 101:
            head = b"\r\n".join(
                line for line in head.split(b"\r\n") if not line.startswith(b"content-length")
            )
        if end == "cut":
            length = f"content-length: {len(answer.body)}".encode()
            head = head.replace(length, f"content-length: {len(answer.body) + 999}".encode())
        writer.write(head + answer.body)
        writer.flush()
        if answer.status == 101:
            self.after_upgrade.append(reader.read(64) if end == "keep" else b"")
            return False
        return end == "keep"

    def _head(self, answer: Answer) -> bytes:
        if self.entrances.marked:
            return super()._head(answer)
        headers = tuple(header for header in answer.headers if not header[0].startswith("x-amzn-errortype"))
        return super()._head(replace(answer, marked=False, headers=headers))

    def _answer(self, request: Request) -> Answer:
        entrance = self._entrance(request)
        if entrance is None:
            return super()._answer(request)
        caller = self._caller(request)
        self.requests.append((entrance, caller, request))
        for key in (f"{entrance} {caller}", f"{entrance} *"):
            if key in self.entrances.replies:
                reply = self.entrances.replies[key]
                return reply if isinstance(reply, Answer) else reply(request)
        return self._sound(entrance, caller, request)

    def _caller(self, request: Request) -> Caller:
        authorization = request.headers.get("authorization", "")
        if authorization.startswith("AWS4-") or "X-Amz-Signature" in request.path:
            return "sigv4"
        token = authorization.removeprefix("Bearer ")
        protocol = request.headers.get("sec-websocket-protocol", "")
        if protocol.startswith("base64UrlBearerAuthorization."):
            text = protocol.partition(",")[0].partition(".")[2]
            token = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        return "none" if not token.strip() else "jwt" if token == self._genuine else "forged"

    def _entrance(self, request: Request) -> str | None:
        path = urlsplit(request.path).path
        runtime, _, rest = path.removeprefix("/runtimes/").partition("/")
        if path.startswith("/runtimes/") and unquote(runtime) == RUNTIME_ARN:
            return {
                "ws": "runtime-ws",
                "ws/shells": "runtime-shell",
                "commands": "runtime-command",
                "invocations/.well-known/agent-card.json": "runtime-agent-card",
                "invocations": "runtime-invocations",
            }.get(rest)
        if path.startswith("/session/"):
            return "runtime-session-endpoint"
        if path == "/harnesses/invoke":
            return "harness"
        if path.startswith("/registry/"):
            return "registry"
        if path == "/mcp":
            return "gateway-mcp"
        return {"/agent/invocations": "gateway-to-runtime", "/web/health": "gateway-passthrough"}.get(path)

    # The sound answers

    def _sound(self, entrance: str, caller: Caller, request: Request) -> Answer:
        refusal = self._refusal(entrance, caller, request)
        if refusal is not None:
            return refusal
        if entrance in ("registry", "gateway-mcp"):
            return self._accepted("gateway", Target(), request)
        if entrance in ("gateway-to-runtime", "runtime-invocations"):
            return self._invoked(entrance, request)
        return upgraded(request) if entrance == "runtime-ws" else _SOUND[entrance]

    def _invoked(self, entrance: str, request: Request) -> Answer:
        """The agent's answer, with the URL of its session where it has ports."""
        answer = self._accepted("runtime", Target(protocol=self.entrances.protocol), request)
        has_ports = "runtime-session-endpoint" in self.entrances.entrances
        if entrance != "runtime-invocations" or not has_ports:
            return answer
        url = f"{self.url('gateway')}/session/?capability={SECRET_OF_SESSION}"
        name = "x-amzn-bedrock-agentcore-runtime-session-endpoint-url"
        return replace(answer, headers=(*answer.headers, (name, url)))

    def _refusal(self, entrance: str, caller: Caller, request: Request) -> Answer | None:
        is_iam = self.entrances.authorizer == "AWS_IAM" and entrance.startswith("runtime")
        if caller == ("sigv4" if is_iam else "jwt"):
            return None
        if entrance == "runtime-session-endpoint":
            return Answer(403, b"", (("x-error", "AccessDenied"),), marked=False)
        if is_iam:
            text = "Missing Authentication Token" if caller == "none" else MISMATCH
            return _aws_error(403, "AccessDeniedException", text)
        if caller == "sigv4" and not entrance.startswith("gateway"):
            text = (
                "This harness requires OAuth Bearer token authentication."
                if entrance == "harness"
                else MISMATCH
            )
            return _aws_error(403, "AccessDeniedException", text)
        error = {"jsonrpc": "2.0", "id": request.message.get("id"), "error": {"code": -32001, "message": "Missing Authentication Token"}}  # fmt: skip
        return Answer(401, dumped(error), (("content-type", "application/json"), CHALLENGE, ("x-amzn-errortype", "UnauthorizedException")))  # fmt: skip

    # The control plane

    def _control(self, path: str) -> Answer:
        world, rules = self.entrances, self._rules(Target())
        made = {"createdAt": "2026-01-15T09:00:00Z", "updatedAt": "2026-01-15T09:00:00Z"}
        if path.startswith("/harnesses/"):
            harness = {"harnessId": HARNESS_ID, "harnessName": "world_harness", "arn": HARNESS_ARN, "status": "READY",
                       "authorizerConfiguration": rules, **made}  # fmt: skip
            return Answer(200, dumped({"harness": harness}))
        if path.startswith("/registries/"):
            discovery = {"authorizerType": "CUSTOM_JWT", "authorizerConfiguration": rules}
            arn = f"arn:aws:agent-registry:{REGION}:{ACCOUNT}:registry/{REGISTRY_ID}"
            return Answer(200, dumped({"registryId": REGISTRY_ID, "registryArn": arn, "name": "world", "status": "READY", "discoveryConfiguration": discovery, **made}))  # fmt: skip
        if path.startswith(f"/gateways/{GATEWAY_ID}/targets"):
            return self._targets(path)
        if path.startswith("/policy-engine-summaries/"):
            return Answer(
                200, dumped({"policyEngineId": "engine", "name": "engine", "status": "ACTIVE", **made})
            )
        if path.startswith("/policy-engines/"):
            policies = [
                {"policyId": f"policy{number}-0000000000", "name": f"policy{number}", "status": "ACTIVE", "policyEngineId": "engine",
                 "definition": {"cedar": {"statement": text}}, **made}
                for number, text in enumerate(world.policies)
            ]  # fmt: skip
            return Answer(200, dumped({"policies": policies}))
        return super()._control(path)

    def _targets(self, path: str) -> Answer:
        times = {"createdAt": "2026-01-15T09:00:00Z", "updatedAt": "2026-01-15T09:00:00Z"}
        configurations = {
            "agent": {"http": {"agentcoreRuntime": {"arn": RUNTIME_ARN, "qualifier": "DEFAULT"}}},
            "web": {"http": {"passthrough": {"endpoint": "https://web.example.com"}}},
        }
        kinds = {"agent": "AGENTCORE_RUNTIME", "web": "PASSTHROUGH", "tools": "LAMBDA"}
        items: list[dict[str, Any]] = [
            {"targetId": f"{name.upper():0<10}", "name": name, "status": "READY", "targetType": kind, **times}
            for name, kind in kinds.items()
        ]
        id = path.rstrip("/").rpartition("/")[2]
        if id == "targets":
            return Answer(200, dumped({"items": items}))
        found = next(item for item in items if item["targetId"] == id)
        name = found["name"]
        credential = self.entrances.credential if name == "agent" else "GATEWAY_IAM_ROLE"
        return Answer(
            200,
            dumped(
                {
                    **found,
                    "targetConfiguration": configurations.get(name, {}),
                    "credentialProviderConfigurations": [{"credentialProviderType": credential}],
                }
            ),
        )

    def _gateway(self, target: Target) -> dict[str, Any]:
        facts = super()._gateway(target)
        if self.entrances.policies:
            arn = f"arn:aws:bedrock-agentcore:{REGION}:{ACCOUNT}:policy-engine/engine"
            facts["policyEngineConfiguration"] = {"arn": arn, "mode": "ENFORCE"}
        return {**facts, "roleArn": f"arn:aws:iam::{ACCOUNT}:role/gw", **self.entrances.gateway}

    def _runtime(self, target: Target) -> dict[str, Any]:
        facts = super()._runtime(target)
        if "runtime-session-endpoint" in self.entrances.entrances:
            facts["allowedPorts"] = [{"port": 8080}]
        if self.entrances.binding:
            facts["authorizerConfiguration"]["customJWTAuthorizer"]["allowedWorkloadConfiguration"] = {
                "hostingEnvironments": [{"arn": GATEWAY_ARN}]
            }
        return facts


def upgraded(request: Request, *, accept: str | None = None) -> Reply:
    """A 101, whose key is the right one unless `accept` is given; empty: none."""
    key = request.headers.get("sec-websocket-key", "").encode()
    right = base64.b64encode(hashlib.sha1(key + _GUID).digest()).decode()  # noqa: S324  (RFC 6455)
    value = right if accept is None else accept
    headers = (("upgrade", "websocket"), ("connection", "Upgrade"))
    chosen = (("sec-websocket-protocol", "base64UrlBearerAuthorization"),) if "sec-websocket-protocol" in request.headers else ()  # fmt: skip
    return Reply(101, b"", (*headers, *chosen, *((("sec-websocket-accept", value),) if value else ())))


def invalid_shell(_: Request | None) -> Answer:
    """The answer to an impossible shell id."""
    body = {"error": "shell id format invalid", "message": "shell id format invalid"}
    return Answer(424, dumped(body), (("content-type", "application/json"), ("x-amzn-errortype", "RuntimeClientError")))  # fmt: skip


_SOUND: dict[str, Answer] = {
    "runtime-shell": invalid_shell(None),
    "runtime-command": _aws_error(400, "ValidationException", "command must not be empty"),
    "runtime-agent-card": Answer(
        200, dumped({"name": "world", "protocolVersion": "0.3.0", "url": "http://127.0.0.1/", "skills": []})
    ),
    "runtime-session-endpoint": Answer(404, b"not found", (("content-type", "text/plain"),), marked=False),
    "harness": Answer(200, CONVERSATION, EVENTS),
    "gateway-passthrough": Answer(200, b'{"status": "ok"}'),
}
"""Entrance -> what an accepted caller gets."""
