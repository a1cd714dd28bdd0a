"""What is added to a report: a team's own check or section, or a comparison with another environment."""

from __future__ import annotations

from typing import Literal

from agentcore_probe.model.base import Frozen
from agentcore_probe.model.comparison import Comparison

Kind = Literal["check", "section", "comparison"]


class ExtensionResult(Frozen):
    """The result of one check or section of a team, or a comparison."""

    name: str
    """The file below the project's root (`checks/latency.py`), or the entry point and its distribution; of a comparison,
    the other environment."""
    kind: Kind
    title: str
    """The constant `TITLE`, else the name."""
    problems: tuple[str, ...] = ()
    """Of a check: what is wrong, one sentence each."""
    html: str = ""
    """Of a section: what it shows."""
    comparison: Comparison | None = None
    """Of a comparison: what it says."""
    is_required: bool = False
    """Of a check: whether a problem makes the exit code 1 (`REQUIRED`). A check that cannot be loaded counts as such."""
    language: str | None = None
    """The only language of whose pages it is a part; None: of all."""
    error: str | None = None
    """Why there is no result: the exception and its line."""

    @property
    def fails_run(self) -> bool:
        """Whether it makes the exit code 1."""
        return self.is_required and bool(self.problems or self.error)
