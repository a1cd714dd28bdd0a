"""The tools of an MCP server that is a command with its arguments, as JSON; the command ends with this process's group."""

import json
import subprocess
import sys

CALLS = (
    {
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "peer", "version": "1"},
        },
    },
    {"method": "notifications/initialized"},
    {"id": 2, "method": "tools/list"},
)

with subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
    for call in CALLS:
        server.stdin.write(f"{json.dumps({'jsonrpc': '2.0', **call})}\n")
        server.stdin.flush()
        answer = {}
        while "id" in call and answer.get("id") != call["id"]:
            line = server.stdout.readline()
            if not line:
                sys.exit(server.wait() or 1)
            answer = json.loads(line)
    server.stdin.close()
    server.terminate()
if "error" in answer:
    sys.exit(json.dumps(answer["error"]))
print(json.dumps({"tools": [tool["name"] for tool in answer["result"]["tools"]]}))
