"""docs/security.md and the tests are in step: 28 promises, each with tests that exist and are not empty."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.conftest import PROJECT

_ROW = re.compile(r"^\| (\d+) \| (.+?) \| (.+?) \|$", re.M)
TABLE = (PROJECT / "docs" / "security.md").read_text("utf-8")
PROMISES = {int(number): re.findall(r"`([^`]+)`", tests) for number, _, tests in _ROW.findall(TABLE)}


def test_all_promises_stand_in_the_table() -> None:
    """1 to 28, none twice."""
    assert sorted(int(number) for number, _, _ in _ROW.findall(TABLE)) == list(range(1, 29))


@pytest.mark.parametrize("number", range(1, 29))
def test_a_promise_names_tests_that_are_there(number: int) -> None:
    """Each file holds at least one test that `make test` runs."""
    assert PROMISES[number]
    for name in PROMISES[number]:
        tree = ast.parse((PROJECT / "tests" / name).read_text("utf-8"))
        tests = [
            each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")
        ]
        marks = [{ast.unparse(mark) for mark in test.decorator_list} for test in tests]
        assert any(not marked & {"pytest.mark.slow", "pytest.mark.skip"} for marked in marks)


def test_every_file_of_this_folder_keeps_a_promise() -> None:
    """None is left over."""
    here = Path(__file__)
    named = {Path(name).name for names in PROMISES.values() for name in names}
    assert {path.name for path in here.parent.glob("test_*.py")} - {here.name} <= named
