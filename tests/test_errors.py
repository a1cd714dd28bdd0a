"""Errors that end a command: one line for people, one exit code for scripts."""

from __future__ import annotations

import json

import pytest

from agentcore_probe import errors
from agentcore_probe.errors import ExitCode, NotebookError, ProbeError, UnreachableError, worst_exit_code


def test_an_error_is_one_line() -> None:
    """A cell's traceback and a server's reason hold line breaks, also the less usual ones."""
    error = NotebookError(
        "NameError:\n\n  name 'x'\tis not defined\r\n",
        where="report.ipynb,\ncell 3",
        hint="Fix the cell\u2028and run it again\x85",
    )
    assert error.line() == (
        "report.ipynb, cell 3: NameError: name 'x' is not defined . Fix the cell and run it again"
    )
    assert error.line().splitlines() == [str(error)]


@pytest.mark.parametrize(
    ("where", "hint", "line"),
    [
        (None, None, "no answer"),
        ("t.toml", None, "t.toml: no answer"),
        (None, "Check the URL", "no answer. Check the URL"),
        ("t.toml", "Check the URL", "t.toml: no answer. Check the URL"),
    ],
)
def test_a_line_names_place_fault_and_fix(where: str | None, hint: str | None, line: str) -> None:
    """In this order, with what is missing left out."""
    assert ProbeError("no answer", where=where, hint=hint).line() == line


def test_a_long_text_loses_its_middle() -> None:
    """A cell of a table with a million characters would be in every output, and in the index of all."""
    error = ProbeError(f"begin {'x' * 1_000_000} end", where="w" * 5000, hint="h" * 5000)
    assert (error.what[:6], error.what[-4:]) == ("begin ", " end")
    assert len(error.line()) < 13_000


def test_the_json_form_keeps_each_text_as_it_is() -> None:
    """Machines get the parts unchanged and the exit code as a number."""
    error = UnreachableError("two\nlines", where="environment t")
    assert json.loads(json.dumps(error.as_json())) == {
        "error": "UnreachableError",
        "what": "two\nlines",
        "where": "environment t",
        "hint": None,
        "exit_code": 4,
    }


@pytest.mark.parametrize(
    ("codes", "worst"),
    [
        ([], ExitCode.INTERNAL),
        ([0, 0], ExitCode.VERIFIED),
        ([0, 1], ExitCode.NOT_VERIFIED),
        ([1, 4, 3], ExitCode.NO_IDENTITY),
        ([3, 2, 4], ExitCode.USAGE),
        ([2, 5, 1], ExitCode.REPORT),
        ([5, 70, 2], ExitCode.INTERNAL),
        ([70, 130], ExitCode.INTERRUPTED),
    ],
)
def test_the_worst_exit_code_wins(codes: list[int], worst: ExitCode) -> None:
    """A defect outranks an unwritten report, that one unusable input, and so on; no result is a defect."""
    assert worst_exit_code(codes) is worst


def test_every_exit_code_has_a_rank() -> None:
    """A new code cannot be forgotten in the ranking."""
    assert all(worst_exit_code([code]) is code for code in ExitCode)


def test_the_table_of_errors_is_complete() -> None:
    """The module's docstring lists each class, with the code of each branch."""
    table = errors.__doc__ or ""
    classes: list[type[ProbeError]] = [ProbeError, *_subclasses(ProbeError)]
    assert {cls.__name__ for cls in classes} == {
        name for name in vars(errors) if name.endswith("Error")
    } & set(table.split())
    for cls in classes:
        if "exit_code" in vars(cls):
            row = next(line for line in table.splitlines() if cls.__name__ in line.split())
            assert str(int(cls.exit_code)) in row.split()


def test_an_error_of_another_process_is_the_same_error() -> None:
    """Of every kind that is made with a sentence; one of another module is the widest of its exit code."""
    classes: list[type[ProbeError]] = [ProbeError, *_subclasses(ProbeError)]
    classes.remove(errors.StoppedError)
    for cls in classes:
        error = cls("what", where="where", hint="hint")
        read = errors.error_from_json(error.as_json())
        assert type(read) is cls
        assert read.line() == error.line()
    for code, kind in (
        (2, errors.InputError),
        (3, errors.NoIdentityError),
        (130, ProbeError),
        (70, ProbeError),
    ):
        other = {**ProbeError("what").as_json(), "error": "OtherError", "exit_code": code}
        assert type(errors.error_from_json(other)) is kind


def _subclasses(cls: type[ProbeError]) -> list[type[ProbeError]]:
    """Those that `errors` itself defines."""
    direct = [sub for sub in cls.__subclasses__() if sub.__module__ == errors.__name__]
    return [cls for sub in direct for cls in (sub, *_subclasses(sub))]
