"""A bookkeeper's morning in a real browser: log in, look at the night, hold one letter back, let the rest go."""

import pytest

from dunning.models import Notice
from tenants.context import tenant_context
from tests.dashboard.night_pages import HOME, _early_on_monday, planned  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


def states(tenant):
    with tenant_context(tenant.pk):
        return dict(Notice.objects.values_list("debtor__number", "state"))


def test_a_bookkeeper_sees_the_night_holds_one_back_and_lets_the_rest_go(bakkerij, bookkeeper, visit):
    planned(bakkerij)
    window = visit()
    page = window.page

    window.go("/account/login/")
    page.fill("input[name=login]", bookkeeper.email)
    page.fill("input[name=password]", "correct-horse-battery")
    page.click("main button[type=submit], main form button")
    page.wait_for_url(f"**{HOME}vandaag/")
    window.is_sound()

    page.click("#vannacht a:has-text('Bekijk')")
    page.wait_for_selector("h1:has-text('Nacht van maandag')")
    window.is_sound()

    page.fill("#filter-q", "smit")
    page.wait_for_url("**q=smit**")
    page.wait_for_function("document.querySelectorAll('#lijst .row-link').length === 1")
    page.click("#lijst .row-link")
    mail = page.frame_locator("iframe.document")
    mail.locator("text=2026-0417").first.wait_for()
    window.is_sound()

    page.click("a:has-text('Houd tegen')")  # asks in a dialog
    page.wait_for_selector("dialog[open] textarea, dialog[open] input[name=reason]")
    page.click("dialog[open] .btn-act")
    page.wait_for_selector("dialog[open] .error")  # a reason is asked for, in the dialog
    window.complaints = [said for said in window.complaints if "422" not in said]  # the browser logs every 4xx
    page.fill("dialog[open] [name=reason]", "belt morgen terug")
    page.click("dialog[open] .btn-act")
    page.wait_for_selector(".notice:has-text('1 brief tegengehouden')")
    assert states(bakkerij) == {"20001": "withdrawn", "10001": "planned"}

    page.check("tr:has-text('Petra Jansen') .pick")
    assert page.inner_text("#bulk output") == "1 gekozen · € 484,00"
    page.click("#bulk button:has-text('Keur goed')")
    page.wait_for_selector(".notice:has-text('1 brief goedgekeurd')")
    assert states(bakkerij) == {"20001": "withdrawn", "10001": "approved"}
    window.is_sound()


@pytest.mark.parametrize(
    ("width", "language", "theme"), [(1280, "en", "dark"), (390, "nl", "dark"), (390, "en", "light")]
)
def test_everybody_can_read_it_on_any_screen(bakkerij, owner, visit, width, language, theme):
    run, made = planned(bakkerij)
    owner.language = language
    owner.save()
    window = visit(width=width, theme=theme)
    window.log_in(owner)

    for path in (
        f"{HOME}vandaag/",
        f"{HOME}nachten/",
        f"{HOME}nachten/{run.public_id}/",
        f"{HOME}nachten/{run.public_id}/gaat-niet-uit/",
        f"{HOME}brieven/{made['20001'].public_id}/",
        f"{HOME}brieven/tegenhouden/?ids={made['20001'].public_id}",
        f"{HOME}zoeken/?q=smit",
        f"{HOME}betalingen-tm/",
        "/alles/",
        "/administraties/nieuw/",
    ):
        window.go(path)
        assert window.page.evaluate("document.documentElement.lang") == language
        window.is_sound()


def test_searching_from_anywhere_goes_by_keyboard(bakkerij, bookkeeper, visit):
    planned(bakkerij)
    window = visit()
    window.log_in(bookkeeper)
    window.go(f"{HOME}nachten/")

    window.page.keyboard.press("Control+k")
    window.page.keyboard.type("2026 0417")
    window.page.wait_for_selector("#gevonden a:has-text('2026-0417')")
    window.page.keyboard.press("ArrowDown")
    window.page.keyboard.press("Enter")

    window.page.wait_for_url("**/facturen/**")
    assert window.complaints == []
