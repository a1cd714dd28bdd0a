"""The notebook executed by ploomber-engine in its own process, then rendered by nbconvert."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter
from ploomber_engine import execute_notebook


def main() -> None:
    """Renders a notebook (first argument) of a record (second argument) to a page in a folder (third argument)."""
    notebook, record, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    parameters = {"environment": "local", "record": record, "language": "en"}
    execute_notebook(notebook, str(folder / "ploomber.ipynb"), parameters=parameters, progress_bar=False)
    executed = nbformat.read(folder / "ploomber.ipynb", as_version=4)
    page, _ = HTMLExporter(exclude_input=True).from_notebook_node(executed)
    (folder / "ploomber.html").write_text(page, "utf-8")


if __name__ == "__main__":
    main()
