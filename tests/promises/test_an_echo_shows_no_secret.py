"""Promises 1 and 5: a server that sends back what it was sent, in every disguise, gets nothing into a report.

It costs no row and no report: what it sent back is replaced, and the rest is there.
"""

from __future__ import annotations

import base64
import contextlib
import html
import json
import threading
import urllib.parse
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.promises.test_no_secret_leaves_a_run import Watched

TOKEN = ".".join(
    base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
    for part in ({"alg": "RS256", "kid": "k"}, {"sub": "canary-subject", "exp": 4102444800}, "c" * 90)
)
PASSWORD = "corr\"ect<horse&b/at\\tery +1 'é"
SESSION = base64.b64encode(b"a session token / of AWS + more" * 4).decode()


class Echo(BaseHTTPRequestHandler):
    """Answers with what it got: plain, encoded, escaped, in a header's name, in a redirect, in a stream."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        got = [
            self.headers.get("Authorization", "").removeprefix("Bearer "),
            self.headers.get("x-amz-security-token", ""),
        ]
        with contextlib.suppress(ValueError):
            got.append(json.loads(body).get("AuthParameters", {}).get("PASSWORD", ""))
        got = [each for each in got if each]
        status, kind, answer = self._answer(got)
        self.send_response(status)
        for each in got:
            self.send_header("X-Echo", base64.b64encode(b"u:" + each.encode()).decode())
            self.send_header("X-" + urllib.parse.quote(each, safe="").replace("%", ".")[:4000], "name")
        self.send_header(
            "Location", f"https://elsewhere.invalid/?t={urllib.parse.quote_plus(got[0] if got else '')}"
        )
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(answer)))
        self.send_header("x-amzn-RequestId", "echo")
        self.end_headers()
        self.wfile.write(answer)

    def do_GET(self) -> None:
        self.do_POST()

    def _answer(self, got: list[str]) -> tuple[int, str, bytes]:
        disguised = [
            form
            for each in got
            for form in (
                each, html.escape(each), html.escape(json.dumps(each)), json.dumps(json.dumps(each)),
                urllib.parse.quote(each, safe="").lower(), urllib.parse.quote(each), each.encode().hex(), each[::-1],
                base64.b64encode(each.encode()).decode(), each.split(".")[-1], *each.split(".")[1:2],
            )
        ]  # fmt: skip
        if self.path == "/mcp":
            stream = "".join(f"data: {each}\n\n" for each in disguised)
            return 200, "text/event-stream", stream.encode()
        return 401, "application/json", json.dumps({"message": "bad", "echo": disguised}).encode()

    def log_message(self, *_: object) -> None:
        """Nothing on standard error."""


@pytest.fixture
def echo() -> Iterator[str]:
    """The URL of such a server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


IDENTITY = {
    "token": 'flow = "token"\ntoken = { env = "T_TOKEN" }',
    "user-password": 'flow = "user-password"\nusername = "u"\npassword = { env = "T_PASSWORD" }',
}


@pytest.mark.parametrize("flow", IDENTITY)
def test_what_comes_back_is_replaced_and_the_report_is_written(
    echo: str, project: Path, tmp_path: Path, flow: str
) -> None:
    """In every file, in the record that the page carries, and on the terminal."""
    endpoints = "\n".join(
        f'{each} = "{echo}"'
        for each in ("bedrock-agentcore", "bedrock-agentcore-control", "cognito-idp", "sts")
    )
    (project / "environments" / "t.toml").write_text(
        'region = "us-east-1"\n[runtime]\narn = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/a-ABCDEFGHIJ"\n'
        f'[gateway]\nurl = "{echo}/mcp"\n[identity]\nclient_id = "c"\n{IDENTITY[flow]}\n[endpoints]\n{endpoints}\n'
    )
    canaries = {
        "T_TOKEN": TOKEN,
        "T_PASSWORD": PASSWORD,
        "AWS_SESSION_TOKEN": SESSION,
        "AWS_SECRET_ACCESS_KEY": "w" * 39 + "/",
    }
    run = Watched(
        project, tmp_path / "tmp", canaries, "report", "t", "--markdown", "m.md", "--junit", "j.xml"
    )
    told = run.finished()
    assert run.process.returncode == 1, told
    assert len(list(project.glob("reports/t/*/report.html"))) == 1
    (record,) = project.glob("reports/t/*/record.json")
    assert "echo" in record.read_text()
    assert run.leaks(told) == []
