"""The history as a part of a page: sentences and pictures, in every language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agentcore_probe.history.trend import history_of_rows
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.report.history_part import history_html
from agentcore_probe.report.sparkline import sparkline
from tests.history.runs import many

HISTORY = history_of_rows("prod", many(31))


def test_it_says_since_when_how_often_and_what_flaps() -> None:
    """In sentences before the table."""
    html = history_html(HISTORY, "en")
    assert "31 runs since 2026-01-01 09:30 UTC. Verified since 2026-01-31 09:30, in one run." in html
    assert "Flapping, with three changes or more in the last 20 runs: Runtime direct (HTTPS)." in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_row_has_a_picture_with_words(language: str) -> None:
    """In every language, without a script."""
    html = history_html(HISTORY, language)
    assert html.count('<svg role="img" aria-label=') == 3
    assert "<script" not in html


def test_names_are_text() -> None:
    """A method's id from a record cannot be markup."""
    row = replace(HISTORY.rows[0], method="<b>x</b>")
    assert "<b>x" not in history_html(replace(HISTORY, rows=(row,)), "en")


def test_without_runs_it_says_so() -> None:
    """Instead of an empty table."""
    assert history_html(history_of_rows("prod", []), "en") == "<p>No earlier runs.</p>"


def test_a_picture_of_one_value_or_of_zeros_is_a_line() -> None:
    """No division by zero; nothing for no values."""
    assert "2.0,2.0" in sparkline([5.0], "x")
    assert "118.0,22.0" in sparkline([0.0, 0.0], "x")
    assert sparkline([], "x") == ""
