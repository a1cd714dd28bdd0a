"""JupyterLab's server and a notebook in it, driven in Chromium."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

import nbformat
from nbformat import v4
from playwright.sync_api import Browser

from tests.browser.conftest import AXE
from tests.conftest import PROJECT

Theme = Literal["Light", "Dark"]
IDLE = "text=/ipykernel\\) \\| Idle/"
TOKEN = "only-on-loopback"
CELLS_RUN = (
    "![...document.querySelectorAll('.jp-InputPrompt')].some(prompt => prompt.textContent.includes('*'))"
)


def write_notebook(path: Path, *sources: str) -> None:
    """A notebook with these code cells."""
    make: Any = v4
    book = make.new_notebook(
        cells=[make.new_code_cell(source) for source in sources],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    nbformat.write(book, path)


class Lab:
    """A running JupyterLab.

    Args:
        url: its address, without a path.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    def open(self, browser: Browser, notebook: str, *, height: int = 12_000) -> Any:
        """A page with the notebook; `height` is enough to have all of it on the screen, which axe looks at."""
        page: Any = browser.new_page(viewport={"width": 1300, "height": height})
        page.goto(f"{self._url}/lab/tree/{notebook}?token={TOKEN}&reset")
        page.wait_for_selector(IDLE, timeout=60_000)  # else JupyterLab asks which kernel to use
        return page


def use_theme(page: Any, theme: Theme) -> None:
    """Changes the theme by the menu."""
    page.click("text=Settings >> nth=0")
    page.hover(".lm-Menu-itemLabel:text-is('Theme')")
    page.click(f".lm-Menu-itemLabel:text-is('JupyterLab {theme}')")
    page.wait_for_function(f"document.body.dataset.jpThemeLight === '{str(theme == 'Light').lower()}'")


def run_all(page: Any) -> None:
    """Runs every cell, and waits until the last has ended."""
    start_all(page)
    wait_for_end(page)


def wait_for_end(page: Any) -> None:
    """Waits until every cell has run."""
    page.wait_for_function(CELLS_RUN, timeout=90_000)
    page.wait_for_selector(IDLE)


def start_all(page: Any) -> None:
    """Starts to run every cell."""
    page.click("text=Run >> nth=0")
    page.click("text=Run All Cells")


def violations_in_outputs(page: Any) -> list[Any]:
    """The violations that axe reports in the outputs, with every fold open; it must have compared colours."""
    page.evaluate("document.querySelectorAll('.agentcore-probe details').forEach(fold => fold.open = true)")
    # JupyterLab's body has no height, for which axe takes everything in it to be invisible.
    page.add_style_tag(content="html, body { height: 100vh !important }")
    page.wait_for_function("document.body.getBoundingClientRect().height > 100")
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.evaluate(AXE)
    violations, compared = page.evaluate(
        "async () => { const result = await axe.run({include: [['.jp-OutputArea-output']]});"
        " return [result.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 200))]),"
        " result.passes.filter(p => p.id === 'color-contrast').flatMap(p => p.nodes).length] }"
    )
    assert compared > 50, (compared, violations)
    return list(violations)


@contextmanager
def jupyterlab(root: Path, settings: Path) -> Iterator[Lab]:
    """JupyterLab on a free port, in a project folder.

    Args:
        root: the folder that it shows.
        settings: an empty folder, for what it writes.
    """
    folders = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")  # fmt: skip
    environment = {
        **os.environ,
        **{name: str(settings / name) for name in folders},
        "PYTHONPATH": str(PROJECT),
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
    }
    words = [sys.executable, "-m", "jupyterlab", "--port=0", "--no-browser", "--allow-root", f"--IdentityProvider.token={TOKEN}", "--LabApp.news_url=None", f"--notebook-dir={root}"]  # fmt: skip
    with subprocess.Popen(
        words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stderr is not None
        lines = iter(server.stderr)
        # The log is read to its end, so that the server never waits for a reader.
        reader = threading.Thread(target=lambda: [None for _ in lines], daemon=True)
        try:
            port = next(match[1] for line in lines if (match := re.search(r"http://[\w.]+:(\d+)/lab", line)))
            reader.start()
            _wait_until_it_listens(int(port))
            yield Lab(f"http://127.0.0.1:{port}")
        finally:
            server.terminate()
            reader.join()


def _wait_until_it_listens(port: int) -> None:
    """The log names the address a moment before."""
    for _ in range(100):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError("JupyterLab does not listen")
