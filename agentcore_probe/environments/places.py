"""An ARN or a URL as its caller wrote it: the target that it means, and whether it is the documented one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

from agentcore_probe.access.aws import region_of
from agentcore_probe.errors import InputError
from agentcore_probe.judge.reading import address
from agentcore_probe.judge.reading.address import Address
from agentcore_probe.model.arn import read_arn
from agentcore_probe.model.environment import ENDPOINT_NAME, RUNTIME_ARN, RUNTIME_ID, Protocol
from agentcore_probe.model.exchange import Request
from agentcore_probe.model.methods import Target
from agentcore_probe.model.partitions import partition_of
from agentcore_probe.regex import regex

WHERE = "the command line"
"""Where the address is, in errors."""
_HINT = (
    "Give a Runtime's ARN or its /runtimes/.../invocations URL, a Gateway's ARN or /mcp URL, "
    "or a harness's ARN or /harnesses/invoke URL"
)
_ENDPOINT_ARN = regex(rf"(?P<arn>{RUNTIME_ARN.pattern})/runtime-endpoint/(?P<name>\w+)")
_OTHER_ARN = regex(
    r"arn:aws(?:-[^:]+)?:bedrock-agentcore:(?P<region>[a-z0-9-]+):\d{12}:(?P<kind>gateway|harness)/(?P<id>[^/]+)"
)
_GATEWAY_PATH = "/mcp"
_BEHIND_GATEWAY = regex(r"/[^/]+/(?:runtimes/[^/]+/)?invocations/?")
"""The path of a Runtime that a Gateway passes calls on to (docs/agentcore.md section 11.10)."""
_HARNESS_PATH = "/harnesses/invoke"
"""docs/agentcore.md section 11.15."""


def without_known_region(tables: dict[str, Any]) -> dict[str, Any]:
    """Tables of an environment file without `region`, where the Runtime's ARN has the same."""
    runtime = tables.get("runtime") or {}
    is_known = (
        tables.get("region") is not None and tables["region"] == read_arn(runtime.get("arn", "")).region
    )
    return {key: value for key, value in tables.items() if key != "region" or not is_known}


@dataclass(frozen=True)
class Place:
    """A target, and how it was called."""

    target: Target
    tables: dict[str, Any]
    """What an environment file says of it."""
    url: str | None = None
    """The URL as it was given, where it is not the documented one."""
    kind: Literal["target", "harness", "passthrough"] = "target"
    """`passthrough`: what an environment file cannot describe answers at `url`."""


def split_url(text: str) -> SplitResult:
    """The parts of a URL.

    Raises:
        InputError: it is malformed.
    """
    try:
        return urlsplit(text)
    except ValueError as error:
        raise InputError(f"{text[:200]!r} is not a URL ({error})", where=WHERE, hint=_HINT) from None


def place_of(text: str, protocol: Protocol | None, region: str | None) -> Place:
    """The target that an ARN or a URL means.

    Args:
        text: the ARN or URL.
        protocol: what the target speaks, if that was said.
        region: the region, if that was said.

    Raises:
        InputError: it is neither, or not of a target that can be called.
    """
    if text.startswith("arn:"):
        return _of_arn(text)
    parts = split_url(text) if re.match(r"https?://", text, re.I) else None
    if re.match(r"(?:Bearer )?eyJ", text):  # not repeated: it is a credential
        hint = (
            "Revoke it if others use this machine. Name it with --token-env, --token-file or --token-command"
        )
        raise InputError("a token is not a target, and must not be an argument", where=WHERE, hint=hint)
    if parts is None or not parts.hostname:
        raise InputError(f"{text[:200]!r} is neither an ARN nor a URL", where=WHERE, hint=_HINT)
    where = address.read(Request(url=text))
    if "/runtimes/" in parts.path and where.host_kind != "gateway":
        return _of_runtime_url(text, region)
    if parts.path.rstrip("/").endswith(_HARNESS_PATH):
        return Place("runtime", _named_by(parts.query), text, "harness")
    if where.host_kind == "gateway":
        return _of_gateway_url(text)
    if parts.path.rstrip("/").endswith(_GATEWAY_PATH) or protocol == "MCP":
        own_region = {"region": found} if (found := region_of(text)) else {}
        return Place("gateway", {**own_region, "gateway": {"url": text}})
    if protocol is None:
        hint = f"{_HINT}; for another server's URL, say what it speaks: --protocol"
        raise InputError("this is not a URL of AgentCore", where=WHERE, hint=hint)
    return Place("runtime", {}, text, "passthrough")


def _of_arn(arn: str) -> Place:
    if RUNTIME_ARN.fullmatch(arn):
        return Place("runtime", {"runtime": {"arn": arn}})
    if endpoint := _ENDPOINT_ARN.fullmatch(arn):
        runtime = {"arn": endpoint["arn"], "qualifier": endpoint["name"]}
        return Place("runtime", {"runtime": runtime})
    other = _OTHER_ARN.fullmatch(arn)
    if other is None:
        raise InputError(f"{arn[:200]!r} is not the ARN of a target", where=WHERE, hint=_HINT)
    region = other["region"]
    if other["kind"] == "gateway":
        return Place("gateway", {"region": region, "gateway": {"id": other["id"]}})
    url = f"https://{_data_host(region)}{_HARNESS_PATH}?harnessArn={quote(arn, safe='')}"
    return Place("runtime", {"region": region}, url, "harness")


def _of_runtime_url(url: str, region: str | None) -> Place:
    """A Runtime by its invocation URL; without an account id in a URL by id, only the URL is known."""
    prefix, _, path = url.partition("/runtimes/")
    where = address.read(Request(url=f"https://{urlsplit(url).netloc}/runtimes/{path}"))
    base = _base_tables(prefix, where)
    runtime = _runtime_of(where, where.region or region)
    if runtime is None:
        return Place("runtime", base, url)
    tables = without_known_region({**base, "runtime": runtime})
    return Place("runtime", tables, None if _is_documented(where) else url)


def _base_tables(prefix: str, where: Address) -> dict[str, Any]:
    """The region of AWS's own data plane, or the base URL of another one."""
    host = where.host
    if where.region and host in (_data_host(where.region), _data_host(where.region, "-control")):
        return {"region": where.region}
    region = {"region": where.region} if where.region else {}
    return {**region, "endpoints": {"bedrock-agentcore": prefix}}


def _runtime_of(where: Address, region: str | None) -> dict[str, str] | None:
    """ARN and qualifier of the Runtime that a URL means, however it names it; None where the ARN is not known.

    A qualifier that no endpoint can have is left out.
    """
    name = unquote(where.bare)
    qualifier = {"qualifier": where.qualifier} if where.qualifier and _names_endpoint(where) else {}
    if endpoint := _ENDPOINT_ARN.fullmatch(name):
        return {"arn": endpoint["arn"], "qualifier": endpoint["name"]}
    if RUNTIME_ARN.fullmatch(name):
        return {"arn": name, **qualifier}
    has_account = where.account is not None and re.fullmatch(r"\d{12}", where.account)
    if region is None or not has_account or not RUNTIME_ID.fullmatch(name):
        return None
    arn = f"arn:{partition_of(region).id}:bedrock-agentcore:{region}:{where.account}:runtime/{name}"
    return {"arn": arn, **qualifier}


def _is_documented(where: Address) -> bool:
    """Whether a URL has the documented form, with an encoded ARN."""
    is_plain = not (where.raw_slash or where.double_encoded or where.blank_or_padded or where.account)
    on_data_plane = where.host_kind != "control" and where.suffix == "invocations"
    return (
        is_plain
        and on_data_plane
        and _names_endpoint(where)
        and RUNTIME_ARN.fullmatch(where.bare) is not None
    )


def _names_endpoint(where: Address) -> bool:
    """Whether the qualifier, if there is one, can be the name of an endpoint."""
    return where.qualifier is None or ENDPOINT_NAME.fullmatch(where.qualifier) is not None


def _of_gateway_url(url: str) -> Place:
    parts = urlsplit(url)
    documented = f"{parts.scheme}://{parts.netloc}{_GATEWAY_PATH}"
    tables = {"region": region_of(url), "gateway": {"url": documented}}
    if _BEHIND_GATEWAY.fullmatch(parts.path):
        return Place("gateway", tables, url, "passthrough")
    return Place("gateway", tables, None if url == documented else url)


def _named_by(query: str) -> dict[str, Any]:
    """The region of the harness that a URL names."""
    arn = _OTHER_ARN.fullmatch(parse_qs(query).get("harnessArn", [""])[0])
    return {"region": arn["region"]} if arn else {}


def _data_host(region: str, plane: str = "") -> str:
    return f"bedrock-agentcore{plane}.{region}.{partition_of(region).domain}"
