"""ARN or URL -> Question: the environment that the target's address describes, without a file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qs, quote, unquote, urlsplit

from agentcore_probe.access.aws import region_of
from agentcore_probe.access.protocol import GREETING, greeting, runtime_url
from agentcore_probe.environments.consistency import check_url
from agentcore_probe.environments.load import from_tables
from agentcore_probe.errors import InputError
from agentcore_probe.judge.reading import address
from agentcore_probe.judge.reading.address import Address
from agentcore_probe.model.environment import (
    ENDPOINT_NAME,
    LOOPBACK,
    RUNTIME_ARN,
    RUNTIME_ID,
    Protocol,
    RuntimeTarget,
)
from agentcore_probe.model.exchange import Request
from agentcore_probe.model.methods import Target
from agentcore_probe.model.question import Credential, Question

_WHERE = "the command line"
_HINT = (
    "Give a Runtime's ARN or its /runtimes/.../invocations URL, a Gateway's ARN or /mcp URL, "
    "or a harness's ARN or /harnesses/invoke URL"
)
_PARTITIONS = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
"""The beginnings of regions that are not in the partition `aws`."""
_ENDPOINT_ARN = re.compile(rf"(?P<arn>{RUNTIME_ARN.pattern})/runtime-endpoint/(?P<name>\w+)")
_OTHER_ARN = re.compile(
    r"arn:aws(?:-[^:]+)?:bedrock-agentcore:(?P<region>[a-z0-9-]+):\d{12}:(?P<kind>gateway|harness)/(?P<id>[^/]+)"
)
_GATEWAY_PATH = "/mcp"
_BEHIND_GATEWAY = re.compile(r"/[^/]+/(?:runtimes/[^/]+/)?invocations/?")
"""The path of a Runtime that a Gateway passes calls on to (docs/agentcore.md section 11.10)."""
_HARNESS_PATH = "/harnesses/invoke"
"""docs/agentcore.md section 11.15."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the command line says besides the target; each as an environment file has it."""

    token: dict[str, Any] | None = None
    """A reference to the token: `{"env": "JWT_TOKEN"}`."""
    sign: bool = False
    region: str | None = None
    profile: str | None = None
    protocol: Protocol | None = None
    payload: dict[str, Any] | None = None
    prompt: str | None = None
    tool: str | None = None
    """A Gateway's tool to call; `payload` has its arguments."""
    seconds: float | None = None
    language: str | None = None


@dataclass(frozen=True)
class _Place:
    """A target, and how it was called."""

    target: Target
    tables: dict[str, Any]
    """What an environment file says of it."""
    url: str | None = None
    """The URL as it was given, where it is not the documented one."""
    kind: Literal["target", "harness", "passthrough"] = "target"
    """`passthrough`: what an environment file cannot describe answers at `url`."""


def read_question(
    text: str, asked: Asked, name: Callable[[str], str], command: Callable[[str], str] = str
) -> Question:
    """The question that a command line asks.

    Args:
        text: the target's ARN or URL.
        asked: the options.
        name: makes the environment's name from the target's own.
        command: makes the command line that asks again, of the documented ARN or URL.

    Raises:
        InputError: it is neither, or an option does not fit it.
    """
    text = text.strip()
    place = _place(text, asked)
    tables = _tables(place, asked)
    if place.url is not None:
        check_url(place.url, _WHERE)
    environment = from_tables(tables, name=name(_own_name(place, text)), where=_WHERE, needs_target=False)
    return Question(
        environment=environment,
        target=place.target,
        credential=_credential(place, asked),
        url=place.url,
        body=_body(place, asked),
        command=command(_documented(place, text)),
    )


def _credential(place: _Place, asked: Asked) -> Credential:
    """What the call carries. Unless they are asked for, AWS credentials are for AgentCore's own hosts only."""
    if asked.token is not None:
        return "token"
    if asked.sign or asked.profile is not None:
        return "signature"
    gateway, endpoints = place.tables.get("gateway", {}), place.tables.get("endpoints", {})
    urls = [place.url, gateway.get("url"), *endpoints.values()]
    return "unsaid" if all(_is_own_host(url) for url in urls if url) else "none"


def _is_own_host(url: str) -> bool:
    """Whether a URL is of AgentCore or of this machine: a signed request carries the session's token."""
    where = address.read(Request(url=url))
    is_aws = where.host.endswith((".amazonaws.com", ".amazonaws.com.cn", ".api.aws"))
    return where.host_kind == "loopback" or (is_aws and where.host_kind in ("data", "control", "gateway"))


def _documented(place: _Place, text: str) -> str:
    """The target as it should be named, so that asking again shows whether that helped."""
    tables = place.tables
    if place.url is None or place.kind != "target":
        return text
    if "gateway" in tables:
        return str(tables["gateway"]["url"])
    if "runtime" not in tables:
        return text
    runtime = RuntimeTarget(**tables["runtime"])
    base = tables.get("endpoints", {}).get("bedrock-agentcore")
    return runtime_url(base, runtime) if base else runtime.arn


def _tables(place: _Place, asked: Asked) -> dict[str, Any]:
    """The tables of the environment file that says the same."""
    tables = {**place.tables}
    settings = {"region": asked.region, "profile": asked.profile, "language": asked.language}
    tables |= {key: value for key, value in settings.items() if value is not None}
    if "runtime" in tables:
        tables["runtime"] = {**tables["runtime"], **_invocation(asked)}
    elif "gateway" in tables and asked.tool is not None:
        tool = {"name": asked.tool, "arguments": asked.payload or {}}
        tables["gateway"] = {**tables["gateway"], "tool": tool}
    _check_fits(place, asked)
    if asked.token is not None:
        tables["identity"] = {"flow": "token", "token": dict(asked.token)}
    if asked.seconds is not None:
        tables["limits"] = {"seconds": asked.seconds}
    return tables


def _check_fits(place: _Place, asked: Asked) -> None:
    """Refuses options that another target takes."""
    is_mcp = place.target == "gateway" and place.kind == "target"
    if is_mcp and asked.prompt is not None:
        raise InputError("a Gateway takes no prompt", where="--prompt", hint="Call a tool: --tool NAME")
    if is_mcp and asked.payload is not None and asked.tool is None:
        hint = "Name the tool as well: --tool NAME"
        raise InputError("a Gateway's payload is the arguments of a tool", where="--payload", hint=hint)
    if is_mcp and asked.protocol not in (None, "MCP"):
        raise InputError("a Gateway speaks MCP", where="--protocol", hint="Leave it out")
    if not is_mcp and asked.tool is not None:
        raise InputError("only a Gateway's tool can be called", where="--tool", hint="Use --payload")


def _invocation(asked: Asked) -> dict[str, Any]:
    """`protocol` and `payload` of a Runtime."""
    values: dict[str, Any] = {"protocol": asked.protocol} if asked.protocol else {}
    if asked.payload is not None:
        values["payload"] = asked.payload
    elif asked.prompt is not None:
        if asked.protocol == "MCP":
            raise InputError("an MCP server takes no prompt", where="--prompt", hint="Use --payload")
        values["payload"] = greeting(asked.protocol or "HTTP", asked.prompt)
    return values


def _body(place: _Place, asked: Asked) -> bytes | None:
    """The body of a call to what no environment file describes."""
    if place.kind == "target" and ("runtime" in place.tables or "gateway" in place.tables):
        return None
    if asked.payload is not None:
        return json.dumps(asked.payload).encode()
    text = GREETING if asked.prompt is None else asked.prompt
    if place.kind == "harness":
        return json.dumps({"messages": [{"role": "user", "content": [{"text": text}]}]}).encode()
    return json.dumps(greeting(asked.protocol or "HTTP", text)).encode()


def _place(text: str, asked: Asked) -> _Place:
    if text.startswith("arn:"):
        return _of_arn(text)
    parts = urlsplit(text) if re.match(r"https?://", text, re.I) else None
    if parts is None or not parts.hostname:
        raise InputError(f"{text[:200]!r} is neither an ARN nor a URL", where=_WHERE, hint=_HINT)
    where = address.read(Request(url=text))
    if "/runtimes/" in parts.path and where.host_kind != "gateway":
        return _of_runtime_url(text, asked.region)
    if parts.path.rstrip("/").endswith(_HARNESS_PATH):
        return _Place("runtime", _named_by(parts.query), text, "harness")
    if where.host_kind == "gateway":
        return _of_gateway_url(text)
    if parts.path.rstrip("/").endswith(_GATEWAY_PATH) or asked.protocol == "MCP":
        region = {"region": found} if (found := region_of(text)) else {}
        return _Place("gateway", {**region, "gateway": {"url": text}})
    if asked.protocol is None:
        hint = f"{_HINT}; for another server's URL, say what it speaks: --protocol"
        raise InputError("this is no URL of AgentCore", where=_WHERE, hint=hint)
    return _Place("runtime", {}, text, "passthrough")


def _of_arn(arn: str) -> _Place:
    if RUNTIME_ARN.fullmatch(arn):
        return _Place("runtime", {"runtime": {"arn": arn}})
    if endpoint := _ENDPOINT_ARN.fullmatch(arn):
        runtime = {"arn": endpoint["arn"], "qualifier": endpoint["name"]}
        return _Place("runtime", {"runtime": runtime})
    other = _OTHER_ARN.fullmatch(arn)
    if other is None:
        raise InputError(f"{arn[:200]!r} is not the ARN of a target", where=_WHERE, hint=_HINT)
    region = other["region"]
    if other["kind"] == "gateway":
        return _Place("gateway", {"region": region, "gateway": {"id": other["id"]}})
    url = f"https://{_data_host(region)}{_HARNESS_PATH}?harnessArn={quote(arn, safe='')}"
    return _Place("runtime", {"region": region}, url, "harness")


def _of_runtime_url(url: str, region: str | None) -> _Place:
    """A Runtime by its invocation URL; without an account id in a URL by id, only the URL is known."""
    prefix, _, path = url.partition("/runtimes/")
    where = address.read(Request(url=f"https://{urlsplit(url).netloc}/runtimes/{path}"))
    base = _base_tables(prefix, where)
    runtime = _runtime_of(where, where.region or region)
    if runtime is None:
        return _Place("runtime", base, url)
    if base.get("region") == runtime["arn"].split(":")[3]:
        del base["region"]
    return _Place("runtime", {**base, "runtime": runtime}, None if _is_documented(where) else url)


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
    partition = next((name for start, name in _PARTITIONS.items() if region.startswith(start)), "aws")
    arn = f"arn:{partition}:bedrock-agentcore:{region}:{where.account}:runtime/{name}"
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


def _of_gateway_url(url: str) -> _Place:
    parts = urlsplit(url)
    documented = f"{parts.scheme}://{parts.netloc}{_GATEWAY_PATH}"
    tables = {"region": region_of(url), "gateway": {"url": documented}}
    if _BEHIND_GATEWAY.fullmatch(parts.path):
        return _Place("gateway", tables, url, "passthrough")
    return _Place("gateway", tables, None if url == documented else url)


def _named_by(query: str) -> dict[str, Any]:
    """The region of the harness that a URL names."""
    arn = _OTHER_ARN.fullmatch(parse_qs(query).get("harnessArn", [""])[0])
    return {"region": arn["region"]} if arn else {}


def _data_host(region: str, plane: str = "") -> str:
    suffix = ".cn" if region.startswith("cn-") else ""
    return f"bedrock-agentcore{plane}.{region}.amazonaws.com{suffix}"


def _own_name(place: _Place, text: str) -> str:
    """What the target calls itself, for the name of an environment."""
    runtime, gateway = place.tables.get("runtime"), place.tables.get("gateway")
    if runtime is not None:
        return str(runtime["arn"]).rsplit("/", 1)[-1].rsplit("-", 1)[0]
    if gateway is not None and gateway.get("id"):
        return str(gateway["id"]).rsplit("-", 1)[0]
    host = urlsplit(text).hostname or text.rsplit("/", 1)[-1]
    if host in LOOPBACK:
        return "here"
    return host.split(".gateway.")[0].rsplit("-", 1)[0] if ".gateway." in host else host
