"""nginx, HAProxy and mitmproxy with the settings that companies have, each before one address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from tests.peers.install import ROOT
from tests.peers.processes import free_port, serving_at
from tests.peers.table import LIBRARIES, debian_program

_NGINX = Template("""
daemon off; pid $folder/nginx.pid; error_log $folder/nginx.error; worker_processes 1;
events { worker_connections 64; }
http {
  log_format received '$$request|$$status|$$http_authorization';
  access_log $folder/nginx.access received;
  client_body_temp_path $folder/body; proxy_temp_path $folder/proxy; fastcgi_temp_path $folder/fastcgi;
  uwsgi_temp_path $folder/uwsgi; scgi_temp_path $folder/scgi;
  server {
    listen 127.0.0.1:$port;
    location / { $lines }
  }
}
""")
_HAPROXY = Template("""
global
  log stdout format raw local0
defaults
  mode http
  timeout client 30s
  timeout server 30s
  timeout connect 5s
frontend received
  bind 127.0.0.1:$port
  $lines
  default_backend service
backend service
  server first $upstream
""")


@contextmanager
def nginx(folder: Path, lines: str) -> Iterator[str]:
    """The address of an nginx; `folder/nginx.access` has what it received.

    Args:
        folder: for its files.
        lines: directives of its only location; it keeps the Host header if they do not set it.
    """
    if "Host" not in lines:
        lines = f"proxy_set_header Host $http_host; {lines}"
    port, file = free_port(), folder / "nginx.conf"
    file.write_text(_NGINX.substitute(folder=folder, port=port, lines=lines), "utf-8")
    command: list[str | Path] = [
        debian_program("nginx"),
        "-e",
        folder / "nginx.error",
        "-p",
        folder,
        "-c",
        file,
    ]
    with serving_at(port, command, log=folder / "nginx.log") as address:
        yield address


@contextmanager
def haproxy(folder: Path, upstream: str, lines: str) -> Iterator[str]:
    """The address of an HAProxy.

    Args:
        folder: for its files.
        upstream: the address of its only server.
        lines: directives of its frontend.
    """
    port, file = free_port(), folder / "haproxy.cfg"
    text = _HAPROXY.substitute(port=port, lines=lines, upstream=urlsplit(upstream).netloc)
    file.write_text(text, "utf-8")
    command: list[str | Path] = [debian_program("haproxy"), "-f", file]
    with serving_at(port, command, log=folder / "haproxy.log", variables=LIBRARIES) as address:
        yield address


@contextmanager
def mitmdump(folder: Path, *options: str) -> Iterator[int]:
    """The port of a mitmproxy; its certificate authority is `folder/mitmproxy-ca-cert.pem`.

    Args:
        folder: for its certificate authority and its log of flows, `mitm.log`.
        options: of `mitmdump`.
    """
    port = free_port()
    command: list[str | Path] = [
        ROOT / "mitmproxy" / "bin" / "mitmdump", "--listen-host", "127.0.0.1", "--listen-port", str(port),
        "--set", f"confdir={folder}", "--set", "flow_detail=1", *options,
    ]  # fmt: skip
    with serving_at(port, command, log=folder / "mitm.log"):
        yield port
