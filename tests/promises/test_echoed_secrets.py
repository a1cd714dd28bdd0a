"""Promises 1 and 5: no secret that a server echoes, in whatever encoding, gets into a report.

The report is still written, with every row: only the secrets are replaced.
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

from tests.promises.test_no_secret_leaves_a_run import WatchedRun
from tests.sampling import every

TOKEN = ".".join(
    base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
    for part in ({"alg": "RS256", "kid": "k"}, {"sub": "canary-subject", "exp": 4102444800}, "c" * 90)
)
PASSWORD = "corr\"ect<horse&b/at\\tery +1 'é"
SESSION = base64.b64encode(b"a session token / of AWS + more" * 4).decode()


def derived_forms(secret: str) -> tuple[str, ...]:
    return (
        secret, html.escape(secret), html.escape(json.dumps(secret)), json.dumps(json.dumps(secret)),
        urllib.parse.quote(secret, safe="").lower(), urllib.parse.quote(secret), secret.encode().hex(), secret[::-1],
        base64.b64encode(secret.encode()).decode(), secret.rsplit(".", maxsplit=1)[-1], *secret.split(".")[1:2],
    )  # fmt: skip


class EchoHandler(BaseHTTPRequestHandler):
    """Returns the secrets of a request: plain, encoded, escaped, in a header's name, in a redirect, in a stream."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # as in tests.probes.login_site

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        secrets = [
            self.headers.get("Authorization", "").removeprefix("Bearer "),
            self.headers.get("x-amz-security-token", ""),
        ]
        with contextlib.suppress(ValueError):
            secrets.append(json.loads(body).get("AuthParameters", {}).get("PASSWORD", ""))
        secrets = [secret for secret in secrets if secret]
        status, content_type, content = self._response(secrets)
        self.send_response(status)
        for secret in secrets:
            self.send_header("X-Echo", base64.b64encode(b"u:" + secret.encode()).decode())
            self.send_header("X-" + urllib.parse.quote(secret, safe="").replace("%", ".")[:4000], "name")
        query = urllib.parse.quote_plus(secrets[0] if secrets else "")
        self.send_header("Location", f"https://elsewhere.invalid/?t={query}")
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("x-amzn-RequestId", "echo")
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self) -> None:
        self.do_POST()

    def _response(self, secrets: list[str]) -> tuple[int, str, bytes]:
        """Status, content type and content."""
        forms = [form for secret in secrets for form in derived_forms(secret)]
        if self.path == "/mcp":
            stream = "".join(f"data: {form}\n\n" for form in forms)
            return 200, "text/event-stream", stream.encode()
        return 401, "application/json", json.dumps({"message": "bad", "echo": forms}).encode()

    def log_message(self, *_: object) -> None:
        """Writes nothing to standard error."""


@pytest.fixture
def echo() -> Iterator[str]:
    """The URL of a server that echoes secrets."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), EchoHandler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


IDENTITY = {
    "token": 'flow = "token"\ntoken = { env = "T_TOKEN" }',
    "user-password": 'flow = "user-password"\nusername = "u"\npassword = { env = "T_PASSWORD" }',
}


@pytest.mark.parametrize("flow", every(2, IDENTITY))
def test_echoed_secrets_are_replaced_and_the_report_is_written(
    echo: str, project: Path, tmp_path: Path, flow: str
) -> None:
    """In every file, in the record that the page carries, and on the terminal."""
    endpoints = "\n".join(
        f'{name} = "{echo}"'
        for name in ("bedrock-agentcore", "bedrock-agentcore-control", "cognito-idp", "sts")
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
    run = WatchedRun(
        project, tmp_path / "tmp", canaries, "report", "t", "--markdown", "m.md", "--junit", "j.xml"
    )
    output = run.wait()
    assert run.process.returncode == 1, output
    assert len(list(project.glob("reports/t/2*/report.html"))) == 1
    (record,) = project.glob("reports/t/2*/record.json")
    assert "echo" in record.read_text()
    assert run.leaks(output) == []
