"""Why each answer is what it is."""

from __future__ import annotations

from typing import Any

from agentcore_probe.report.sections import Section
from agentcore_probe.report.view import View


def _content(view: View) -> dict[str, Any]:
    return {"causes": view.root_causes()}


SECTION = Section(id="root-cause", order=20, content=_content)
