#!/bin/sh
# A percent-encoded ARN in a URL: aiohttp sends its colons decoded, so that a signature made over the URL no longer fits.
#
# Versions:  aiohttp 3.14.5 with yarl 1.25.1, httpx 0.28.1, requests 2.34.2, botocore 1.44.5; Python 3.11
# Expected:  A URL whose path is encoded already is sent as it is, as httpx and requests do.
# Seen:      aiohttp makes a yarl.URL of the string, which decodes what need not be encoded in a path: %3A becomes a colon,
#            %2F stays. The request line is another one than the caller wrote. botocore's SigV4Auth encodes the path once
#            more for the canonical request, so the signatures of the two paths differ: a request that was signed over the
#            string and sent by aiohttp is not the one that was signed. URL(text, encoded=True) sends the path unchanged.
# So what:   For InvokeAgentRuntime, whose path contains an ARN, a URL in an error of aiohttp looks as if its ARN had not been
#            encoded, although its slash was; and a signed call needs URL(text, encoded=True).
# Source:    run below; yarl's requoting of paths (RFC 3986 section 3.3 allows a colon in a segment)
#
# Exit status: 0 as described; 1 changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
  aiohttp==3.14.5 yarl==1.25.1 httpx==0.28.1 requests==2.34.2 botocore==1.44.5
cat > client.py <<'PY'
import asyncio
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

import aiohttp
import httpx
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from yarl import URL

paths = []


class Server(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        paths.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
arn = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/orders_agent-AbCdEf1234"
origin = f"http://127.0.0.1:{server.server_port}"
written = f"/runtimes/{quote(arn, safe='')}/invocations"


async def send(url):
    async with aiohttp.ClientSession() as client, client.post(url, data=b"{}"):
        pass


def signature(path):
    request = AWSRequest("POST", origin + path, data=b"{}", headers={"X-Amz-Date": "20260701T100000Z"})
    auth = SigV4Auth(Credentials("AKIAIOSFODNN7EXAMPLE", "example"), "bedrock-agentcore", "us-east-1")
    request.context["timestamp"] = "20260701T100000Z"
    return auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)


asyncio.run(send(origin + written))
asyncio.run(send(URL(origin + written, encoded=True)))
httpx.post(origin + written, content=b"{}")
requests.post(origin + written, data=b"{}", timeout=10)
for name, path in zip(("aiohttp", "aiohttp, encoded=True", "httpx", "requests"), paths, strict=True):
    colons = "decoded" if ":" in path else "as written"
    slash = "as written" if "%2F" in path else "decoded"
    same = "the same" if signature(path) == signature(written) else "another"
    print(f"{name}: colons {colons}, slash {slash}, {same} signature")
PY
venv/bin/python client.py > seen.txt

cat > expected.txt <<'TXT'
aiohttp: colons decoded, slash as written, another signature
aiohttp, encoded=True: colons as written, slash as written, the same signature
httpx: colons as written, slash as written, the same signature
requests: colons as written, slash as written, the same signature
TXT
cat seen.txt
diff expected.txt seen.txt
