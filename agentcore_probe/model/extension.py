"""What a team's own check or section says of a run."""

from __future__ import annotations

from typing import Literal

from agentcore_probe.model.base import Frozen

Kind = Literal["check", "section"]


class ExtensionResult(Frozen):
    """The result of one check or section of a team."""

    name: str
    """The file below the project's root (`checks/latency.py`), or the entry point and its distribution."""
    kind: Kind
    title: str
    """The constant `TITLE`, else the name."""
    problems: tuple[str, ...] = ()
    """Of a check: what is wrong, one sentence each."""
    html: str = ""
    """Of a section: what it shows."""
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
