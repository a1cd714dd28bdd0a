"""The Runtime through the `aws` executable, as people call it from a terminal.

It shows no status and no headers: the error's type is read from standard error (its exit
status 255 alone says nothing). The payload goes by file, the answer into a private folder.
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
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from agentcore_probe.access import redaction
from agentcore_probe.access.protocol import runtime_headers, runtime_payload
from agentcore_probe.access.transport import Transport
from agentcore_probe.model.environment import Limits
from agentcore_probe.model.exchange import SESSION_HEADER, Exchange, Fault, Request, Response, Timings
from agentcore_probe.probes.context import ProbeContext, Result
from agentcore_probe.probes.preconditions import needs_aws

_UNKNOWN_COMMAND = re.compile(r"invalid choice|Invalid choice|is not a valid command", re.I)
_SERVICE_ERROR = re.compile(r"An error occurred \(\w+\)[^\n]*(?:\n(?!\n).*)*")
_KEPT = (
    "PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PYENV_ROOT", "PYENV_VERSION", "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy",
    "https_proxy", "all_proxy",
)  # fmt: skip
_NOT_BY_PROXY = "127.0.0.1,localhost"
_TOLD_BYTES = 1_000_000
"""What is kept of standard output and error."""


def cli(context: ProbeContext, transport: Transport) -> Result:
    """`aws bedrock-agentcore invoke-agent-runtime`, once."""
    aws = shutil.which("aws")
    if aws is None:
        return Result(not_applicable="aws-not-on-path")
    missing = needs_aws(context)
    if missing is not None:
        return missing
    with tempfile.TemporaryDirectory(prefix="agentcore-probe-") as folder:
        command = _command(context, Path(folder))
        at, begun = datetime.now(UTC), time.perf_counter()
        try:
            ended = _run([aws, *command], context, Path(folder))
        except OSError:
            return Result(not_applicable="aws-not-started")
        spent = round((time.perf_counter() - begun) * 1000, 3)
        body = _read(Path(folder) / "response", context.environment.limits.body_bytes)
    if ended.failed and _UNKNOWN_COMMAND.search(ended.error):
        return Result(not_applicable="aws-without-agentcore")
    if ended.failed and not _SAID_BY_AWS.search(ended.error):
        return Result(not_applicable="aws-broken")
    response, fault = _answer(ended, body, context.environment.limits)
    transport.exchanges.append(
        Exchange(
            id="runtime-cli/1",
            step="invoke",
            request=Request(
                method="aws", headers={}, auth="sigv4", at=at, body=redaction.text(_shown(command, folder))
            ),
            response=response,
            fault=fault,
            timings=Timings(rest=spent),
        )
    )
    return Result({"protocol": context.protocol})


def _command(context: ProbeContext, folder: Path) -> list[str]:
    runtime, limits = context.environment.runtime, context.environment.limits
    assert runtime is not None  # the catalogue asks for a Runtime first
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
        str(folder / "response"),
    ]


def _shown(command: list[str], folder: str) -> str:
    """The command line as a person would type it."""
    return " ".join(["aws", *(word.replace(f"{folder}/", "") for word in command)])


@dataclass(frozen=True)
class _Ended:
    """How the command ended."""

    status: int | None
    """None: it was ended, since its time was up or it said too much."""
    output: str = ""
    error: str = ""
    too_large: bool = False

    @property
    def failed(self) -> bool:
        """Whether it ended by itself, and not well."""
        return self.status not in (None, 0) and not self.too_large


def _run(command: list[str], context: ProbeContext, folder: Path) -> _Ended:
    """The command, ended at the time limit, with everything that it writes under a cap.

    Raises:
        OSError: it cannot be started.
    """
    limits = context.environment.limits
    cap = max(_TOLD_BYTES, limits.body_bytes + 1)
    deadline = time.monotonic() + limits.seconds
    written = out, err, _ = [folder / name for name in ("stdout", "stderr", "response")]

    def too_large() -> bool:
        return any(path.exists() and path.stat().st_size >= cap for path in written)

    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            env=_environment(context),
            # `aws` may be a script with children of its own: they end together.
            start_new_session=True,
        )
        while process.poll() is None and time.monotonic() < deadline and not too_large():
            if context.stop.wait(0.02):
                break
        ended = process.poll()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    output, error = (_read(path, _TOLD_BYTES).decode("utf-8", "replace") for path in (out, err))
    return _Ended(ended, output, error, too_large())


def _environment(context: ProbeContext) -> dict[str, str]:
    """What the command needs to find itself, the network and its credentials; nothing of ours beyond."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT}
    direct = ",".join(filter(None, (os.environ.get("NO_PROXY") or os.environ.get("no_proxy"), _NOT_BY_PROXY)))
    return {
        **kept,
        "NO_PROXY": direct,
        "no_proxy": direct,
        **context.aws.child_environment(),
        "AWS_PAGER": "",
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_EC2_METADATA_DISABLED": os.environ.get("AWS_EC2_METADATA_DISABLED", "false"),
    }


def _read(path: Path, most: int) -> bytes:
    """The first bytes of a file; none where there is no file."""
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError:
        return b""


_WAY = re.compile(r"(?P<tls>SSL)|(?P<timeout>[Tt]imeout)|(?P<connect>connect|Connection)")
"""How the command says that the way to the service failed."""
_SAID_BY_AWS = re.compile(rf"{_SERVICE_ERROR.pattern}|{_WAY.pattern}|[Cc]redentials|profile|\bParam")
"""What the command says by itself; anything else comes from a command that is broken."""


def _answer(ended: _Ended, body: bytes, limits: Limits) -> tuple[Response | None, Fault | None]:
    if ended.too_large:
        return None, Fault(kind="too-large", detail=f"> {limits.body_bytes} bytes")
    if ended.status is None:
        return None, Fault(kind="timeout", detail=f"{limits.seconds:g} s")
    if ended.status == 0:
        return Response(
            status=_status(ended.output), body=redaction.text(body.decode("utf-8", "replace"))
        ), None
    told = _SERVICE_ERROR.search(ended.error)
    if told:
        return Response(body=redaction.text(told[0].strip())), None
    detail = redaction.text(ended.error.strip().splitlines()[-1])
    way = _WAY.search(detail)
    if way is None or way.lastgroup is None:
        return Response(body=detail), None
    return None, Fault(kind=way.lastgroup, detail=detail)  # type: ignore[arg-type]


def _status(output: str) -> int | None:
    """The `statusCode` that the command prints for a success."""
    try:
        value = json.loads(output)
    except ValueError:
        return None
    status = value.get("statusCode") if isinstance(value, dict) else None
    return status if isinstance(status, int) else None
