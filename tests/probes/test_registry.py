"""Each access method is complete: its probe, its texts, its counterparts; and nothing else knows its id."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

import agentcore_probe
from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.model.methods import METHODS, AccessMethod, form_of, method, order
from agentcore_probe.probes.registry import PROBES, resolve_probe
from agentcore_probe.report.messages import messages

PACKAGE = Path(agentcore_probe.__file__).parent
MAY_NAME_METHODS = {"judge/checklist.py"}
"""Modules that may hold the id of a method besides the table itself: the checklist's items about the documented calls."""

every_method = pytest.mark.parametrize("row", METHODS, ids=lambda row: row.id)


@every_method
def test_a_method_has_a_probe(row: AccessMethod) -> None:
    """Its reference names a function that takes the run's context and a transport."""
    probe = resolve_probe(row.probe)
    assert PROBES[row.id] is probe
    assert list(inspect.signature(probe).parameters) == ["context", "transport"]


def test_no_probe_is_left_without_a_method() -> None:
    """Each public function of that form in the probe modules belongs to a row."""
    probes = {
        function
        for module in {inspect.getmodule(probe) for probe in PROBES.values()}
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_")
        and list(inspect.signature(function).parameters) == ["context", "transport"]
    }
    assert probes == set(PROBES.values())


@pytest.mark.parametrize("language", LANGUAGES)
@every_method
def test_a_method_has_its_texts(row: AccessMethod, language: str) -> None:
    """Its name, its line of the matrix, its credential, and its line under "Practical usage"."""
    texts = messages(language)
    ids = [f"method-{row.id}", f"way-{form_of(row)}", f"auth-{row.auth}"]
    assert [id for id in (*ids, *([f"usage-{row.usage}"] if row.usage else ())) if not texts.has(id)] == []


@every_method
def test_a_refusal_can_be_proven_at_the_same_target(row: AccessMethod) -> None:
    """Counterparts exist, call the same target with another credential, by another entrance or URL, and a control has at least one."""
    counterparts = [method(id) for id in row.counterparts]
    is_same_url = row.fixed_prediction is None
    assert all(
        other
        and other.target == row.target
        and ((other.auth, other.entrance) != (row.auth, row.entrance) or not is_same_url)
        for other in counterparts
    )
    assert counterparts or not row.control
    assert row.fixed_prediction is None or row.fixed_prediction.cause in CAUSES


def test_the_order_is_that_of_the_table() -> None:
    """A method that is not in the table comes last."""
    assert [order(row.id) for row in METHODS] == list(range(len(METHODS)))
    assert order("no-such-method") == len(METHODS)


def _strings(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_nothing_else_decides_by_the_id_of_a_method() -> None:
    """What depends on a method is a field of its row, so adding one needs no other change."""
    ids = {row.id for row in METHODS}
    modules = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if path.parent.name != "methods" and not ids.isdisjoint(_strings(path))
    }
    assert modules <= MAY_NAME_METHODS
