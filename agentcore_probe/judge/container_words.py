"""Refusals that the container's own server writes, behind the authorizer: an MCP server about a request's form.

The Python SDK of MCP 2.3 checks headers before it reads a message (mcp/server/transport_security.py, shared/inbound.py).
"""

from __future__ import annotations

import re

from agentcore_probe.judge.reading.case import Case
from agentcore_probe.regex import regex

HEADER_MISMATCH = -32020
UNSUPPORTED_VERSION = -32022
"""Codes of MCP 2026-07-28: a header does not fit the message; the version is not supported."""
TRANSPORT = regex(r"invalid (?P<header>host|origin|content-type) header\.?", re.I)
"""All that the SDK's transport security says."""


def is_containers(case: Case) -> bool:
    """Whether the container of a Runtime refused the form of a request, which only an accepted caller can learn."""
    answer = case.answer
    if case.service != "runtime" or case.is_control or answer.status not in (400, 403, 404, 421):
        return False
    if TRANSPORT.fullmatch(answer.message.strip()):
        return True
    if answer.rpc_code in (HEADER_MISMATCH, UNSUPPORTED_VERSION):
        return True
    names_meta = answer.rpc_code == -32602 and answer.message_matches(r"_meta")
    return names_meta or (answer.rpc_code == -32601 and answer.status == 404)
