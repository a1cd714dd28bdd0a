"""What to do now, the worst first."""

from __future__ import annotations

from typing import Any

from agentcore_probe.report.sections import Section
from agentcore_probe.report.view import View


def _content(view: View) -> dict[str, Any]:
    return {"actions": view.actions()}


SECTION = Section(id="actions", order=0, content=_content)
