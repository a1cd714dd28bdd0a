"""`make check`, the part that looks at notebooks and documents: `python -m tests.checks`."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import nbformat
from pydantic import BaseModel

from agentcore_probe.model.environment import Environment, LocalSetup, SecretReference, ToolCall
from agentcore_probe.notebook.report_cells import TAG
from agentcore_probe.report.diagnosis_docs import diagnosis_page

PROJECT = Path(__file__).resolve().parents[1]
MAX_LINES = 5


def notebooks() -> Iterator[str]:
    """Thin and clean: no outputs, no counts, no code that belongs into the package; each code cell has our tag."""
    for path in sorted((PROJECT / "notebooks").glob("*.ipynb")):
        book = nbformat.read(path, 4)
        nbformat.validate(book)
        code = [cell for cell in book.cells if cell.cell_type == "code"]
        if set(book.metadata) - {"kernelspec", "language_info"}:
            yield f"{path.name}: metadata {sorted(book.metadata)}"
        if sum("parameters" in cell.metadata.get("tags", ()) for cell in code) != 1:
            yield f"{path.name}: needs one cell tagged parameters"
        for number, cell in enumerate(book.cells, start=1):
            where = f"{path.name}, cell {number}"
            if cell.cell_type != "code":
                continue
            if TAG not in cell.metadata.get("tags", ()):
                yield f"{where}: needs the tag {TAG}"
            if cell.outputs or cell.execution_count is not None:
                yield f"{where}: has outputs or a count"
            if len(cell.source.splitlines()) > MAX_LINES:
                yield f"{where}: more than {MAX_LINES} lines"
            if re.search(r"^\s*(def|class|import os|from os|with|for|while)\b", cell.source, re.M):
                yield f"{where}: logic that belongs into the package"


def readme() -> Iterator[str]:
    """The help in README is the command's own; each make target that it names exists."""
    text = (PROJECT / "README.md").read_text("utf-8")
    shown = re.search(r"<!-- help -->\n```text\n(.*?)```", text, re.S)
    done = subprocess.run(
        [sys.executable, "-m", "agentcore_probe", "--help"],
        capture_output=True,
        text=True,
        check=True,
        cwd=PROJECT,
    )
    if shown is None or shown[1].strip() != done.stdout.strip():
        yield "README.md: the help text is not what `python -m agentcore_probe --help` prints"
    targets = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(), re.M))
    for name in re.findall(r"`make ([a-z]+)", text):
        if name not in targets:
            yield f"README.md: there is no make target {name}"
    for link in re.findall(r"\]\((?!http)([^)#]+)", text):
        if not (PROJECT / link).exists():
            yield f"README.md: there is no {link}"


def documents() -> Iterator[str]:
    """Generated pages are fresh; the example explains every key."""
    if (PROJECT / "docs" / "diagnosis.md").read_text("utf-8") != diagnosis_page():
        yield "docs/diagnosis.md is stale: run `make docs`"
    example = (PROJECT / "environments" / "example.toml").read_text("utf-8")
    for key in sorted(set(_keys(Environment)) - {"name", "local"}):
        if not re.search(rf"(^\[{key}\b|\b{key}\s*=)", example, re.M):
            yield f"environments/example.toml does not explain {key}"


def licences() -> Iterator[str]:
    """docs/licences.md lists what is pinned and installed, in the version that is pinned."""
    lines = (PROJECT / "requirements.txt").read_text("utf-8").splitlines()
    found = (re.match(r"([\w.-]+)(?:\[.*\])?==([^ ;]+)", line) for line in lines)
    pins = [(_normal(each[1]), each[2]) for each in found if each]  # some twice, for other Pythons
    rows = re.findall(
        r"^\| ([\w.-]+) +\| ([\w.+!-]+) +\|", (PROJECT / "docs" / "licences.md").read_text("utf-8"), re.M
    )
    listed = {_normal(name): version for name, version in rows if name != "Name"}
    wrong = {name for name, version in listed.items() if (name, version) not in pins}
    wrong |= {name for name, _ in pins if name not in listed and importlib.util.find_spec(name) is not None}
    if wrong or not listed:
        yield f"docs/licences.md is stale ({', '.join(sorted(wrong))}): run `make docs`"


def _normal(name: str) -> str:
    """A package's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _keys(model: type[BaseModel]) -> Iterator[str]:
    """Every key of an environment file, those of its tables too; [local] explains itself in docs/local.md."""
    for name, field in model.model_fields.items():
        yield name
        for each in (field.annotation, *get_args(field.annotation)):
            nested = isinstance(each, type) and issubclass(each, BaseModel)
            if nested and each not in (LocalSetup, SecretReference, ToolCall):
                yield from _keys(each)


def main() -> None:
    """Prints what is wrong; exit 1 when anything is."""
    found = [*notebooks(), *readme(), *documents(), *licences()]
    print("\n".join(found) or "Notebooks and documents are in step.")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
