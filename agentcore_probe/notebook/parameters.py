"""Checks the notebook's file before anything is sent for its report."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable
from pathlib import Path

from agentcore_probe.errors import NotebookError, ReportError

REPORT = "notebooks/verification.ipynb"
"""The report's notebook, relative to the folder that holds `environments/`."""
PARAMETERS = ("environment", "record", "language")
"""The parameters of the report's notebook: names and paths, never a secret."""


def report_notebook(root: Path) -> Path:
    """The notebook of the report, after a check that it declares its parameters.

    Raises:
        ReportError: the file does not exist.
        NotebookError: it is not a notebook, or does not declare a parameter.
    """
    notebook = root / REPORT
    if not notebook.is_file():
        raise ReportError("notebook not found", where=str(notebook))
    check_parameters(notebook, PARAMETERS)
    return notebook


def check_parameters(notebook: Path, names: Iterable[str]) -> None:
    """Checks that the notebook declares parameters of these names: papermill would only log a missing one (measured).

    Raises:
        NotebookError: it is not a notebook, or does not declare one of them.
    """
    declared = _declared(notebook)
    for name in names:
        if name not in declared:
            raise NotebookError(
                f"unknown parameter {name!r}",
                where=notebook.name,
                hint=f"It declares: {', '.join(declared) or 'none'}",
            )


def imports_pandas(notebook: Path) -> bool:
    """Whether a cell imports pandas, which takes 0.3 s. The report's own cells do not; people's may."""
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
            hint="It must be a notebook of version 4 with a parameters cell in Python",
        ) from None
    return tuple(
        target.id for statement in tree.body for target in _targets(statement) if isinstance(target, ast.Name)
    )


def _targets(statement: ast.stmt) -> list[ast.expr]:
    if isinstance(statement, ast.Assign):
        return statement.targets
    return [statement.target] if isinstance(statement, ast.AnnAssign) else []
