#!/bin/sh
# The first error that a client gets makes botocore build every shape of the service, and the next client does it again.
#
# Versions:  botocore 1.44.5, Python 3.11
# Expected:  an error's code is looked up among the errors of the operation that was called.
# Seen:      botocore makes a table of all error codes of the service, and to find its exceptions it builds each shape of the
#            model: 1,510 for GetAgentRuntime, and 4,414 for EC2, of which none is an exception. The table belongs to one
#            client: a second one of the same session builds them all again. The first error took 6 and 11 ms of processor
#            time when this was written, and a second one of the same client, which builds none, 1.5 ms.
# So what:   a program that makes a client for each tenant or request, and is often refused, spends most of a call's time
#            here. Keep clients, or load models without the shapes that are not used.
# Source:    run below: a server on this machine answers 403 to two clients; botocore/model.py, ServiceModel.error_shapes
#
# Exit status: 0 as described; 1 changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > errors.py <<'PY'
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.model import ShapeResolver

JSON = '{"message": "no"}'
XML = "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors></Response>"
built = 0
get_shape_by_name = ShapeResolver.get_shape_by_name


def counted(*arguments, **options):
    global built
    built += 1
    return get_shape_by_name(*arguments, **options)


class Denied(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(JSON, {"x-amzn-ErrorType": "AccessDeniedException"})

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(XML, {})

    def answer(self, body, headers):
        self.send_response(403)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *arguments):
        """Nothing is printed."""


def shapes_of_call(client, operation, arguments):
    """How many shapes an error makes botocore build, and the processor seconds of the call."""
    before, start = built, time.thread_time()
    try:
        getattr(client, operation)(**arguments)
    except ClientError as error:
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    return built - before, time.thread_time() - start


ShapeResolver.get_shape_by_name = counted
server = HTTPServer(("127.0.0.1", 0), Denied)
threading.Thread(target=server.serve_forever, daemon=True).start()
session = botocore.session.Session()
session.set_credentials("AKIAIOSFODNN7EXAMPLE", "secret")
runtime = {"agentRuntimeId": "agent-abcdefghij"}
is_as_described = True
for service, operation, arguments in (
    ("bedrock-agentcore-control", "get_agent_runtime", runtime),
    ("ec2", "describe_vpc_endpoints", {}),
):
    def client():
        return session.create_client(
            service,
            region_name="us-east-1",
            endpoint_url=f"http://127.0.0.1:{server.server_port}",
            config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
        )

    model = session.get_service_model(service)
    every, exceptions = len(model.shape_names), len(model.error_shapes)
    first, second = client(), client()
    counts = [shapes_of_call(one, operation, arguments) for one in (first, first, second)]
    print(f"{service}: {every} shapes, {exceptions} of them exceptions; built by")
    for what, (number, seconds) in zip(("a first error", "the same client's second", "another client's first"), counts):
        print(f"  {what}: {number} ({seconds * 1000:.1f} ms)")
    is_as_described &= counts[0][0] >= every and counts[1][0] < 50 and counts[2][0] >= every
sys.exit(0 if is_as_described and exceptions == 0 else 1)
PY

python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check "botocore==1.44.5"
AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true env/bin/python errors.py
