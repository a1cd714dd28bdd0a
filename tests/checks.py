"""The part of `make check` for notebooks, documents and citations: `python -m tests.checks`."""

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

from agentcore_probe.environments.reference import reference_page
from agentcore_probe.model.environment import Environment, LocalSetup, ToolCall
from agentcore_probe.model.identity import SecretReference
from agentcore_probe.model.methods import ENTRANCES
from agentcore_probe.notebook.report_cells import TAG
from agentcore_probe.report.clients_docs import clients_page
from agentcore_probe.report.diagnosis_docs import diagnosis_page
from tests import api_page

PROJECT = Path(__file__).resolve().parents[1]
MAX_LINES = 5


def notebooks() -> Iterator[str]:
    """Notebooks are short and clean: no outputs, no counts, no logic that belongs in the package."""
    for path in sorted((PROJECT / "notebooks").glob("*.ipynb")):
        book = nbformat.read(path, 4)
        nbformat.validate(book)
        code = [cell for cell in book.cells if cell.cell_type == "code"]
        if set(book.metadata) - {"kernelspec", "language_info"}:
            yield f"{path.name}: metadata {sorted(book.metadata)}"
        if sum("parameters" in cell.metadata.get("tags", ()) for cell in code) != 1:
            yield f"{path.name}: needs one cell tagged parameters"
        for number, cell in enumerate(book.cells, start=1):
            place = f"{path.name}, cell {number}"
            if cell.cell_type != "code":
                continue
            if TAG not in cell.metadata.get("tags", ()):
                yield f"{place}: needs the tag {TAG}"
            if cell.outputs or cell.execution_count is not None:
                yield f"{place}: contains outputs or an execution count"
            if len(cell.source.splitlines()) > MAX_LINES:
                yield f"{place}: more than {MAX_LINES} lines"
            if re.search(r"^\s*(def|class|import os|from os|with|for|while)\b", cell.source, re.M):
                yield f"{place}: logic that belongs in the package"


def readme() -> Iterator[str]:
    """docs/commands.md shows the current `--help`; make targets and files that both READMEs name exist; both say the same."""
    commands = (PROJECT / "docs" / "commands.md").read_text("utf-8")
    block = re.search(r"<!-- help -->\n```text\n(.*?)```", commands, re.S)
    process = subprocess.run(
        [sys.executable, "-m", "agentcore_probe", "--help"],
        capture_output=True,
        text=True,
        check=True,
        cwd=PROJECT,
    )
    if block is None or block[1].strip() != process.stdout.strip():
        yield "docs/commands.md: the help text is not what `python -m agentcore_probe --help` prints"
    targets = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(), re.M))
    english, japanese = (_readme_parts(name) for name in ("README.md", "README.ja.md"))
    for name, own, other in zip(english, english.values(), japanese.values(), strict=True):
        if own != other:
            yield f"README.ja.md: its {name} are not those of README.md: {sorted(set(own) ^ set(other))}"
    for name in english["make targets"]:
        if name not in targets:
            yield f"README.md: unknown make target {name}"
    for link in english["links"]:
        if not (PROJECT / link).exists():
            yield f"README.md: {link} does not exist"


def _readme_parts(name: str) -> dict[str, list[str]]:
    """What both READMEs have in common, in the order of the page, by what it is."""
    text = (PROJECT / name).read_text("utf-8").replace(" --lang ja", "")
    links = re.findall(r"\]\((?!http)([^)#]+)", text)
    return {
        "headings": re.findall(r"^(#+) ", text, re.M),
        "commands": re.findall(r"^ *\$ (.*)", text, re.M),
        "make targets": re.findall(r"`make ([a-z]+)", text),
        "commands in the text": sorted(set(re.findall(r"`(agentcore-probe [^`]*|[a-z]+)`", text))),
        "links": [link for link in links if not link.startswith("README")],
    }


def documents() -> Iterator[str]:
    """Generated pages are up to date; the example explains every key."""
    yield from api_page.problems()
    if (PROJECT / "docs" / "api.md").read_text("utf-8") != api_page.api_page():
        yield "docs/api.md is stale: run `make docs`"
    if (PROJECT / "docs" / "diagnosis.md").read_text("utf-8") != diagnosis_page():
        yield "docs/diagnosis.md is stale: run `make docs`"
    if (PROJECT / "docs" / "clients.md").read_text("utf-8") != clients_page():
        yield "docs/clients.md is stale: run `make docs`"
    if (PROJECT / "docs" / "environment.md").read_text("utf-8") != reference_page():
        yield "docs/environment.md is stale: run `make docs`"
    example = (PROJECT / "environments" / "example.toml").read_text("utf-8")
    for key in sorted(set(_keys(Environment)) - {"name", "local"}):
        if not re.search(rf"(^\[(\w+\.)*{key}\b|\b{key}\s*=)", example, re.M):
            yield f"environments/example.toml does not explain {key}"


_EFFECTS = {
    "README.md": {
        "none": "starts nothing",
        "session": "starts a session",
        "tokens": "costs tokens of a model",
    },
    "README.ja.md": {
        "none": "何も開始しない",
        "session": "セッションを開始する",
        "tokens": "モデルのトークンに課金される",
    },
    "docs/permissions.md": {},
}
"""The pages with a table of entrances, and how each says what an accepted call does."""


def entrance_tables() -> Iterator[str]:
    """Each table of entrances has those of `model/methods`, with their IAM actions and what an accepted call does."""
    for page, effects in _EFFECTS.items():
        rows = re.findall(r"^\| `([\w-]+)` \|(.*)\|$", (PROJECT / page).read_text("utf-8"), re.M)
        shown = {id: [cell.strip() for cell in rest.split("|")] for id, rest in rows}
        known = {entrance.id: entrance for entrance in ENTRANCES}
        if [id for id in shown if id in known] != list(known):
            yield f"{page}: its table of entrances does not have those of model/methods in their order"
            continue
        for id, entrance in known.items():
            if re.findall(r"`([^`]+)`", shown[id][-1]) != list(entrance.actions):
                yield f"{page}: {id} needs {', '.join(entrance.actions)}"
            if effects and shown[id][-2] != effects[entrance.effect]:
                yield f"{page}: an accepted call of {id}: {effects[entrance.effect]}"


def licences() -> Iterator[str]:
    """docs/licences.md lists the pinned packages in their pinned versions."""
    lines = (PROJECT / "requirements.txt").read_text("utf-8").splitlines()
    matches = (re.match(r"([\w.-]+)(?:\[.*\])?==([^ ;]+)", line) for line in lines)
    pins = [(_normal(match[1]), match[2]) for match in matches if match]  # some twice, for other Pythons
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
    """Every key of an environment file and of its tables, except [local] (docs/local.md)."""
    for name, field in model.model_fields.items():
        yield name
        for annotation in (field.annotation, *get_args(field.annotation)):
            nested = isinstance(annotation, type) and issubclass(annotation, BaseModel)
            if nested and annotation not in (LocalSetup, SecretReference, ToolCall):
                yield from _keys(annotation)


AGENTCORE = PROJECT / "docs" / "agentcore.md"

_NUMBER = r"\d+(?:\.\d+)?"
_SERIES = r"{0}(?:(?:, | and | to ){0})*"
_SECTIONS, _ROWS = _SERIES.format(_NUMBER), _SERIES.format(r"\d+")
_CITATION = re.compile(
    rf"(?P<page>docs/agentcore\.md )?\b[Ss]ections? (?P<sections>{_SECTIONS})(?:, rows? (?P<rows>{_ROWS}))?"
)
"""`docs/agentcore.md section 2.2, row 7`, `docs/agentcore.md sections 2.1 and 3.3`; `page` is absent in a bare one."""

_NAMED_DOCUMENT = re.compile(
    r"(?P<agentcore>docs/agentcore\.md)|RFC \d+|XML [\d.]+|HTML Living Standard|JSON-RPC 2\.0|docs/\w+\.md"
)


def citations() -> Iterator[str]:
    """Every citation of docs/agentcore.md names a section, and a row, that exists; none omits the page."""
    rows = _agentcore_rows()
    for path in _citing_files():
        text = re.sub(r"\n\s*(?:#:? )?", " ", path.read_text("utf-8"))
        name = path.relative_to(PROJECT)
        is_test = path.is_relative_to(PROJECT / "tests")
        for match in _CITATION.finditer(text):
            document = "agentcore" if match["page"] else _document_before(text, match.start())
            if document == "agentcore" or (document is None and path == AGENTCORE):
                yield from (f"{name}: {problem}" for problem in _dangling(match, rows))
            elif document is None and (is_test or "." in match["sections"]):  # the report's own have no dot
                yield f"{name}: {match[0]!r} does not say of which document"
        for match in re.finditer(r'"""(Rows? \d+)(?![^"]*docs/agentcore\.md)', text):
            yield f"{name}: {match[1]!r} does not say of which document"


def _citing_files() -> Iterator[Path]:
    """Sources, tests and documents, except this file."""
    for folder, patterns in {
        "agentcore_probe": ("*.py", "*.ftl", "*.j2"),
        "tests": ("*.py", "*.yml"),
        "docs": ("*.md",),
    }.items():
        for pattern in patterns:
            yield from sorted(set((PROJECT / folder).rglob(pattern)) - {Path(__file__).resolve()})


def _agentcore_rows() -> dict[str, set[str]]:
    """The sections of docs/agentcore.md by number, each with the numbers of its tables' rows."""
    rows: dict[str, set[str]] = {}
    section = ""
    for line in AGENTCORE.read_text("utf-8").splitlines():
        if heading := re.match(rf"##+ ({_NUMBER})\b", line):
            section = heading[1]
            rows[section] = set()
        elif row := re.match(r"\| (\d+) \|", line):
            rows[section].add(row[1])
    return rows


MARKS = ("documented", "captured", "reported", "inferred")
"""How a fact is known (docs/agentcore.md)."""


def marks() -> Iterator[str]:
    """Every row of a table with the column `certainty` has a mark in it, or says that the fact is unknown."""
    marked = False
    for number, line in enumerate(AGENTCORE.read_text("utf-8").splitlines(), start=1):
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not cells:
            marked = False
        elif cells[-1] == "certainty":
            marked = True
        elif marked and cells[-1] != "---" and not any(word in cells[-1] for word in (*MARKS, "unknown")):
            yield f"docs/agentcore.md:{number}: the row has no mark ({', '.join(MARKS)})"


def _document_before(text: str, end: int) -> str | None:
    """The document that the same docstring names last before `end`: "agentcore", "other", or None."""
    sentence = text[max(0, end - 120) : end].rsplit('"""', 1)[-1]
    names = list(_NAMED_DOCUMENT.finditer(sentence))
    if not names:
        return None
    return "agentcore" if names[-1]["agentcore"] else "other"


def _dangling(match: re.Match[str], rows: dict[str, set[str]]) -> Iterator[str]:
    """What a citation names that docs/agentcore.md does not have."""
    sections = re.findall(_NUMBER, match["sections"])
    for section in sections:
        if section not in rows:
            yield f"docs/agentcore.md has no section {section}"
    for row in re.findall(r"\d+", match["rows"] or ""):
        if row not in rows.get(sections[-1], set()):
            yield f"docs/agentcore.md section {sections[-1]} has no row {row}"


def main() -> None:
    """Prints every problem; exits with 1 where there is one."""
    problems = [
        *notebooks(),
        *readme(),
        *documents(),
        *entrance_tables(),
        *licences(),
        *citations(),
        *marks(),
    ]
    print("\n".join(problems) or "Notebooks, documents and citations are up to date.")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
