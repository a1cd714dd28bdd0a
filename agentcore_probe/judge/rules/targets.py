"""What a call of a Gateway names: the tool, and the target in the tool's name or in the path."""

from __future__ import annotations

import re
from typing import Any

from agentcore_probe.judge.reading.case import Case
from agentcore_probe.model.configuration import DeployedTarget
from agentcore_probe.regex import regex

SEPARATOR = "___"
"""Between a target's and a tool's name."""


def params(case: Case) -> dict[str, Any]:
    """The parameters of a JSON-RPC request."""
    value = case.exchange.request.fields.get("params")
    return value if isinstance(value, dict) else {}


def tool_name(case: Case) -> str:
    """The tool that the request calls, or that the answer does not know; empty if neither names one."""
    unknown = _UNKNOWN_TOOL.search(case.answer.message or case.answer.tool_text)
    return str(params(case).get("name") or (unknown["name"] if unknown else ""))


_UNKNOWN_TOOL = regex(rf"unknown tool: ['\"]?(?P<name>[\w-]{{1,128}}{SEPARATOR}[\w-]{{1,128}})", re.I)


def path_target(case: Case) -> tuple[str, str]:
    """The first segment of a Gateway's path, which names a target, and the rest; both empty for MCP's own path."""
    first, _, rest = case.address.path.lstrip("/").partition("/")
    return ("", "") if first in ("", "mcp", ".well-known") else (first, rest)


def called_target(case: Case) -> DeployedTarget | None:
    """The deployed target that a call of a Gateway names; None if it names none, or none is known."""
    gateway = case.gateway
    name = path_target(case)[0] or tool_name(case).partition(SEPARATOR)[0]
    return gateway.target(name) if gateway is not None and name else None
