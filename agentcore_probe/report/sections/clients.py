"""Whether each MCP client can connect: the steps of its login at each target, and a forecast for each client."""

from __future__ import annotations

from typing import Any

from agentcore_probe.report.sections import Section
from agentcore_probe.report.view import View
from agentcore_probe.report.view.clients import chains


def _content(view: View) -> dict[str, Any]:
    return {"chains": chains(view)}


SECTION = Section(
    id="clients", order=34, content=_content, applies=lambda view: bool(view.judgement.login_chains)
)
