"""Tools under a policy engine: each tool by each caller, predicted and observed."""

from __future__ import annotations

from typing import Any

from agentcore_probe.model.methods import method
from agentcore_probe.report.sections import Section
from agentcore_probe.report.view import View
from agentcore_probe.report.view.policy import blocks, mode, sentences

_FEW = 3
"""So many callers are shown unfolded."""


def _content(view: View) -> dict[str, Any]:
    found = blocks(view)
    return {
        "intro": view.messages("policy-intro", mode=mode(view)),
        "sentences": sentences(view),
        "blocks": found,
        "is_open": len(found) <= _FEW,
    }


def is_under_policy(id: str) -> bool:
    """Whether a row, or a caller's way in, is one of the policy engine's."""
    row = method(id)
    return row is not None and row.entrance == "gateway-policy"


SECTION = Section(
    id="policy",
    order=34,
    content=_content,
    applies=lambda view: any(is_under_policy(finding.method) for finding in view.judgement.all_findings),
)
