"""The helper of the tests of linear time finds a reader whose time is quadratic."""

from __future__ import annotations

import re

from tests.timing import is_linear

TEXT = "a" * 30_000


def test_a_linear_reader_is_linear() -> None:
    """Also one that takes long for each character."""
    assert is_linear(lambda text: [re.sub("a", "b", text) for _ in range(40)], TEXT)


def test_a_quadratic_reader_is_not() -> None:
    """A pattern that tries every character as the beginning, and reads to the end from each."""
    assert not is_linear(re.compile("a+b").search, TEXT)
