"""Lines to paste: how this environment is called."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from urllib.parse import quote

from agentcore_probe.judge.remedies.place import BODIES
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.view.names import Names


def usage(names: Names) -> Iterator[dict[str, str]]:
    """The Gateway by curl, the Runtime by curl, the Runtime by `aws`; which one is for this environment."""
    record = names.record
    gateway = gateway_url(names.record)
    runtime = record.environment.runtime
    accepted = {each.method for each in names.judgement.findings if each.observed == "accepted"}
    if gateway:
        body = '{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}'
        line = (
            f"curl -sS -X POST {shlex.quote(gateway)} \\\n"
            '  -H "Authorization: Bearer $JWT_TOKEN" -H "Content-Type: application/json" \\\n'
            '  -H "Accept: application/json, text/event-stream" \\\n'
            f"  -d {shlex.quote(body)}"
        )
        yield _use(names, "gateway-curl", line, "gateway-jwt" in accepted)
    if runtime:
        deployed = record.configuration.runtime
        protocol = (deployed.protocol if deployed else None) or runtime.protocol or "HTTP"
        payload = json.dumps(runtime.payload or BODIES[protocol])
    if runtime and (base := _runtime_base(record)):
        url = f"{base}/runtimes/{quote(runtime.arn, safe='')}/invocations?qualifier={runtime.qualifier}"
        line = (
            f"curl -sS -X POST {shlex.quote(url)} \\\n"
            '  -H "Authorization: Bearer $JWT_TOKEN" -H "Content-Type: application/json" \\\n'
            '  -H "Accept: application/json, text/event-stream" \\\n'
            f"  -d {shlex.quote(payload)}"
        )
        yield _use(names, "runtime-curl", line, "runtime-jwt" in accepted)
    if runtime:
        line = (
            f"aws bedrock-agentcore invoke-agent-runtime --agent-runtime-arn {runtime.arn} \\\n"
            f"  --qualifier {runtime.qualifier} --payload {shlex.quote(payload)} "
            "--cli-binary-format raw-in-base64-out \\\n"
            f"  --region {runtime.region}{_endpoint(record)} response.json"
        )
        yield _use(names, "runtime-aws", line, bool(accepted & {"runtime-sigv4", "runtime-cli"}))


def _runtime_base(record: RunRecord) -> str | None:
    """The data plane's base URL: the one that this run called, as botocore resolved it."""
    called = (
        each.request.url.split("/runtimes/")[0]
        for each in record.exchanges
        if "/runtimes/" in each.request.url
    )
    return next(called, None)


def _use(names: Names, id: str, line: str, works: bool) -> dict[str, str]:
    return {
        "title": names.words(f"usage-{id}"),
        "line": line,
        "works": names.words("usage-accepted" if works else "usage-not-accepted"),
        "sign": "✓" if works else "✗",
    }


def _endpoint(record: RunRecord) -> str:
    url = record.environment.endpoints.get("bedrock-agentcore")
    return f" --endpoint-url {shlex.quote(url)}" if url else ""


def gateway_url(record: RunRecord) -> str | None:
    """The Gateway's MCP URL, as the environment or the deployed configuration says it."""
    gateway, deployed = record.environment.gateway, record.configuration.gateway
    if gateway is not None and gateway.url:
        return gateway.url
    return deployed.url if deployed else None
