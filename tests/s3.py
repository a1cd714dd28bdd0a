"""S3 on loopback for tests: moto's server, and a server in front of it whose answers go wrong."""

from __future__ import annotations

import contextlib
import functools
import http.client
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.request import Request, urlopen

import boto3

from tests.conftest import PROJECT

BUCKET = "reports-of-a-team"
KEYS = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")


def variables(port: int, keys: tuple[str, str] = KEYS) -> dict[str, str]:
    """What makes the server at `port` a process's S3, with a login of its own and few retries."""
    return {
        "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": keys[0],
        "AWS_SECRET_ACCESS_KEY": keys[1],
        "AWS_REGION": "us-east-1",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "2",
    }


@functools.cache
def client(port: int, service: str = "s3", keys: tuple[str, str] = KEYS) -> Any:
    """boto3's own client of a service at `port`."""
    make: Any = boto3.client
    return make(
        service,
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id=keys[0],
        aws_secret_access_key=keys[1],
        region_name="us-east-1",
    )


def names(port: int, location: str) -> list[str]:
    """What is at a location of the server, as boto3 lists it: keys without the location's prefix."""
    prefix = location.removeprefix(f"s3://{BUCKET}/") + "/"
    answer = client(port).list_objects_v2(Bucket=BUCKET, Prefix=prefix)
    return [entry["Key"].removeprefix(prefix) for entry in answer.get("Contents", ())]


@contextlib.contextmanager
def running() -> Iterator[int]:
    """The port of moto's server, in a process of its own, because moto patches botocore where it is imported.

    It has the bucket `BUCKET`, and accepts every login.
    """
    command = [sys.executable, "-m", "tests.s3"]
    # The embedded AgentCore, imported by a test of this process, sets this variable of moto for itself.
    variables_of_moto = {**os.environ, "INITIAL_NO_AUTH_ACTION_COUNT": "inf"}
    with subprocess.Popen(
        command, cwd=PROJECT, env=variables_of_moto, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        port = int(process.stdout.readline())
        client(port).create_bucket(Bucket=BUCKET)
        yield port
        process.stdin.close()


@contextlib.contextmanager
def enforcing(port: int, policy: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The access key of a user with this policy; in the block, the server checks signatures and policies."""
    iam = client(port, "iam")
    iam.create_user(UserName="reports")
    iam.put_user_policy(UserName="reports", PolicyName="reports", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName="reports")["AccessKey"]
    _count_requests_without_login(port, 0)
    try:
        yield key["AccessKeyId"], key["SecretAccessKey"]
    finally:
        _count_requests_without_login(port, 10**9)
        iam.delete_access_key(UserName="reports", AccessKeyId=key["AccessKeyId"])
        iam.delete_user_policy(UserName="reports", PolicyName="reports")
        iam.delete_user(UserName="reports")


def _count_requests_without_login(port: int, count: int) -> None:
    request = Request(
        f"http://127.0.0.1:{port}/moto-api/reset-auth",
        data=str(count).encode(),
        headers={"Content-Type": "text/plain"},
    )
    with urlopen(request, timeout=10) as answer:
        answer.read()


Answer = Callable[["Relay"], bool]
"""Answers a request in place of the server, and returns True; or lets the server answer, and returns False."""


class Relay(BaseHTTPRequestHandler):
    """Passes each request on, unless its server's `fault` answers it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # as in tests.probes.login_site
    server: _RelayServer
    body: bytes

    def handle_request(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        fault = self.server.fault
        self.server.requests.append(f"{self.command} {self.path}")
        if fault is cut_upload and self.command == "PUT" and self.path.endswith(self.server.of):
            self.rfile.read(length // 2)
            self.close_connection = True
            return
        self.body = self.rfile.read(length)
        if fault is not None and self.path.partition("?")[0].endswith(self.server.of) and fault(self):
            return
        self.pass_on()

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = handle_request  # noqa: N815

    def pass_on(self, share: float = 1.0) -> None:
        """The server's answer, or the first share of its body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.target, timeout=10)
        connection.request(self.command, self.path, self.body, dict(self.headers))
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        skipped = ("connection", "content-length", "transfer-encoding")
        headers = {name: value for name, value in answer.getheaders() if name.lower() not in skipped}
        self.answer(answer.status, body, headers, share)

    def answer(self, status: int, body: bytes, headers: dict[str, str], share: float = 1.0) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: int(len(body) * share)])
        if share < 1:
            self.close_connection = True

    def error(self, status: int, code: str, message: str = "A message.", **headers: str) -> bool:
        text = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
        self.answer(status, text.encode(), {name.replace("_", "-"): value for name, value in headers.items()})
        return True


def cut_upload(relay: Relay) -> bool:
    """Closes the connection when half of a body has arrived."""
    return False


def cut_answer(relay: Relay) -> bool:
    """The first answer's body ends in the middle."""
    relay.server.fault = None
    relay.pass_on(share=0.5)
    return True


def lose_answer(relay: Relay) -> bool:
    """The first request is carried out, and its answer is lost."""
    relay.server.fault = None
    connection = http.client.HTTPConnection("127.0.0.1", relay.server.target, timeout=10)
    connection.request(relay.command, relay.path, relay.body, dict(relay.headers))
    connection.getresponse().read()
    connection.close()
    relay.close_connection = True
    return True


def slow_down_once(relay: Relay) -> bool:
    """The first request is too much for S3."""
    relay.server.fault = None
    return slow_down(relay)


def slow_down(relay: Relay) -> bool:
    """Each request is too much for S3."""
    return relay.error(503, "SlowDown", "Please reduce your request rate.")


class _RelayServer(ThreadingHTTPServer):
    daemon_threads = True
    target: int
    fault: Answer | None
    of: str
    requests: list[str]

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing of clients that went away."""


@contextlib.contextmanager
def relay(target: int, fault: Answer | None = None, of: str = "") -> Iterator[_RelayServer]:
    """A server in front of the one at `target`.

    Args:
        target: its port.
        fault: what happens to requests.
        of: to which: how their path ends.
    """
    with _RelayServer(("127.0.0.1", 0), Relay) as server:
        server.target, server.fault, server.of, server.requests = target, fault, of, []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def _one_at_a_time(application: Any) -> Any:
    """moto checks a condition and writes in two steps; S3 does both in one, whoever else writes."""
    lock = threading.Lock()

    def answer(environ: Any, start_response: Any) -> Any:
        with lock:
            return application(environ, start_response)

    return answer


def _serve() -> None:
    from moto.moto_server.werkzeug_app import (
        DomainDispatcherApplication,
        MotoRequestHandler,
        create_backend_app,
    )
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    MotoRequestHandler.disable_nagle_algorithm = True  # as in tests.probes.login_site
    server = make_server(
        "127.0.0.1",
        0,
        _one_at_a_time(DomainDispatcherApplication(create_backend_app)),
        threaded=True,
        request_handler=MotoRequestHandler,
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.port, flush=True)
    sys.stdin.read()
    os._exit(0)  # moto's own end takes half a second


if __name__ == "__main__":
    _serve()
