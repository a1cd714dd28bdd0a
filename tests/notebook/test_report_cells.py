"""The report's own cells and outputs: tags, marks, calls, and what of a notebook may be shared."""

from __future__ import annotations

from typing import Any

import pytest
from nbformat import v4

from agentcore_probe.notebook.report_cells import (
    OPENING,
    TAG,
    Mark,
    digest,
    mark_of,
    report_parts,
    without_additions,
)

RECORD = "0" * 64


def cell(source: str, *outputs: Any, tags: tuple[str, ...] = (TAG,)) -> Any:
    return v4.new_code_cell(source, outputs=list(outputs), metadata={"tags": list(tags)})


def part(name: str, record: str = RECORD, output_type: str = "execute_result") -> Any:
    """An output of the report."""
    mark = Mark(name, record).as_metadata()
    return v4.new_output(output_type, data={"text/html": f"<p>{name}</p>"}, metadata=mark)


def printed(text: str) -> Any:
    return v4.new_output("stream", name="stdout", text=text)


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("report.usage()", ["usage"]),
        ("report.usage()\nreport.matrix()", ["usage", "matrix"]),
        ("display(report.usage())", ["usage"]),
        ("x = report.usage()", []),
        ("if False:\n    report.usage()", []),
        ("report.usage(1)", []),
        ("other.usage()", []),
        ("%time report.usage()", []),
    ],
)
def test_the_parts_that_a_cell_displays(source: str, parts: list[str]) -> None:
    """Only what is certain to be displayed."""
    assert report_parts(cell(source)) == parts


def test_a_hidden_cell_displays_no_part() -> None:
    """By the tags that people use."""
    assert report_parts(cell("report.usage()", tags=("remove-cell",))) == []


@pytest.mark.parametrize("metadata", [{}, {TAG: "x"}, {TAG: {"part": "usage"}}, {"image/png": {"alt": "x"}}])
def test_other_metadata_is_not_a_mark(metadata: dict[str, Any]) -> None:
    """Metadata is free-form."""
    assert mark_of({"metadata": metadata}) is None
    assert mark_of({"output_type": "stream"}) is None


def test_a_mark_survives_its_way_through_a_notebook() -> None:
    """As metadata of the output."""
    assert mark_of(part("usage")) == Mark("usage", RECORD)


def test_only_the_report_s_own_outputs_are_shared() -> None:
    """Not what a tagged cell prints besides, not a part of another record, not an untagged or a hidden cell."""
    book = v4.new_notebook(
        cells=[
            v4.new_markdown_cell("Heron", metadata={"tags": [TAG]}),
            cell("environment = 'Heron'", tags=("parameters", TAG)),
            cell("environment = 'x'", tags=("injected-parameters",)),
            cell("from agentcore_probe import api  # Heron"),
            cell("print('Heron')  # Heron\nreport.usage()", printed("Heron"), part("usage")),
            cell("display(report.matrix())", part("matrix", output_type="display_data")),
            cell("api.report('Heron').usage()", part("usage", record="1" * 64)),
            cell("report.latency()", part("latency"), tags=()),
            cell("report.timeline()", part("timeline"), tags=(TAG, "remove-cell")),
        ],
        metadata={"title": "Heron"},
    )
    shared = without_additions(book, RECORD)
    assert [cell.source for cell in shared.cells] == [
        "environment = 'x'",
        OPENING,
        "report.usage()",
        "display(report.matrix())",
    ]
    assert [[mark_of(output) for output in cell.outputs] for cell in shared.cells[2:]] == [
        [Mark("usage", RECORD)],
        [Mark("matrix", RECORD)],
    ]
    assert "Heron" not in str(shared)
    assert len({cell.id for cell in shared.cells}) == len(shared.cells)


def test_the_digest_of_a_notebook_is_that_of_its_sources() -> None:
    """Parameters that papermill injects, tags and outputs do not count."""
    book = v4.new_notebook(cells=[cell("a = 1", tags=("parameters",)), cell("report.usage()", part("usage"))])
    injected = cell("a = 2", tags=("injected-parameters",))
    other = v4.new_notebook(cells=[cell("a = 1"), injected, cell("report.usage()", tags=())])
    assert digest(book) == digest(other)
    assert digest(book) != digest(v4.new_notebook(cells=[cell("a = 1")]))
