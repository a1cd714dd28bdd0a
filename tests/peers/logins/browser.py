"""The browser of a login: what a client starts with the URL of the login page.

    browser.py URL

It fills in the form of the page with LOGIN_USER and LOGIN_PASSWORD, goes where the page sends it, and appends to the file
LOGIN_RESULT, as a line of JSON, where it ended: at the client's redirect URI (`callback`), or on a page (`page`). With
LOGIN_CHROMIUM, the path of a Chromium, it is that one, driven by Playwright; else it is this program, over plain HTTP.
"""

from __future__ import annotations

import html
import json
import os
import re
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import requests

TIMEOUT = 20
STEPS = 10


def _origin(url: str) -> str:
    return "{0.scheme}://{0.netloc}".format(urlsplit(url))


def _ended(url: str, status: int, server: str) -> dict[str, object]:
    """Where it ended; a code or state of the query is not written."""
    query = parse_qs(urlsplit(url).query)
    return {
        "ended": "page" if _origin(url) == server else "callback",
        "status": status,
        "error": query.get("error", [""])[0],
        "description": query.get("error_description", [""])[0],
    }


def _fields(page: str) -> dict[str, str]:
    """What a person sends: the form's hidden fields, name and password where it asks for them, and the button."""
    tags = [dict(re.findall(r'([\w-]+)="([^"]*)"', tag)) for tag in re.findall(r"<input[^>]*>", page)]
    typed = {"password": os.environ["LOGIN_PASSWORD"], "hidden": None}
    sent = {
        tag["name"]: typed.get(tag.get("type", "text"), os.environ["LOGIN_USER"])
        or html.unescape(tag.get("value", ""))
        for tag in tags
    }
    return {**sent, "decision": "allow"}


def _visit(session: requests.Session, url: str) -> requests.Response:
    """A page.

    A client may listen a moment after it has opened the browser: mcp-remote 0.15.1 does where a GET of the server is no 401.
    A person who types a password is later than that.
    """
    deadline = time.monotonic() + TIMEOUT
    while True:
        try:
            return session.get(url, timeout=TIMEOUT, allow_redirects=False)
        except requests.ConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def with_http(url: str) -> dict[str, object]:
    """Logs in over plain HTTP."""
    server = _origin(url)
    with requests.Session() as session:
        session.trust_env = False
        response = _visit(session, url)
        for _ in range(STEPS):
            action = re.search(r'<form[^>]*action="([^"]+)"', response.text)
            if location := response.headers.get("location"):
                url = urljoin(url, location)
                response = _visit(session, url)
            elif action and _origin(url) == server:
                target = urljoin(url, html.unescape(action[1]))
                response = session.post(
                    target, data=_fields(response.text), timeout=TIMEOUT, allow_redirects=False
                )
            else:
                break
            if _origin(url) != server:
                break
    return _ended(url, response.status_code, server)


def with_chromium(url: str, program: str) -> dict[str, object]:
    """Logs in with Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = chromium.new_page()
        response = page.goto(url)
        if page.locator("input[name=username]").count():
            page.fill("input[name=username]", os.environ["LOGIN_USER"])
            page.fill("input[name=password]", os.environ["LOGIN_PASSWORD"])
            with page.expect_navigation() as navigation:
                page.click("button[value=allow]")
            response = navigation.value
        ended = _ended(page.url, response.status if response else 0, _origin(url))
        chromium.close()
    return ended


def main() -> None:
    """Logs in, and writes where it ended."""
    url, chromium = sys.argv[1], os.environ.get("LOGIN_CHROMIUM")
    ended = with_chromium(url, chromium) if chromium else with_http(url)
    with Path(os.environ["LOGIN_RESULT"]).open("a", encoding="utf-8") as file:
        file.write(f"{json.dumps(ended)}\n")


if __name__ == "__main__":
    main()
