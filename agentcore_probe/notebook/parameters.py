"""The notebook's file: what it must be before anything is sent for it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable
from pathlib import Path

from agentcore_probe.errors import NotebookError, ReportError

REPORT = "notebooks/verification.ipynb"
"""The report's own, seen from the folder that holds `environments/`."""
PARAMETERS = ("environment", "record", "language")
"""What the report's notebook is given: names and paths, never a secret."""


def report_notebook(root: Path) -> Path:
    """The notebook of the report, which takes its parameters.

    Raises:
        ReportError: it is not there.
        NotebookError: it is no notebook, or does not declare a parameter.
    """
    notebook = root / REPORT
    if not notebook.is_file():
        raise ReportError("there is no such notebook", where=str(notebook))
    check_parameters(notebook, PARAMETERS)
    return notebook


def check_parameters(notebook: Path, wanted: Iterable[str]) -> None:
    """Checks that the notebook declares each of `wanted`: papermill only logs one that it does not (measured).

    Raises:
        NotebookError: it is no notebook, or does not declare one.
    """
    declared = _declared(notebook)
    for name in wanted:
        if name not in declared:
            raise NotebookError(
                f"the notebook has no parameter {name!r}",
                where=notebook.name,
                hint=f"It declares: {', '.join(declared) or 'none'}",
            )


def imports_pandas(notebook: Path) -> bool:
    """Whether a cell imports pandas, which takes 0.3 s: the report's own notebook does not need it, people's may."""
    try:
        return bool(re.search(r"(?:import|from) pandas\b", notebook.read_text("utf-8")))
    except (OSError, UnicodeDecodeError):
        return False


def _declared(notebook: Path) -> tuple[str, ...]:
    """The names that the cell with the tag `parameters` assigns."""
    try:
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
        tagged = next((c for c in cells if "parameters" in c.get("metadata", {}).get("tags", ())), None)
        tree = ast.parse("".join(tagged["source"])) if tagged else ast.Module([], [])
    except (OSError, ValueError, TypeError, KeyError, AttributeError, SyntaxError) as error:
        raise NotebookError(
            f"cannot be read: {type(error).__name__}: {error}",
            where=str(notebook),
            hint="It must be a notebook of version 4 whose parameters cell is Python",
        ) from None
    return tuple(
        target.id for statement in tree.body for target in _targets(statement) if isinstance(target, ast.Name)
    )


def _targets(statement: ast.stmt) -> list[ast.expr]:
    if isinstance(statement, ast.Assign):
        return statement.targets
    return [statement.target] if isinstance(statement, ast.AnnAssign) else []
