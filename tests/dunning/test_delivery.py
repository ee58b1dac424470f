"""A rung is taken when its message leaves, and given back when nothing of it arrives (R15)."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from common.actor import the_clock
from correspondence import operations as outbox
from correspondence.channels import Found, Receipt
from correspondence.models import Message
from dunning.models import Case, Notice, Step
from dunning.snapshot import Kind
from invoices.models import Charge, Invoice, OfferedAmount
from payments import operations as payments
from tenants.context import tenant_context
from tenants.models import Tenant
from tests import factories, nights
from tests.fakes.channel import FakeMail
from worklist.models import Task

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)  # a Monday


@pytest.fixture(autouse=True)
def mail() -> Iterator[None]:
    FakeMail.reset()
    yield
    FakeMail.reset()


def standing(kind: str, *, late: int, position: str, days_ago: int, amount: str = "100.00", **fields: Any) -> Invoice:
    """An invoice that stands on a rung, taken some days ago, as if the nights before had been played."""
    debtor = factories.debtor(kind=kind)
    invoice = factories.invoice(debtor, amount=amount, due=DAY - timedelta(days=late), **fields)
    took = DAY - timedelta(days=days_ago)
    case = invoice.cases.get()
    Step.objects.create(case=case, rung_key=position, kind=position, dispatched_on=took, delivered_on=took)
    Case.objects.update(position_key=position, position_kind=position, position_on=took, next_look_on=DAY)
    return invoice


def to_be_demanded() -> Invoice:
    return standing("business", late=21, position="second_reminder", days_ago=9)


def to_be_put_in_default() -> Invoice:
    return standing("consumer", late=21, position="second_reminder", days_ago=7)


def to_be_charged(amount: str = "1000.00") -> Invoice:
    return standing("business", late=35, position="call", days_ago=10, amount=amount)


def made_up() -> None:
    nights.plan(DAY)
    nights.approve(DAY)
    nights.release(DAY)


def message(channel: str) -> Message:
    return Message.objects.get(channel=channel)


def bounced(one: Message, day: date) -> None:
    outbox.record_bounce(message=one, reason="onbekend", by=the_clock(nights.at(day, 12)))


# --- Two channels, one rung


def test_a_rung_with_two_channels_is_taken_at_the_first_and_its_term_counts_from_the_later(bakkerij: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        to_be_put_in_default()
        made_up()
    nights.deliver(bakkerij.pk, DAY)
    with tenant_context(bakkerij.pk):
        after_the_mail = Step.objects.get(kind=Kind.DEFAULT_NOTICE)

        nights.post(DAY + timedelta(days=1))

        step, invoice = Step.objects.get(kind=Kind.DEFAULT_NOTICE), Invoice.objects.get()
        assert (after_the_mail.dispatched_on, step.dispatched_on) == (DAY, DAY)
        # The mail was there at once: its fourteen days would end on the 16th. The letter is there on Thursday the 5th.
        assert (after_the_mail.term_ends_on, step.term_ends_on) == (date(2026, 3, 16), date(2026, 3, 19))
        assert invoice.default_since == date(2026, 3, 20)
        assert Case.objects.get().term_ends_on == step.term_ends_on


def test_a_mail_that_bounces_leaves_the_rung_to_its_letter(bakkerij: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        to_be_demanded()
        made_up()
    nights.deliver(bakkerij.pk, DAY)
    with tenant_context(bakkerij.pk):
        bounced(message("email"), DAY)

        assert nights.post(DAY) == ["demand"]
        assert Notice.objects.get().state == "sent"
        assert not Step.objects.exclude(undelivered_on=None).exists()
        assert Case.objects.get().position_key == "demand"
        assert Task.objects.open().get().kind == "bounce"


def test_when_the_letter_comes_back_too_nothing_arrived_and_the_statutory_term_did_not_run(bakkerij: Tenant) -> None:
    later = DAY + timedelta(days=4)
    with tenant_context(bakkerij.pk):
        invoice = to_be_put_in_default()
        made_up()
    nights.deliver(bakkerij.pk, DAY)
    with tenant_context(bakkerij.pk):
        nights.post(DAY)
        bounced(message("email"), DAY)
        assert Invoice.objects.get().default_since is not None

        outbox.mark_returned(message=message("post"), by=nights.bookkeeper(nights.at(later, 10)))

        invoice.refresh_from_db()
        assert invoice.default_since is None
        assert Notice.objects.get().state == "not_delivered"
        assert Step.objects.get(kind=Kind.DEFAULT_NOTICE).undelivered_on == later
        assert Case.objects.get().position_key == "second_reminder"
    played = nights.play(bakkerij.pk, DAY + timedelta(days=7))
    assert (played.mails, played.letters) == ([], [])  # neither address works
    with tenant_context(bakkerij.pk):
        assert Case.objects.get().why_code == "no_address"
        assert "no_address" in set(Task.objects.open().values_list("kind", flat=True))


def test_a_returned_fourteen_day_letter_counts_as_not_sent_whatever_became_of_its_copy(bakkerij: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        standing("consumer", late=60, position="default_notice", days_ago=30)
        Invoice.objects.update(default_since=DAY - timedelta(days=10))
        made_up()
        nights.post(DAY)
    nights.deliver(bakkerij.pk, DAY, 11)
    with tenant_context(bakkerij.pk):
        assert [one.state for one in (message("post"), message("email"))] == ["sent", "sent"]
        assert OfferedAmount.objects.get().until_day > DAY + timedelta(days=14)
        back = DAY + timedelta(days=5)

        outbox.mark_returned(message=message("post"), by=nights.bookkeeper(nights.at(back, 10)))

        assert Case.objects.get().position_key == "default_notice"
        assert OfferedAmount.objects.get().until_day == back
        assert Invoice.objects.get().default_since == DAY - timedelta(days=10)  # he was in default before
    later = nights.play(bakkerij.pk, DAY + timedelta(days=30))
    assert later.letters == []  # never costs without a letter that arrived
    with tenant_context(bakkerij.pk):
        assert not Charge.objects.exists()
        assert Case.objects.get().why_code == "no_address"


def test_a_mail_that_bounced_and_a_letter_that_nobody_posted_give_the_rung_back(bakkerij: Tenant) -> None:
    """The letter waits in the pile until its text is no longer true; nothing of the notice ever arrived."""
    week_later = DAY + timedelta(days=7)
    with tenant_context(bakkerij.pk):
        to_be_put_in_default()
        made_up()
    nights.deliver(bakkerij.pk, DAY)
    with tenant_context(bakkerij.pk):
        bounced(message("email"), DAY)

        with pytest.raises(outbox.BatchIsEmpty):
            outbox.print_letters(by=nights.bookkeeper(nights.at(week_later, 10)))

        assert message("post").state == "withdrawn"
        assert Notice.objects.get().state == "not_delivered"
        assert Invoice.objects.get().default_since is None
        assert Case.objects.get().position_key == "second_reminder"
    assert nights.play(bakkerij.pk, week_later).letters == ["default_notice"]


# --- What a letter charges


def in_the_air(bakkerij: Tenant) -> Message:
    """A final demand that a worker is sending at this moment."""
    with tenant_context(bakkerij.pk):
        made_up()
        claimed = outbox.claim_message(by=the_clock(nights.at(DAY, 9)))
        assert claimed is not None
        assert claimed.state == "sending"
    return claimed


def test_a_claim_that_is_paid_while_its_letter_is_in_the_air_is_charged_nothing(bakkerij: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        invoice = to_be_charged()
    sending = in_the_air(bakkerij)
    with tenant_context(bakkerij.pk):
        payments.book_payment(
            debtor=invoice.debtor,
            amount=Decimal("1000.00"),
            received_on=DAY,
            by=nights.bookkeeper(nights.at(DAY, 9)),
        )

        outbox.record_sent(message=sending, receipt=Receipt(), by=the_clock(nights.at(DAY, 9, 1)))

        invoice.refresh_from_db()
        case = Case.objects.get()
        assert not invoice.is_open
        assert not Charge.objects.exists()
        assert (case.state, case.next_look_on) == ("closed", None)
        assert Step.objects.filter(kind=Kind.FINAL_DEMAND).count() == 1  # it left: that is a fact
        assert Notice.objects.get().state == "sent"


def test_a_letter_charges_what_it_asks_and_not_before_it_left(bakkerij: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        invoice = to_be_charged()
    sending = in_the_air(bakkerij)
    with tenant_context(bakkerij.pk):
        assert not Charge.objects.exists()

        outbox.record_sent(message=sending, receipt=Receipt(), by=the_clock(nights.at(DAY, 9, 1)))

        invoice.refresh_from_db()
        notice = Notice.objects.get()
        assert invoice.costs_total == notice.costs == Decimal("150.00")
        assert invoice.open_amount == notice.total
        nights.post(DAY)
        invoice.refresh_from_db()
        assert invoice.costs_total == Decimal("150.00")  # the second channel of the same letter charges nothing


def test_every_charge_keeps_how_it_was_counted(bakkerij: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        to_be_charged()
    sending = in_the_air(bakkerij)
    with tenant_context(bakkerij.pk):
        outbox.record_sent(message=sending, receipt=Receipt(), by=the_clock(nights.at(DAY, 9, 1)))

        costs, interest = Charge.objects.get(kind="costs"), Charge.objects.get(kind="interest")

        assert costs.notice_ref == interest.notice_ref == Notice.objects.get().public_id
        assert costs.calculation["source"].startswith("art. 2 Besluit")
        assert (interest.period_start, interest.period_end) == (DAY - timedelta(days=34), DAY + timedelta(days=1))
        assert sum(Decimal(line["amount"]) for line in interest.calculation["lines"]) == interest.amount


def test_costs_that_were_charged_stay_when_the_letter_comes_back(bakkerij: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        invoice = to_be_charged()
        made_up()
    nights.deliver(bakkerij.pk, DAY)
    with tenant_context(bakkerij.pk):
        nights.post(DAY)
        bounced(message("email"), DAY)
        outbox.mark_returned(message=message("post"), by=nights.bookkeeper(nights.at(DAY, 15)))
        address = invoice.debtor.contacts.get()
        address.email_invalid_since = None
        address.save()
    nights.play(bakkerij.pk, DAY + timedelta(days=1))

    with tenant_context(bakkerij.pk):
        invoice.refresh_from_db()
        assert Step.objects.filter(kind=Kind.FINAL_DEMAND).count() == 2  # sent anew
        assert invoice.costs_total == Decimal("150.00")  # and charged once


# --- In doubt


def doubted(bakkerij: Tenant) -> Message:
    with tenant_context(bakkerij.pk):
        factories.invoice(factories.debtor(kind="business"), due=DAY - timedelta(days=5))
    sending = in_the_air(bakkerij)
    with tenant_context(bakkerij.pk):
        outbox.settle(message=sending, found=Found.CANNOT_SAY, by=the_clock(nights.at(DAY, 9, 10)))
        assert Task.objects.open().get().kind == "in_doubt"
    return sending


@pytest.mark.parametrize("left", [True, False])
def test_an_answer_ends_the_doubt_and_its_task(bakkerij: Tenant, left: bool) -> None:
    sending = doubted(bakkerij)

    with tenant_context(bakkerij.pk):
        outbox.settle_doubt(message=sending, left=left, by=nights.bookkeeper(nights.at(DAY, 10)))

        assert not Task.objects.open().exists()
        assert Step.objects.count() == left
    nights.deliver(bakkerij.pk, DAY, 10, 5)
    assert len(FakeMail.taken) == (not left)
    with tenant_context(bakkerij.pk):
        assert Step.objects.get().kind == Kind.REMINDER


def test_a_bounce_ends_the_doubt_too(bakkerij: Tenant) -> None:
    sending = doubted(bakkerij)

    with tenant_context(bakkerij.pk):
        bounced(sending, DAY)

        assert set(Task.objects.open().values_list("kind", flat=True)) == {"bounce"}


def test_while_it_is_in_doubt_no_other_letter_is_made(bakkerij: Tenant) -> None:
    doubted(bakkerij)

    played = [nights.play(bakkerij.pk, DAY + timedelta(days=number)) for number in range(1, 12)]

    assert [day.mails for day in played] == [[]] * 11
    with tenant_context(bakkerij.pk):
        assert Notice.objects.count() == 1


def test_in_doubt_and_paid_it_is_not_sent_when_somebody_says_that_it_did_not_leave(bakkerij: Tenant) -> None:
    sending = doubted(bakkerij)
    with tenant_context(bakkerij.pk):
        payments.book_payment(
            debtor=Invoice.objects.get().debtor,
            amount=Decimal("121.00"),
            received_on=DAY,
            by=nights.bookkeeper(nights.at(DAY, 10)),
        )
        outbox.settle_doubt(message=sending, left=False, by=nights.bookkeeper(nights.at(DAY, 11)))

    assert nights.deliver(bakkerij.pk, DAY, 11, 5) == []
    with tenant_context(bakkerij.pk):
        assert Message.objects.get().state == "withdrawn"
        assert Notice.objects.get().state == "withdrawn"


# --- Money goes back on a claim that is with an agency


def test_a_reversal_on_a_claim_that_is_with_an_agency_leaves_it_there(bakkerij: Tenant) -> None:
    from collections_handoff import operations as handoffs

    with tenant_context(bakkerij.pk):
        invoice = standing("business", late=60, position="final_demand", days_ago=20)
        by = nights.bookkeeper(nights.at(DAY, 9))
        handoffs.register_agency(name="Incasso", kind="agency", email="a@incasso.test", is_default=True, by=by)
        handoff = handoffs.prepare(debtor=invoice.debtor, invoices=[invoice], by=by)
        handoffs.submit(handoff=handoffs.approve(handoff=handoff, by=by), by=by)
        invoice.refresh_from_db()
        paid = payments.book_payment(debtor=invoice.debtor, amount=invoice.open_amount, received_on=DAY, by=by)
        assert Case.objects.get().state == "closed"

        payments.reverse_payment(payment=paid, reason="storno", reversed_on=DAY + timedelta(days=3), by=by)

        assert Case.objects.get().state == "handed_over"
        _, *told = Message.objects.order_by("pk").values_list("subject_line", flat=True)
        assert [line.split(" in ")[0] for line in told] == ["Betaling ontvangen", "Betaling teruggedraaid"]
    for number in range(4, 40):
        played = nights.play(bakkerij.pk, DAY + timedelta(days=number))
        assert not [mail for mail in played.mails if mail.to_address != "a@incasso.test"]
    with tenant_context(bakkerij.pk):
        assert not Notice.objects.exists()
