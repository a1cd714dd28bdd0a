"""A section is a module, a template, a cell and its messages; a picture is a module, a cell and its messages."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.notebook.report_cells import report_parts
from agentcore_probe.report import registry
from agentcore_probe.report.messages import messages
from agentcore_probe.report.registry import FIGURES, NUMBERED, SECTIONS
from agentcore_probe.report.sections import Section
from tests.report.conftest import NOTEBOOK, PackageCopy

TEMPLATES = Path(registry.__file__).parent / "template" / "sections"


def called_parts() -> list[str]:
    """The parts of the report that the notebook calls, in order."""
    return [name for cell in nbformat.read(NOTEBOOK, 4).cells for name in report_parts(cell)]


def gaps(name: str, section: Section) -> list[str]:
    """What a section lacks."""
    template = TEMPLATES / f"{name}.html.j2"
    lacking = [] if template.is_file() else [f"template/sections/{template.name}"]
    if section.order:
        title = f"section-{section.id}"
        lacking += [f"{title} in {code}.ftl" for code in LANGUAGES if not messages(code).has(title)]
        if called_parts().count(name) != 1:
            lacking.append(f"a cell with report.{name}()")
    return lacking


@pytest.mark.parametrize("name", SECTIONS)
def test_every_section_has_its_template_cell_and_title(name: str) -> None:
    """A forgotten one fails the build."""
    assert gaps(name, SECTIONS[name]) == []


def test_what_a_section_lacks_is_named() -> None:
    """The check above can fail."""
    assert gaps("costs", Section(id="costs", order=35, content=lambda _: {})) == [
        "template/sections/costs.html.j2",
        *(f"section-costs in {code}.ftl" for code in LANGUAGES),
        "a cell with report.costs()",
    ]


@pytest.mark.parametrize("name", FIGURES)
def test_every_picture_has_its_cell_and_the_sentence_for_none(name: str) -> None:
    """`NAME-none` is shown where there is nothing to draw."""
    assert called_parts().count(name) == 1
    assert all(messages(code).has(f"{name}-none") for code in LANGUAGES)


def test_every_template_belongs_to_a_section() -> None:
    """No template outlives its section."""
    assert {path.name.removesuffix(".html.j2") for path in TEMPLATES.iterdir()} == set(SECTIONS)


def test_the_notebook_calls_the_sections_in_their_order() -> None:
    """Which is the order of their numbers; no two sections have the same."""
    assert [name for name in called_parts() if name in SECTIONS] == list(NUMBERED)
    orders = [section.order for section in SECTIONS.values() if section.order]
    assert len(set(orders)) == len(orders)


SECTION = '''\
"""What the run cost."""

from agentcore_probe.report.sections import Section

SECTION = Section(id="costs", order=35, content=lambda view: {"requests": len(view.record.exchanges)})
'''


def add_section(copy: PackageCopy) -> None:
    """A section between the table of access methods and the checklist, without a cell."""
    report = copy.package / "report"
    (report / "sections" / "costs.py").write_text(SECTION)
    (report / "template" / "sections" / "costs.html.j2").write_text("<p>Requests: {{ requests }}</p>\n")
    for code in LANGUAGES:
        with (report / "text" / f"{code}.ftl").open("a", encoding="utf-8") as catalogue:
            catalogue.write(f"section-costs = Costs ({code})\n")


@pytest.mark.slow
def test_a_module_a_template_a_cell_and_a_title_add_a_section(package_copy: PackageCopy) -> None:
    """Its number, those of the sections after it and the list of contents follow."""
    add_section(package_copy)
    book = nbformat.read(package_copy.notebook, 4)
    index = next(n for n, cell in enumerate(book.cells) if cell.source == "report.checklist()")
    book.cells.insert(index, v4.new_code_cell("report.costs()"))
    nbformat.write(book, package_copy.notebook)
    page = package_copy.sample_page("--lang", "en,ja").read_text("utf-8")
    for prefix, code in (("", "en"), ("ja-", "ja")):
        heading = (
            f'<h2 id="{prefix}costs"><span class="number">4</span> Costs ({code})</h2>\n<p>Requests: 3</p>\n'
        )
        assert heading in page
        assert f'<li><a href="#{prefix}costs">Costs ({code})</a></li>' in page
        assert f'<h2 id="{prefix}checklist"><span class="number">5</span>' in page


def test_a_section_without_a_cell_is_an_error(package_copy: PackageCopy) -> None:
    """The page is not written; the error names the section."""
    add_section(package_copy)
    done = package_copy.run("report", "sample")
    assert done.returncode == 5
    assert "the section costs" in done.stderr
