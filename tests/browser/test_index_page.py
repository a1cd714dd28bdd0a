"""The index in a real browser: offline, accessible, readable at every size, printable, searchable where it is folded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from agentcore_probe.errors import InputError
from agentcore_probe.fleet.failures import keep_failure
from agentcore_probe.model.methods import METHODS
from agentcore_probe.storage import open_storage
from tests.browser.conftest import copy_project, violations
from tests.browser.test_report_page import DESK, PHONE, Scheme, opened
from tests.conftest import run_here
from tests.fleet.reports import days_ago, run_of, write_run


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of 44 environments in both languages: most are verified, some of each kind are not."""
    project = tmp_path_factory.mktemp("fleet")
    copy_project(project)
    reports = project / "reports"
    for number in range(40):
        write_run(reports, run_of(f"fine-{number:02}", account=f"{111111111111 * (1 + number // 20)}"))
    for name, before, now in (("worse", True, False), ("better", False, True), ("bad", False, False)):
        write_run(reports, run_of(name, at=days_ago(1), verified=before))
        write_run(reports, run_of(name, verified=now), page=name != "bad")
    keep_failure(open_storage(reports), "gone", InputError("the variable PASSWORD is not set", hint="Set it"))
    done = run_here(["index", "--lang", "en,ja"], project)
    assert done.returncode == 0, done.stderr
    return reports / "index.html"


@pytest.fixture(scope="module")
def all_entrances(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of an environment that is called in every way."""
    project = tmp_path_factory.mktemp("entrances")
    copy_project(project)
    run = run_of("many")
    (tried,) = run.observations
    every = tuple(tried.model_copy(update={"method": method.id}) for method in METHODS)
    write_run(project / "reports", run.model_copy(update={"observations": every}))
    done = run_here(["index"], project)
    assert done.returncode == 0, done.stderr
    return project / "reports" / "index.html"


@pytest.mark.parametrize(
    ("scheme", "size"),
    [
        ("dark", PHONE),
        pytest.param("light", DESK, marks=pytest.mark.slow),
        pytest.param("light", PHONE, marks=pytest.mark.slow),
        pytest.param("dark", DESK, marks=pytest.mark.slow),
    ],
)
def test_no_violation_of_any_rule_and_nothing_leaves_the_page(
    browser: Browser, index: Path, scheme: Scheme, size: dict[str, int]
) -> None:
    """With every fold open: no request but the file's own, no message on the console, no scrolling sideways."""
    page = opened(browser, index, scheme=scheme, size=size)  # type: ignore[arg-type]
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    assert violations(page) == []
    assert page.urls == [index.as_uri()]
    assert page.console == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.close()


def test_the_state_of_the_fleet_is_on_the_first_screen(browser: Browser, index: Path) -> None:
    """On a phone, too: how many need attention, how many are in each state, and as of when."""
    for size in (DESK, PHONE):
        page = opened(browser, index, size=size)
        for selector in (".verdict", ".tally", ".facts"):
            box = page.locator(selector).first.bounding_box()
            assert box["y"] + box["height"] < size["height"]
        page.close()


@pytest.mark.parametrize("fragment", ["#env-fine-37", "#:~:text=fine%2D37"])
def test_what_is_folded_is_found(browser: Browser, index: Path, fragment: str) -> None:
    """By a link, and by the browser's search, for which a text fragment stands: the fold opens."""
    page = opened(browser, index)
    row = page.locator("#env-fine-37 a")
    assert not row.is_visible()
    page.close()
    page = browser.new_page()
    page.goto(index.as_uri() + fragment)
    page.wait_for_function("document.querySelector('#env-fine-37 a').checkVisibility()")
    top, heads = page.evaluate(
        "['#env-fine-37', '.columns'].map(one => document.querySelector(one).getBoundingClientRect())"
        ".map((box, n) => n ? box.bottom : box.top)"
    )
    assert top >= heads  # the headings, which stay in view, do not cover it
    page.close()


def test_links_lead_to_reports_and_rows(browser: Browser, index: Path) -> None:
    """None to a page that is not there; ids are unique in both languages."""
    page = opened(browser, index)
    targets: Sequence[str] = page.evaluate(
        "[...document.querySelectorAll('a')].map(link => link.getAttribute('href'))"
    )
    ids: Sequence[str] = page.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
    files = [target for target in targets if not target.startswith("#")]
    assert len(files) == 2 * 42
    assert all((index.parent / file).is_file() for file in files)
    assert {target[1:] for target in targets if target.startswith("#")} <= set(ids)
    assert len(ids) == len(set(ids))
    page.close()


@pytest.mark.parametrize("width", [360, 740, 1024, 1040, 1200])
def test_columns_are_under_their_headings(browser: Browser, index: Path, width: int) -> None:
    """The headings stay above all groups, whose own are for screen readers; every cell has its word."""
    page = opened(browser, index, size={"width": width, "height": 900})
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    centers = page.evaluate(
        """(() => { const part = document.getElementById('part-en');
             const center = element => { const box = element.getBoundingClientRect(); return box.left + box.width / 2; };
             const heads = [...part.querySelectorAll('.columns thead tr:last-child th')].map(center);
             return [...part.querySelectorAll('.group tbody tr')].filter(row => row.querySelector('td b')).map(row =>
               Math.max(...[...row.children].slice(2, -1).map((cell, n) => Math.abs(center(cell) - heads[n])))); })()"""
    )
    assert len(centers) == 43
    assert max(centers) < 3
    words = page.locator("#part-ja td.a b").all_inner_texts()
    assert set(words) == {"想定どおり"}
    page.close()


@pytest.mark.parametrize("width", [360, 740, 1024, 1040, 1200])
def test_names_have_room_beside_all_entrances(browser: Browser, all_entrances: Path, width: int) -> None:
    """However many columns there are, names stay readable and the page does not scroll sideways."""
    page = opened(browser, all_entrances, size={"width": width, "height": 900})
    assert page.locator(".columns thead tr:last-child th").count() > 20
    assert page.locator("#env-many a").bounding_box()["height"] < 30
    assert page.locator("#env-many th").bounding_box()["width"] > 150
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 695, "height": 900})  # A4 without its margins
    page.emulate_media(media="print")
    assert page.locator("#env-many th").bounding_box()["width"] > 100
    page.close()


def test_it_prints_what_needs_attention(browser: Browser, index: Path, tmp_path: Path) -> None:
    """With every glyph; groups that are verified stay folded, counted and named."""
    page = opened(browser, index)
    target = tmp_path / "index.pdf"
    page.pdf(path=target, prefer_css_page_size=True, print_background=True)
    page.close()
    reader = PdfReader(target)
    text = "".join(sheet.extract_text() for sheet in reader.pages)
    assert len(reader.pages) <= 5
    assert "the variable PASSWORD is not set" in text
    assert "\ufffd" not in text
