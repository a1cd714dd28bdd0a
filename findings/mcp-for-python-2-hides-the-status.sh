#!/bin/sh
# A refusal on the first call: version 1 of the MCP SDK for Python names the HTTP status, version 2 does not.
#
# Versions:  mcp 1.30.0 and 2.3.0; Python 3.11
# Expected:  401, 403 and 424 have different remedies (no or a wrong token; no permission; a failed container), so that the
#            exception of a client names at least the status. Neither version passes on the server's own message.
# Seen:      1.30.0 raises httpx.HTTPStatusError with status and reason for 401, 403 and 424, and "Session terminated" for a
#            404, although there was no session yet. 2.3.0 raises the same MCPError, "Server returned an error response", for
#            401, 403 and 424, and "Not Found" for a 404. The status is then in the log of the HTTP client alone.
# So what:   After an upgrade, a report of a failed connection no longer shows whether the caller was refused. Turn on the
#            log of the HTTP client, or send the call with another one.
# Source:    run below: streamable HTTP client against a local server
#
# Exit status: 0 as described; 1 changed.
set -eu
folder=$(mktemp -d)
cd "$folder"

cat > server.py <<'PY'
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Server(BaseHTTPRequestHandler):
    """Refuses every call with the status in the path."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps({"message": "the words of the service"}).encode()
        self.send_response(int(self.path.strip("/")))
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
Path("port").write_text(str(server.server_port))
server.serve_forever()
PY
python3 server.py &
server=$!
trap 'kill "$server"; rm -rf "$folder"' EXIT
while [ ! -s port ]; do sleep 0.1; done

cat > client.py <<'PY'
import asyncio
import logging
import sys
from pathlib import Path

import mcp.client.streamable_http as transport
from mcp import ClientSession

logging.disable(logging.CRITICAL)
connect = getattr(transport, "streamable_http_client", None) or transport.streamablehttp_client


def innermost(error):
    return innermost(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


async def call(url):
    async with connect(url) as streams, ClientSession(streams[0], streams[1]) as session:
        await session.initialize()


for status in (401, 403, 404, 424):
    try:
        asyncio.run(call(f"http://127.0.0.1:{Path('port').read_text()}/{status}"))
    except BaseException as error:
        words = str(innermost(error)).split(" for url")[0]
        print(f"{sys.argv[1]} {status}: {type(innermost(error)).__name__}: {words}")
PY

for version in 1.30.0 2.3.0; do
  python3 -m venv "venv-$version"
  "venv-$version/bin/pip" install --quiet --disable-pip-version-check "mcp==$version"
  "venv-$version/bin/python" client.py "$version" 2> /dev/null >> seen.txt
done

cat > expected.txt <<'TXT'
1.30.0 401: HTTPStatusError: Client error '401 Unauthorized'
1.30.0 403: HTTPStatusError: Client error '403 Forbidden'
1.30.0 404: McpError: Session terminated
1.30.0 424: HTTPStatusError: Client error '424 Failed Dependency'
2.3.0 401: MCPError: Server returned an error response
2.3.0 403: MCPError: Server returned an error response
2.3.0 404: MCPError: Not Found
2.3.0 424: MCPError: Server returned an error response
TXT
cat seen.txt
diff expected.txt seen.txt
