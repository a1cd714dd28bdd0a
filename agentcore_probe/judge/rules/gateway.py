"""The Gateway and MCP: sessions, versions, targets, tools (docs/agentcore.md section 4)."""

from __future__ import annotations

from typing import Any

from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules.match import Match, Rule

SEARCH_TOOL = "x_amz_bedrock_agentcore_search"
SEPARATOR = "___"
"""Between a target's and a tool's name."""


def session(case: Case) -> Match | None:
    """Sessions are on: the header is missing (400), or names a session that is gone (404)."""
    if case.service != "gateway":
        return None
    given = case.exchange.request.header("mcp-session-id")
    if (
        case.answer.status == 404
        and given is not None
        and not case.answer.message_matches(r"no target found")
    ):
        return Match("gateway-session-expired", values={"session": given})
    if case.answer.status == 404 and case.answer.message_matches(r"session"):
        return Match("gateway-session-expired", "possible", {"session": "-"})
    if case.answer.status == 400 and given is None:
        gateway = case.configuration.gateway
        known = gateway.sessions if gateway else None
        if case.answer.message_matches(r"session"):
            return Match("gateway-session-missing", "proven" if known else "probable")
        if known and not case.answer.message:
            return Match("gateway-session-missing", "possible")
    return None


def version(case: Case) -> Match | None:
    """An MCP version that the Gateway does not speak."""
    if case.service != "gateway" or case.answer.status not in (200, 400):
        return None
    if case.answer.rpc_code is None and case.answer.status != 400:
        return None
    asked = case.exchange.request.header("mcp-protocol-version") or _params(case).get("protocolVersion")
    gateway = case.configuration.gateway
    supported = gateway.supported_versions if gateway else None
    said = case.answer.message_matches(r"protocol.?version")
    outside = supported is not None and asked is not None and asked not in supported
    values = {"asked": str(asked or "-"), "supported": ", ".join(supported or ()) or "-"}
    if said and not (supported is not None and asked in supported):
        return Match("protocol-version-unsupported", "proven" if outside else "probable", values)
    if outside and not case.answer.message:
        return Match("protocol-version-unsupported", "possible", values)
    return None


def rejected(case: Case) -> Match | None:
    """Another 400 of the Gateway."""
    if case.service == "gateway" and case.answer.status == 400:
        return Match("payload-rejected", values={"message": case.answer.message})
    return None


def tool(case: Case) -> Match | None:
    """A tool call that failed: no such target, search switched off, or the tool's own error."""
    answer = case.answer
    if case.service == "runtime" and answer.tool_error and _speaks_mcp(case):
        named = str(_params(case).get("name") or "-")
        return Match("tool-failed", values={"tool": named, "message": _content(answer.result)})
    if case.service != "gateway":
        return None
    failed = answer.tool_error or (answer.rpc_code is not None and answer.status in (200, 404))
    if not failed and not answer.message_matches(r"no target found"):
        return None
    named = str(_params(case).get("name") or "")
    said = answer.message or _content(answer.result)
    target = named if SEPARATOR in named else case.address.path.strip("/")
    values = {"tool": named or "unknown", "message": said, "target": target.split(SEPARATOR)[0].split("/")[0]}
    gateway = case.configuration.gateway
    if named == SEARCH_TOOL and gateway is not None and gateway.search_type not in (None, "SEMANTIC"):
        return Match("search-disabled", values=values)
    if "no target found" in said.lower():
        return Match("target-unknown", values=values)
    return _target(case, named, values) or _tool_error(case, values)


def _speaks_mcp(case: Case) -> bool:
    """Whether a Runtime's answer is MCP's; an agent of another protocol says what it likes."""
    runtime = case.configuration.runtime
    protocol = runtime.protocol if runtime else None
    return protocol == "MCP" or (protocol is None and "jsonrpc" in (case.exchange.request.body or "jsonrpc"))


def _target(case: Case, named: str, values: dict[str, str]) -> Match | None:
    """What the deployed targets say of the one that the tool's name names."""
    gateway = case.configuration.gateway
    if SEPARATOR not in named or gateway is None or gateway.targets is None:
        return None
    known = {each.name: each for each in gateway.targets}
    if values["target"] not in known:
        return Match("target-unknown", values=values)
    status = known[values["target"]].status
    if status in (None, "READY"):
        return None
    return Match("target-not-ready", values={**values, "status": str(status)})


def _tool_error(case: Case, values: dict[str, str]) -> Match | None:
    answer = case.answer
    if answer.tool_error:
        return Match("tool-failed", values=values)
    if answer.rpc_code is not None and answer.message_matches(r"unknown tool", r"tool .*not found"):
        return Match("target-unknown", "possible", values)
    if answer.rpc_code == -32603:
        return Match("service-fault", "possible", values)
    return None


def listing(case: Case) -> Match | None:
    """Tools that are missing from `tools/list` because their target is not ready."""
    gateway = case.configuration.gateway
    tools = (case.answer.result or {}).get("tools")
    if case.service != "gateway" or case.answer.status != 200 or not isinstance(tools, list):
        return None
    if gateway is None or gateway.targets is None or case.answer.result is None:
        return None
    if case.answer.result.get("nextCursor"):
        return None
    names = [str(each.get("name", "")) for each in tools if isinstance(each, dict)]
    for target in gateway.targets:
        listed = any(name.startswith(target.name + SEPARATOR) for name in names)
        if target.status not in (None, "READY") and not listed:
            return Match("target-not-ready", values={"target": target.name, "status": str(target.status)})
    return None


def open_doors(case: Case) -> Match | None:
    """Accepted without a credential, with a forged one, or without any rule."""
    if case.answer.status is None or not 200 <= case.answer.status < 300 or case.answer.rpc_code is not None:
        return None
    if case.service not in ("gateway", "runtime"):
        return None
    kind = case.authorizer.type if case.authorizer else None
    if case.exchange.forged is not None:
        return Match("open-endpoint", values={"defect": case.exchange.forged})
    nobody = case.exchange.request.auth == "none" and not case.exchange.request.header("authorization")
    if nobody and case.exchange.request.url and _is_call(case):
        return Match("open-endpoint", "proven" if kind == "NONE" else "probable")
    if kind == "AUTHENTICATE_ONLY":
        return Match("authenticate-only")
    return None


def _is_call(case: Case) -> bool:
    """Metadata documents are meant for everybody."""
    return case.exchange.request.method.upper() == "POST" and ".well-known" not in case.address.path


def _params(case: Case) -> dict[str, Any]:
    params = case.exchange.request.fields.get("params")
    return params if isinstance(params, dict) else {}


def _content(result: dict[str, Any] | None) -> str:
    parts = (result or {}).get("content")
    if not isinstance(parts, list):
        return ""
    return " ".join(str(part.get("text", "")) for part in parts if isinstance(part, dict))


RULES: tuple[Rule, ...] = (session, version, rejected, tool, listing, open_doors)
