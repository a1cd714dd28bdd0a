"""Which cells and outputs of a notebook are the report's own, and which parts of the report a cell calls."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

TAG = "agentcore-probe"
"""The tag of the cells that the package ships, and the key of the mark in an output's metadata."""

HIDDEN = frozenset(
    {"remove-cell", "remove_cell", "remove-output", "remove_output", "hide-cell", "hide-output"}
)
"""Tags by which people leave a cell's output out (Jupyter Book's, and nbconvert's in its documentation)."""

OPENING = "from agentcore_probe import api\n\nreport = api.report(environment, record, language)"
"""The source of the cell that opens the report."""


class Mark(NamedTuple):
    """What an output of the report says about itself in its metadata."""

    part: str
    """The method that returned it: `usage` for `report.usage()`."""
    record: str
    """The digest of the record that it shows."""

    def as_metadata(self) -> dict[str, dict[str, str]]:
        """The metadata of the output."""
        return {TAG: self._asdict()}


def mark_of(output: Mapping[str, Any]) -> Mark | None:
    """The mark of an output; None if the report did not put it out."""
    facts = (output.get("metadata") or {}).get(TAG)
    if not isinstance(facts, Mapping) or set(facts) != set(Mark._fields):
        return None
    return Mark(**facts)


def tags(cell: Any) -> frozenset[str]:
    """The cell's tags."""
    return frozenset(cell.metadata.get("tags") or ())


def report_parts(cell: Any) -> list[str]:
    """The parts of the report that the cell displays: `report.NAME()` as a statement, or in `display(...)`."""
    if cell.cell_type != "code" or tags(cell) & HIDDEN:
        return []
    names = [_part(statement) for statement in _statements(cell.source)]
    return [name for name in names if name is not None]


def digest(notebook: Any) -> str:
    """SHA-256, shortened, of the sources of the notebook's cells, except the parameters that papermill injected."""
    sources = [cell.source for cell in notebook.cells if "injected-parameters" not in tags(cell)]
    return hashlib.sha256("\0".join(sources).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def without_additions(notebook: Any, record: str) -> Any:
    """A copy of an executed notebook that can be shared: nothing that people may have written is in it.

    Of tagged cells, it keeps the outputs that the report put out for this record. Sources are written anew: a
    tagged cell may have been edited, and a cell may have opened another record.

    Args:
        notebook: the executed notebook.
        record: the digest of the record.
    """
    from nbformat import v4

    make: Any = v4
    cells = [cell for cell in notebook.cells if "injected-parameters" in tags(cell)]
    cells.append(make.new_code_cell(OPENING, id="open", metadata={"tags": [TAG]}))
    for cell in notebook.cells:
        if cell.cell_type != "code" or TAG not in tags(cell) or tags(cell) & HIDDEN:
            continue
        for output in cell.outputs:
            mark = mark_of(output)
            if mark is None or mark.record != record:
                continue
            call = f"report.{mark.part}()"
            source = call if output.output_type == "execute_result" else f"display({call})"
            id = f"part-{len(cells)}"
            cells.append(make.new_code_cell(source, id=id, metadata={"tags": [TAG]}, outputs=[output]))
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    return make.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def _statements(source: str) -> list[ast.stmt]:
    """The statements of a cell; none if it has a magic, whose effect is unknown."""
    try:
        return ast.parse(source).body
    except (SyntaxError, ValueError):
        return []


def _part(statement: ast.stmt) -> str | None:
    """NAME of `report.NAME()` or `display(report.NAME())`; None for any other statement."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "display"
        and call.args
    ):
        call = call.args[0]
    if not isinstance(call, ast.Call) or call.args or call.keywords:
        return None
    function = call.func
    is_of_report = (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id == "report"
    )
    return function.attr if isinstance(function, ast.Attribute) and is_of_report else None
