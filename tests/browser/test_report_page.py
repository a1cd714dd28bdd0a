"""The page in a real browser: offline, accessible, readable at every size, printable."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, ViewportSize
from pypdf import PdfReader

from tests.browser.conftest import violations

Scheme = Literal["dark", "light"]
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1200, "height": 900}


def opened(
    browser: Browser, path: Path, *, scheme: Scheme = "light", size: ViewportSize | None = None
) -> Any:
    """The page, with the list of its requests and of its console messages."""
    page: Any = browser.new_page(viewport=size or DESK, color_scheme=scheme)
    page.urls, page.console = [], []
    page.on("request", lambda request: page.urls.append(request.url))
    page.on("console", lambda message: page.console.append(message.text))
    page.on("pageerror", lambda error: page.console.append(str(error)))
    page.goto(path.as_uri())
    return page


LOOKS = [
    *(
        (name, scheme, size)
        for name in ("en", "ja")
        for scheme in ("light", "dark")
        for size in (DESK, PHONE)
    ),
    ("both", "light", DESK),
    ("broken", "light", DESK),
    ("sample", "light", PHONE),
    ("added", "light", DESK),
    ("added", "dark", PHONE),
]


QUICK = (("en", "light", DESK),)
"""The next test tries two others, with every fold open."""


@pytest.mark.parametrize(
    ("name", "scheme", "size"),
    [pytest.param(*look, marks=[] if look in QUICK else [pytest.mark.slow]) for look in LOOKS],
)
def test_no_violation_of_any_rule_and_nothing_leaves_the_page(
    browser: Browser, pages: dict[str, Path], name: str, scheme: Scheme, size: ViewportSize
) -> None:
    """No request but the file's own, no message on the console."""
    page = opened(browser, pages[name], scheme=scheme, size=size)
    assert violations(page) == []
    assert page.urls == [pages[name].as_uri()]
    assert page.console == []
    page.close()


@pytest.mark.parametrize(
    ("name", "scheme", "size"),
    [
        ("broken", "light", DESK),
        pytest.param("ja", "dark", PHONE, marks=pytest.mark.slow),
    ],
)
def test_no_violation_with_every_fold_open(
    browser: Browser, pages: dict[str, Path], name: str, scheme: Scheme, size: ViewportSize
) -> None:
    """The rules hold for folded content, too, and opening it loads nothing."""
    page = opened(browser, pages[name], scheme=scheme, size=size)
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    assert violations(page) == []
    assert page.urls == [pages[name].as_uri()]
    assert page.console == []
    page.close()


def test_verdict_actions_and_rows_are_on_the_first_two_screens_of_a_phone(
    browser: Browser, pages: dict[str, Path]
) -> None:
    """Of a page that is not verified; lines to paste are folded."""
    page = opened(browser, pages["broken"], size=PHONE)
    ends = [page.locator(part).first.bounding_box() for part in (".verdict", ".actions", ".glance")]
    bottoms = [box["y"] + box["height"] for box in ends]
    assert bottoms == sorted(bottoms)
    assert bottoms[-1] <= 2 * PHONE["height"]
    assert page.locator(".actions > li").count() == 2
    assert not page.locator(".actions pre").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    page.close()


def test_a_page_with_a_fault_has_violations(browser: Browser, pages: dict[str, Path]) -> None:
    """The check can fail, on a page that has none as it is (above): a picture without words, pale text, a second h1."""
    page = opened(browser, pages["en"])
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('afterbegin',"
        " '<h1>x</h1><div role=img></div><p style=\"color:#ccc;background:#fff\">pale</p>')"
    )
    assert {violation["id"] for violation in violations(page)} >= {"color-contrast", "role-img-alt"}
    page.close()


@pytest.mark.parametrize(
    "name",
    ["en", "ja", "both", "broken", pytest.param("added", marks=pytest.mark.slow)],
)
def test_nothing_is_wider_than_a_phone(browser: Browser, pages: dict[str, Path], name: str) -> None:
    """At 360 px, unfolded, without scrolling sideways."""
    page = opened(browser, pages[name], size=PHONE)
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.close()


def test_on_a_phone_each_cell_is_as_wide_as_its_row(browser: Browser, pages: dict[str, Path]) -> None:
    """The widths of columns apply to the desk only."""
    page = opened(browser, pages["both"], size=PHONE)
    narrow = page.evaluate(
        "[...document.querySelectorAll('td')].filter(cell =>"
        " cell.offsetWidth < 0.9 * cell.parentElement.offsetWidth).map(cell => cell.className)"
    )
    assert narrow == []
    page.close()


def test_no_table_is_wider_than_its_page(browser: Browser, pages: dict[str, Path]) -> None:
    """On a desk."""
    page = opened(browser, pages["broken"], size={"width": 1000, "height": 800})
    wide = page.evaluate(
        "[...document.querySelectorAll('table')].filter(t => t.getBoundingClientRect().right >"
        " document.querySelector('main').getBoundingClientRect().right - 15).length"
    )
    assert wide == 0
    page.close()


def test_the_verdict_is_on_the_first_screen(browser: Browser, pages: dict[str, Path]) -> None:
    """On a phone, too, with the words that say who answered."""
    for size in (DESK, PHONE):
        page = opened(browser, pages["en"], size=size)
        for selector in (".verdict", ".source"):
            box = page.locator(selector).first.bounding_box()
            assert box["y"] + box["height"] < size["height"]
        page.close()


def test_the_keyboard_reaches_every_link_and_fold(browser: Browser, pages: dict[str, Path]) -> None:
    """By Tab alone, in the order of the page; Enter opens a fold."""
    page = opened(browser, pages["broken"])
    count = page.evaluate(
        "[...document.querySelectorAll('a[href], summary')].filter(e => e.checkVisibility()).length"
    )
    page.evaluate(
        "window.focused = new Set(); document.addEventListener('focusin', event => focused.add(event.target))"
    )
    for _ in range(count + 3):
        page.keyboard.press("Tab")
    reached = page.evaluate("[...focused].filter(element => element.matches('a, summary')).length")
    assert reached == count
    summary = page.locator("details.row > summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.row").first.get_attribute("open") is not None
    page.close()


@pytest.mark.parametrize("name", ["en", "ja"])
def test_it_prints_on_four_pages_with_every_glyph(
    browser: Browser, pages: dict[str, Path], name: str, tmp_path: Path
) -> None:
    """All seven sections; folded exchanges stay folded, counted and named."""
    page = opened(browser, pages[name])
    target = tmp_path / "report.pdf"
    page.pdf(path=target, prefer_css_page_size=True, print_background=True)
    page.close()
    reader = PdfReader(target)
    assert len(reader.pages) <= 4
    text = "".join(sheet.extract_text() for sheet in reader.pages)
    assert "gateway-jwt/4" in text
    assert "\ufffd" not in text
    if name == "ja":
        flat = re.sub(r"\s", "", text)
        assert "検証結果まとめ" in flat
        assert "最終評価" in flat


@pytest.mark.parametrize("name", ["en", "ja"])
def test_one_language_of_local_is_at_most_200_kb(pages: dict[str, Path], name: str) -> None:
    """With three pictures and the record inside."""
    assert pages[name].stat().st_size <= 200_000
    assert pages[name].read_text("utf-8").count("<figure ") == 3


def test_both_languages_hold_the_same_facts(browser: Browser, pages: dict[str, Path]) -> None:
    """Numbers, ids, verdict and links are the same in both parts of one file."""
    page = opened(browser, pages["both"])
    facts = [
        page.evaluate(
            "part => { const p = document.getElementById(part); return {"
            " ids: [...p.querySelectorAll('code.id')].map(e => e.textContent),"
            " outcomes: [...p.querySelectorAll('table.methods tbody tr')].map(e => e.className),"
            " verdict: [...p.querySelectorAll('.verdict')].map(e => e.className),"
            " shown: [...p.querySelectorAll('td.outcome')].map(e => e.className),"
            " bodies: [...p.querySelectorAll('.exchange pre.paste')].map(e => e.textContent),"
            " links: [...p.querySelectorAll('a.ref')].map(e => e.textContent) } }",
            part,
        )
        for part in ("part-en", "part-ja")
    ]
    assert facts[0] == facts[1]
    assert len(facts[0]["ids"]) > 20
    page.close()


def test_every_link_has_its_target_and_ids_are_unique(browser: Browser, pages: dict[str, Path]) -> None:
    """In the page with both languages as well."""
    for path in pages.values():
        page = opened(browser, path)
        lost, twice = page.evaluate(
            "(() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id);"
            " const lost = [...document.querySelectorAll('a[href^=\"#\"]')].map(e => e.getAttribute('href').slice(1))"
            ".filter(id => !ids.includes(id));"
            " return [lost, ids.filter((id, n) => ids.indexOf(id) !== n)] })()"
        )
        assert lost == []
        assert twice == []
        page.close()


def test_a_link_to_an_exchange_opens_its_fold(browser: Browser, pages: dict[str, Path]) -> None:
    """One click from the table to what was sent."""
    page = opened(browser, pages["en"])
    page.locator("#row-gateway-jwt a.ref[href^='#ex-']").first.click()
    page.wait_for_function("document.querySelector('details.exchange:has(#ex-gateway-jwt-4)').open")
    page.locator("#row-runtime-jwt-raw-arn a.ref[href^='#ex-']").first.click()
    page.wait_for_function("document.querySelector('#ex-runtime-jwt-raw-arn-1').checkVisibility()")
    exchange = page.locator("details.exchange:has(#ex-runtime-jwt-raw-arn-1)")
    assert exchange.evaluate("fold => fold.open")
    marked = exchange.locator("mark").first.inner_text()
    assert "/runtimes/arn:aws:" in marked
    page.close()


@pytest.mark.parametrize("name", ["en", "ja", pytest.param("sample", marks=pytest.mark.slow), "broken"])
def test_no_picture_s_words_are_cut_off(browser: Browser, pages: dict[str, Path], name: str) -> None:
    """Every text of a chart lies within it, on a phone, too."""
    for size in (DESK, PHONE):
        page = opened(browser, pages[name], size=size)
        outside = page.evaluate(
            """[...document.querySelectorAll('figure svg')].flatMap(svg => {
                 const box = svg.getBoundingClientRect();
                 return [...svg.querySelectorAll('text')].filter(text => {
                   const own = text.getBoundingClientRect();
                   return own.left < box.left - 1 || own.right > box.right + 1 || own.bottom > box.bottom + 1;
                 }).map(text => text.textContent);
               })"""
        )
        assert outside == []
        page.close()


def test_what_made_the_page_is_printed(browser: Browser, pages: dict[str, Path]) -> None:
    """On paper, only exchanges and expected causes stay folded."""
    page = opened(browser, pages["en"])
    page.emulate_media(media="print")
    assert page.locator("details.provenance dl").evaluate("list => list.getBoundingClientRect().height") > 20
    page.close()
