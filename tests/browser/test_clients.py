"""The part of MCP clients in a real browser: a table on a desk, cards on a phone, and in print without its folds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from agentcore_probe.clients import CLIENTS
from tests.browser.conftest import Pages, violations
from tests.browser.test_report_page import DESK, PHONE, Scheme, opened

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("name", "scheme", "size"),
    [
        ("clients", "light", DESK),
        ("clients-ja", "dark", DESK),
        ("clients", "dark", PHONE),
        ("clients-ja", "light", PHONE),
    ],
)
def test_no_violation_of_any_rule_with_every_configuration_open(
    browser: Browser, pages: Pages, name: str, scheme: Scheme, size: dict[str, int]
) -> None:
    """Nothing is wider than the screen, and nothing leaves the page. Other tests have the other parts."""
    page = opened(browser, pages[name], scheme=scheme, size=size)  # type: ignore[arg-type]
    page.evaluate("document.querySelectorAll('section:not(:has(.chain))').forEach(e => e.remove())")
    assert page.locator("table.clients").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    assert violations(page) == []
    assert page.urls == [pages[name].as_uri()]
    assert page.console == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.close()


def test_a_client_is_a_card_on_a_phone(browser: Browser, pages: Pages) -> None:
    """With its name, its forecast and its configuration in one frame, as wide as the screen."""
    page = opened(browser, pages["clients"], size=PHONE)
    card = page.locator("tbody", has=page.locator("#client-gateway-claude-code"))
    box = card.bounding_box()
    assert box is not None
    assert box["width"] > 300
    assert card.locator("th").inner_text().startswith("Claude Code")
    fold = card.locator("details", has_text="Configuration of Claude Code")
    assert not fold.locator("pre").first.is_visible()
    fold.locator("summary").click()
    assert "mcpServers" in fold.locator("pre").nth(1).inner_text()
    page.close()


@pytest.mark.parametrize("name", ["clients", "clients-ja"])
def test_every_client_is_printed_and_no_configuration(
    browser: Browser, pages: Pages, name: str, tmp_path: Path
) -> None:
    """A folded row would be an empty line on paper."""
    page = opened(browser, pages[name])
    target = tmp_path / "report.pdf"
    page.pdf(path=target, prefer_css_page_size=True, print_background=True)
    page.close()
    sheets = [sheet.extract_text() for sheet in PdfReader(target).pages]
    names = tuple(client.name.split()[0].rstrip(",") for client in CLIENTS)
    for sheet in sheets:
        _, is_continued, below = sheet.partition("Client Forecast Step Why What to change\n")
        assert not is_continued or below.startswith(names), "a row is split"
    text = re.sub(r"\s", "", "".join(sheets))
    for client in CLIENTS:
        assert re.sub(r"\s", "", client.name) in text
    assert "mcpServers" not in text
    assert "ConfigurationofClaude" not in text
    assert "ClaudeCodeの設定" not in text
    assert "\ufffd" not in text
