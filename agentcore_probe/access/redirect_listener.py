"""Receives a browser that returns from a login to this machine: a loopback redirect (RFC 8252 section 7.3)."""

from __future__ import annotations

import contextlib
import html
import http.server
import queue
import socket
import threading
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from agentcore_probe.errors import InputError, StoppedError
from agentcore_probe.model.identity import REDIRECT_URI
from agentcore_probe.secret import register

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem;
color:#1f2328;background:#fff}}@media(prefers-color-scheme:dark){{body{{color:#e6edf3;background:#0d1117}}}}</style>
<main><h1>{title}</h1>
<p>{text}</p></main>
</html>
"""
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # the address of this page has the code
    "Connection": "close",
}
_SECONDS_FOR_A_REQUEST = 10
_POLL_SECONDS = 0.05


class PortInUseError(InputError):
    """Another program listens at the redirect URI."""


class RedirectListener:
    """Listens at a redirect URI.

    Args:
        redirect_uri: an address of this machine; without a port, a free one is taken.

    Raises:
        PortInUseError: the port is in use.
    """

    def __init__(self, redirect_uri: str) -> None:
        match = REDIRECT_URI.fullmatch(redirect_uri)
        assert match is not None
        host, path = match["host"], match["path"] or ""
        self._login = _Login(path or "/")
        self._servers = _listen(host, int(match["port"] or 0), self._login)
        self.uri = f"http://{host}:{self._servers[0].server_port}{path}"
        """The redirect URI with its port."""
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(_POLL_SECONDS,), daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    @property
    def has_seen_another_login(self) -> bool:
        """Whether a browser came back with another `state` than that of this login."""
        return self._login.has_seen_another

    def expect(self, state: str) -> None:
        """Takes the redirects with this `state`, and no others: any page that a browser shows can send one here.

        Args:
            state: of the login that begins.
        """
        self._login.state = state

    def wait(self, state: str, seconds: float, stop: threading.Event) -> str | None:
        """The URL with which the browser of this login came back; None where it did not.

        Args:
            state: what the URL must contain.
            seconds: how long to wait at most.
            stop: ends the wait.

        Raises:
            StoppedError: `stop` was set.
        """
        self.expect(state)
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if stop.is_set():
                raise StoppedError
            with contextlib.suppress(queue.Empty):
                target = self._login.redirects.get(timeout=min(left, _POLL_SECONDS))
                return f"{self.uri.partition('://')[0]}://{urlsplit(self.uri).netloc}{target}"
        return None


def parameters(url: str) -> dict[str, str]:
    """The parameters of a redirect, each with its first value; none of what is not a URL."""
    try:
        query = urlsplit(url).query
    except ValueError:
        return {}
    return {name: values[0] for name, values in parse_qs(query).items()}


@dataclass
class _Login:
    """The login whose browser is waited for."""

    path: str
    state: str | None = None
    """None: it has not begun."""
    redirects: queue.SimpleQueue[str] = field(default_factory=queue.SimpleQueue)
    has_seen_another: bool = False


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    login: _Login

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Prints nothing: browsers close connections as they like."""


class _Server6(_Server):
    address_family = socket.AF_INET6


class _Handler(http.server.BaseHTTPRequestHandler):
    timeout = _SECONDS_FOR_A_REQUEST
    server: _Server

    def do_GET(self) -> None:
        """Keeps a redirect, and says that the tab can be closed."""
        login, given = self.server.login, parameters(self.path)
        is_of_login = login.state is not None and given.get("state") == login.state
        is_answer = is_of_login or bool(given.keys() & {"code", "error"})
        if self.path.partition("?")[0] != login.path or not is_answer:
            self._answer(
                HTTPStatus.NOT_FOUND, "Not found", "Nothing is here. The login goes on in another tab."
            )
            return
        if not is_of_login:
            # Its code is not kept: whatever is remembered as a secret is replaced in every output.
            login.has_seen_another = True
            text = "This page does not belong to the login that the terminal waits for. It goes on in its own tab."
            self._answer(HTTPStatus.BAD_REQUEST, "Another login", text)
            return
        if "code" in given:
            register(given["code"], "authorization code")
        login.redirects.put(self.path)
        if "error" in given:
            reason = html.escape(f"{given['error']} {given.get('error_description', '')}".strip())
            text = (
                f"The provider refused the login: {reason}. You can close this tab; the terminal says more."
            )
            self._answer(HTTPStatus.OK, "Login refused", text)
        elif "code" not in given:
            text = "The provider sent neither a code nor an error. You can close this tab; the terminal says more."
            self._answer(HTTPStatus.OK, "Login not finished", text)
        else:
            self._answer(
                HTTPStatus.OK, "Login finished", "You can close this tab and go back to the terminal."
            )

    def _answer(self, status: HTTPStatus, title: str, text: str) -> None:
        body = _PAGE.format(title=title, text=text).encode()
        self.send_response(status)
        for name, value in {**_HEADERS, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing: the request line has the code."""


def _listen(host: str, port: int, login: _Login) -> list[_Server]:
    """The servers of a host: for `localhost`, which may mean either, also one of IPv6 where there is one."""
    try:
        first = (
            _Server6(("::1", port), _Handler) if host == "[::1]" else _Server(("127.0.0.1", port), _Handler)
        )
    except OSError as error:
        raise PortInUseError(
            f"cannot listen at {host}:{port} for the browser's return: {error.strerror}",
            where="[identity] redirect_uri",
            hint="End the program that listens there, or use another port that the app client lists",
        ) from None
    servers = [first]
    if host == "localhost":
        with contextlib.suppress(OSError):
            servers.append(_Server6(("::1", first.server_port), _Handler))
    for server in servers:
        server.login = login
    return servers
