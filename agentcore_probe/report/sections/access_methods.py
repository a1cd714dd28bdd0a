"""The table of access methods."""

from __future__ import annotations

from typing import Any

from agentcore_probe.report.sections import Section
from agentcore_probe.report.view import View


def _content(view: View) -> dict[str, Any]:
    return {"rows": view.rows(), "aws_login": view.aws_login}


SECTION = Section(id="access-methods", order=30, content=_content)
