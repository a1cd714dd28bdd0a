"""A login in a real browser: forms and redirects without scripts, from the login page back to this machine."""

from __future__ import annotations

import queue
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from playwright.sync_api import Browser

from agentcore_probe.flows.flow import Tokens
from tests.browser.conftest import AXE
from tests.flows.test_logins import Login, browser_identity, person

SECONDS = 30


def test_a_person_logs_in_with_chromium(agentcore: Mapping[str, Any], browser: Browser) -> None:
    """With scripts off. The last page says that the tab can be closed, and its address is no referrer."""
    urls: queue.Queue[str] = queue.Queue()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    with ThreadPoolExecutor(1) as pool:
        identity = browser_identity(agentcore, username="probe")
        login = pool.submit(Login, agentcore, identity, person(urls.put, SECONDS))
        page.goto(urls.get(timeout=SECONDS))
        assert page.get_by_label("User name").input_value() == "probe"
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Sign in").click()
        assert page.get_by_role("alert").inner_text() == "Incorrect username or password."
        page.get_by_label("Password").fill(agentcore["identity"]["password"])
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("heading", name="Login finished").wait_for()
        assert "You can close this tab" in page.inner_text("body")
        finished = login.result(timeout=SECONDS)
    assert isinstance(finished.outcome, Tokens)
    assert finished.records_no_secret()
    context.close()
    checked = browser.new_context(bypass_csp=True)
    again = checked.new_page()
    again.set_content(page_html())
    again.evaluate(AXE)
    assert again.evaluate("axe.run()")["violations"] == []
    checked.close()


def page_html() -> str:
    """The page on which a login ends."""
    from agentcore_probe.access.redirect_listener import _PAGE

    return _PAGE.format(title="Login finished", text="You can close this tab and go back to the terminal.")
