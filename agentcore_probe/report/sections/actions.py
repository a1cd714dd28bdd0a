"""What to do now, the worst first."""

from __future__ import annotations

from typing import Any

from agentcore_probe.report.sections import Section
from agentcore_probe.report.view import View
from agentcore_probe.report.view.clients import is_any_to_fix


def _content(view: View) -> dict[str, Any]:
    return {"actions": view.actions(), "is_any_client_to_fix": is_any_to_fix(view)}


SECTION = Section(id="actions", order=0, content=_content)
