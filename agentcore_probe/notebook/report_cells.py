"""Which cells of a notebook are the report's own, and which part of it each shows."""

from __future__ import annotations

import ast
import hashlib
from typing import Any

HIDDEN = frozenset(
    {"remove-cell", "remove_cell", "remove-output", "remove_output", "hide-cell", "hide-output"}
)
"""Tags by which people leave a cell's output out (Jupyter Book's, and nbconvert's in its documentation)."""


def tags(cell: Any) -> frozenset[str]:
    """The cell's tags."""
    return frozenset(cell.metadata.get("tags") or ())


def report_parts(cell: Any) -> list[str]:
    """The parts that the cell shows as what it is: `report.NAME()` on a line of its own, or displayed."""
    if cell.cell_type != "code" or tags(cell) & HIDDEN:
        return []
    called = [_part(statement) for statement in _statements(cell.source)]
    return [name for name in called if name is not None]


def is_report_cell(cell: Any) -> bool:
    """Whether nothing but the report is in the cell: its parameters, how it is opened, its parts."""
    if tags(cell) & {"parameters", "injected-parameters"}:
        return True
    statements = _statements(cell.source) if cell.cell_type == "code" else []
    return bool(statements) and all(_part(each) or ast.unparse(each) in _OPENING for each in statements)


def digest(notebook: Any) -> str:
    """SHA-256, shortened, of the sources of the notebook's cells, but for the parameters that papermill put in."""
    sources = [cell.source for cell in notebook.cells if "injected-parameters" not in tags(cell)]
    return hashlib.sha256("\0".join(sources).encode("utf-8", "surrogatepass")).hexdigest()[:12]


_OPENING = {
    "from agentcore_probe import api",
    "report = api.report(environment, record, language)",
}


def _statements(source: str) -> list[ast.stmt]:
    """None of a cell with a magic: what it does is not ours to know."""
    try:
        return ast.parse(source).body
    except (SyntaxError, ValueError):
        return []


def _part(statement: ast.stmt) -> str | None:
    """NAME, of `report.NAME()` or `display(report.NAME())`."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "display"
        and call.args
    ):
        call = call.args[0]
    if (
        not isinstance(call, ast.Call)
        or call.args
        or call.keywords
        or not isinstance(call.func, ast.Attribute)
    ):
        return None
    return (
        call.func.attr if isinstance(call.func.value, ast.Name) and call.func.value.id == "report" else None
    )
