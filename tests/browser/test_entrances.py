"""The page of more than two entrances in a real browser: the map as a table on a desk, as folds on a phone, and in print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from tests.browser.conftest import Pages, violations
from tests.browser.test_report_page import DESK, PHONE, Scheme, opened

pytestmark = pytest.mark.slow
NAMES = ("entrances", "entrances-ja")


@pytest.mark.parametrize(
    ("name", "scheme", "size"),
    [
        ("entrances", "light", DESK),
        ("entrances-ja", "dark", PHONE),
        ("entrances-ja", "dark", DESK),
        ("entrances", "light", PHONE),
    ],
)
def test_no_violation_of_any_rule_in_the_map(
    browser: Browser, pages: Pages, name: str, scheme: Scheme, size: dict[str, int]
) -> None:
    """With its folds open; nothing is wider than the screen, and nothing leaves the page. Other tests have the evidence."""
    page = opened(browser, pages[name], scheme=scheme, size=size)  # type: ignore[arg-type]
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.evaluate(
        "document.querySelectorAll('section').forEach(e => { if (!e.querySelector('.entrance')) e.remove() })"
    )
    page.evaluate("document.querySelectorAll('details.entrance').forEach(fold => fold.open = true)")
    assert violations(page) == []
    assert page.urls == [pages[name].as_uri()]
    assert page.console == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.close()


def test_the_map_is_a_table_on_a_desk_and_folds_on_a_phone(browser: Browser, pages: Pages) -> None:
    """Each fold of a phone has its entrance's results at its top, as wide as the screen."""
    page = opened(browser, pages["entrances"])
    assert page.locator("table.map").first.is_visible()
    assert page.locator("dl.door:visible").count() == 0
    page.close()
    page = opened(browser, pages["entrances"], size=PHONE)
    assert page.locator("table.map:visible").count() == 0
    fold = page.locator("#entrance-runtime-ws")
    assert not fold.locator("dl.door").is_visible()
    fold.locator("summary").first.click()
    names = fold.locator("dl.door dt").all_inner_texts()
    assert names[:5] == ["no credential", "forged JWT", "JWT", "SigV4", "admin"]
    box = fold.locator("dl.door").bounding_box()
    assert box is not None
    assert box["width"] > 280
    page.close()


def test_the_reason_is_one_click_away(browser: Browser, pages: Pages) -> None:
    """From a cell to its row, whose fold opens; also to that of a further caller."""
    for row in ("runtime-ws-jwt", "guest:gateway-policy-jwt"):
        page = opened(browser, pages["entrances"])
        page.locator(f"table.map a[href='#row-{row}']").click()
        page.wait_for_function("id => document.getElementById(id).checkVisibility()", arg=f"row-{row}")
        page.close()


@pytest.mark.parametrize("name", NAMES)
def test_no_word_of_the_picture_is_cut_off_or_overlaps_another(
    browser: Browser, pages: Pages, name: str
) -> None:
    """On a phone, too, where its smallest letters are still at least 6 px high."""
    for size in (DESK, PHONE):
        page = opened(browser, pages[name], size=size)
        outside, overlapping, smallest = page.evaluate(
            """(() => { const svg = document.querySelector('figure svg');
                 const frame = svg.getBoundingClientRect();
                 const texts = [...svg.querySelectorAll('text')].map(text => [text, text.getBoundingClientRect()]);
                 const outside = texts.filter(([, box]) => box.left < frame.left - 1 || box.right > frame.right + 1
                   || box.top < frame.top - 1 || box.bottom > frame.bottom + 1).map(([text]) => text.textContent);
                 const overlapping = texts.filter(([, a], n) => texts.slice(0, n).some(([, b]) =>
                   Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
                   && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4)).map(([text]) => text.textContent);
                 const smallest = Math.min(...texts.map(([text]) =>
                   parseFloat(getComputedStyle(text).fontSize) * frame.width / svg.viewBox.baseVal.width));
                 return [outside, overlapping, smallest]; })()"""
        )
        assert outside == []
        assert overlapping == []
        assert smallest >= 6
        page.close()


@pytest.mark.parametrize("name", NAMES)
def test_the_map_and_every_row_are_printed(browser: Browser, pages: Pages, name: str, tmp_path: Path) -> None:
    """Folds of entrances are open on paper."""
    page = opened(browser, pages[name])
    target = tmp_path / "report.pdf"
    page.pdf(path=target, prefer_css_page_size=True, print_background=True)
    page.close()
    text = re.sub(r"\s", "", "".join(sheet.extract_text() for sheet in PdfReader(target).pages))
    for word in ("runtime-ws-jwt-subprotocol", "registry-mcp-sigv4", "gateway-passthrough-anonymous"):
        assert word in text
    assert "\ufffd" not in text
