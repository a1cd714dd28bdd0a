"""A message is filled in as the Fluent specification says, as far as the catalogues use it."""

from __future__ import annotations

import pytest
from fluent.syntax import FluentParser, ast

from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.report.filling import Filling

RUNS = """\
runs = { $count ->
    [0] No run
    [one] { $count } run
   *[other] { $count } runs
} of { $name }{ "." }
"""


def filled(source: str, language: str = "en", /, **values: object) -> str:
    """The first message of the source with these values."""
    message = FluentParser().parse(source).body[0]
    assert isinstance(message, ast.Message)
    assert message.value is not None
    return Filling(LANGUAGES[language], values).text(message.value)


@pytest.mark.parametrize(
    ("language", "count", "text"),
    [
        ("en", 0, "No run of prod."),
        ("en", 1, "1 run of prod."),
        ("en", 1.0, "1 run of prod."),
        ("en", 2, "2 runs of prod."),
        ("en", 12_345, "12,345 runs of prod."),
        ("en", "some", "some runs of prod."),
        ("en", "0", "No run of prod."),
        ("ja", 1, "1 runs of prod."),
    ],
)
def test_a_number_chooses_by_itself_or_by_its_plural(language: str, count: object, text: str) -> None:
    """Japanese has one form for all."""
    assert filled(RUNS, language, count=count, name="prod") == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (-1_234, "-1,234"),
        (100.0, "100"),
        (0.5, "0.5"),
        (1_234.56789, "1,234.568"),
        (2.0005, "2"),
        (2.0015, "2.002"),
    ],
)
def test_a_number_is_written_for_people(number: float, text: str) -> None:
    """Thousands are separated; of the decimal places, three are left, rounded half to even."""
    assert filled("x = { $number }", number=number) == text


@pytest.mark.parametrize(
    ("source", "values"),
    [
        (RUNS, {"count": 2}),
        (RUNS, {"name": "prod"}),
        ("x = { $name }", {"name": None}),
        ("x = { $name }", {"name": ["prod"]}),
        ("x = { NUMBER($name) }", {"name": 1}),
        ("x = { -term }", {}),
    ],
)
def test_what_cannot_be_filled_in_is_an_error(source: str, values: dict[str, object]) -> None:
    """A missing value, one of another type, and what no catalogue uses."""
    with pytest.raises(ValueError, match="no value|is a|not supported"):
        filled(source, **values)
