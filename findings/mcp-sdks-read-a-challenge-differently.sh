#!/bin/sh
# One 401, two MCP SDKs, two results: where Bearer is not the first challenge, only the Python SDK finds the metadata.
#
# Versions:  @modelcontextprotocol/sdk 1.32.2 (TypeScript), mcp 2.3.0 (Python); Node.js 20, Python 3.11
# Expected:  RFC 9110 section 11.6.1 lets a server offer several challenges, in one header or in several, in any order.
#            A client that supports Bearer is expected to find the `resource_metadata` of RFC 9728 in each of these.
# Seen:      TypeScript takes the text before the first space as the scheme of the whole header. With `Basic` or `DPoP`
#            first, in the same header or in one before it, it finds no metadata; the same challenges with Bearer first
#            give the URL. Python searches the whole header and finds the URL every time.
# So what:   A server or proxy that offers Basic or DPoP beside Bearer is compliant, and its clients behave as if the
#            header had no metadata: they fall back to well-known URLs, or do not start the login.
# Source:    run below: `extractWWWAuthenticateParams` in client/auth.js, and
#            `extract_resource_metadata_from_www_auth` in mcp/client/auth/utils.py
#
# Exit status: 0 as described; 1 changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > challenges.json <<'JSON'
{
  "Bearer alone": ["Bearer resource_metadata=\"https://gateway.example/meta\""],
  "Bearer, then Basic": ["Bearer resource_metadata=\"https://gateway.example/meta\"", "Basic realm=\"x\""],
  "Basic, then Bearer, one header": ["Basic realm=\"x\", Bearer resource_metadata=\"https://gateway.example/meta\""],
  "Basic, then Bearer, two headers": ["Basic realm=\"x\"", "Bearer resource_metadata=\"https://gateway.example/meta\""],
  "DPoP, then Bearer": ["DPoP algs=\"ES256\", Bearer resource_metadata=\"https://gateway.example/meta\""]
}
JSON

npm init --yes > /dev/null
npm install --silent --no-audit --no-fund @modelcontextprotocol/sdk@1.32.2
cat > client.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { extractWWWAuthenticateParams } from '@modelcontextprotocol/sdk/client/auth.js';
for (const [name, values] of Object.entries(JSON.parse(readFileSync('challenges.json', 'utf8')))) {
  const headers = new Headers();
  for (const value of values) headers.append('WWW-Authenticate', value);
  const found = extractWWWAuthenticateParams(new Response('', { status: 401, headers }));
  console.log(`${name}: ${found.resourceMetadataUrl ?? 'nothing'}`);
}
JS
node client.mjs > typescript.txt

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mcp==2.3.0 httpx
cat > client.py <<'PY'
import json

import httpx
from mcp.client.auth.utils import extract_resource_metadata_from_www_auth

with open("challenges.json") as file:
    for name, values in json.load(file).items():
        response = httpx.Response(401, headers=[("WWW-Authenticate", value) for value in values])
        print(f"{name}: {extract_resource_metadata_from_www_auth(response) or 'nothing'}")
PY
venv/bin/python client.py > python.txt

cat > expected-typescript.txt <<'TXT'
Bearer alone: https://gateway.example/meta
Bearer, then Basic: https://gateway.example/meta
Basic, then Bearer, one header: nothing
Basic, then Bearer, two headers: nothing
DPoP, then Bearer: nothing
TXT
sed 's/: nothing$/: https:\/\/gateway.example\/meta/' expected-typescript.txt > expected-python.txt
echo "TypeScript:"; cat typescript.txt
echo "Python:"; cat python.txt
diff expected-typescript.txt typescript.txt
diff expected-python.txt python.txt
