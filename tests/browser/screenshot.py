"""Makes the pictures in the README: the top of the sample report, in light and dark (`make screenshot`)."""

from __future__ import annotations

from playwright.sync_api import ViewportSize, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS
from tests.conftest import PROJECT

SIZE: ViewportSize = {"width": 1000, "height": 760}


def main() -> None:
    """Writes docs/report-light.png and docs/report-dark.png."""
    (page,) = (PROJECT / "reports" / "sample").glob("*/report.html")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for scheme in ("light", "dark"):
            view = browser.new_page(viewport=SIZE, color_scheme=scheme)
            view.goto(page.as_uri())
            view.screenshot(path=PROJECT / "docs" / f"report-{scheme}.png")
        browser.close()


if __name__ == "__main__":
    main()
