"""Lines to paste that call this environment."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from agentcore_probe.model.display import SYMBOLS
from agentcore_probe.model.methods import METHODS, UsageLine
from agentcore_probe.report.sections import Section
from agentcore_probe.report.view import View
from agentcore_probe.snippets import (
    BODIES,
    LIST_TOOLS,
    bearer_call,
    bearer_handshake,
    cli_call,
    signed_call,
)


def _content(view: View) -> dict[str, Any]:
    return {"calls": list(calls(view)), "embedded": view.record.provenance.source == "embedded"}


def calls(view: View) -> Iterator[dict[str, str]]:
    """The Gateway with curl, the Runtime with curl and with `aws`, and whether each was accepted in this run."""
    record = view.record
    accepted = _accepted(view)
    if view.gateway_url:
        yield _gateway_call(view, shlex.quote(view.gateway_url), accepted)
    runtime = record.environment.runtime
    if runtime is None:
        return
    deployed = record.configuration.runtime
    protocol = (deployed.protocol if deployed else None) or runtime.protocol or "HTTP"
    payload = json.dumps(runtime.payload or BODIES.get(protocol, BODIES["HTTP"]))
    if base := _data_plane_url(view):
        url = f"{base}/runtimes/{quote(runtime.arn, safe='')}/invocations?qualifier={runtime.qualifier}"
        yield _call(view, "runtime-curl", bearer_call(shlex.quote(url), payload), accepted)
    endpoint = record.environment.endpoints.get("bedrock-agentcore")
    options = f"--region {runtime.region}" + (f" --endpoint-url {shlex.quote(endpoint)}" if endpoint else "")
    lines = "\n".join(cli_call(runtime.arn, runtime.qualifier, options, payload))
    yield _call(view, "runtime-aws", lines, accepted)
    if base and _opens_websockets(view):
        url = f"{base}/runtimes/{quote(runtime.arn, safe='')}/ws?qualifier={runtime.qualifier}"
        yield _call(view, "runtime-ws-curl", bearer_handshake(shlex.quote(url)), accepted)


def _gateway_call(view: View, url: str, accepted: set[UsageLine]) -> dict[str, str]:
    """Signed if the deployed authorizer takes signatures, else with a token."""
    authorizer = view.record.configuration.authorizer("gateway")
    if authorizer is not None and authorizer.type in ("AWS_IAM", "AUTHENTICATE_ONLY"):
        region = view.record.environment.home_region or "$AWS_REGION"
        return _call(view, "gateway-signed", signed_call(url, region, LIST_TOOLS), accepted)
    return _call(view, "gateway-curl", bearer_call(url, LIST_TOOLS), accepted)


def _opens_websockets(view: View) -> bool:
    """Whether the run tried the call of the line."""
    ids = {method.id for method in METHODS if method.usage == "runtime-ws-curl"}
    return any(finding.method in ids and finding.observed for finding in view.judgement.findings)


def _data_plane_url(view: View) -> str | None:
    """The data plane's base URL that this run called, as botocore resolved it; None if it called none."""
    urls = (exchange.request.url for exchange in view.record.exchanges)
    return next((url.split("/runtimes/")[0] for url in urls if "/runtimes/" in url), None)


def _accepted(view: View) -> set[UsageLine]:
    """The lines whose call was accepted in this run, by the methods that make it."""
    ids = {finding.method for finding in view.judgement.findings if finding.observed == "accepted"}
    return {method.usage for method in METHODS if method.id in ids and method.usage is not None}


def _call(view: View, id: UsageLine, lines: str, accepted: set[UsageLine]) -> dict[str, str]:
    works = id in accepted
    return {
        "title": view.messages(f"usage-{id}"),
        "lines": lines,
        "result": view.messages("usage-accepted" if works else "usage-not-accepted"),
        "symbol": SYMBOLS[works],
    }


SECTION = Section(id="usage", order=60, content=_content)
