"""An MCP server and its authorization server on one port, whose every answer a test can replace."""

from __future__ import annotations

import contextlib
import http.server
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

TIMEOUT = 10
RESOURCE_PATH = "/.well-known/oauth-protected-resource/mcp"
SERVER_PATH = "/.well-known/oauth-authorization-server"


@dataclass
class Answer:
    """An answer; a text is sent as it is, anything else as JSON, and for None the connection is closed."""

    body: Any = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Site:
    """What the server answers, by method and path, and what it was sent."""

    url: str
    answers: dict[str, Answer]
    received: list[tuple[str, str, str]] = field(default_factory=list)
    """Method and path with its query, the Authorization header, and the body of each request."""

    @property
    def metadata(self) -> dict[str, Any]:
        """The metadata of the authorization server."""
        metadata: dict[str, Any] = self.answers[f"GET {SERVER_PATH}"].body
        return metadata

    def sent(self, start: str) -> list[tuple[str, str, str]]:
        """The requests that begin like this."""
        return [request for request in self.received if request[0].startswith(start)]

    def come_back(self, **changes: str) -> Callable[[str], None]:
        """A browser that comes back from the login at once, with these parameters changed."""

        def open_url(url: str) -> None:
            asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
            given = {"code": "code-of-a-login-1", "state": asked["state"], "iss": self.url, **changes}
            requests.get(f"{asked['redirect_uri']}?{urlencode(given)}", timeout=TIMEOUT)

        return lambda url: threading.Thread(target=open_url, args=(url,)).start()


@contextlib.contextmanager
def running_site() -> Iterator[Site]:
    """A site on which every login succeeds."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # as in tests.probes.login_site

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            authorization = self.headers.get("Authorization", "")
            site.received.append((f"{self.command} {self.path}", authorization, body))
            key = f"{self.command} {self.path.partition('?')[0]}"
            answer = site.answers.get(key, Answer("not found", 404))
            if key == "POST /mcp" and authorization:
                answer = mcp_answer(json.loads(body))
            if answer.body is None:
                self.close_connection = True
                return
            data = (answer.body if isinstance(answer.body, str) else json.dumps(answer.body)).encode()
            self.send_response(answer.status)
            kind = "text/html" if isinstance(answer.body, str) else "application/json"
            for name, value in {
                "Content-Type": kind,
                "Content-Length": str(len(data)),
                "x-amzn-RequestId": "1",  # as AWS answers
                **answer.headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def log_message(self, format: str, *arguments: Any) -> None:
            """Nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    url = f"http://127.0.0.1:{server.server_port}"
    site = Site(url, _answers(url))
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


def _answers(url: str) -> dict[str, Answer]:
    token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJlc2ln"
    challenge = f'Bearer resource_metadata="{url}{RESOURCE_PATH}", scope="tools"'
    return {
        "POST /mcp": Answer({"error": "unauthorized"}, 401, {"WWW-Authenticate": challenge}),
        f"GET {RESOURCE_PATH}": Answer({"resource": f"{url}/mcp", "authorization_servers": [url]}),
        f"GET {SERVER_PATH}": Answer(
            {
                "issuer": url,
                "authorization_endpoint": f"{url}/authorize",
                "token_endpoint": f"{url}/token",
                "registration_endpoint": f"{url}/register",
                "response_types_supported": ["code"],
                "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported": True,
            }
        ),
        "GET /authorize": Answer("<form></form>"),
        "POST /token": Answer(
            {"access_token": token, "token_type": "Bearer", "refresh_token": "refresh-1-refresh-1"}
        ),
        "POST /register": Answer(
            {
                "client_id": "registered-client",
                "client_secret": "secret-of-a-registration",
                "registration_access_token": "token-of-a-registration",
                "token_endpoint_auth_method": "client_secret_post",
            },
            201,
        ),
    }


def mcp_answer(message: Mapping[str, Any]) -> Answer:
    """What the MCP server answers a caller that it accepts.

    Args:
        message: of JSON-RPC.
    """
    results: dict[str, Any] = {
        "initialize": {
            "protocolVersion": "2025-11-25",
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "site", "version": "1"},
        },
        "tools/list": {"tools": [{"name": "a", "inputSchema": {"type": "object"}}]},
    }
    if "id" not in message:
        return Answer("", 202)
    return Answer({"jsonrpc": "2.0", "id": message["id"], "result": results[message["method"]]})
