"""What the agent's own server says of a request's form, behind the authorizer: MCP's and A2A's versions and headers."""

from __future__ import annotations

from agentcore_probe.judge.container_words import (
    HEADER_MISMATCH,
    TRANSPORT,
    UNSUPPORTED_VERSION,
    is_containers,
)
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.rules.gateway import version_values
from agentcore_probe.judge.rules.match import Match, Rule
from agentcore_probe.model.methods import method as method_of_row

_A2A_METHODS = {
    "SendMessage": "1.0",
    "SendStreamingMessage": "1.0",
    "message/send": "0.3",
    "message/stream": "0.3",
}
"""Method -> the version of A2A that has it."""
_METHOD_NOT_FOUND = -32601


def form_of_request(case: Case) -> Match | None:
    """The container's MCP server refuses a header, a version or a method."""
    if not is_containers(case):
        return None
    answer = case.answer
    transport = TRANSPORT.fullmatch(answer.message.strip())
    if transport is not None and transport["header"].lower() != "content-type":
        return Match("container-failed", values={"message": answer.message, "part": "host"})
    if answer.rpc_code == UNSUPPORTED_VERSION:
        return Match("protocol-version-unsupported", values={**version_values(case), "server": "container"})
    values = {"message": answer.message}
    return Match(
        "payload-rejected", values=values | ({"part": "header"} if answer.rpc_code == HEADER_MISMATCH else {})
    )


def a2a_version(case: Case) -> Match | None:
    """The agent does not know the method: it speaks another version of A2A."""
    answer = case.answer
    method = str(case.exchange.request.fields.get("method") or "")
    version = _A2A_METHODS.get(method)
    runtime = case.configuration.runtime
    protocol = runtime.protocol if runtime and not case.names_another else None
    if (
        case.service != "runtime"
        or answer.rpc_code != _METHOD_NOT_FOUND
        or version is None
        or case.is_control
    ):
        return None
    if answer.status not in (200, None) or protocol not in ("A2A", None):
        return None
    other = "old" if version == "1.0" else "new"
    values = {"method": method, "sent": version, "other": other}
    row = method_of_row(case.exchange.id.rpartition("/")[0])
    if row is not None and row.entrance == "runtime-agent-card":
        values["card"] = version  # the probe sends what the card names
    return Match("a2a-version-mismatch", "probable", values)


RULES: tuple[Rule, ...] = (form_of_request, a2a_version)
"""Before the rules of the credential: a 403 or 404 in these words comes from behind the authorizer."""
