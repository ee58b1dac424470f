"""The letter behind its mail, a mail once more: what leaves later than the first is asked every gate anew (R14)."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from common.actor import the_clock
from correspondence import operations as outbox
from correspondence.models import Message
from debtors import operations as debtors
from debtors.models import Debtor
from dunning import operations as ladder
from dunning.models import Case, LadderSettings, Notice, Step
from dunning.tasks import release_notices
from invoices import operations as claims
from invoices.models import Invoice
from payments import operations as payments
from tenants.context import tenant_context
from tenants.models import Tenant, Wakeup
from tests import factories, nights
from tests.fakes.channel import FakeMail

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)  # a Monday
BY = nights.bookkeeper(nights.at(DAY, 9, 30))


@pytest.fixture(autouse=True)
def mail() -> Iterator[None]:
    FakeMail.reset()
    yield
    FakeMail.reset()


def standing(*, late: int, position: str, days_ago: int) -> Invoice:
    """A claim on a business that stands on a rung, taken some days ago."""
    invoice = factories.invoice(
        factories.debtor(kind="business"), amount="1000.00", due=DAY - timedelta(days=late), number="2026-1"
    )
    took = DAY - timedelta(days=days_ago)
    Step.objects.create(
        case=invoice.cases.get(), rung_key=position, kind=position, dispatched_on=took, delivered_on=took
    )
    Case.objects.update(position_key=position, position_kind=position, position_on=took, next_look_on=DAY)
    return invoice


@pytest.fixture
def mailed(bakkerij: Tenant) -> Tenant:
    """The mail of a final demand left; its letter waits to be printed."""
    with tenant_context(bakkerij.pk):
        standing(late=35, position="call", days_ago=10)
        nights.plan(DAY)
        nights.approve(DAY)
        nights.release(DAY)
    assert len(nights.deliver(bakkerij.pk, DAY)) == 1
    return bakkerij


def invoice() -> Invoice:
    return Invoice.objects.get()


STOPS: dict[str, Callable[[], Any]] = {
    "the debtor is held": lambda: ladder.place_hold(debtor=Debtor.objects.get(), reason="x", by=BY),
    "the invoice is held": lambda: ladder.place_hold(invoice=invoice(), reason="x", by=BY),
    "he promised to pay": lambda: payments.make_promise(
        debtor=Debtor.objects.get(),
        invoices=[invoice()],
        amount=Decimal("1000.00"),
        promised_for=DAY + timedelta(days=2),
        by=BY,
    ),
    "he is bankrupt": lambda: debtors.set_legal_state(debtor=Debtor.objects.get(), state="bankrupt", since=DAY, by=BY),
    "he is of the own group": lambda: debtors.change_debtor(debtor=Debtor.objects.get(), own_group=True, by=BY),
    "the costs are given up": lambda: claims.waive(invoice=invoice(), part="costs", reason="x", by=BY),
    "payments are not known any more": lambda: LadderSettings.objects.update(payments_until=DAY - timedelta(days=8)),
}


@pytest.mark.parametrize("name", STOPS)
def test_the_letter_behind_a_mail_stays_in_when(mailed: Tenant, name: str) -> None:
    with tenant_context(mailed.pk):
        STOPS[name]()

        assert nights.post(DAY) == []
        assert Message.objects.get(channel="post").state == "withdrawn"
        assert Notice.objects.get().state == "sent"  # its mail is out, and counts


def test_else_it_goes(mailed: Tenant) -> None:
    with tenant_context(mailed.pk):
        assert nights.post(DAY) == ["final_demand"]


def test_a_message_of_a_letter_that_did_not_arrive_cannot_be_sent_again(bakkerij: Tenant) -> None:
    """Its rung was given back: the ladder writes anew, and both would reach him."""
    with tenant_context(bakkerij.pk):
        standing(late=35, position="call", days_ago=10)
        nights.plan(DAY)
        nights.approve(DAY)
        nights.release(DAY)
        mail = outbox.claim_message(by=the_clock(nights.at(DAY, 9, 5)))
        assert mail is not None
        outbox.record_failure(message=mail, reason="550", by=the_clock(nights.at(DAY, 9, 5)))
        assert nights.post(DAY) == ["final_demand"]
        outbox.mark_returned(message=Message.objects.get(channel="post"), by=BY)
        assert Notice.objects.get().state == "not_delivered"

        with pytest.raises(outbox.CannotSendAgain):
            outbox.send_again(message=mail, by=BY)


def test_what_is_approved_waits_while_payments_are_not_known_and_goes_once_they_are(bakkerij: Tenant) -> None:
    """Approved in time, released later: by then somebody may have paid whom we do not know of (R6)."""
    with tenant_context(bakkerij.pk):
        factories.invoice(factories.debtor(kind="business"), due=DAY - timedelta(days=5))
        nights.plan(DAY)
        nights.approve(DAY)
        LadderSettings.objects.update(payments_until=DAY - timedelta(days=8))
    with time_machine.travel(nights.at(DAY, 10), tick=False):
        release_notices(tenant_id=bakkerij.pk)
    with tenant_context(bakkerij.pk):
        assert Notice.objects.get().state == "approved"
        assert ladder.next_release(nights.at(DAY, 10)) is None
        Wakeup.objects.all().delete()

        ladder.confirm_payments(until=DAY, by=nights.bookkeeper(nights.at(DAY, 11)))

        assert Wakeup.objects.filter(queue="dunning.tasks.release_notices").exists()
    with time_machine.travel(nights.at(DAY, 11), tick=False):
        release_notices(tenant_id=bakkerij.pk)
    with tenant_context(bakkerij.pk):
        assert Notice.objects.get().state == "queued"


def test_nothing_is_put_back_while_payments_are_not_known(inside: Tenant) -> None:
    factories.invoice(factories.debtor(kind="business"), due=DAY - timedelta(days=5))
    nights.plan(DAY)
    notice = ladder.hold_back(notice=Notice.objects.get(), reason="x", until=None, by=BY)
    LadderSettings.objects.update(payments_until=DAY - timedelta(days=8))

    with pytest.raises(ladder.NothingToPutBack):
        ladder.put_back(notice=notice, by=BY)


def test_the_copy_of_a_fourteen_day_letter_leaves_within_the_window(bakkerij: Tenant) -> None:
    """Somebody says at nine in the evening that the letters are in the post: the mail goes the next morning."""
    with tenant_context(bakkerij.pk):
        claim = factories.invoice(factories.debtor(kind="consumer"), amount="300.00", due=DAY - timedelta(days=60))
        Invoice.objects.update(default_since=DAY - timedelta(days=3))
        took = DAY - timedelta(days=20)
        Step.objects.create(
            case=claim.cases.get(),
            rung_key="default_notice",
            kind="default_notice",
            dispatched_on=took,
            delivered_on=took,
        )
        Case.objects.update(
            position_key="default_notice", position_kind="default_notice", position_on=took, next_look_on=DAY
        )
        nights.plan(DAY)
        nights.approve(DAY)
        nights.release(DAY)
        assert nights.post(DAY, hour=21) == ["fourteen_day_letter"]

        copy = Message.objects.get(channel="email")
        assert nights.at(DAY + timedelta(days=1), 8, 30) == copy.due_at
        assert copy.expires_at > copy.due_at
    assert nights.deliver(bakkerij.pk, DAY, 21) == []
    assert len(nights.deliver(bakkerij.pk, DAY + timedelta(days=1), 9)) == 1
