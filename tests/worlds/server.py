"""Serves a world on this machine: data plane, Gateway, control plane, STS and the issuer, in threads of this process."""

from __future__ import annotations

import contextlib
import json
import socket
import socketserver
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from tests.worlds.answers import ACCEPTANCES, PLAIN_ACCEPTANCES, REFUSALS, Answer, dumped, plain
from tests.worlds.verifier import Issuer, fingerprint, gets_in, issue, jwks
from tests.worlds.world import Target, World

ACCOUNT = "123456789012"
REGION = "us-east-1"
RUNTIME_ID = "world_agent-WORLDAGENT"
RUNTIME_ARN = f"arn:aws:bedrock-agentcore:{REGION}:{ACCOUNT}:runtime/{RUNTIME_ID}"
GATEWAY_ID = "world-gateway-worldgw001"
GATEWAY_ARN = f"arn:aws:bedrock-agentcore:{REGION}:{ACCOUNT}:gateway/{GATEWAY_ID}"
CLIENT = "worldclient0000000000000000"
VERSIONS = ["2025-11-25", "2025-06-18", "2025-03-26"]


@dataclass(frozen=True)
class Request:
    """A request as it came."""

    port: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def message(self) -> dict[str, Any]:
        """The JSON object of the body; empty where it is none."""
        try:
            value = json.loads(self.body or b"{}")
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


@dataclass
class State:
    """What a running world remembers."""

    accepted: set[str] = field(default_factory=set)
    """Targets that have accepted somebody."""
    cache: dict[str, Answer] = field(default_factory=dict)
    signatures: set[str] = field(default_factory=set)
    calls: dict[str, int] = field(default_factory=dict)
    received: list[str] = field(default_factory=list)
    """The method and cursor of every request that came, but for reads of the configuration."""


class WorldServer:
    """Four ports, whose answers follow from the world that is set; a context manager."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._servers: dict[str, socketserver.ThreadingTCPServer] = {}
        self.world: World = World(id="none", kind="sound", verdicts=("verified",))
        self.state = State()
        for name in ("runtime", "gateway", "control", "issuer"):
            self._servers[name] = self._listening(name)

    def _listening(self, name: str) -> socketserver.ThreadingTCPServer:
        owner = self

        class Handler(socketserver.StreamRequestHandler):
            def setup(self) -> None:
                self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                super().setup()

            def handle(self) -> None:
                with contextlib.suppress(OSError):
                    while owner._serve_one(name, self.rfile, self.wfile):
                        pass

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True
            request_queue_size = 256

        server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return server

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers.values():
            server.shutdown()
            server.server_close()

    @contextlib.contextmanager
    def serving(self, world: World) -> Iterator[WorldServer]:
        """Serves `world` while the block runs."""
        self.world, self.state = world, State()
        yield self

    # Addresses

    def url(self, name: str) -> str:
        """The base URL of a port."""
        port = "runtime" if self.world.endpoints == "one-host" else name
        return f"http://127.0.0.1:{self._servers[port].server_address[1]}"

    @property
    def gateway_url(self) -> str:
        """The Gateway's MCP URL."""
        return f"{self.url('gateway')}/mcp"

    @property
    def discovery_url(self) -> str:
        """Where the issuer's document is."""
        return f"{self.url('issuer')}/issuer/.well-known/openid-configuration"

    @property
    def issuer_name(self) -> str:
        """The `iss` of good tokens."""
        return f"{self.url('issuer')}/issuer"

    def token(self) -> str:
        """A token for the environment's caller, as the world gives it."""
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer_name,
            "sub": "probe",
            "client_id": CLIENT,
            "token_use": "access",
            "scope": "world/call",
            "iat": now,
            "exp": now + 3600,
        }
        for name, value in self.world.token.items():
            claims[name] = now + value if name in ("exp", "nbf", "iat") else value
        token = issue(self.world.key_type, claims)
        self.state.signatures.add(token.rpartition(".")[2])
        return token

    # One request

    def _serve_one(self, port: str, reader: Any, writer: Any) -> bool:
        request = self._read(port, reader)
        if request is None:
            return False
        front = self.world.front
        answer = self._answer(request)
        if front.interim is not None:
            writer.write(f"HTTP/1.1 {front.interim} Interim\r\nlink: </style.css>\r\n\r\n".encode())
        writer.write(self._head(answer))
        writer.write(answer.body)
        writer.flush()
        if answer.held_open:
            time.sleep(5)
            return False
        if front.closes_after_answer and port in ("runtime", "gateway"):
            time.sleep(0.001)
            return False
        return True

    def _head(self, answer: Answer) -> bytes:
        date = formatdate(time.time() + self.world.front.date_offset, usegmt=True)
        headers = [("date", self.world.front.date or date)]
        if self.world.front.marked and answer.marked:
            headers.append(("x-amzn-requestid", "00000000-0000-4000-8000-000000000000"))
        if self.world.front.server is not None:
            headers.append(("server", self.world.front.server))
        headers += answer.headers
        if answer.status != 204 and not answer.held_open:
            headers.append(("content-length", str(len(answer.body))))
        if answer.held_open:
            headers.append(("connection", "close"))
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
        return f"HTTP/1.1 {answer.status} Status\r\n{lines}\r\n".encode()

    @staticmethod
    def _read(port: str, reader: Any) -> Request | None:
        line = reader.readline().decode("latin-1").split()
        if len(line) != 3:
            return None
        headers: dict[str, str] = {}
        while (header := reader.readline()) not in (b"\r\n", b"\n", b""):
            name, _, value = header.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        body = reader.read(int(headers.get("content-length", 0)))
        return Request(port, line[0], line[1], headers, body)

    def _answer(self, request: Request) -> Answer:
        path = urlsplit(request.path).path
        if path.startswith("/issuer/"):
            self.state.received.append("issuer")
            return self._issuer(path)
        if "x-amz-target" in request.headers or request.headers.get("content-type", "").startswith(
            "application/x-www-form-urlencoded"
        ):
            return self._account(request)
        if path == "/mcp" or "/invocations" in path:
            cursor = (request.message.get("params") or {}).get("cursor", "")
            self.state.received.append(f"{request.message.get('method')} {cursor}".strip())
        if path == "/mcp":
            return self._target("gateway", request)
        if "/invocations" in path:
            return self._routed(request, path)
        return self._control(path)

    def _issuer(self, path: str) -> Answer:
        if path.endswith("/jwks"):
            return Answer(200, dumped(jwks(self.world.key_type)))
        document = {"issuer": self.issuer_name, "jwks_uri": f"{self.issuer_name}/jwks"}
        return Answer(200, dumped(document))

    @staticmethod
    def _account(request: Request) -> Answer:
        """STS: who am I. Cognito is not part of a world: its caller has a token."""
        if b"GetCallerIdentity" in request.body:
            body = (
                "<GetCallerIdentityResponse><GetCallerIdentityResult>"
                f"<Arn>arn:aws:iam::{ACCOUNT}:user/probe</Arn><Account>{ACCOUNT}</Account>"
                "</GetCallerIdentityResult></GetCallerIdentityResponse>"
            )
            return Answer(200, body.encode(), (("content-type", "text/xml"),))
        return Answer(400, dumped({"__type": "ValidationException"}))

    # The control plane

    def _control(self, path: str) -> Answer:
        world = self.world
        if world.control_plane == "denied":
            return _aws_error(403, "AccessDeniedException", "not authorized to perform: GetAgentRuntime")
        if path.startswith(f"/runtimes/{RUNTIME_ID}/runtime-endpoints"):
            endpoint = {"name": "DEFAULT", "id": "DEFAULT", "status": "READY", "liveVersion": "1",
                        "agentRuntimeArn": RUNTIME_ARN, "agentRuntimeEndpointArn": f"{RUNTIME_ARN}/runtime-endpoint/DEFAULT",
                        "createdAt": "2026-01-15T09:00:00Z", "lastUpdatedAt": "2026-01-15T09:00:00Z"}  # fmt: skip
            return Answer(200, dumped({"runtimeEndpoints": [endpoint]}))
        if path.startswith(f"/runtimes/{RUNTIME_ID}") and world.runtime:
            return Answer(200, dumped(self._runtime(world.runtime)))
        if path.startswith(f"/gateways/{GATEWAY_ID}/targets"):
            return Answer(
                200, dumped({"items": [{"targetId": "TARGET0001", "name": "tools", "status": "READY"}]})
            )
        if path.startswith(f"/gateways/{GATEWAY_ID}") and world.gateway:
            return Answer(200, dumped(self._gateway(world.gateway)))
        return _aws_error(404, "ResourceNotFoundException", "not found")

    def _named(self, text: str) -> str:
        """An id as the control plane reports it."""
        if self.world.control_plane != "another-account":
            return text
        return (
            text.replace(ACCOUNT, "999999999999")
            .replace("WORLDAGENT", "OTHERAGENT")
            .replace("worldgw001", "othergw001")
        )

    def _rules(self, target: Target) -> dict[str, Any]:
        return {
            "customJWTAuthorizer": {
                "discoveryUrl": self.discovery_url,
                "allowedClients": [CLIENT],
                **target.rules,
            }
        }

    def _runtime(self, target: Target) -> dict[str, Any]:
        facts: dict[str, Any] = {
            "agentRuntimeArn": self._named(RUNTIME_ARN),
            "agentRuntimeId": self._named(RUNTIME_ID),
            "agentRuntimeName": "world_agent",
            "agentRuntimeVersion": "1",
            "status": "READY",
            "createdAt": "2026-01-15T09:00:00Z",
            "lastUpdatedAt": "2026-01-15T09:00:00Z",
            "roleArn": f"arn:aws:iam::{ACCOUNT}:role/world",
            "networkConfiguration": {"networkMode": "PUBLIC"},
            "protocolConfiguration": {"serverProtocol": target.protocol},
            "metadataConfiguration": {"requireMMDSV2": True},
        }
        if target.authorizer == "CUSTOM_JWT":
            facts["authorizerConfiguration"] = self._rules(target)
        return facts

    def _gateway(self, target: Target) -> dict[str, Any]:
        facts: dict[str, Any] = {
            "gatewayArn": self._named(GATEWAY_ARN),
            "gatewayId": self._named(GATEWAY_ID),
            "gatewayUrl": self.gateway_url,
            "name": "world-gateway",
            "status": "READY",
            "createdAt": "2026-01-15T09:00:00Z",
            "updatedAt": "2026-01-15T09:00:00Z",
            "protocolType": "MCP",
            "protocolConfiguration": {"mcp": {"supportedVersions": VERSIONS, "searchType": "NONE"}},
            "authorizerType": target.authorizer,
        }
        if target.authorizer == "CUSTOM_JWT":
            facts["authorizerConfiguration"] = self._rules(target)
        if target.interceptor:
            facts["interceptorConfigurations"] = [
                {
                    "interceptor": {
                        "lambda": {"arn": "arn:aws:lambda:us-east-1:123456789012:function:interceptor"}
                    },
                    "interceptionPoints": ["REQUEST"],
                }
            ]
        if target.policy_engine:
            facts["policyEngineConfiguration"] = {"arn": f"{GATEWAY_ARN}/policy", "mode": "ENFORCE"}
        return facts

    # The data plane

    def _routed(self, request: Request, path: str) -> Answer:
        if self.world.front.decodes_path:
            path = unquote(path)
        segments = path.split("/")
        accounts = parse_qs(urlsplit(request.path).query).get("accountId")
        names = [RUNTIME_ARN, *([RUNTIME_ID] if accounts == [ACCOUNT] else [])]
        if len(segments) != 4 or segments[1] != "runtimes" or unquote(segments[2]) not in names:
            return _aws_error(404, "UnknownOperationException", None)
        return self._target("runtime", request)

    def _target(self, name: str, request: Request) -> Answer:
        target: Target | None = getattr(self.world, name)
        front = self.world.front
        if target is None:
            return _aws_error(404, "ResourceNotFoundException", "not found")
        if front.status is not None:
            page = b"<html><head><title>Error</title></head><body>nginx</body></html>"
            return Answer(front.status, page, (("content-type", "text/html"), ("server", "nginx")))
        authorization = None if front.strips_authorization else request.headers.get("authorization")
        with self._lock:
            return self._decided(name, target, request, authorization)

    def _decided(self, name: str, target: Target, request: Request, authorization: str | None) -> Answer:
        key = f"{name} {fingerprint(request.body.decode('utf-8', 'replace'))}"
        if target.opens == "cached" and _cache_key(name, request) in self.state.cache:
            return self.state.cache[_cache_key(name, request)]
        if target.opens == "after-first-accepted" and name in self.state.accepted:
            return self._accepted(name, target, request)
        claims = (authorization or "..").rpartition(".")[0].rpartition(".")[2]
        if target.opens == "cached-by-claims" and f"{name} {claims}" in self.state.accepted:
            return self._accepted(name, target, request)
        if request.message.get("method") in target.open_methods:
            return self._accepted(name, target, request)
        if not self._may_call(target, authorization):
            return self._refused(target, request, authorization)
        if target.flaky:
            self.state.calls[key] = self.state.calls.get(key, 0) + 1
            if len(self.state.calls) % 2 == 0 or self.state.calls[key] % 2 == 0:
                return self._refused(target, request, authorization)
        self.state.accepted |= {name, f"{name} {claims}"}
        answer = self._accepted(name, target, request)
        if target.opens == "cached":
            self.state.cache[_cache_key(name, request)] = answer
        return answer

    def _may_call(self, target: Target, authorization: str | None) -> bool:
        if target.authorizer == "NONE":
            guarded = target.interceptor or target.policy_engine
            return not guarded or gets_in(authorization, target.weaknesses, self._issuer_facts())
        if target.authorizer == "AWS_IAM":
            return (authorization or "").startswith("AWS4-HMAC-SHA256")
        return gets_in(authorization, target.weaknesses, self._issuer_facts())

    def _issuer_facts(self) -> Issuer:
        return Issuer(self.world.key_type, self.issuer_name, CLIENT, frozenset(self.state.signatures))

    def _refused(self, target: Target, request: Request, authorization: str | None) -> Answer:
        if target.authorizer == "CUSTOM_JWT" and (authorization or "").startswith("AWS4-"):
            return _aws_error(403, "AccessDeniedException", MISMATCH)
        if target.authorizer == "AWS_IAM":
            missing = not (authorization or "").strip()
            return _aws_error(
                403, "AccessDeniedException", "Missing Authentication Token" if missing else MISMATCH
            )
        form = target.forged_refusal if authorization else target.anonymous_refusal
        form = form or target.refusal
        return REFUSALS[form](request.message) if form in REFUSALS else plain(form)

    def _accepted(self, name: str, target: Target, request: Request) -> Answer:
        message = request.message
        if name == "runtime" and target.protocol in PLAIN_ACCEPTANCES:
            if target.acceptance == "html":
                return ACCEPTANCES["html"](message)
            return PLAIN_ACCEPTANCES[target.protocol].get(target.acceptance) or plain(target.acceptance)
        method = message.get("method")
        if isinstance(method, str) and method.startswith("notifications/"):
            return Answer(202, b"", ())
        result = self._result(target, message)
        if isinstance(result, Answer):
            return result
        answer = {"jsonrpc": "2.0", "id": message.get("id"), "result": result}
        return ACCEPTANCES[target.acceptance](answer)

    @staticmethod
    def _result(target: Target, message: dict[str, Any]) -> dict[str, Any] | Answer:
        method, params = message.get("method"), message.get("params") or {}
        if target.protocol == "A2A" and method == "message/send":
            task = {"kind": "task", "id": "1", "contextId": "1"}
            said = {"role": "agent", "kind": "message", "messageId": "1", "parts": [{"kind": "text", "text": target.task_text}]}  # fmt: skip
            status = {"state": target.task_state, **({"message": said} if target.task_text else {})}
            return {**task, "status": status} if target.task_state else {}
        if method == "initialize":
            return {
                "protocolVersion": target.version or params.get("protocolVersion", VERSIONS[0]),
                "capabilities": {"tools": {}},
                "serverInfo": {"name": "world", "version": "1"},
            }
        names = [f"tools___tool_{number}" for number in range(target.tools)]
        if method == "tools/list":
            start = int(params.get("cursor") or 0)
            page = names[start : start + target.page_size]
            more = start + target.page_size
            cursor = {"nextCursor": str(more)} if more < len(names) else {}
            if target.loses_second_page and start:
                return {}
            if target.repeats_cursor:
                cursor = {"nextCursor": str(target.page_size)}
            return {"tools": [{"name": tool, "inputSchema": {"type": "object"}} for tool in page], **cursor}
        if method == "tools/call" and params.get("name") in names:
            return {"content": [{"type": "text", "text": "done"}]}
        return Answer(
            200,
            dumped(
                {
                    "jsonrpc": "2.0",
                    "id": message.get("id"),
                    "error": {"code": -32601, "message": "Method not found"},
                }
            ),
        )


MISMATCH = (
    "Authorization method mismatch. The agent is configured for a different authorization method than "
    "what was used in your request."
)


def _cache_key(name: str, request: Request) -> str:
    """A cache's key without the credential; ids of a conversation are not part of it."""
    message = {key: value for key, value in request.message.items() if key != "id"}
    return f"{name} {request.path} {fingerprint(json.dumps(message, sort_keys=True))}"


def _aws_error(status: int, error_type: str, message: str | None) -> Answer:
    body = {"__type": error_type, **({"message": message} if message else {})}
    headers = (("content-type", "application/json"), ("x-amzn-errortype", error_type))
    return Answer(status, dumped(body), headers)
