"""A debtor says when he will pay: the ladder waits until then and two banking days, and a person hears of it after."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from debtors.models import Debtor
from dunning.models import Case, Notice
from dunning.snapshot import Kind
from invoices.models import Invoice
from payments import operations as payments
from payments.models import Promise
from tenants.context import tenant_context
from tenants.models import Tenant
from tests import factories, nights
from tests.fakes.channel import FakeMail
from worklist.models import Task

pytestmark = pytest.mark.django_db

D = Decimal
DUE = date(2026, 2, 20)  # a Friday
DAY = date(2026, 2, 25)  # a Wednesday: the first letter would leave
MONDAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def mail() -> Iterator[None]:
    FakeMail.reset()
    yield
    FakeMail.reset()


@pytest.fixture
def claim(bakkerij: Tenant) -> Invoice:
    with tenant_context(bakkerij.pk):
        return factories.invoice(factories.debtor(kind="business"), amount="300.00", due=DUE)


def promise(claim: Invoice, on: date = MONDAY, amount: str = "300.00", **more: Any) -> Promise:
    more.setdefault("by", nights.bookkeeper(nights.at(DAY, 8)))
    return payments.make_promise(
        debtor=Debtor.objects.get(pk=claim.debtor_id),
        invoices=[claim],
        amount=D(amount),
        promised_for=on,
        **more,
    )


def pay(claim: Invoice, amount: str, on: date) -> Any:
    by = nights.bookkeeper(nights.at(on, 9))
    return payments.book_payment(debtor=Debtor.objects.get(pk=claim.debtor_id), amount=D(amount), received_on=on, by=by)


def mails_on(tenant: Tenant, first: date, days: int) -> list[date]:
    played = {day: nights.play(tenant.pk, day) for day in (first + timedelta(days=number) for number in range(days))}
    return [day for day, what in played.items() if what.mails]


def test_the_grace_is_two_banking_days_and_not_a_weekend(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        found = [promise(claim, on=day, allow_second=True).grace_until for day in (MONDAY, date(2026, 3, 6))]

    assert found == [date(2026, 3, 4), date(2026, 3, 10)]


def test_kept_nothing_happens(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        made = promise(claim)
        pay(claim, "300.00", MONDAY)

        made.refresh_from_db()
        assert (made.state, made.ended_on) == ("kept", MONDAY)
        assert not Task.objects.exists()
    assert mails_on(bakkerij, DAY, 20) == []


def test_broken_the_ladder_goes_on_where_it_was_the_same_night_and_a_person_hears_of_it(
    bakkerij: Tenant, claim: Invoice
) -> None:
    nights.play(bakkerij.pk, DAY)  # the first reminder left
    with tenant_context(bakkerij.pk):
        made = promise(claim, by=nights.bookkeeper(nights.at(DAY, 15)))

    sent = mails_on(bakkerij, date(2026, 2, 26), 8)

    assert sent == [date(2026, 3, 5)]  # the grace ended on Wednesday the 4th
    assert FakeMail.taken[-1].subject.startswith("Tweede herinnering")
    with tenant_context(bakkerij.pk):
        made.refresh_from_db()
        assert (made.state, made.ended_on) == ("broken", date(2026, 3, 5))
        task = Task.objects.open().get()
        assert (task.kind, task.amount, task.subject_id) == ("broken_promise", D("300.00"), made.public_id)


def test_the_night_after_a_break_tells_nobody_a_second_time(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        promise(claim)

    mails_on(bakkerij, date(2026, 3, 4), 5)

    with tenant_context(bakkerij.pk):
        assert Task.objects.filter(kind="broken_promise").count() == 1


@pytest.mark.parametrize(("paid", "state"), [("299.99", "broken"), ("300.00", "kept")])
def test_a_part_is_not_what_was_promised_to_the_cent(bakkerij: Tenant, claim: Invoice, paid: str, state: str) -> None:
    with tenant_context(bakkerij.pk):
        made = promise(claim)
        pay(claim, paid, MONDAY)
    mails_on(bakkerij, date(2026, 3, 3), 4)

    with tenant_context(bakkerij.pk):
        made.refresh_from_db()
    assert made.state == state


def test_half_may_be_promised_and_paying_that_half_keeps_it(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        made = promise(claim, amount="150.00")
        pay(claim, "150.00", MONDAY)

        made.refresh_from_db()
        assert made.state == "kept"
    sent = mails_on(bakkerij, date(2026, 3, 3), 1)
    assert sent == [date(2026, 3, 3)]  # and the ladder goes on for the other half
    assert "150,00" in FakeMail.taken[0].text


def test_what_was_paid_before_the_promise_does_not_keep_it(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        pay(claim, "150.00", date(2026, 2, 24))
        made = promise(claim, amount="150.00")
        payments.judge_promises(debtor_ids=None, day=MONDAY, by=nights.bookkeeper(nights.at(MONDAY, 9)))

        made.refresh_from_db()
        assert made.state == "running"


def test_a_credit_note_over_all_of_it_keeps_a_promise_too(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        made = promise(claim)
        factories.credit_note(
            claim.debtor, amount="300.00", invoice_number=claim.number, by=nights.bookkeeper(nights.at(MONDAY, 9))
        )

        made.refresh_from_db()
        assert made.state == "kept"


def test_a_second_promise_needs_a_person_and_replaces_the_first(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        first = promise(claim)
        with pytest.raises(payments.PromiseNeedsAPerson, match=claim.number):
            promise(claim, on=date(2026, 3, 20))

        second = promise(claim, on=date(2026, 3, 20), allow_second=True)

        first.refresh_from_db()
        assert (first.state, second.state) == ("cancelled", "running")
    assert mails_on(bakkerij, date(2026, 3, 5), 10) == []


def test_after_a_broken_one_a_person_is_needed_too(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        promise(claim)
        payments.judge_promises(
            debtor_ids=None, day=date(2026, 3, 5), by=nights.bookkeeper(nights.at(date(2026, 3, 5), 2))
        )

        with pytest.raises(payments.PromiseNeedsAPerson):
            promise(claim, on=date(2026, 3, 20), by=nights.bookkeeper(nights.at(date(2026, 3, 6), 9)))


def test_a_promise_is_for_today_or_later(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        with pytest.raises(payments.PromiseInThePast):
            promise(claim, on=DAY - timedelta(days=1))

        assert promise(claim, on=DAY).promised_for == DAY


def test_a_promise_taken_back_lets_the_ladder_go_on(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        made = promise(claim, on=date(2026, 4, 1))
        payments.cancel_promise(promise=made, by=nights.bookkeeper(nights.at(DAY, 9)))

        assert not Task.objects.exists()
    assert mails_on(bakkerij, date(2026, 2, 26), 1) == [date(2026, 2, 26)]


def test_a_promise_withdraws_the_letter_that_waits(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        nights.plan(DAY)
        nights.approve(DAY)
        nights.release(DAY)

        promise(claim)

        assert Notice.objects.get().state == "withdrawn"
        assert Case.objects.get().position_key == ""
    assert nights.deliver(bakkerij.pk, DAY) == []


def test_a_promise_on_one_invoice_leaves_the_others_on_the_ladder(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        other = factories.invoice(Debtor.objects.get(pk=claim.debtor_id), amount="80.00", due=DUE)
        promise(claim)

    played = nights.play(bakkerij.pk, DAY)

    (mail,) = played.mails
    assert other.number in mail.text
    assert claim.number not in mail.text


def test_money_that_goes_back_breaks_the_promise_that_it_kept(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        made = promise(claim)
        payment = pay(claim, "300.00", MONDAY)
        made.refresh_from_db()
        assert made.state == "kept"

        payments.reverse_payment(
            payment=payment, reason="storno", reversed_on=MONDAY, by=nights.bookkeeper(nights.at(MONDAY, 15))
        )

        made.refresh_from_db()
        assert made.state == "broken"
        assert set(Task.objects.open().values_list("kind", flat=True)) == {"reopened", "broken_promise"}


def test_a_call_rung_waits_for_the_promise_too(bakkerij: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        large = factories.invoice(factories.debtor(kind="business"), amount="900.00", due=DUE)
        Case.objects.filter(invoice=large).update(
            position_key="demand", position_kind=Kind.DEMAND, position_on=DUE, next_look_on=DAY
        )
        promise(large, on=date(2026, 3, 20))
    played = [nights.play(bakkerij.pk, date(2026, 3, 16) + timedelta(days=number)) for number in range(3)]

    assert sum(day.run.tasks_made for day in played) == 0
