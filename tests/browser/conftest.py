"""Chromium (Debian's), driven by Playwright, and pages that the command writes."""

from __future__ import annotations

import importlib.util
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import v4
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import PROJECT, run_here

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]  # fmt: skip


def _axe() -> str:
    """axe-core, as the package axe-playwright-python ships it."""
    spec = importlib.util.find_spec("axe_playwright_python")
    assert spec is not None
    assert spec.origin is not None
    return (Path(spec.origin).parent / "axe.min.js").read_text("utf-8")


AXE = _axe()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the pages of a module; Playwright holds this thread's event loop until it ends."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


def copy_project(root: Path) -> None:
    """What a user has in a checkout: environments and notebooks."""
    for folder in ("environments", "notebooks"):
        shutil.copytree(PROJECT / folder, root / folder)


EVERY_ENTRANCE = """\
entrances = ["all"]

[local]
identities = true
harness = "jwt"
registry = "jwt"
"""


CLIENTS = """\
entrances = ["gateway-oauth-metadata", "runtime-oauth-metadata"]

[local]
login_server = ["server-metadata", "s256"]
"""


class Pages(dict[str, Path]):
    """Pages by name, each made when a test asks for it.

    `local` in English, in Japanese and in both; `broken`, which is not verified; the sample in Japanese, and with cells
    that people add; `entrances`, with every entrance and ten callers, and `clients`, with the login of MCP clients, both in
    Japanese, too.

    Args:
        root: a folder for the projects.
    """

    def __init__(self, root: Path) -> None:
        super().__init__()
        self._root = root

    def __missing__(self, name: str) -> Path:
        project = self._root / name
        copy_project(project)
        if name == "added":
            add_cells(project / "notebooks" / "verification.ipynb")
        if name in ("entrances", "clients"):
            text = EVERY_ENTRANCE if name == "entrances" else CLIENTS
            (project / "environments" / f"{name}.toml").write_text(text, "utf-8")
        self[name] = write_page(project, *self._words(name))
        return self[name]

    def _words(self, name: str) -> tuple[str, ...]:
        if name in ("ja", "both"):
            languages = "ja" if name == "ja" else "en,ja"
            return "local", "--lang", languages, "--from", str(self["en"].parent / "record.json")
        if name in ("entrances-ja", "clients-ja"):
            record = str(self[name.removesuffix("-ja")].parent / "record.json")
            return "local", "--lang", "ja", "--from", record
        environments = {
            "entrances": "entrances",
            "clients": "clients",
            "en": "local",
            "broken": "local-broken",
        }
        environment = environments.get(name, "sample")
        return environment, "--lang", "ja" if name == "sample" else "en"


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """The pages of a session."""
    return Pages(tmp_path_factory.mktemp("pages"))


def add_cells(path: Path) -> None:
    """What people add: a note, a figure, a table wider than a page, a long word."""
    book = nbformat.read(path, 4)
    book.cells += [
        v4.new_markdown_cell("# Our notes\n\nThe *change* of Tuesday. " + "x" * 300),
        v4.new_code_cell("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"),
        v4.new_code_cell(
            "from IPython.display import HTML\n"
            "row = ''.join(f'<td>value{n}</td>' for n in range(30))\n"
            "HTML(f'<table><caption>Wide</caption><tr>{row}</tr></table>')"
        ),
        v4.new_code_cell("print('two lines\\nof text')"),
    ]
    nbformat.write(book, path)


def write_page(root: Path, *words: str) -> Path:
    """The page that `report WORDS` writes in `root`, a folder with environments and notebooks."""
    before = set(root.glob("reports/*/2*"))
    done = run_here(["report", *words], root, {"PYTHONPATH": str(PROJECT), "PATH": "/usr/bin:/bin"})
    assert done.returncode in (0, 1), done.stderr
    (folder,) = set(root.glob("reports/*/2*")) - before
    return folder / "report.html"


def violations(page: Any) -> list[dict[str, Any]]:
    """The violations that axe reports, with all rules on. It is injected by the debugger, so the page's policy holds."""
    page.evaluate(AXE)
    violations = page.evaluate(
        "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
        ".map(v => ({id: v.id, impact: v.impact, nodes: v.nodes.map(n => n.html.slice(0, 200))}))"
    )
    return list(json.loads(json.dumps(violations)))
