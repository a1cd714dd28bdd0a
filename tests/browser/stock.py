"""Compares our page with stock nbconvert's `lab`, for the same executed notebook. `make stock` prints the table."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import HTMLExporter
from playwright.sync_api import Browser, sync_playwright
from pypdf import PdfReader

from tests.browser.conftest import CHROMIUM, FLAGS, copy_project, violations, write_page


def main() -> None:
    """Prints a row for each page: KB, requests besides its own, console messages, axe rules broken, A4 pages."""
    print("| page | KB | requests | console messages | axe rules broken | A4 pages |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for title, path in _pages(Path(name)):
            print(f"| {title} | {' | '.join(map(str, measure(browser, path)))} |", flush=True)
        browser.close()


def _pages(folder: Path) -> Iterator[tuple[str, Path]]:
    copy_project(folder)
    ours = write_page(folder, "local", "--lang", "en")
    yield "AgentCore Probe, `local`", ours
    book: Any = nbformat.read(ours.with_suffix(".ipynb"), 4)
    for title, settings in (("stock `lab`", {}), ("stock `lab` without input", {"exclude_input": True})):
        html, _ = HTMLExporter(template_name="lab", **settings).from_notebook_node(book)
        path = folder / f"{len(settings)}.html"
        path.write_text(html, "utf-8")
        yield title, path


def measure(browser: Browser, path: Path) -> tuple[int, int, int, int, int]:
    """A page's KB, requests besides its own, console messages, axe rules broken, and A4 pages."""
    page: Any = browser.new_page()
    urls: list[str] = []
    console: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    page.on("console", lambda message: console.append(message.text))
    page.goto(path.as_uri(), wait_until="load")
    broken = len(violations(page))
    pdf = path.with_suffix(".pdf")
    page.pdf(path=pdf, format="A4", print_background=True)
    page.close()
    others = [url for url in urls if not url.startswith(("file:", "data:", "blob:"))]
    return round(path.stat().st_size / 1024), len(others), len(console), broken, len(PdfReader(pdf).pages)


if __name__ == "__main__":
    main()
