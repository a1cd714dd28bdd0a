"""A report's parts are methods by their names."""

from __future__ import annotations

import pytest

from agentcore_probe.model.notebook_frame import unframed
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.registry import FIGURES, SECTIONS
from agentcore_probe.report.report import Fragment, Report


@pytest.fixture(scope="module")
def report(sample: RunRecord) -> Report:
    return Report(sample)


@pytest.mark.parametrize("name", [*SECTIONS, *FIGURES])
def test_every_section_and_picture_is_a_method(report: Report, name: str) -> None:
    """Notebooks call them by name, and completion lists them."""
    part = getattr(report, name)()
    assert name in dir(report)
    if name in ("callers", "clients"):
        assert part is None  # the record has one caller, and no metadata documents
        return
    assert isinstance(part, Fragment)
    assert part.html


def test_the_names_that_notebooks_use_stay() -> None:
    """People's notebooks call them."""
    sections = {"summary", "evidence", "root_causes", "access_methods", "checklist", "conclusions", "usage", "evaluation"}  # fmt: skip
    assert sections <= set(SECTIONS)
    assert {"matrix", "timeline", "latency"} <= set(FIGURES)


def test_an_unknown_part_is_an_attribute_error(report: Report) -> None:
    """As for any object; IPython asks objects for attributes that they do not have."""
    with pytest.raises(AttributeError, match="unknown part 'sumary'"):
        report.sumary()
    assert not hasattr(report, "_ipython_display_")


def test_the_report_itself_is_shown_as_summary_and_table(report: Report) -> None:
    """For a cell that ends with `report`."""
    assert unframed(report._repr_html_()) == report.summary().html + report.access_methods().html
