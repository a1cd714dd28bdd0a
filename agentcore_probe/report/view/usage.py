"""Lines to paste: how this environment is called."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from urllib.parse import quote

from agentcore_probe.judge.remedies.calls import LIST_TOOLS, bearer_call, cli_call, signed_call
from agentcore_probe.judge.remedies.context import BODIES
from agentcore_probe.model.methods import METHODS, UsageLine
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.view.names import Names


def usage(names: Names) -> Iterator[dict[str, str]]:
    """The Gateway by curl, the Runtime by curl, the Runtime by `aws`; and which were accepted in this run."""
    record = names.record
    accepted = _accepted(names)
    if gateway := gateway_url(record):
        yield _gateway(names, shlex.quote(gateway), accepted)
    runtime = record.environment.runtime
    if runtime is None:
        return
    deployed = record.configuration.runtime
    protocol = (deployed.protocol if deployed else None) or runtime.protocol or "HTTP"
    payload = json.dumps(runtime.payload or BODIES.get(protocol, BODIES["HTTP"]))
    if base := _runtime_base(record):
        url = f"{base}/runtimes/{quote(runtime.arn, safe='')}/invocations?qualifier={runtime.qualifier}"
        line = bearer_call(shlex.quote(url), payload)
        yield _use(names, "runtime-curl", line, accepted)
    endpoint = record.environment.endpoints.get("bedrock-agentcore")
    where = f"--region {runtime.region}" + (f" --endpoint-url {shlex.quote(endpoint)}" if endpoint else "")
    line = "\n".join(cli_call(runtime.arn, runtime.qualifier, where, payload))
    yield _use(names, "runtime-aws", line, accepted)


def _gateway(names: Names, url: str, accepted: set[UsageLine]) -> dict[str, str]:
    """Signed where the deployed authorizer takes signatures, else with a token."""
    authorizer = names.record.configuration.authorizer("gateway")
    if authorizer is not None and authorizer.type in ("AWS_IAM", "AUTHENTICATE_ONLY"):
        region = names.record.environment.home_region or "$AWS_REGION"
        line = signed_call(url, region, LIST_TOOLS)
        return _use(names, "gateway-signed", line, accepted)
    return _use(names, "gateway-curl", bearer_call(url, LIST_TOOLS), accepted)


def _runtime_base(record: RunRecord) -> str | None:
    """The data plane's base URL: the one that this run called, as botocore resolved it."""
    called = (
        each.request.url.split("/runtimes/")[0]
        for each in record.exchanges
        if "/runtimes/" in each.request.url
    )
    return next(called, None)


def _accepted(names: Names) -> set[UsageLine]:
    """The lines whose call was accepted in this run, by the methods that make it."""
    ids = {finding.method for finding in names.judgement.findings if finding.observed == "accepted"}
    return {method.usage for method in METHODS if method.id in ids and method.usage is not None}


def _use(names: Names, id: UsageLine, line: str, accepted: set[UsageLine]) -> dict[str, str]:
    works = id in accepted
    return {
        "title": names.messages(f"usage-{id}"),
        "line": line,
        "works": names.messages("usage-accepted" if works else "usage-not-accepted"),
        "sign": "✓" if works else "✗",
    }


def gateway_url(record: RunRecord) -> str | None:
    """The Gateway's MCP URL, as the environment or the deployed configuration says it."""
    gateway, deployed = record.environment.gateway, record.configuration.gateway
    if gateway is not None and gateway.url:
        return gateway.url
    return deployed.url if deployed else None
