"""From the letter to the end of the case, in a real browser: the link in the mail, the bank, and no second letter."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache

from dunning.models import Case, Notice
from invoices.models import Invoice
from payments.models import Payment
from tenants.context import tenant_context
from tests import factories, nights
from tests.fakes import mollie as fake
from tests.fakes.channel import FakeMail
from tests.portal.opening import DAY

pytestmark = [pytest.mark.django_db(transaction=True)]
LATER = DAY + timedelta(days=7)


@pytest.fixture(autouse=True)
def clean(live_server, settings):
    settings.SITE_URL = live_server.url
    cache.clear()
    FakeMail.reset()
    yield
    FakeMail.reset()


def test_a_debtor_opens_his_mail_pays_and_hears_no_more_of_it(visit, mollie):
    with time_machine.travel(nights.at(DAY, 12), tick=True):
        tenant = factories.tenant("Bakkerij de Vries")
        with tenant_context(tenant.pk):
            fake.connect()
            debtor = factories.debtor(kind="business", name="Bouwbedrijf Smit B.V.")
            factories.invoice(debtor, due=DAY - timedelta(days=6), amount="121.00", number="2026-0183")
        (mail,) = nights.play(tenant.pk, DAY).mails
    address = next(word for word in mail.text.split() if "/betalen/" in word)

    with time_machine.travel(nights.at(LATER, 7), tick=True):
        with tenant_context(tenant.pk):
            nights.plan(LATER)
            waiting = Notice.objects.get(state="planned")
            assert waiting.kind == "second_reminder"
        window = visit(width=390)
        window.page.goto(address)
        assert "€ 121,00" in window.page.locator(".sum").inner_text().replace("\xa0", " ")
        window.page.get_by_role("button", name="€ 121,00 betalen").click()
        window.page.wait_for_url(f"{mollie.url}/**")
        (payment,) = mollie.payments
        window.page.goto(mollie.pay(payment["id"]))
        assert window.page.locator("h1").inner_text() == "Bedankt, uw betaling is binnen"

        with tenant_context(tenant.pk):
            assert Payment.objects.get().method == "online"
            assert not Invoice.objects.get().is_open
            assert Case.objects.get().state == "closed"
            waiting.refresh_from_db()
            assert waiting.state == "withdrawn"
        window.page.goto(address)
        assert window.page.locator("h1").inner_text() == "Alles is betaald"
        window.is_sound()
