"""What an ARN or a URL is, and how to call it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

from agentcore_probe.judge.reading.material.places import FoundArn, FoundUrl
from agentcore_probe.model.arn import Arn
from agentcore_probe.model.exchange import Request
from agentcore_probe.model.judgement import Fact
from agentcore_probe.providers import find_provider


class Target(NamedTuple):
    """What an ARN leads to."""

    request: Request
    """The call of it, without a body."""
    option: str
    """The option of `discover` that names it; empty where it takes none."""
    name: str
    """What `ask` takes."""
    is_command: bool = False
    """Whether the text has the command already."""


def arn_facts(place: FoundArn) -> Iterator[Fact]:
    """What an ARN is of, where, and its URL; what is wrong with one that has another form."""
    arn = place.arn
    if arn.defect:
        values = {"part": arn.defect, "value": _part(arn), "arn": arn.text}
        yield Fact(id="arn-malformed", values=values, is_wrong=True)
        return
    yield Fact(
        id="arn",
        values={
            "kind": arn.kind,
            "arn": arn.text,
            "service": arn.service,
            "endpoint": arn.endpoint or "none",
        },
    )
    if arn.region and arn.account:
        yield Fact(id="arn-place", values={"region": arn.region, "account": arn.account})
    if place.is_padded:
        yield Fact(id="arn-padded", is_wrong=True)
    if place.encodings:
        count = "once" if place.encodings == 1 else str(place.encodings)
        yield Fact(id="arn-encoded", values={"count": count}, is_wrong=place.encodings > 1)
    if arn.kind == "user-pool":
        url = f"https://cognito-idp.{arn.region}.{arn.domain}/{arn.id}/.well-known/openid-configuration"
        yield Fact(id="discovery-url", values={"url": url})
    elif arn.kind in ("workload-identity", "registry"):
        yield Fact(id="arn-not-callable", values={"kind": arn.kind})
    elif (target := target_of(arn)) is not None:
        yield Fact(id="host", values={"host": target.request.url.split("/")[2]})
        yield Fact(id="invocation-url", values={"url": target.request.url})
        if arn.kind == "endpoint":
            yield Fact(id="endpoint-as-qualifier", values={"arn": arn.owner, "endpoint": arn.endpoint})
        if arn.kind == "harness":
            yield Fact(id="harness-session")


def _part(arn: Arn) -> str:
    """The part of an ARN that has the wrong form."""
    parts = {"service": arn.service, "partition": arn.partition, "region": arn.region, "account": arn.account}
    return parts.get(arn.defect, arn.resource or arn.text) or "none"


def target_of(arn: Arn) -> Target | None:
    """How to call what an ARN names; None for what cannot be called."""
    host = f"bedrock-agentcore.{arn.region}.{arn.domain}"
    if arn.kind in ("runtime", "endpoint"):
        qualifier = quote(arn.endpoint or "DEFAULT", safe="")
        url = f"https://{host}/runtimes/{quote(arn.owner, safe='')}/invocations?qualifier={qualifier}"
        return Target(
            Request(url=url, auth="bearer"), f"--runtime {arn.owner}", url if arn.endpoint else arn.owner
        )
    if arn.kind == "gateway":
        url = f"https://{arn.id}.gateway.{host}/mcp"
        return Target(Request(url=url, auth="bearer"), f"--gateway {arn.id} --region {arn.region}", url)
    if arn.kind == "harness":
        query = f"harnessArn={quote(arn.owner, safe='')}" + (
            f"&qualifier={arn.endpoint}" if arn.endpoint else ""
        )
        return Target(Request(url=f"https://{host}/harnesses/invoke?{query}", auth="bearer"), "", "")
    return None


def url_facts(place: FoundUrl) -> Iterator[Fact]:
    """Which service a URL is of, and what it names."""
    address, provider = place.address, find_provider(place.url)
    kind = {"data": "data", "control": "control", "gateway": "gateway"}.get(address.host_kind, "other")
    if address.host.startswith("agent-registry"):
        kind = "registry"
    elif provider.name or address.service in ("cognito", "oauth"):
        kind = "provider"
    elif "/.well-known/" in address.path and kind == "other":
        kind = "document"
    values = {"kind": kind, "url": place.url, "provider": provider.name or "none"}
    yield Fact(id="url", values=values)
    if address.service == "runtime" and address.identifier and "<expanded>" not in address.identifier:
        names = {"identifier": address.bare, "endpoint": address.qualifier or "DEFAULT"}
        yield Fact(id="url-names", values=names)
