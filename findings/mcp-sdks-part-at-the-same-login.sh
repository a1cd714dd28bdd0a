#!/bin/sh
# One login, two MCP SDKs: each stops at a flaw that the other passes.
#
# Versions:  mcp 2.3.0 (Python), @modelcontextprotocol/client 2.4.0 (TypeScript); Python 3.11, Node.js 20
# Expected:  The two official SDKs follow the same specification, so that a server which one can log in at lets the other in.
#            A client that refuses a server for what its metadata list does so before it changes anything there.
# Seen:      A challenge with a relative `resource_metadata` URL ends the Python SDK's login before a request
#            (UnsupportedProtocol); the TypeScript SDK ignores it and finds the metadata at the well-known URL.
#            A server that lists PKCE methods without S256, or response types without `code`, is refused by the TypeScript SDK
#            alone; Python reads neither list, and logs in. TypeScript refuses after it has registered a client: every attempt
#            leaves one more at the server.
#            A 500 where the server's metadata are read ends TypeScript's login with that status. Python drops it, takes the
#            server for one without metadata, and posts its registration to /register of the MCP server itself.
# So what:   A login that was tried with one SDK says little about clients on the other. A list of registered clients that
#            grows while nobody is logged in can be this; and "Registration failed: 404" of Python can be a 500 elsewhere.
# Source:    run below, against a local server; mcp/client/auth/oauth2.py and utils.py, and `auth`, `startAuthorization` and
#            `discoverAuthorizationServerMetadata` of the TypeScript SDK
#
# Exit status: 0 as described; 1 changed.
set -eu
folder=$(mktemp -d)
cd "$folder"

cat > server.py <<'PY'
"""An MCP server and its authorization server on one port, with a flaw by the first part of the path: /FLAW/mcp."""
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FLAWS = ("none", "relative", "no-s256", "no-code", "fails")


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, value=None, **headers):
        body = json.dumps(value).encode()
        self.send_response(status)
        for name, text in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), text)
        self.end_headers()
        self.wfile.write(body)

    def respond(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.split("?")[0]
        flaw = next((flaw for flaw in FLAWS if f"/{flaw}/" in f"{path}/"), "none")
        base = f"http://127.0.0.1:{self.server.server_port}"
        kind = path.removeprefix("/.well-known/").split("/")[0]
        if path.endswith("/mcp") and kind != "oauth-protected-resource":
            url = f"/.well-known/oauth-protected-resource/{flaw}/mcp"
            url = url if flaw == "relative" else f"{base}{url}"
            self.answer(401, {}, WWW_Authenticate=f'Bearer resource_metadata="{url}"')
        elif kind == "oauth-protected-resource":
            self.answer(200, {"resource": f"{base}/{flaw}/mcp", "authorization_servers": [f"{base}/{flaw}"]})
        elif kind == "oauth-authorization-server" and flaw == "fails":
            self.answer(500, {})
        elif kind == "oauth-authorization-server":
            self.answer(200, {
                "issuer": f"{base}/{flaw}",
                "authorization_endpoint": f"{base}/{flaw}/authorize",
                "token_endpoint": f"{base}/{flaw}/token",
                "registration_endpoint": f"{base}/{flaw}/register",
                "response_types_supported": ["token" if flaw == "no-code" else "code"],
                "code_challenge_methods_supported": ["plain" if flaw == "no-s256" else "S256"],
            })
        elif path == f"/{flaw}/register":
            redirect = {"redirect_uris": ["http://127.0.0.1/callback"], "token_endpoint_auth_method": "none"}
            self.answer(201, {"client_id": "registered", **redirect})
        else:
            self.answer(404, {})
        if not path.endswith("/mcp") or kind == "oauth-protected-resource":
            with Path("requests").open("a") as file:
                file.write(f"{self.command} {path}\n")

    do_GET = do_POST = respond

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
Path("port").write_text(str(server.server_port))
server.serve_forever()
PY
python3 server.py 2> /dev/null &
server=$!
trap 'kill "$server"; rm -rf "$folder"' EXIT
while [ ! -s port ]; do sleep 0.1; done

cat > client.py <<'PY'
"""Prints how far a login comes: to the page in the browser, or to an error."""
import asyncio
import logging
import sys
from pathlib import Path

import httpx2
from mcp.client.auth import OAuthClientProvider
from mcp.shared.auth import OAuthClientMetadata

logging.disable(logging.CRITICAL)


class Page(Exception):
    pass


class Storage:
    async def get_tokens(self):
        return None

    get_client_info = get_tokens

    async def set_client_info(self, _):
        pass


async def show(url):
    raise Page("login page")


async def log_in(url):
    metadata = OAuthClientMetadata(redirect_uris=["http://127.0.0.1/callback"], token_endpoint_auth_method="none")
    async with httpx2.AsyncClient(auth=OAuthClientProvider(url, metadata, Storage(), show, show)) as http:
        await http.post(url, json={})


for flaw in sys.argv[1:]:
    Path("requests").unlink(missing_ok=True)
    base = f"http://127.0.0.1:{Path('port').read_text()}"
    try:
        asyncio.run(log_in(f"{base}/{flaw}/mcp"))
    except Exception as error:
        words = "login page" if isinstance(error, Page) else f"{type(error).__name__}: {error}".replace(base, "")
    sent = Path("requests").read_text().split("\n") if Path("requests").exists() else []
    posts = " ".join(line for line in sent if line.startswith("POST"))
    print(f"{flaw}: {words} [{posts}]")
PY
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mcp==2.3.0
venv/bin/python client.py none relative no-s256 no-code fails > python.txt

npm init --yes > /dev/null
npm install --silent --no-audit --no-fund @modelcontextprotocol/client@2.4.0
cat > client.mjs <<'JS'
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';

console.warn = () => {};
const base = `http://127.0.0.1:${readFileSync('port', 'utf8')}`;
for (const flaw of process.argv.slice(2)) {
  rmSync('requests', { force: true });
  let words;
  const authProvider = {
    redirectUrl: 'http://127.0.0.1/callback',
    clientMetadata: { redirect_uris: ['http://127.0.0.1/callback'], token_endpoint_auth_method: 'none' },
    clientInformation() { return this.client; },
    saveClientInformation(client) { this.client = client; },
    tokens: () => undefined,
    saveCodeVerifier: () => {},
    redirectToAuthorization: () => { words = 'login page'; },
  };
  const transport = new StreamableHTTPClientTransport(new URL(`${base}/${flaw}/mcp`), { authProvider });
  try {
    await transport.start();
    await transport.send({ jsonrpc: '2.0', id: 1, method: 'ping' });
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) words = `${error.constructor.name}: ${error.message}`.replaceAll(base, '');
  }
  const sent = existsSync('requests') ? readFileSync('requests', 'utf8').split('\n') : [];
  console.log(`${flaw}: ${words} [${sent.filter((line) => line.startsWith('POST')).join(' ')}]`);
}
JS
node client.mjs none relative no-s256 no-code fails > typescript.txt

cat > expected-python.txt <<'TXT'
none: login page [POST /none/register]
relative: UnsupportedProtocol: Request URL is missing an 'http://' or 'https://' protocol. []
no-s256: login page [POST /no-s256/register]
no-code: login page [POST /no-code/register]
fails: OAuthRegistrationError: Registration failed: 404 {} [POST /register]
TXT
cat > expected-typescript.txt <<'TXT'
none: login page [POST /none/register]
relative: login page [POST /relative/register]
no-s256: Error: Incompatible auth server: does not support code challenge method S256 [POST /no-s256/register]
no-code: Error: Incompatible auth server: does not support response type code [POST /no-code/register]
fails: Error: HTTP 500 trying to load OAuth metadata from /.well-known/oauth-authorization-server/fails []
TXT
echo "Python:"; cat python.txt
echo "TypeScript:"; cat typescript.txt
diff expected-python.txt python.txt
diff expected-typescript.txt typescript.txt
