"""A client's metadata document, served over https on loopback: its URL is the client's id."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import trustme

PATH = "/client.json"
REDIRECT_URIS = [
    "http://127.0.0.1/callback",
    "http://127.0.0.1/oauth/callback",
    "http://localhost/oauth/callback",
]


@contextmanager
def client_metadata(authority: trustme.CA) -> Iterator[str]:
    """The URL of the document.

    Args:
        authority: issues the server's certificate.
    """

    class Document(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            document = {
                "client_id": url,
                "client_name": "peer",
                "redirect_uris": REDIRECT_URIS,
                "token_endpoint_auth_method": "none",
            }
            body = json.dumps(document).encode()
            self.send_response(200 if self.path == PATH else 404)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Document)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    url = f"https://127.0.0.1:{server.server_port}{PATH}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield url
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
