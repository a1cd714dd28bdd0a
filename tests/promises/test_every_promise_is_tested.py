"""docs/security.md has 32 promises, and every one names tests that exist and are not empty."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.conftest import PROJECT

_ROW = re.compile(r"^\| (\d+) \| (.+?) \| (.+?) \|$", re.M)
TABLE = (PROJECT / "docs" / "security.md").read_text("utf-8")
PROMISES = {int(number): re.findall(r"`([^`]+)`", tests) for number, _, tests in _ROW.findall(TABLE)}


def test_the_table_has_every_promise() -> None:
    """1 to 32, each once."""
    assert sorted(int(number) for number, _, _ in _ROW.findall(TABLE)) == list(range(1, 33))


@pytest.mark.parametrize("number", range(1, 33))
def test_a_promise_names_tests_that_exist(number: int) -> None:
    """Every file has at least one test that `make test` runs."""
    assert PROMISES[number]
    for name in PROMISES[number]:
        tree = ast.parse((PROJECT / "tests" / name).read_text("utf-8"))
        tests = [
            node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        ]
        decorators = [{ast.unparse(decorator) for decorator in test.decorator_list} for test in tests]
        assert any(not names & {"pytest.mark.slow", "pytest.mark.skip"} for names in decorators)


def test_every_file_of_this_folder_tests_a_promise() -> None:
    """No file is missing from the table."""
    this_file = Path(__file__)
    files = {Path(name).name for names in PROMISES.values() for name in names}
    assert {path.name for path in this_file.parent.glob("test_*.py")} - {this_file.name} <= files
