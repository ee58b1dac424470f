"""A real browser at a real server on the test database, for stories in which JavaScript matters.

Use the fixture `visit` (tests/conftest.py). The server is another thread with its own connection, so what a test makes
must be committed: use `with tenant_context(…):` around it and not the fixture `inside`. There is no chromium: it fails,
it is not skipped, so that nobody takes silence for success.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tenants.models import User

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """Give the browser of this machine."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail("these tests need chromium: install it, or deselect them by name")
    return found


@dataclass
class Visit:
    """A browser window at the server; `page` is Playwright's. What the browser complains of is kept."""

    page: Any
    site: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open a page and wait until its JavaScript is there."""
        self.page.goto(self.site + path)
        self.page.wait_for_function("window.htmx !== undefined")

    def log_in(self, user: User) -> None:
        """Let somebody be logged in, without the form."""
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.site}])

    def size(self, width: int, height: int = 900) -> None:
        """Make the window so wide."""
        self.page.set_viewport_size({"width": width, "height": height})

    def is_sound(self) -> None:
        """Check that everybody can read and work this page, that it fits, and that the browser is content."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page, options={"runOnly": RULES}).response["violations"]
        serious = [rule for rule in found if rule["impact"] in {"serious", "critical"}]
        assert [(rule["id"], [node["html"] for node in rule["nodes"][:3]]) for rule in serious] == []
        wide = self.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide[0] <= wide[1], "the page is wider than its window"
        assert self.complaints == []


@pytest.fixture(scope="session")
def chrome() -> Iterator[Any]:
    """One browser for all tests."""
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(live_server: Any, chrome: Any) -> Iterator[Callable[..., Visit]]:
    """Give a way to open windows: `visit(width=390)`."""
    contexts = []

    def open_window(*, width: int = 1280, theme: str = "light") -> Visit:
        context = chrome.new_context(
            locale="nl-NL",
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            reduced_motion="reduce",
        )
        contexts.append(context)
        window = Visit(context.new_page(), live_server.url)
        window.page.on("console", lambda said: window.complaints.append(said.text) if said.type == "error" else None)
        window.page.on("pageerror", lambda error: window.complaints.append(str(error)))
        return window

    yield open_window
    for context in contexts:
        context.close()
