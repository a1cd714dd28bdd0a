"""The lines that say what pasted material is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from agentcore_probe.model.judgement import Fact

if TYPE_CHECKING:
    from agentcore_probe.report.messages import Messages

_HEADINGS = frozenset({"token", "token-unreadable", "arn", "arn-malformed", "url", "settings", "request"})
"""The facts that begin something: what it is."""


def material_lines(facts: Iterable[Fact], text: Messages) -> Iterator[str]:
    """One line a fact, those after the first of a thing indented; what is wrong is marked."""
    for fact in facts:
        if fact.id.startswith("cause-"):
            line = text.cause(fact.id.removeprefix("cause-"), fact.values)
        else:
            line = text(f"material-{fact.id}", fact.values)
        if fact.id in _HEADINGS:
            yield line
        else:
            yield f"  {'✗' if fact.is_wrong else '·'} {line}"
