"""The verdict in one sentence."""

from __future__ import annotations

from typing import Any

from agentcore_probe.report.sections import Section
from agentcore_probe.report.view import View


def _content(_: View) -> dict[str, Any]:
    return {}


SECTION = Section(id="evaluation", order=70, content=_content)
