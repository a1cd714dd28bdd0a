"""A target and its authorization server on this machine, of which every document can be changed, moved or taken away."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self, cast

from agentcore_probe.access.transport import Transport
from agentcore_probe.model.configuration import Authorizer, Configuration, GatewayConfiguration, JwtAuthorizer
from agentcore_probe.model.environment import Environment, GatewayTarget, Limits
from agentcore_probe.model.methods import method
from agentcore_probe.model.record import Observation, RunRecord
from agentcore_probe.probes.context import Result
from agentcore_probe.probes.oauth_metadata import walk
from agentcore_probe.probes.observation import observation_of

METADATA = "/.well-known/oauth-protected-resource"
ROW = "gateway-oauth-metadata"
ISSUER_PATH = "/tenant"
OPENID = f"{ISSUER_PATH}/.well-known/openid-configuration"
RFC_8414 = f"/.well-known/oauth-authorization-server{ISSUER_PATH}"


class Reply(NamedTuple):
    """What a path answers."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = {}


NOT_FOUND = Reply(404, '{"message": "Not Found"}')


class _Server(ThreadingHTTPServer):
    site: LoginSite


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else the body, written after the head, waits 40 ms

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        site = cast("_Server", self.server).site
        path = self.path.partition("?")[0]
        site.requests.append((self.command, self.path, dict(self.headers)))
        reply = site.replies.get(path, NOT_FOUND)
        self.send_response(reply.status)
        headers = {"Content-Type": "application/json", "x-amzn-requestid": "1", **reply.headers}
        for name, value in {**headers, "Content-Length": str(len(reply.body.encode()))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed."""


@dataclass
class LoginSite:
    """A Gateway at `/mcp` and an issuer at `/tenant`, as documented, until a reply is changed."""

    replies: dict[str, Reply] = field(default_factory=dict)
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.site = self
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.reset()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """The Gateway's MCP URL."""
        return f"{self.origin}/mcp"

    @property
    def issuer(self) -> str:
        """The issuer's address."""
        return f"{self.origin}{ISSUER_PATH}"

    def reset(self) -> None:
        """Everything as it should be."""
        self.requests.clear()
        self.replies = {
            "/mcp": self.challenge(f'Bearer resource_metadata="{self.origin}{METADATA}"'),
            METADATA: self.metadata(),
            OPENID: self.server(),
        }

    def challenge(self, value: str | None, name: str = "WWW-Authenticate") -> Reply:
        """A 401 with this challenge."""
        body = '{"jsonrpc": "2.0", "id": null, "error": {"code": -32001, "message": "Missing Bearer token"}}'
        return Reply(401, body, {} if value is None else {name: value})

    def metadata(self, **changes: Any) -> Reply:
        """The metadata of the Gateway, with other members."""
        document = {"resource": self.url, "authorization_servers": [self.issuer], **changes}
        return Reply(200, json.dumps(document))

    def server(self, **changes: Any) -> Reply:
        """The metadata of the issuer, with other members; None leaves one out."""
        document = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            **changes,
        }
        return Reply(200, json.dumps({name: value for name, value in document.items() if value is not None}))

    def walked(self, authorizer: str | None = "CUSTOM_JWT") -> RunRecord:
        """The record of a run that has read everything.

        Args:
            authorizer: the deployed one's type; None where it is not known.
        """
        rules = JwtAuthorizer(discovery_url=f"{self.origin}{OPENID}", allowed_clients=("app",))
        jwt = rules if authorizer == "CUSTOM_JWT" else None
        deployed = Authorizer(type=authorizer, jwt=jwt) if authorizer is not None else None  # type: ignore[arg-type]
        return record_of(self.url, Configuration(gateway=GatewayConfiguration(authorizer=deployed)))


def record_of(url: str, configuration: Configuration) -> RunRecord:
    """The record of a run that has read the documents of the Gateway at `url`."""
    row = method(ROW)
    assert row is not None
    with Transport(ROW, Limits(seconds=5), purpose="gateway") as transport:
        walk(url, "gateway", transport)
        exchanges = tuple(transport.exchanges)
    observation: Observation = observation_of(row, exchanges, Result(), configuration, exchanges)
    return RunRecord(
        environment=Environment(name="t", gateway=GatewayTarget(url=url)),
        configuration=configuration,
        exchanges=exchanges,
        observations=(observation,),
    )
