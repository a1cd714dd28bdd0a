"""Lines to paste that call this environment."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import quote

from agentcore_probe.model.display import SYMBOLS
from agentcore_probe.model.methods import METHODS, Target, UsageLine, place_of
from agentcore_probe.report.forwarded_calls import forwarded_calls
from agentcore_probe.report.sections import Section
from agentcore_probe.report.view import View
from agentcore_probe.report.view.entrances import entrance_name, has_more_entrances
from agentcore_probe.snippets import (
    BODIES,
    HARNESS_HEADERS,
    LIST_TOOLS,
    PROMPT,
    bearer_call,
    bearer_handshake,
    card_call,
    cli_call,
    signed_call,
)


def _content(view: View) -> dict[str, Any]:
    own = list(calls(view))
    if has_more_entrances(view):
        own.sort(key=lambda call: place_of(call["entrance"]))
        for call, before in zip(own, [None, *own], strict=False):
            is_first = before is None or before["entrance"] != call["entrance"]
            call["heading"] = entrance_name(view, call["entrance"]) if is_first else ""
    return {
        "calls": own,
        "level": 4 if has_more_entrances(view) else 3,
        "embedded": view.record.provenance.source == "embedded",
    }


def calls(view: View) -> Iterator[dict[str, str]]:
    """A call of each target, of the Runtime with `aws`, too, and whether it was accepted in this run."""
    accepted = _accepted(view)
    if view.gateway_url:
        yield from _gateway_calls(view, view.gateway_url, accepted)
    yield from _runtime_calls(view, accepted)
    yield from _harness_calls(view, accepted)
    yield from _registry_calls(view, accepted)


def _runtime_calls(view: View, accepted: set[UsageLine]) -> Iterator[dict[str, str]]:
    record = view.record
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
    if base and _was_tried(view, "runtime-card-curl", "runtime-card-aws"):
        url = f"{base}/runtimes/{quote(runtime.arn, safe='')}/invocations/.well-known/agent-card.json?qualifier={runtime.qualifier}"
        if _takes_signature(view, "runtime"):
            lines = card_call(runtime.arn, runtime.qualifier, options)
            yield _call(view, "runtime-card-aws", lines, accepted)
        else:
            lines = bearer_call(shlex.quote(url), None, method="GET")
            yield _call(view, "runtime-card-curl", lines, accepted)
    if base and _was_tried(view, "runtime-ws-curl"):
        url = f"{base}/runtimes/{quote(runtime.arn, safe='')}/ws?qualifier={runtime.qualifier}"
        yield _call(view, "runtime-ws-curl", bearer_handshake(shlex.quote(url)), accepted)


def _gateway_calls(view: View, url: str, accepted: set[UsageLine]) -> Iterator[dict[str, str]]:
    """Its tools, if it speaks MCP, then the calls that it forwards, if the run made them."""
    gateway = view.record.configuration.gateway
    if gateway is None or gateway.speaks_mcp is not False:
        yield _gateway_call(view, shlex.quote(url), accepted)
    yield from forwarded_calls(view.record, partial(_call, view, accepted=accepted))


def _harness_calls(view: View, accepted: set[UsageLine]) -> Iterator[dict[str, str]]:
    """The call of the harness at the address that this run called, as its authorizer takes it."""
    harness, called = view.record.environment.harness, _called(view, "harness")
    if harness is None or called is None:
        return
    url = shlex.quote(called)
    if _takes_signature(view, "harness"):
        yield _call(
            view,
            "harness-signed",
            signed_call(url, harness.region, PROMPT, headers=HARNESS_HEADERS),
            accepted,
        )
    else:
        yield _call(view, "harness-curl", bearer_call(url, PROMPT, headers=HARNESS_HEADERS), accepted)


def _registry_calls(view: View, accepted: set[UsageLine]) -> Iterator[dict[str, str]]:
    """The list of the registry's tools, as its authorizer takes the call."""
    called = _called(view, "registry")
    if called is None:
        return
    url = shlex.quote(called)
    if _takes_signature(view, "registry"):
        region = view.record.environment.home_region or "$AWS_REGION"
        lines = signed_call(url, region, LIST_TOOLS, service="agent-registry")
        yield _call(view, "registry-signed", lines, accepted)
    else:
        yield _call(view, "registry-curl", bearer_call(url, LIST_TOOLS), accepted)


def _called(view: View, target: Target) -> str | None:
    """The URL at which this run called a target; None if it did not."""
    urls = (exchange.request.url for exchange in view.record.exchanges if exchange.purpose == target)
    return next(urls, None)


def _takes_signature(view: View, target: Target) -> bool:
    authorizer = view.record.configuration.authorizer(target)
    return authorizer is not None and authorizer.type == "AWS_IAM"


def _gateway_call(view: View, url: str, accepted: set[UsageLine]) -> dict[str, str]:
    """Signed if the deployed authorizer takes signatures, else with a token."""
    authorizer = view.record.configuration.authorizer("gateway")
    if authorizer is not None and authorizer.type in ("AWS_IAM", "AUTHENTICATE_ONLY"):
        region = view.record.environment.home_region or "$AWS_REGION"
        return _call(view, "gateway-signed", signed_call(url, region, LIST_TOOLS), accepted)
    return _call(view, "gateway-curl", bearer_call(url, LIST_TOOLS), accepted)


def _was_tried(view: View, *lines: UsageLine) -> bool:
    """Whether the run tried the call of one of the lines."""
    ids = {method.id for method in METHODS if method.usage in lines}
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
        "entrance": next((method.entrance for method in METHODS if method.usage == id), ""),
        "heading": "",
        "lines": lines,
        "result": view.messages("usage-accepted" if works else "usage-not-accepted"),
        "symbol": SYMBOLS[works],
    }


SECTION = Section(id="usage", order=60, content=_content)
