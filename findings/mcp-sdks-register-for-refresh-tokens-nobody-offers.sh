#!/bin/sh
# A default oidc-provider refuses to register MCP clients: both SDKs ask for refresh tokens, which it says it does not have.
#
# Versions:  mcp 2.3.0 (Python), @modelcontextprotocol/client 2.4.0 (TypeScript), oidc-provider 9.13.3; Python 3.11, Node.js 20
# Expected:  The metadata list the grants of a server (`grant_types_supported`, RFC 8414 section 2). A client that has read them
#            registers for those of its grants that are listed, and can log in without a refresh token.
# Seen:      With registration on and `offline_access` not among its scopes, oidc-provider lists `implicit` and
#            `authorization_code`. Both SDKs register with `authorization_code` and `refresh_token` all the same, where the
#            program names no grants itself. The answer is 400 invalid_client_metadata, and the login ends. With
#            `grant_types: ["authorization_code"]` in the program, or `offline_access` at the server, they get the login page.
# So what:   "Registration failed: 400 ... grant_types" is solved on either side: let the server issue refresh tokens, or name
#            the grants in the program. Clients that are built on the SDKs have no setting for it, as a rule.
# Source:    run below; the default of OAuthClientMetadata in mcp/shared/auth.py, `registerClient` of the TypeScript SDK, and
#            lib/helpers/client_schema.js of oidc-provider
#
# Exit status: 0 as described; 1 changed.
set -eu
folder=$(mktemp -d)
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund oidc-provider@9.13.3 @modelcontextprotocol/client@2.4.0

cat > server.mjs <<'JS'
// An MCP server, which refuses every call and names its authorization server. argv: the scopes of that one.
import { createServer } from 'node:http';
import { writeFileSync } from 'node:fs';
import { Provider } from 'oidc-provider';

const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server)));
const url = (server) => `http://127.0.0.1:${server.address().port}`;
const login = await listen(createServer());
const provider = new Provider(url(login), {
  scopes: process.argv.slice(2),
  clientDefaults: { application_type: 'native' },
  features: { registration: { enabled: true } },
});
login.on('request', provider.callback());
const mcp = await listen(createServer((request, response) => {
  if (request.url === '/.well-known/oauth-protected-resource') {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ resource: url(mcp), authorization_servers: [url(login)] }));
  } else {
    const metadata = `${url(mcp)}/.well-known/oauth-protected-resource`;
    response.writeHead(401, { 'WWW-Authenticate': `Bearer resource_metadata="${metadata}"` }).end();
  }
}));
writeFileSync('url', url(mcp));
JS

cat > client.py <<'PY'
import asyncio
import logging
import sys

import httpx2
from mcp.client.auth import OAuthClientProvider
from mcp.shared.auth import OAuthClientMetadata

logging.disable(logging.CRITICAL)
grants = {"grant_types": sys.argv[2:]} if sys.argv[2:] else {}


class Page(Exception):
    pass


class Storage:
    async def get_tokens(self):
        return None

    get_client_info = get_tokens

    async def set_client_info(self, _):
        pass


async def show(url):
    raise Page


async def log_in(url):
    redirect = {"redirect_uris": ["http://127.0.0.1/callback"], "token_endpoint_auth_method": "none"}
    oauth = OAuthClientProvider(url, OAuthClientMetadata(**redirect, **grants), Storage(), show, show)
    async with httpx2.AsyncClient(auth=oauth) as http:
        await http.post(url, json={})


try:
    asyncio.run(log_in(sys.argv[1]))
except Page:
    print("login page")
except Exception as error:
    print(str(error).split('"')[-2])
PY
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mcp==2.3.0

cat > client.mjs <<'JS'
import { StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';

console.warn = () => {};
const [url, ...grant_types] = process.argv.slice(2);
const redirect = { redirect_uris: ['http://127.0.0.1/callback'], token_endpoint_auth_method: 'none' };
const authProvider = {
  redirectUrl: 'http://127.0.0.1/callback',
  clientMetadata: { ...redirect, ...(grant_types.length ? { grant_types } : {}) },
  clientInformation() { return this.client; },
  saveClientInformation(client) { this.client = client; },
  tokens: () => undefined,
  saveCodeVerifier: () => {},
  redirectToAuthorization: () => console.log('login page'),
};
const transport = new StreamableHTTPClientTransport(new URL(url), { authProvider });
await transport.start();
try {
  await transport.send({ jsonrpc: '2.0', id: 1, method: 'ping' });
} catch (error) {
  if (!(error instanceof UnauthorizedError)) console.log(error.message.split('"').at(-2));
}
JS

for scopes in "openid" "openid offline_access"; do
  rm -f url
  node server.mjs $scopes > /dev/null 2>&1 &
  server=$!
  trap 'kill "$server"; rm -rf "$folder"' EXIT
  while [ ! -s url ]; do sleep 0.1; done
  for grants in "" "authorization_code"; do
    echo "$scopes; ${grants:-no grants named}; Python: $(venv/bin/python client.py "$(cat url)" $grants)"
    echo "$scopes; ${grants:-no grants named}; TypeScript: $(node client.mjs "$(cat url)" $grants)"
  done
  kill "$server"
done > seen.txt
trap 'rm -rf "$folder"' EXIT

cat > expected.txt <<'TXT'
openid; no grants named; Python: grant_types can only contain 'implicit' or 'authorization_code'
openid; no grants named; TypeScript: grant_types can only contain 'implicit' or 'authorization_code'
openid; authorization_code; Python: login page
openid; authorization_code; TypeScript: login page
openid offline_access; no grants named; Python: login page
openid offline_access; no grants named; TypeScript: login page
openid offline_access; authorization_code; Python: login page
openid offline_access; authorization_code; TypeScript: login page
TXT
cat seen.txt
diff expected.txt seen.txt
