"""The Runtime through the `aws` executable, as people call it from a terminal.

It shows no status and no headers: the error's type is read from standard error (its exit
status 255 alone says nothing). The payload goes by file, the answer into a private folder.
"""

from __future__ import annotations

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
from agentcore_probe.access.targets import runtime_headers, runtime_payload
from agentcore_probe.access.transport import Transport
from agentcore_probe.model.exchange import SESSION_HEADER, Exchange, Fault, Request, Response, Timings
from agentcore_probe.probes.guard import needs_aws
from agentcore_probe.probes.scene import Result, Scene

_UNKNOWN_COMMAND = re.compile(r"invalid choice|Invalid choice|is not a valid command", re.I)
_SERVICE_ERROR = re.compile(r"An error occurred \(\w+\)[^\n]*(?:\n(?!\n).*)*")
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PYENV_ROOT", "PYENV_VERSION", "SSL_CERT_FILE")


def cli(scene: Scene, transport: Transport) -> Result:
    """`aws bedrock-agentcore invoke-agent-runtime`, once."""
    aws = shutil.which("aws")
    if aws is None:
        return Result(not_applicable="aws-not-on-path")
    missing = needs_aws(scene)
    if missing is not None:
        return missing
    with tempfile.TemporaryDirectory(prefix="agentcore-probe-") as folder:
        command = _command(scene, Path(folder))
        at, begun = datetime.now(UTC), time.perf_counter()
        ended = _run([aws, *command], scene)
        spent = round((time.perf_counter() - begun) * 1000, 3)
        outfile = Path(folder) / "response"
        body = outfile.read_bytes()[: scene.environment.limits.body_bytes] if outfile.exists() else b""
    if ended is not None and ended.returncode != 0 and _UNKNOWN_COMMAND.search(ended.stderr):
        return Result(not_applicable="aws-without-agentcore")
    response, fault = _answer(ended, body, scene.environment.limits.seconds)
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
    return Result({"protocol": scene.protocol})


def _command(scene: Scene, folder: Path) -> list[str]:
    runtime, limits = scene.environment.runtime, scene.environment.limits
    assert runtime is not None  # the catalogue asks for a Runtime first
    headers = runtime_headers(scene.protocol)
    payload = folder / "payload"
    payload.write_bytes(runtime_payload(scene.protocol, runtime.payload))
    endpoint = scene.environment.endpoints.get("bedrock-agentcore")
    return [
        "bedrock-agentcore",
        "invoke-agent-runtime",
        *("--agent-runtime-arn", runtime.arn),
        *("--qualifier", runtime.qualifier),
        *("--runtime-session-id", headers[SESSION_HEADER]),
        *("--content-type", headers["Content-Type"]),
        *("--accept", headers["Accept"]),
        *("--payload", f"fileb://{payload}"),
        *("--region", scene.aws.region or runtime.region),
        *("--output", "json"),
        *("--cli-connect-timeout", str(max(1, int(min(limits.seconds, 10))))),
        *("--cli-read-timeout", str(max(1, int(limits.seconds)))),
        *(("--endpoint-url", endpoint) if endpoint else ()),
        str(folder / "response"),
    ]


def _shown(command: list[str], folder: str) -> str:
    """The command line as a person would type it."""
    return " ".join(["aws", *(word.replace(f"{folder}/", "") for word in command)])


def _run(command: list[str], scene: Scene) -> subprocess.CompletedProcess[str] | None:
    """The finished command; None when the time was up."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT or name.startswith("AWS_")}
    environment = {
        **kept,
        **scene.aws.child_environment(),
        "AWS_PAGER": "",
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_EC2_METADATA_DISABLED": os.environ.get("AWS_EC2_METADATA_DISABLED", "false"),
    }
    deadline = time.monotonic() + scene.environment.limits.seconds + 5
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env=environment,
        # `aws` may be a script with children of its own: they end together.
        start_new_session=True,
    ) as process:
        while True:
            try:
                out, err = process.communicate(timeout=0.2)
            except subprocess.TimeoutExpired:
                if time.monotonic() > deadline or scene.stop.is_set():
                    os.killpg(process.pid, signal.SIGKILL)
                    process.communicate()
                    return None
                continue
            return subprocess.CompletedProcess(command, process.returncode, out, err)


def _answer(
    ended: subprocess.CompletedProcess[str] | None, body: bytes, seconds: float
) -> tuple[Response | None, Fault | None]:
    if ended is None:
        return None, Fault(kind="timeout", detail=f"no answer in {seconds:g} s")
    if ended.returncode == 0:
        return Response(
            status=_status(ended.stdout), body=redaction.text(body.decode("utf-8", "replace"))
        ), None
    told = _SERVICE_ERROR.search(ended.stderr)
    if told:
        return Response(body=redaction.text(told[0].strip())), None
    detail = redaction.text(ended.stderr.strip().splitlines()[-1] if ended.stderr.strip() else "no message")
    if re.search(r"Unable to locate credentials|credentials", detail, re.I):
        return Response(body=detail), None
    kind = "tls" if "SSL" in detail else "timeout" if "imeout" in detail else "connect"
    return None, Fault(kind=kind, detail=detail)  # type: ignore[arg-type]


def _status(output: str) -> int | None:
    """The `statusCode` that the command prints for a success."""
    try:
        value = json.loads(output)
    except ValueError:
        return None
    status = value.get("statusCode") if isinstance(value, dict) else None
    return status if isinstance(status, int) else None
