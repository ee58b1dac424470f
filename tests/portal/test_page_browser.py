"""The page on a phone, in a real browser: everybody can read and work it, in four languages, light and dark."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache

from common import clock
from common.actor import Actor, ActorKind
from invoices import operations as claims
from payments import links
from tenants.context import tenant_context
from tests import factories
from tests.fakes import mollie as fake

pytestmark = [pytest.mark.django_db(transaction=True)]
MOST_BYTES = 100_000


@pytest.fixture
def sites(live_server, settings):
    """Let links and the way back from the provider lead to the server of this test."""
    settings.SITE_URL = live_server.url
    cache.clear()
    return live_server.url


@pytest.fixture
def link(sites, mollie):
    """A page with everything on it: late claims with interest and costs, a dispute, one that is not due, a PDF."""
    day, by = clock.today(), Actor(ActorKind.USER, clock.now(), "", "Jan")
    tenant = factories.tenant("Bakkerij de Vries")
    pdf = claims.File("factuur.pdf", "application/pdf", b"%PDF-1.7", is_the_invoice=True)
    with tenant_context(tenant.pk):
        fake.connect()
        debtor = factories.debtor(kind="business", kvk="12345678", name="Bouwbedrijf Smit B.V.")
        first = factories.invoice(debtor, amount="1480.50", due=day - timedelta(days=80), files=(pdf,))
        second = factories.invoice(debtor, amount="250.00", due=day - timedelta(days=45))
        factories.invoice(debtor, amount="99.95", due=day + timedelta(days=12))
        claims.charge_interest(invoice=first, through=day, by=by, notice_ref="n1", reason="demand")
        kept = {"over": "1480.50", "notice_principal": "1480.50", "day": day.isoformat()}
        claims.charge_costs(
            invoice=first, amount=Decimal("222.08"), vat=Decimal(0), calculation=kept, by=by, notice_ref="n1"
        )
        claims.open_dispute(invoice=second, reason="price", amount=Decimal("50.00"), by=by)
        return links.make_link(debtor=debtor, by=by)


def opened(visit, address, *, width=390, theme="light"):
    window = visit(width=width, theme=theme)
    window.page.goto(address)
    return window


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["nl", "en", "de", "fr"])
def test_everybody_can_read_and_work_it(visit, link, language, theme):
    window = opened(visit, f"{link}?taal={language}", theme=theme)
    window.page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")

    window.is_sound()
    window.page.goto(f"{link}keuze/")
    window.is_sound()


@pytest.mark.parametrize("width", [320, 1280])
def test_it_fits_the_smallest_phone_and_a_desk(visit, link, width):
    window = opened(visit, link, width=width)
    window.page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")

    window.is_sound()


def test_all_of_it_is_small_and_nothing_comes_from_elsewhere(visit, link, sites):
    window = visit(width=390)
    weights = {}
    window.page.on("response", lambda answer: weights.update({answer.url: len(answer.body())}))
    window.page.goto(link, wait_until="networkidle")

    assert all(url.startswith((sites, "data:")) for url in weights)
    assert len(weights) >= 3  # the page, its sheet, its script
    assert sum(weights.values()) < MOST_BYTES


def test_by_keyboard_alone_one_comes_to_the_bank_and_back(visit, link, mollie):
    window = opened(visit, link)
    page = window.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(20):
        if page.evaluate("document.activeElement.matches('button.btn')"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{mollie.url}/**")

    (payment,) = mollie.payments
    page.goto(mollie.pay(payment["id"]))

    assert page.locator("h1").inner_text() == "Bedankt, uw betaling is binnen"
    window.is_sound()
    page.get_by_role("link", name="Terug naar het overzicht").click()
    assert "€ 99,95" in page.locator(".sum").inner_text().replace("\xa0", " "), "what comes next is all that is left"


def test_without_javascript_a_part_is_chosen_and_paid(chrome, link, mollie):
    context = chrome.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}, locale="nl-NL")
    try:
        page = context.new_page()
        page.goto(link)
        page.get_by_role("link", name="Een ander bedrag of andere facturen betalen").click()
        page.get_by_label("Ander bedrag").fill("25,00")
        page.get_by_role("button", name="Verder").click()
        page.get_by_role("button", name="€ 25,00 betalen").click()
        page.wait_for_url(f"{mollie.url}/**")
    finally:
        context.close()
    assert [payment["amount"]["value"] for payment in mollie.payments] == ["25.00"]


def test_a_payer_who_is_back_before_his_bank_sees_the_page_follow(visit, link, mollie):
    window = opened(visit, link)
    window.page.locator("button.btn").first.click()
    window.page.wait_for_url(f"{mollie.url}/**")
    (payment,) = mollie.payments
    window.page.goto(mollie.pay(payment["id"], "pending"))
    assert window.page.locator("h1").inner_text() == "Wij wachten op uw bank"

    mollie.pay(payment["id"])

    window.page.wait_for_selector("text=Bedankt, uw betaling is binnen", timeout=20_000)
    window.is_sound()


def test_a_double_click_starts_one_payment(visit, link, mollie):
    window = opened(visit, link)
    window.page.locator("button.btn").first.dblclick(no_wait_after=True)
    window.page.wait_for_url(f"{mollie.url}/**")

    assert len(mollie.payments) == 1


def test_a_guesser_sees_a_page_that_everybody_can_read(visit, sites):
    window = visit(width=390)
    window.page.goto(f"{sites}/betalen/onbekend.onbekend/?taal=en")

    assert window.page.locator("h1").inner_text() == "This link does not work"
    window.complaints.clear()  # the browser notes that it got 404
    window.is_sound()
