"""The catalogues: complete, equal in fact, filled in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from agentcore_probe.errors import ProbeError
from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.model.languages import DEFAULT, LANGUAGES
from agentcore_probe.model.methods import METHODS
from agentcore_probe.report import messages as module
from agentcore_probe.report.messages import messages

TEXT = Path(module.__file__).parent / "text"


class _Values(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:
        self.names.add(node.id.name)


def catalogue(language: str) -> dict[str, set[str]]:
    """Each message and attribute with the values that it names."""
    found: dict[str, set[str]] = {}
    for entry in FluentParser().parse((TEXT / f"{language}.ftl").read_text("utf-8")).body:
        assert not isinstance(entry, ast.Junk), entry.content
        if isinstance(entry, ast.Message):
            for name, pattern in [("", entry.value), *((f".{a.id.name}", a.value) for a in entry.attributes)]:
                values = _Values()
                values.visit(pattern)
                assert f"{entry.id.name}{name}" not in found, f"{entry.id.name} stands twice"
                found[f"{entry.id.name}{name}"] = values.names
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_holds_the_same_messages_with_the_same_values(language: str) -> None:
    """A missing or unequal message fails the build."""
    assert catalogue(language) == catalogue(DEFAULT)


def test_every_catalogue_belongs_to_a_language() -> None:
    """And every language has one."""
    assert {path.stem for path in TEXT.glob("*.ftl")} == set(LANGUAGES)


def test_every_message_is_used_or_belongs_to_a_table() -> None:
    """No sentence is kept that nobody says."""
    package = TEXT.parents[1]
    code = "".join(
        path.read_text("utf-8")
        for path in [*package.rglob("*.py"), *package.rglob("*.j2")]
        if "local" not in path.parts
    )
    prefixes = (
        "cause-", "method-", "auth-", "decision-", "outcome-", "reason-", "fault-", "phase-", "factor-", "check-",
        "item-", "done-", "deployed-", "severity-", "shown-", "claim-", "expectation-", "usage-", "verdict-",
        "evaluation-", "source-", "title-", "section-", "provenance-", "confidence-", "column-", "cut-", "fragment-", "way-", "target-", "timeline-", "step-",
        "cite-", "unreadable-", "root-cause-", "result-", "matrix-none", "latency-none",
    )  # fmt: skip
    unused = [
        id
        for id in catalogue(DEFAULT)
        if not id.startswith(prefixes) and not re.search(f"[\"']{id}[\"']", code)
    ]
    assert unused == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_has_its_words(language: str) -> None:
    """Causes and methods, each by its id."""
    known = messages(language)
    assert all(known.has(f"cause-{cause}") for cause in CAUSES)
    assert all(known.has(f"method-{method.id}") for method in METHODS)


def test_a_missing_message_or_value_is_a_fault_of_ours() -> None:
    """Nothing is shown half filled in."""
    with pytest.raises(ProbeError, match="no message"):
        messages("en")("no-such-message")
    with pytest.raises(ProbeError, match="cannot be filled in"):
        messages("en")("by-design")
