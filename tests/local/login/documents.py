"""A web server of clients, with their metadata documents."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from agentcore_probe.local.login import client_metadata
from tests.local.login.callers import REDIRECT


class Documents(BaseHTTPRequestHandler):
    """A client's web server: each path has a document, whose `client_id` is its URL unless it has another one."""

    members: ClassVar[dict[str, dict[str, Any]]] = {
        "/client.json": {},
        "/any-port.json": {"redirect_uris": ["http://localhost/callback"]},
        "/other-id.json": {"client_id": "https://another.example/client.json"},
        "/secret.json": {"token_endpoint_auth_method": "client_secret_basic"},
        "/key.json": {"token_endpoint_auth_method": "private_key_jwt"},
        "/no-redirect.json": {"redirect_uris": []},
        "/machine.json": {"grant_types": ["client_credentials"]},
        "/large.json": {"client_name": "n" * client_metadata.MAX_BYTES},
    }

    def do_GET(self) -> None:
        url = f"http://{self.headers['Host']}{self.path}"
        if self.path == "/redirect.json":
            self.send_response(302)
            self.send_header("Location", "/client.json")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if self.path == "/slow.json":
            time.sleep(2)
        document = {
            "client_id": url,
            "client_name": "a client",
            "redirect_uris": [REDIRECT],
            "token_endpoint_auth_method": "none",
            **self.members.get(self.path, {}),
        }
        body = b"not JSON" if self.path == "/text.json" else json.dumps(document).encode()
        self.send_response(404 if self.path == "/missing.json" else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing is printed."""


@contextlib.contextmanager
def documents() -> Iterator[str]:
    """Serves them during the block; yields the server's URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Documents)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
