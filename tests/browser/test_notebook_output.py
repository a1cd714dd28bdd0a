"""What notebooks show, in JupyterLab and in a renderer without scripts, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from playwright.sync_api import Browser

from agentcore_probe import api
from agentcore_probe.model.notebook_frame import framed
from agentcore_probe.report.explanation import explanation_html
from agentcore_probe.report.registry import FIGURES, SECTIONS
from agentcore_probe.report.report import Report
from tests.browser.conftest import AXE, copy_project
from tests.browser.jupyterlab import (
    Lab,
    Theme,
    jupyterlab,
    run_all,
    start_all,
    use_theme,
    violations_in_outputs,
    wait_for_end,
    write_notebook,
)
from tests.conftest import PROJECT
from tests.sampling import every

ANSWER = "HTTP/1.1 403 Forbidden\\nx-amzn-errortype: AccessDeniedException\\n\\n{}"
VALUES = (
    "from agentcore_probe import api\nreport = api.report('sample')\nreport.summary()",
    "report.matrix()",
    "report.root_causes()",
    "report.access_methods()",
    "report.record",
    "report.judgement",
    "report.judgement.findings[0]",
    "report.judgement.to_frame()",
    "report.record.to_frame()",
    "report.record.exchanges[0]",
    f"api.explain('{ANSWER}')",
    "api.report('sample', language='ja')",
)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab in a copy of the project, with a notebook of every kind of value."""
    root = tmp_path_factory.mktemp("project")
    copy_project(root)
    write_notebook(root / "values.ipynb", *VALUES)
    with jupyterlab(root, tmp_path_factory.mktemp("settings")) as lab:
        yield lab


@pytest.mark.slow
def test_in_jupyterlab_every_value_is_readable_and_links_lead_to_exchanges(
    browser: Browser, lab: Lab
) -> None:
    """Without a violation in both themes, aligned to the left; a reference scrolls to its exchange."""
    page = lab.open(browser, "values.ipynb")
    run_all(page)
    assert page.locator(".agentcore-probe").count() == len(VALUES)
    for theme in get_args(Theme):
        use_theme(page, theme)
        assert violations_in_outputs(page) == []
        assert page.evaluate(
            "[...document.querySelectorAll('.agentcore-probe :is(th, td)')]"
            ".every(cell => getComputedStyle(cell).textAlign === 'left')"
        )
    _check_links(page)
    page.close()


def _check_links(page: Any) -> None:
    """Every link has its target in its own output; one that is below the screen is scrolled to."""
    lost = page.evaluate(
        "[...document.querySelectorAll('.agentcore-probe a[href]')].filter(link =>"
        " !link.closest('.agentcore-probe').contains(document.querySelector(link.getAttribute('href'))))"
        ".map(link => link.outerHTML)"
    )
    assert lost == []
    page.set_viewport_size({"width": 1300, "height": 700})
    link = page.locator(".agentcore-probe table.methods a.ref[href*='-ex-']").first
    target = page.locator(link.get_attribute("href"))
    link.scroll_into_view_if_needed()
    link.click()
    page.wait_for_function(
        "fold => fold.getBoundingClientRect().top >= -1 && fold.getBoundingClientRect().top < innerHeight",
        arg=target.element_handle(),
    )
    assert "/mcp" in target.locator("pre").first.inner_text()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["verification", "explore"])
def test_the_shipped_notebooks_in_jupyterlab(browser: Browser, lab: Lab, name: str) -> None:
    """They run to the end, with progress while they probe that leaves nothing, and without a violation."""
    page = lab.open(browser, f"notebooks/{name}.ipynb")
    start_all(page)
    page.wait_for_selector("text=/of 12 access methods/", timeout=60_000)
    wait_for_end(page)
    page.wait_for_selector("text=/of 12 access methods/", state="detached")
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
    for theme in get_args(Theme):
        use_theme(page, theme)
        assert violations_in_outputs(page) == []
    page.close()


@pytest.mark.slow
def test_an_untrusted_notebook_keeps_its_tables_and_folds(browser: Browser, tmp_path: Path) -> None:
    """JupyterLab removes style sheets and pictures from a report that somebody else has executed."""
    from tests.browser.conftest import write_page

    copy_project(tmp_path)
    page_file = write_page(tmp_path, "sample")
    (tmp_path / "settings").mkdir()
    with jupyterlab(page_file.parent, tmp_path / "settings") as lab:
        page = lab.open(browser, "report.ipynb")
        page.wait_for_selector(".jp-RenderedHTML table")
        assert page.locator(".agentcore-probe style, .jp-RenderedHTML style").count() == 0
        assert page.evaluate(
            "[...document.querySelectorAll('.jp-RenderedHTML :is(th, td)')]"
            ".every(cell => getComputedStyle(cell).textAlign === 'left')"
        )
        page.locator(".jp-RenderedHTML details >> nth=1").click()
        page.close()


def _every_output() -> str:
    """The outputs of a notebook one below the other."""
    record = api.load(PROJECT / "environments" / "sample.record.json")
    report = Report(record, "en")
    fragments = [getattr(report, name)() for name in (*SECTIONS, *FIGURES)]
    parts = [
        fragment._repr_html_() for fragment in fragments if fragment is not None
    ]  # the sample has no callers
    explanation = explanation_html(api.explain(ANSWER.replace("\\n", "\n")))
    return "".join([*parts, record._repr_html_(), report.judgement._repr_html_(), explanation])


VSCODE = {
    "light": "--vscode-foreground: #3b3b3b; --vscode-editor-background: #ffffff",
    "dark": "--vscode-foreground: #cccccc; --vscode-editor-background: #1f1f1f",
}
"""The colours of VS Code's default themes, which its notebook renderer offers as variables."""

POLICY = (
    """<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">"""
)

VSCODE_STYLE = (
    "body { color: var(--vscode-foreground); background: var(--vscode-editor-background); }"
    " td, th { text-align: right; white-space: nowrap; vertical-align: middle; } table { border-spacing: 0; }"
)


@pytest.mark.parametrize("theme", every(2, VSCODE))
def test_a_renderer_without_scripts_shows_the_same(browser: Browser, theme: str) -> None:
    """As VS Code's: HTML and inline style sheets only, nothing from elsewhere; links lead to their exchange."""
    html = _every_output()
    assert "<script" not in html
    page: Any = browser.new_page()
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    page.set_content(
        f'<!DOCTYPE html><html lang="en"><title>x</title>{POLICY}<style>:root {{ {VSCODE[theme]} }} {VSCODE_STYLE}</style>'
        f'<body class="vscode-{theme}"><main><h1>x</h1>{html}</main></body></html>'
    )
    assert urls == []
    page.evaluate(AXE)
    violations = page.evaluate(
        "async () => (await axe.run('.agentcore-probe')).violations.map(v => [v.id, v.nodes[0].html.slice(0, 200)])"
    )
    assert violations == []
    lefts = page.evaluate(
        "[...document.querySelectorAll('td')].map(cell => getComputedStyle(cell).textAlign)"
    )
    assert set(lefts) == {"left"}
    link = page.locator("table.methods a.ref[href*='-ex-']").first
    link.click()
    top = page.locator(link.get_attribute("href")).evaluate("fold => fold.getBoundingClientRect().top")
    assert -1 <= top < 720
    page.close()


def test_a_frame_without_colours_of_its_own_has_violations(browser: Browser) -> None:
    """The check can fail: dark text in a dark theme."""
    page: Any = browser.new_page()
    page.set_content(
        '<html lang="en"><title>x</title><body style="color:#ccc;background:#1f1f1f"><main>'
        + framed('<p style="color:#333">dark</p>')
    )
    page.evaluate(AXE)
    ids = page.evaluate(
        "async () => (await axe.run('.agentcore-probe')).violations.map(violation => violation.id)"
    )
    assert ids == ["color-contrast"]
    page.close()
