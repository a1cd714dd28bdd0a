"""The Gateway and MCP: sessions, versions, targets, tools (docs/agentcore.md section 4)."""

from __future__ import annotations

from dataclasses import replace

from agentcore_probe.judge.decision import decision
from agentcore_probe.judge.invalid_requests import decision_on_content
from agentcore_probe.judge.passthrough import is_passthrough
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules import policy
from agentcore_probe.judge.rules.match import Match, Rule
from agentcore_probe.judge.rules.targets import SEPARATOR, params, tool_name
from agentcore_probe.model.stream import json_objects

SEARCH_TOOL = "x_amz_bedrock_agentcore_search"


def gateway_session(case: Case) -> Match | None:
    """Sessions are on, and the header is missing (400) or names an unknown session (404)."""
    if case.service != "gateway":
        return None
    answer, session = case.answer, case.exchange.request.header("mcp-session-id")
    if answer.status == 404 and session is not None and not answer.message_matches(r"no target found"):
        return Match("gateway-session-expired", values={"session": session})
    if answer.status == 404 and answer.message_matches(r"session"):
        return Match("gateway-session-expired", "possible")
    if answer.status == 400 and session is None:
        gateway = case.gateway
        sessions_are_on = bool(gateway and gateway.sessions)
        if answer.message_matches(r"session"):
            return Match("gateway-session-missing", "proven" if sessions_are_on else "probable")
        if sessions_are_on and not answer.message:
            return Match("gateway-session-missing", "possible")
    return None


def mcp_version(case: Case) -> Match | None:
    """The Gateway does not support the MCP version of the request."""
    answer = case.answer
    if case.service != "gateway" or answer.status not in (200, 400):
        return None
    if answer.rpc_code is None and answer.status != 400:
        return None
    values = version_values(case)
    supported = values["supported"].split(", ") if values["supported"] else None
    is_supported = None if supported is None else values["asked"] in supported
    is_unsupported = values["asked"] != "-" and is_supported is False
    if answer.message_matches(r"protocol.?version") and not is_supported:
        return Match("protocol-version-unsupported", "proven" if is_unsupported else "probable", values)
    if is_unsupported and not answer.message:
        return Match("protocol-version-unsupported", "possible", values)
    return None


def version_values(case: Case) -> dict[str, str]:
    """The MCP version of the request, and those that the server lists, or the deployed Gateway supports."""
    version = case.exchange.request.header("mcp-protocol-version") or params(case).get("protocolVersion")
    gateway = case.gateway if case.service == "gateway" else None
    supported = _supported_by_server(case) or (gateway.supported_versions if gateway else None)
    return {"asked": str(version or "-"), "supported": ", ".join(supported or ())}


def _supported_by_server(case: Case) -> tuple[str, ...] | None:
    """The versions that the server lists beside its error -32022 (MCP 2026-07-28), or None."""
    response = case.exchange.response
    for message in json_objects(response.body) if response else ():
        error = message.get("error")
        data = error.get("data") if isinstance(error, dict) else None
        supported = data.get("supported") if isinstance(data, dict) else None
        if isinstance(supported, list):
            return tuple(str(version) for version in supported)
    return None


def rejected_payload(case: Case) -> Match | None:
    """Any other 400 of the Gateway."""
    if case.service == "gateway" and case.answer.status == 400:
        return Match("payload-rejected", values={"message": case.answer.message})
    return None


def failed_tool(case: Case) -> Match | None:
    """A tool call failed: the target is unknown, search is off, or the tool itself reports an error."""
    answer, name = case.answer, tool_name(case)
    if case.service == "runtime" and answer.tool_error and _may_speak_mcp(case):
        values = {"tool": name, "message": answer.tool_text, **_unlisted(case, name)}
        return Match("tool-failed", values=values)
    if case.service != "gateway":
        return None
    failed = answer.tool_error or (answer.rpc_code is not None and answer.status in (200, 404, None))
    if not failed and not answer.message_matches(r"no target found", r"^unknown tool"):
        return None
    message = answer.message or answer.tool_text
    path = name if SEPARATOR in name else case.address.path.strip("/").removeprefix("mcp")
    target = path.split(SEPARATOR)[0].split("/")[0]
    values = {"tool": name, "message": message, "target": target}
    gateway = case.gateway
    if name == SEARCH_TOOL and gateway is not None and gateway.search_type not in (None, "SEMANTIC"):
        return Match("search-disabled", values=values)
    if "no target found" in message.lower():
        return Match("target-unknown", values=values)
    return _failed_target(case, name, values) or _tool_error(case, {**values, **_unlisted(case, name)})


def _may_speak_mcp(case: Case) -> bool:
    """Whether a Runtime's response may be MCP; an agent of another protocol may respond anything."""
    runtime = case.configuration.runtime
    protocol = runtime.protocol if runtime else None
    if protocol is not None:
        return protocol == "MCP"
    body = case.exchange.request.body
    return not body or "jsonrpc" in body


def _failed_target(case: Case, tool: str, values: dict[str, str]) -> Match | None:
    """The target in the tool's name is not deployed, or not ready."""
    gateway = case.gateway
    if SEPARATOR not in tool or gateway is None or gateway.targets is None:
        return None
    statuses = {target.name: target.status for target in gateway.targets}
    if values["target"] not in statuses:
        return Match("target-unknown", values=values)
    status = statuses[values["target"]]
    if status in (None, "READY"):
        return None
    return Match("target-not-ready", values={**values, "status": str(status)})


def _tool_error(case: Case, values: dict[str, str]) -> Match | None:
    answer = case.answer
    if answer.tool_error or "listed" in values:
        return Match("tool-failed", values=values)
    if answer.message_matches(r"unknown tool", r"tool .*not found"):
        return Match("target-unknown", "possible", values)
    if answer.rpc_code == -32603:
        return Match("service-fault", "possible", values)
    return None


def _unlisted(case: Case, tool: str) -> dict[str, str]:
    """How many tools the same conversation listed, if this one is not among them."""
    conversation, names, is_complete = case.exchange.id.rpartition("/")[0], set[str](), False
    for other in case.related:
        if other.id.rpartition("/")[0] != conversation or not other.step.startswith("tools/list"):
            continue
        result = Case(other).answer.result or {}
        tools = result.get("tools")
        names |= {str(item.get("name")) for item in tools or () if isinstance(item, dict)}
        is_complete = isinstance(tools, list) and not result.get("nextCursor")
    return {"listed": "no", "count": str(len(names))} if is_complete and tool and tool not in names else {}


def missing_tools(case: Case) -> Match | None:
    """`tools/list` lacks the tools of a target that is not ready."""
    gateway, result = case.gateway, case.answer.result or {}
    tools = result.get("tools")
    if case.service != "gateway" or case.answer.status != 200 or not isinstance(tools, list):
        return None
    if gateway is None or gateway.targets is None:
        return None
    if result.get("nextCursor"):
        return None  # they may be on a later page
    names = [str(tool.get("name", "")) for tool in tools if isinstance(tool, dict)]
    for target in gateway.targets:
        is_listed = any(name.startswith(target.name + SEPARATOR) for name in names)
        if target.status not in (None, "READY") and not is_listed:
            return Match("target-not-ready", values={"target": target.name, "status": str(target.status)})
    return None


def open_endpoint(case: Case) -> Match | None:
    """Accepted without a credential, with a forged one, or by an authorizer without rules."""
    match = _open_endpoint(case) if case.service in ("gateway", "runtime") else None
    if match is None or match.cause != "open-endpoint" or case.target == "gateway":
        return match
    is_further = case.target != "runtime" or case.address.suffix.rstrip("/") not in ("", "invocations")
    return replace(match, values={**match.values, "target": case.target}) if is_further else match


def _open_endpoint(case: Case) -> Match | None:
    if case.answer.status == 101 and case.exchange.must_be_refused:
        forged = case.exchange.forged
        return Match("open-endpoint", values={"defect": forged} if forged else {})
    if case.exchange.must_be_refused and decision_on_content(case) == "accepted":
        return Match("open-endpoint", "probable")
    if case.answer.status is None or not 200 <= case.answer.status < 300 or case.answer.rpc_code is not None:
        return None
    request, authorizer = case.exchange.request, case.authorizer.type if case.authorizer else None
    control = case.exchange.control
    if case.exchange.forged is not None:
        return Match("open-endpoint", values={"defect": case.exchange.forged})
    is_control = case.exchange.must_be_refused and control not in ("anonymous", "id-token")
    if is_control and decision(case) == "accepted":
        return Match("open-endpoint", values={"defect": str(control)})
    has_no_credential = not case.url_only and request.auth == "none" and not request.header("authorization")
    if has_no_credential and request.url and _is_call(case):
        return Match("open-endpoint", "proven" if authorizer == "NONE" else "probable")
    if authorizer == "AUTHENTICATE_ONLY":
        return Match("authenticate-only")
    return None


def _is_call(case: Case) -> bool:
    """Whether the request is a call; metadata documents are public, and an agent card is not."""
    is_post, path = case.exchange.request.method.upper() == "POST", case.address.path
    is_public = ".well-known" in path and not path.endswith("/agent-card.json")
    return is_passthrough(case) or path.endswith("/agent-card.json") or (is_post and not is_public)


RULES: tuple[Rule, ...] = (
    gateway_session,
    mcp_version,
    rejected_payload,
    failed_tool,
    missing_tools,
    policy.hides_tools,
    open_endpoint,
)
