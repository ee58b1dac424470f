"""The kit in a real browser: readable by everybody, quick by keyboard, whole on a phone, within the CSP.

There is no server: the browser asks for a page and gets what the view answers, with the real headers.
"""

import mimetypes
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import RequestFactory
from django.urls import include, path, resolve
from django.utils.translation import override
from django_htmx.middleware import HtmxDetails
from playwright.sync_api import Browser, Page, Route

from tests.browser import RULES

SITE = "http://kit.test"

urlpatterns = [path("kit/", include("dashboard.kit")), path("account/", include("allauth.urls"))]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def page(chrome: Browser, complaints: list[str]) -> Iterator[Page]:
    context = chrome.new_context(locale="nl-NL", viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.route(f"{SITE}/**", answer)
    yield page
    context.close()


def answer(route: Route) -> None:
    """Answer as the server would."""
    address = route.request.url.removeprefix(SITE)
    if address.startswith("/static/"):
        file = settings.BASE_DIR / address.lstrip("/").partition("?")[0]
        route.fulfill(body=file.read_bytes(), content_type=mimetypes.guess_type(file.name)[0] or "font/woff2")
        return
    request: Any = RequestFactory(headers=route.request.headers).get(address)
    request.htmx, request.user, request.session = HtmxDetails(request), AnonymousUser(), {}
    request._messages = CookieStorage(request)
    view = resolve(request.path).func
    with override("nl"):
        made: Any = CSPMiddleware(view)(request)
    route.fulfill(status=made.status_code, headers=dict(made.headers), body=made.content)


def go(page: Page, address: str = "/kit/") -> None:
    page.goto(SITE + address)
    page.wait_for_function("window.htmx !== undefined")
    page.evaluate("document.activeElement.blur()")


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (360, "dark")])
def test_everybody_can_read_and_work_it(page, complaints, width, theme):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    go(page)

    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]

    assert [(rule["id"], [node["html"] for node in rule["nodes"][:3]]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert complaints == []


def test_rows_are_walked_picked_and_added_up_by_keyboard(page):
    go(page)

    page.keyboard.type("jjxjx")

    assert page.evaluate("document.activeElement.className") == "row-link"
    assert page.inner_text("#bulk output").startswith("2 gekozen · € ")


def test_letters_typed_in_a_field_are_only_letters(page):
    go(page)

    page.focus("#id_name")
    page.keyboard.type("jx/?")

    assert page.input_value("#id_name") == "jx/?"


def test_the_letters_can_be_switched_off(page):
    go(page)
    page.keyboard.type("?")
    page.check("[data-letters-off]")
    page.keyboard.press("Escape")

    page.keyboard.type("j")

    assert page.evaluate("document.activeElement === document.body")


def test_searching_is_a_key_away_and_its_answers_too(page):
    go(page)

    page.keyboard.press("Control+k")
    page.keyboard.type("dijk")
    page.wait_for_selector("#gevonden a")
    page.keyboard.press("ArrowDown")

    assert "Van Dijk Transport" in page.evaluate("document.activeElement.textContent")


def test_filtering_changes_the_address_and_back_brings_the_list_back(page):
    go(page)

    page.select_option("#filter-fase", "geschil")
    page.wait_for_url("**fase=geschil**")
    page.wait_for_selector("#lijst .chip")
    page.go_back()
    page.wait_for_selector("#lijst .chip", state="detached")

    assert "fase" not in page.url


def test_a_question_opens_as_a_dialog_and_asks_for_the_reason_first(page):
    go(page)

    page.click("a[data-ask]")
    page.wait_for_selector("#vraag[open]")

    assert page.inner_text("#vraag-title") == "Brieven van vannacht tegenhouden?"
    assert page.evaluate("document.activeElement.name") == "reason"


def written(page: Page, field: str, *typed: str) -> list[str]:
    """Type each in a field, leave it, and give what stands there then."""
    shown = []
    for text in typed:
        page.fill(field, text)
        page.press(field, "Tab")
        shown.append(page.input_value(field))
    return shown


def test_a_date_is_written_out_or_left_for_the_server(page):
    go(page)

    shown = written(page, "#id_due", "311226", "1.2.2027", "01022027", "31-02-2026", "morgen")

    assert shown == ["31-12-2026", "01-02-2027", "01-02-2027", "31-02-2026", "morgen"]


def test_an_amount_is_written_out_or_left_for_the_server(page):
    go(page)

    shown = written(page, "#id_amount", "1234,5", "1.234", "12.5", "-40", "€ 1.234,50", "12,34,56")

    assert shown == ["1.234,50", "1.234,00", "12,50", "-40,00", "1.234,50", "12,34,56"]


def test_without_javascript_the_menu_opens_and_what_can_be_done_with_rows_is_there(chrome):
    context = chrome.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.route(f"{SITE}/**", answer)
    page.goto(f"{SITE}/kit/")

    page.check("tbody .pick >> nth=0")
    page.click(".menu-button")

    assert page.is_visible("#bulk")
    assert page.is_visible(".nav-main a >> nth=0")
    context.close()
