"""ARN or URL -> Question: the environment that the target's address describes, without a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from agentcore_probe.access.protocol import GREETING, greeting, runtime_url
from agentcore_probe.environments.consistency import check_url
from agentcore_probe.environments.load import from_tables
from agentcore_probe.environments.places import WHERE, Place, place_of
from agentcore_probe.errors import InputError
from agentcore_probe.judge.reading import address
from agentcore_probe.model.environment import Protocol, RuntimeTarget
from agentcore_probe.model.exchange import Request
from agentcore_probe.model.hosts import LOOPBACK
from agentcore_probe.model.partitions import is_aws_host
from agentcore_probe.model.question import Credential, Question


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
    place = place_of(text, asked.protocol, asked.region)
    tables = _tables(place, asked)
    if place.url is not None:
        check_url(place.url, WHERE)
    environment = from_tables(tables, name=name(_own_name(place, text)), where=WHERE, needs_target=False)
    return Question(
        environment=environment,
        target=place.target,
        credential=_credential(place, asked),
        url=place.url,
        body=_body(place, asked),
        command=command(_documented(place, text)),
    )


def _credential(place: Place, asked: Asked) -> Credential:
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
    return where.host_kind == "loopback" or (
        is_aws_host(where.host) and where.host_kind in ("data", "control", "gateway")
    )


def _documented(place: Place, text: str) -> str:
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


def _tables(place: Place, asked: Asked) -> dict[str, Any]:
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


def _check_fits(place: Place, asked: Asked) -> None:
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


def _body(place: Place, asked: Asked) -> bytes | None:
    """The body of a call to what no environment file describes."""
    if place.kind == "target" and ("runtime" in place.tables or "gateway" in place.tables):
        return None
    if asked.payload is not None:
        return json.dumps(asked.payload).encode()
    text = GREETING if asked.prompt is None else asked.prompt
    if place.kind == "harness":
        return json.dumps({"messages": [{"role": "user", "content": [{"text": text}]}]}).encode()
    return json.dumps(greeting(asked.protocol or "HTTP", text)).encode()


def _own_name(place: Place, text: str) -> str:
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
