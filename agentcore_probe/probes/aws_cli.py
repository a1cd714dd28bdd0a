"""Calls the Runtime through the `aws` executable, as people do in a terminal.

`aws` shows neither status nor headers of an error, and its exit status is 255 for any of them, so the error's
type is read from standard error. The payload is passed by file; the answer is written to a private folder.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from agentcore_probe.access import redaction
from agentcore_probe.access.protocol import runtime_headers, runtime_payload
from agentcore_probe.access.transport import Transport
from agentcore_probe.errors import StoppedError
from agentcore_probe.model.environment import Limits
from agentcore_probe.model.exchange import SESSION_HEADER, Exchange, Fault, Request, Response, Timings
from agentcore_probe.probes.context import CommandOutcome, ProbeContext, Result
from agentcore_probe.probes.preconditions import needs_aws
from agentcore_probe.regex import regex

_UNKNOWN_COMMAND = regex(r"invalid choice|Invalid choice|is not a valid command", re.I)
_SERVICE_ERROR = regex(r"An error occurred \(\w+\)[^\n]*(?:\n(?!\n).*)*")
_INHERITED = (
    "PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PYENV_ROOT", "PYENV_VERSION", "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy",
    "https_proxy", "all_proxy",
)  # fmt: skip
"""The variables of this process that the command gets too."""
_NO_PROXY_HOSTS = "127.0.0.1,localhost"
_MAX_OUTPUT_BYTES = 1_000_000
"""How much of standard output and standard error is read."""


def cli(context: ProbeContext, transport: Transport) -> Result:
    """Runs `aws bedrock-agentcore invoke-agent-runtime` once."""
    aws = shutil.which("aws")
    if aws is None:
        return Result(not_applicable="aws-not-on-path")
    missing = needs_aws(context)
    if missing is not None:
        return missing
    if transport.count_request() is not None:
        return Result(not_tried="request-limit")
    with tempfile.TemporaryDirectory(prefix="agentcore-probe-") as name:
        folder = Path(name)
        arguments = _arguments(context, folder)
        at, start = datetime.now(UTC), time.perf_counter()
        try:
            outcome = (context.run_command or _run)([aws, *arguments], context, folder)
        except OSError:
            return Result(not_applicable="aws-not-started")
        if context.stop.is_set():
            raise StoppedError  # killed by us: neither an answer nor a timeout
        elapsed = round((time.perf_counter() - start) * 1000, 3)
        body = _read_start(folder / _RESPONSE_FILE, context.environment.limits.body_bytes)
    if outcome.failed and _UNKNOWN_COMMAND.search(outcome.stderr):
        return Result(not_applicable="aws-without-agentcore")
    if outcome.failed and not _MESSAGE_OF_AWS.search(outcome.stderr):
        return Result(not_applicable="aws-broken")
    response, fault = _answer(outcome, body, context.environment.limits)
    line = redaction.text(_command_line(arguments, folder))
    transport.exchanges.append(
        Exchange(
            id="runtime-cli/1",
            step="invoke",
            request=Request(method="aws", headers={}, auth="sigv4", at=at, body=line),
            response=response,
            fault=fault,
            timings=Timings(rest=elapsed),
            purpose="runtime",
        )
    )
    return Result({"protocol": context.protocol})


def _arguments(context: ProbeContext, folder: Path) -> list[str]:
    runtime, limits = context.environment.runtime, context.environment.limits
    assert runtime is not None  # run_probe has checked that there is a Runtime
    headers = runtime_headers(context.protocol)
    payload = folder / "payload"
    payload.write_bytes(runtime_payload(context.protocol, runtime.payload))
    endpoint = context.environment.endpoints.get("bedrock-agentcore")
    return [
        "bedrock-agentcore",
        "invoke-agent-runtime",
        *("--agent-runtime-arn", runtime.arn),
        *("--qualifier", runtime.qualifier),
        *("--runtime-session-id", headers[SESSION_HEADER]),
        *("--content-type", headers["Content-Type"]),
        *("--accept", headers["Accept"]),
        *("--payload", f"fileb://{payload}"),
        *("--region", context.aws.region or runtime.region),
        *("--output", "json"),
        *("--cli-connect-timeout", str(max(1, int(min(limits.seconds, 10))))),
        *("--cli-read-timeout", str(max(1, int(limits.seconds)))),
        *(("--endpoint-url", endpoint) if endpoint else ()),
        str(folder / _RESPONSE_FILE),
    ]


_RESPONSE_FILE = "response"


def _command_line(arguments: list[str], folder: Path) -> str:
    """The command line as a person would type it, without the private folder."""
    return " ".join(["aws", *(word.replace(f"{folder}/", "") for word in arguments)])


def _run(command: list[str], context: ProbeContext, folder: Path) -> CommandOutcome:
    """Runs the command within the limits of time and, for all that it writes, of size.

    Raises:
        OSError: it cannot be started.
    """
    limits = context.environment.limits
    max_bytes = max(_MAX_OUTPUT_BYTES, limits.body_bytes + 1)
    deadline = time.monotonic() + limits.seconds
    stdout_file, stderr_file = folder / "stdout", folder / "stderr"

    def too_large() -> bool:
        written = (stdout_file, stderr_file, folder / _RESPONSE_FILE)
        return any(path.exists() and path.stat().st_size >= max_bytes for path in written)

    with stdout_file.open("wb") as stdout, stderr_file.open("wb") as stderr:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            env=_environment(context),
            # `aws` may be a script that starts other processes: they are killed together.
            start_new_session=True,
        )
        while process.poll() is None and time.monotonic() < deadline and not too_large():
            if context.stop.wait(0.02):
                break
        status = process.poll()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return CommandOutcome(
        status,
        stdout=_read_start(stdout_file, _MAX_OUTPUT_BYTES).decode("utf-8", "replace"),
        stderr=_read_start(stderr_file, _MAX_OUTPUT_BYTES).decode("utf-8", "replace"),
        too_large=too_large(),
    )


def _environment(context: ProbeContext) -> dict[str, str]:
    """The command's variables: what it needs to start, to reach the network and to sign, and nothing else."""
    inherited = {name: value for name, value in os.environ.items() if name in _INHERITED}
    configured = os.environ.get("NO_PROXY") or os.environ.get("no_proxy")
    no_proxy = f"{configured},{_NO_PROXY_HOSTS}" if configured else _NO_PROXY_HOSTS
    return {
        **inherited,
        "NO_PROXY": no_proxy,
        "no_proxy": no_proxy,
        **context.aws.child_environment(),
        "AWS_PAGER": "",
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_EC2_METADATA_DISABLED": os.environ.get("AWS_EC2_METADATA_DISABLED", "false"),
    }


def _read_start(path: Path, max_bytes: int) -> bytes:
    """The first bytes of a file; none where it does not exist."""
    try:
        with path.open("rb") as file:
            return file.read(max_bytes)
    except OSError:
        return b""


_CONNECTION_ERROR = regex(r"(?P<tls>SSL)|(?P<timeout>[Tt]imeout)|(?P<connect>connect|Connection)")
"""The command's messages about a failed connection; the name of the group is the kind of fault."""
_MESSAGE_OF_AWS = regex(
    rf"{_SERVICE_ERROR.pattern}|{_CONNECTION_ERROR.pattern}|[Cc]redentials|profile|\bParam"
)
"""Messages of a working command. Any other message means that the installation is broken."""


def _answer(outcome: CommandOutcome, body: bytes, limits: Limits) -> tuple[Response | None, Fault | None]:
    """The response or the fault that the command's outcome shows."""
    if outcome.too_large:
        return None, Fault(kind="too-large", detail=f"> {limits.body_bytes} bytes")
    if outcome.status is None:
        return None, Fault(kind="timeout", detail=f"{limits.seconds:g} s")
    if outcome.status == 0:
        text = redaction.text(body.decode("utf-8", "replace"))
        return Response(status=_status_code(outcome.stdout), body=text), None
    service_error = _SERVICE_ERROR.search(outcome.stderr)
    if service_error:
        return Response(body=redaction.text(service_error[0].strip())), None
    detail = redaction.text(outcome.stderr.strip().splitlines()[-1])
    connection_error = _CONNECTION_ERROR.search(detail)
    if connection_error is None or connection_error.lastgroup is None:
        return Response(body=detail), None
    return None, Fault(kind=connection_error.lastgroup, detail=detail)  # type: ignore[arg-type]


def _status_code(stdout: str) -> int | None:
    """The `statusCode` that the command prints after a success."""
    try:
        value = json.loads(stdout)
    except ValueError:
        return None
    status = value.get("statusCode") if isinstance(value, dict) else None
    return status if isinstance(status, int) else None
