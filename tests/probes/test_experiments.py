"""Which factors a run can change, and where they are listed."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from agentcore_probe.judge.factors import FACTORS
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.probes.experiments import CHANGEABLE_FACTORS
from agentcore_probe.report.messages import messages
from tests.conftest import PROJECT


def test_what_a_run_can_change_is_a_factor() -> None:
    """So the pair that it makes can be compared in that factor."""
    assert set(CHANGEABLE_FACTORS) <= FACTORS.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_changeable_factor_has_a_name(language: str) -> None:
    """The terminal names what it changed."""
    for factor in CHANGEABLE_FACTORS:
        assert messages(language).has(f"factor-{factor}")


def _paragraphs(page: Path) -> list[str]:
    """The paragraphs of a Markdown file, or of a notebook's Markdown cells."""
    if page.suffix == ".ipynb":
        cells = nbformat.read(page, 4).cells
        text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    else:
        text = page.read_text("utf-8")
    return text.split("\n\n")


def test_a_list_of_factors_for_readers_is_complete() -> None:
    """A page that lists the factors lists exactly those that a run can change."""
    pages = [PROJECT / "README.md", *PROJECT.glob("docs/*.md"), *PROJECT.glob("notebooks/*.ipynb")]
    lists = [paragraph for page in pages for paragraph in _paragraphs(page) if "`arn-encoding`" in paragraph]
    assert lists
    for paragraph in lists:
        assert set(re.findall(r"`([a-z-]+)`", paragraph)) & FACTORS.keys() == set(CHANGEABLE_FACTORS)
