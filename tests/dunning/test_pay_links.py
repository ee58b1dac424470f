"""Every letter and mail carries one link to the page of what it asks, which dies with the letter."""

from datetime import date, timedelta

import pytest
from django.test import Client

from correspondence import operations as outbox
from correspondence.content import NoticeContent
from correspondence.models import Document, Message
from dunning import operations as ladder
from dunning.models import Notice
from payments import links
from payments.models import PaymentLink
from tenants.context import tenant_context
from tests import factories, nights
from tests.fakes.channel import FakeMail

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def mailbox():
    FakeMail.reset()
    yield
    FakeMail.reset()


def written(*, kind="business", days=6, **fields):
    """Plan, approve and make up what one late invoice gets. Inside the tenant."""
    debtor = factories.debtor(kind=kind, **fields)
    invoice = factories.invoice(debtor, due=DAY - timedelta(days=days), amount="100.00")
    coming = factories.invoice(debtor, due=DAY + timedelta(days=30), amount="55.00")
    nights.plan(DAY)
    nights.approve(DAY)
    nights.release(DAY)
    return debtor, invoice, coming


def path_in(text):
    return next(word for word in text.replace('"', " ").split() if "/betalen/" in word)


def test_a_mail_carries_the_link_of_what_it_asks_in_both_its_forms(inside):
    _debtor, invoice, coming = written()
    (mail,) = Message.objects.filter(channel="email")
    address = path_in(mail.body_text)

    assert f'href="{address}"' in mail.body_html
    link = PaymentLink.objects.get()
    assert [row.invoice_id for row in link.invoices.all()] == [invoice.pk]
    assert coming.pk not in [row.invoice_id for row in link.invoices.all()]
    notice = Notice.objects.get()
    assert (link.subject_kind, link.subject_id) == ("notice", notice.public_id)
    found = links.find(address.strip("/").rpartition(".")[2])
    assert found == link


def test_a_letter_on_paper_carries_it_frozen_in_what_it_says(inside):
    written(email="")
    letter = Document.objects.get()

    said = NoticeContent.from_json(letter.made_from)

    assert "/betalen/" in said.pay_url
    assert links.find(said.pay_url.strip("/").rpartition(".")[2]) == PaymentLink.objects.get()
    assert "mollie" not in said.pay_url


def test_a_letter_that_is_withdrawn_takes_its_link_along(inside):
    written(email="")
    ladder.withdraw(notice=Notice.objects.get(), reason="betaald", by=nights.bookkeeper(nights.at(DAY, 10)))

    assert PaymentLink.objects.get().revoked_at is not None


def test_a_letter_that_did_not_arrive_takes_its_link_along(bakkerij):
    with tenant_context(bakkerij.pk):
        written()
    nights.deliver(bakkerij.pk, DAY)
    with tenant_context(bakkerij.pk):
        assert PaymentLink.objects.get().revoked_at is None
        by = nights.bookkeeper(nights.at(DAY, 12))
        outbox.record_bounce(message=Message.objects.get(), reason="bestaat niet", by=by)

        assert PaymentLink.objects.get().revoked_at is not None


def test_a_preview_shows_where_the_link_will_stand_and_makes_none(inside):
    debtor = factories.debtor(kind="business")
    factories.invoice(debtor, due=DAY - timedelta(days=6))
    nights.plan(DAY)

    seen = ladder.preview(notice=Notice.objects.get(), at=nights.at(DAY, 8))

    assert links.EXAMPLE_SECRET in seen.said.pay_url
    assert not PaymentLink.objects.exists()
    path = seen.said.pay_url[seen.said.pay_url.index("/betalen/") :]
    assert path.startswith(f"/betalen/{inside.public_id}.")


def test_the_link_in_a_mail_that_left_opens_the_page(bakkerij):
    with tenant_context(bakkerij.pk):
        written()
    (mail,) = nights.deliver(bakkerij.pk, DAY)
    address = path_in(mail.text)

    page = Client().get(address[address.index("/betalen/") :])

    assert page.status_code == 200
    assert "€\xa0100,00" in page.content.decode()
    assert "€\xa055,00" not in page.content.decode()
