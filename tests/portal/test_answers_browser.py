"""The pages with answers in a real browser on a phone: readable by everybody, light and dark, without JavaScript."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from common import clock
from tenants.context import tenant_context
from tenants.models import Tenant
from tests import factories
from tests.browser import Visit
from tests.portal.answering import Visitor, visitor

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ("later/", "termijnen/", "al-betaald/", "bezwaar/", "gegevens/", "vraag/", "andere-facturen/")


@pytest.fixture
def petra(db: None) -> Visitor:
    tenant: Tenant = factories.tenant()
    who = visitor(tenant, amounts=("121.00", "300.00"))
    with tenant_context(tenant.pk):
        factories.invoice(who.debtor, amount="77.00")
    return who


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_sound_on_a_phone(petra: Visitor, visit: Callable[..., Visit], theme: str) -> None:
    window = visit(width=390, theme=theme)
    window.page.set_viewport_size({"width": 320, "height": 700})

    for page in PAGES:
        window.page.goto(window.site + petra.path + page)
        window.is_sound()


def test_wrong_forms_confirmations_and_what_runs_are_sound_too(petra: Visitor, visit: Callable[..., Visit]) -> None:
    window = visit(width=390)
    page, at = window.page, window.site + petra.path
    soon = (clock.today() + timedelta(days=3)).isoformat()

    for name in ("later/", "bezwaar/", "gegevens/", "vraag/"):
        page.goto(at + name)
        page.click("form button.btn")
        assert page.locator(".errorlist, .notice.bad").count() > 0
        window.complaints = [said for said in window.complaints if "422" not in said]
        window.is_sound()
    page.goto(at + "termijnen/")
    page.fill("[name=first_on]", soon)
    page.click("text=Bekijk het schema")
    window.is_sound()
    page.click("text=Spreek dit af")
    assert page.locator("h1").inner_text() == "Uw betalingsregeling is afgesproken"
    window.is_sound()
    page.click("text=Bekijk het schema")
    window.is_sound()
    page.click("text=Betaal deze termijn")
    assert "140,33" in page.locator("main").inner_text()
    page.goto(at + "andere-facturen/")
    page.click("text=Stuur mij een code")
    window.is_sound()
    page.goto(at)
    window.is_sound()
