"""Checks a notebook's file before anything is sent for it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable
from pathlib import Path

from agentcore_probe.builtin import FLEET_NOTEBOOK, REPORT_NOTEBOOK, builtin_root
from agentcore_probe.errors import NotebookError, ReportError

PARAMETERS = ("environment", "record", "language")
"""What the report's notebook takes: names and paths, never a secret."""
FLEET_PARAMETERS = ("fleet", "language")
"""What the notebook of the index takes."""


def report_notebook(root: Path) -> Path:
    """The notebook of the report, its parameters checked: the one in `root`, else the built-in one.

    Raises:
        ReportError: it does not exist.
        NotebookError: it is not a notebook, or does not declare a parameter.
    """
    return _notebook(root, REPORT_NOTEBOOK, PARAMETERS)


def fleet_notebook(root: Path) -> Path:
    """The same of the index."""
    return _notebook(root, FLEET_NOTEBOOK, FLEET_PARAMETERS)


def _notebook(root: Path, name: str, parameters: Iterable[str]) -> Path:
    local = root / name
    notebook = local if local.exists() else builtin_root() / name
    if not notebook.is_file():
        raise ReportError("notebook not found", where=str(notebook))
    check_parameters(notebook, parameters)
    return notebook


def check_parameters(notebook: Path, required: Iterable[str]) -> None:
    """Checks that the notebook declares each required parameter; papermill only logs a missing one (measured).

    Raises:
        NotebookError: it is not a notebook, or does not declare one.
    """
    names = _declared_names(notebook)
    for name in required:
        if name not in names:
            raise NotebookError(
                f"unknown parameter {name!r}",
                where=notebook.name,
                hint=f"It declares: {', '.join(names) or 'none'}",
            )


def imports_pandas(notebook: Path) -> bool:
    """Whether a cell imports pandas, which takes 0.3 s: the report's own notebook does not, a user's may."""
    try:
        return bool(re.search(r"(?:import|from) pandas\b", notebook.read_text("utf-8")))
    except (OSError, UnicodeDecodeError):
        return False


def _declared_names(notebook: Path) -> tuple[str, ...]:
    """The names that the cell with the tag `parameters` assigns."""
    try:
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
        cell = next((c for c in cells if "parameters" in c.get("metadata", {}).get("tags", ())), None)
        tree = ast.parse("".join(cell["source"])) if cell else ast.Module([], [])
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
