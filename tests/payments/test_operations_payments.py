"""Money through the operations: over claims by art. 6:43 BW, within a claim by art. 6:44, and back again."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from audit.models import Entry
from debtors.models import Debtor
from dunning.models import Case
from dunning.snapshot import Kind
from invoices import operations as claims
from invoices import queries as invoice_queries
from invoices.models import Charge, Invoice, Settlement
from payments import operations as payments
from payments import queries
from payments.models import Allocation, Payment
from tenants.context import tenant_context
from tenants.models import Tenant
from tests import factories, nights
from tests.fakes.channel import FakeMail
from worklist.models import Task

pytestmark = pytest.mark.django_db

D = Decimal
DUE = date(2026, 1, 30)  # a Friday
DAY = date(2026, 3, 2)


@pytest.fixture
def debtor(inside: Tenant) -> Debtor:
    return factories.debtor(kind="business")


def pay(debtor: Debtor, amount: str, on: date = DAY, **more: Any) -> Payment:
    by = nights.bookkeeper(nights.at(max(on, DAY), 9))
    return payments.book_payment(debtor=debtor, amount=D(amount), received_on=on, by=by, **more)


def back(payment: Payment, on: date = DAY, reason: str = "storno") -> Payment:
    by = nights.bookkeeper(nights.at(max(on, DAY), 9))
    return payments.reverse_payment(payment=payment, reason=reason, reversed_on=on, by=by)


def open_parts(invoice: Invoice) -> tuple[Any, ...]:
    invoice.refresh_from_db()
    return invoice.costs_open, invoice.interest_open, invoice.principal_open


def paid_on(payment: Payment) -> dict[str, Decimal]:
    """What a payment pays for now, by invoice number."""
    found: dict[str, Decimal] = {}
    for row in Allocation.objects.filter(payment=payment).select_related("settlement__invoice"):
        number = row.settlement.invoice.number
        found[number] = found.get(number, D(0)) + row.amount
    return {number: amount for number, amount in found.items() if amount}


# --- Over claims (art. 6:43)


def test_without_a_word_of_the_debtor_the_oldest_due_claim_is_paid_first(debtor: Debtor) -> None:
    factories.invoice(debtor, number="jong", amount="100.00", due=DUE + timedelta(days=7))
    factories.invoice(debtor, number="oud", amount="100.00", due=DUE)
    factories.invoice(debtor, number="later", amount="100.00", due=DAY + timedelta(days=30))

    assert paid_on(pay(debtor, "150.00")) == {"oud": D("100.00"), "jong": D("50.00")}


def test_what_is_due_comes_before_what_is_not(debtor: Debtor) -> None:
    factories.invoice(debtor, number="niet vervallen", amount="100.00", due=DAY)  # the last day to pay is not over
    factories.invoice(debtor, number="vervallen", amount="100.00", due=DAY - timedelta(days=1))

    assert paid_on(pay(debtor, "100.00")) == {"vervallen": D("100.00")}


def test_the_debtor_says_what_he_pays_and_what_is_left_goes_on(debtor: Debtor) -> None:
    factories.invoice(debtor, number="oud", amount="100.00", due=DUE)
    named = factories.invoice(debtor, number="genoemd", amount="100.00", due=DUE + timedelta(days=7))

    payment = pay(debtor, "130.00", designated=[named])

    assert paid_on(payment) == {"genoemd": D("100.00"), "oud": D("30.00")}


def test_equal_claims_are_paid_in_proportion_to_the_cent(debtor: Debtor) -> None:
    for number, amount in (("a", "100.00"), ("b", "200.00")):
        factories.invoice(debtor, number=number, amount=amount, due=DUE)

    assert paid_on(pay(debtor, "100.00")) == {"a": D("33.33"), "b": D("66.67")}


def test_with_only_nothing_else_is_paid(debtor: Debtor) -> None:
    payment = pay(debtor, "150.00")
    factories.invoice(debtor, number="oud", amount="100.00", due=DUE)
    named = factories.invoice(debtor, number="genoemd", amount="100.00", due=DUE + timedelta(days=7))

    payment = payments.allocate(payment=payment, designated=[named], only=True, by=factories.SETUP)

    assert paid_on(payment) == {"genoemd": D("100.00")}
    assert payment.unallocated == D("50.00")


def test_an_invoice_of_somebody_else_is_refused_and_nothing_is_booked(debtor: Debtor) -> None:
    theirs = factories.invoice(factories.debtor(kind="business"), number="vreemd", due=DUE)

    with pytest.raises(payments.WrongDebtor, match="vreemd is van een andere debiteur"):
        pay(debtor, "10.00", designated=[theirs])

    assert not Payment.objects.exists()
    assert not Settlement.objects.exists()


# --- Within a claim (art. 6:44)


def test_costs_then_interest_then_principal(debtor: Debtor) -> None:
    claim = factories.invoice(debtor, amount="1000.00", due=DUE)
    claims.charge_interest(invoice=claim, through=DAY, by=nights.bookkeeper(nights.at(DAY, 8)))
    claims.charge_costs(
        invoice=claim, amount=D("150.00"), vat=D("31.50"), calculation={}, by=nights.bookkeeper(nights.at(DAY, 8))
    )
    _, interest, _ = open_parts(claim)

    pay(debtor, "181.50")
    after_costs = open_parts(claim)
    pay(debtor, str(interest))
    after_interest = open_parts(claim)
    pay(debtor, "400.00")

    assert after_costs == (0, interest, D("1000.00"))
    assert after_interest == (0, 0, D("1000.00"))
    assert open_parts(claim) == (0, 0, D("600.00"))


def test_the_costs_of_every_claim_are_not_paid_before_the_principal_of_the_first(debtor: Debtor) -> None:
    """Over claims first (6:43), then within each (6:44): HR 29-05-2015."""
    old = factories.invoice(debtor, amount="100.00", due=DUE)
    young = factories.invoice(debtor, amount="100.00", due=DUE + timedelta(days=7))
    for claim in (old, young):
        claims.charge_costs(
            invoice=claim, amount=D("40.00"), vat=D(0), calculation={}, by=nights.bookkeeper(nights.at(DAY, 8))
        )

    pay(debtor, "140.00")

    assert (open_parts(old), open_parts(young)) == ((0, 0, 0), (D("40.00"), 0, D("100.00")))


@pytest.mark.parametrize("consumer", [True, False])
def test_money_that_came_before_the_costs_does_not_pay_them(inside: Tenant, consumer: bool) -> None:
    """Costs were charged on the 2nd; then it is found that all was paid on the 25th before: in time, so no costs."""
    debtor = factories.debtor(kind="consumer" if consumer else "business")
    claim = factories.invoice(debtor, amount="484.00", due=DUE, term_agreed=True)
    claims.charge_costs(
        invoice=claim, amount=D("72.60"), vat=D(0), calculation={}, by=nights.bookkeeper(nights.at(DAY, 8))
    )

    pay(debtor, "484.00", on=date(2026, 2, 25))

    assert open_parts(claim) == (0, 0, 0)
    assert claim.settled_on is not None
    assert Settlement.objects.get(kind="waiver").to_costs == D("72.60")
    assert Entry.objects.filter(verb="invoice.charge_waived", subject_id=claim.public_id).count() == 1


def test_a_part_that_came_before_the_costs_takes_off_principal(debtor: Debtor) -> None:
    claim = factories.invoice(debtor, amount="484.00", due=DUE)
    claims.charge_costs(
        invoice=claim, amount=D("72.60"), vat=D(0), calculation={}, by=nights.bookkeeper(nights.at(DAY, 8))
    )

    pay(debtor, "100.00", on=date(2026, 2, 25))
    after_the_early = open_parts(claim)
    pay(debtor, "100.00", on=DAY)

    assert after_the_early == (D("72.60"), 0, D("384.00"))
    assert open_parts(claim) == (0, 0, D("384.00") - D("27.40"))


def test_waived_interest_that_is_booked_anew_gives_up_nothing_else(debtor: Debtor) -> None:
    claim = factories.invoice(debtor, amount="10000.00", due=DUE)
    by = nights.bookkeeper(nights.at(DAY, 8))
    claims.charge_interest(invoice=claim, through=DAY, by=by)
    claims.charge_costs(invoice=claim, amount=D("40.00"), vat=D(0), calculation={}, by=by)
    claims.waive(invoice=claim, part="interest", reason="coulance", by=by)
    assert open_parts(claim) == (D("40.00"), 0, D("10000.00"))

    pay(debtor, "9000.00", on=date(2026, 2, 5))  # found later: far less interest ever ran

    costs, interest, principal = open_parts(claim)
    assert (costs, principal) == (D("40.00"), D("1000.00") + _interest_until(claim, date(2026, 2, 5)))
    assert interest == 0


def _interest_until(claim: Invoice, day: date) -> Decimal:
    """What the early money paid of interest that ran until it came."""
    early = Settlement.objects.filter(invoice=claim, kind="payment", booked_on=day)
    return sum((row.to_interest for row in early), D(0))


# --- Too much, too little, wrong


def test_too_much_stays_on_the_payment_and_pays_the_next_invoice_when_asked(debtor: Debtor) -> None:
    factories.invoice(debtor, number="a", amount="100.00", due=DUE)

    payment = pay(debtor, "130.00")
    assert (payment.allocated, payment.unallocated, queries.unallocated(debtor.pk)) == (
        D("100.00"),
        D("30.00"),
        D("30.00"),
    )
    factories.invoice(debtor, number="b", amount="50.00", due=DUE)
    payment = payments.allocate(payment=payment, by=factories.SETUP)

    assert paid_on(payment) == {"a": D("100.00"), "b": D("30.00")}
    assert queries.unallocated(debtor.pk) == 0
    with pytest.raises(payments.NothingLeft):
        payments.allocate(payment=payment, by=factories.SETUP)


@pytest.mark.parametrize("amount", ["0.00", "-1.00"])
def test_the_database_takes_no_payment_of_nothing_or_less(debtor: Debtor, amount: str) -> None:
    with pytest.raises(IntegrityError, match="payment_has_the_right_sign"), transaction.atomic():
        Payment.objects.create(debtor=debtor, amount=D(amount), received_on=DAY)


def test_raw_sql_cannot_allocate_more_than_a_payment_holds(debtor: Debtor) -> None:
    factories.invoice(debtor, amount="100.00", due=DUE)
    payment = pay(debtor, "10.00")
    other = factories.invoice(debtor, amount="100.00", due=DUE)
    settlement = claims.settle(invoice=other, amount=D("5.00"), kind="payment", booked_on=DAY, by=factories.SETUP)

    with pytest.raises(IntegrityError, match="payment_is_not_over_allocated"), transaction.atomic():
        raw_allocation(payment, settlement, "5.00")


@pytest.mark.parametrize("amount", ["4.99", "5.01"])
def test_raw_sql_cannot_allocate_another_amount_than_its_settlement(debtor: Debtor, amount: str) -> None:
    payment = pay(debtor, "10.00")
    other = factories.invoice(debtor, amount="100.00", due=DUE)
    settlement = claims.settle(invoice=other, amount=D("5.00"), kind="payment", booked_on=DAY, by=factories.SETUP)

    with pytest.raises(IntegrityError, match="what its settlement says"), transaction.atomic():
        raw_allocation(payment, settlement, amount)


def raw_allocation(payment: Payment, settlement: Settlement, amount: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO payments_allocation (tenant_id, payment_id, settlement_id, amount) VALUES (%s, %s, %s, %s)",
            [payment.tenant_id, payment.pk, settlement.pk, amount],
        )


# --- Money goes back


def test_a_reversal_gives_every_claim_back_what_it_got_and_works_once(debtor: Debtor) -> None:
    first = factories.invoice(debtor, amount="100.00", due=DUE)
    second = factories.invoice(debtor, amount="100.00", due=DUE + timedelta(days=7))
    payment = pay(debtor, "150.00")

    reversal = back(payment, DAY + timedelta(days=3))

    assert (open_parts(first), open_parts(second)) == ((0, 0, D("100.00")), (0, 0, D("100.00")))
    assert (reversal.amount, reversal.received_on) == (D("-150.00"), DAY + timedelta(days=3))
    payment.refresh_from_db()
    assert payment.allocated == queries.unallocated(debtor.pk) == 0
    for twice in (payment, reversal):
        with pytest.raises(payments.AlreadyReversed):
            back(twice)
    with pytest.raises(payments.AlreadyReversed):
        payments.allocate(payment=payment, by=factories.SETUP)


def test_a_reversal_takes_credit_away_too(debtor: Debtor) -> None:
    payment = pay(debtor, "30.00")
    assert queries.unallocated(debtor.pk) == D("30.00")

    back(payment)

    assert queries.unallocated(debtor.pk) == 0


def test_a_reversal_leaves_other_payments_where_they_are(debtor: Debtor) -> None:
    claim = factories.invoice(debtor, number="a", amount="100.00", due=DUE)
    first, second = pay(debtor, "40.00"), pay(debtor, "60.00")

    back(first)

    assert open_parts(claim) == (0, 0, D("40.00"))
    assert paid_on(second) == {"a": D("60.00")}


def test_interest_does_not_run_over_the_days_the_money_was_there(debtor: Debtor) -> None:
    claim = factories.invoice(debtor, amount="10000.00", due=DUE)
    twin = factories.invoice(factories.debtor(kind="business"), amount="10000.00", due=DUE)
    back(pay(debtor, "10000.00", on=date(2026, 2, 10)), date(2026, 2, 20))
    claim.refresh_from_db()

    terms = invoice_queries.claim_terms()
    with_gap, without = (invoice_queries.interest_through(one, DAY, terms) for one in (claim, twin))

    assert with_gap is not None
    assert without is not None
    assert sum(line.days for line in without.lines) - sum(line.days for line in with_gap.lines) == 10


def test_a_reversal_opens_the_case_at_its_old_rung_with_a_new_term_and_a_task(bakkerij: Tenant) -> None:
    FakeMail.reset()
    with tenant_context(bakkerij.pk):
        debtor = factories.debtor(kind="business")
        claim = factories.invoice(debtor, amount="300.00", due=DUE)
    for day in (date(2026, 2, 4), date(2026, 2, 11)):
        nights.play(bakkerij.pk, day)
    with tenant_context(bakkerij.pk):
        payment = pay(debtor, "300.00", on=date(2026, 2, 16))
        closed = Case.objects.get().state
        back(payment, DAY)

        case = Case.objects.get()
        assert closed == "closed"
        assert (case.state, case.position_kind, case.round) == ("active", Kind.SECOND_REMINDER, 2)
        assert case.resume_on == DAY + timedelta(days=7)
        assert Task.objects.open().get().kind == "reopened"
    played = {day: nights.play(bakkerij.pk, day) for day in (DAY + timedelta(days=number) for number in range(1, 9))}
    assert [day for day, what in played.items() if what.mails] == [DAY + timedelta(days=7)]
    (mail,) = played[DAY + timedelta(days=7)].mails
    assert mail.subject.startswith("Aanmaning")  # no second friendly letter
    with tenant_context(bakkerij.pk):
        claim.refresh_from_db()
        assert claim.costs_total == 0
    FakeMail.reset()


def test_after_a_reversal_no_costs_are_charged_a_second_time(debtor: Debtor) -> None:
    claim = factories.invoice(debtor, amount="1000.00", due=DUE)
    claims.charge_costs(
        invoice=claim, amount=D("150.00"), vat=D(0), calculation={}, by=nights.bookkeeper(nights.at(DAY, 8))
    )
    Case.objects.update(position_key="final_demand", position_kind="final_demand", position_on=DAY)
    claim.refresh_from_db()
    back(pay(debtor, str(claim.open_amount)), DAY)

    for number in range(8, 40, 7):
        nights.plan(DAY + timedelta(days=number))
        nights.approve(DAY + timedelta(days=number))
        nights.release(DAY + timedelta(days=number))

    assert Charge.objects.filter(kind="costs").count() == 1


def test_back_dated_money_is_set_where_it_belongs_and_every_sum_still_holds(debtor: Debtor) -> None:
    claim = factories.invoice(debtor, number="a", amount="1000.00", due=DUE)
    claims.charge_interest(invoice=claim, through=date(2026, 2, 28), by=factories.SETUP)
    late = pay(debtor, "500.00", on=date(2026, 3, 15))

    early = pay(debtor, "300.00", on=date(2026, 2, 10))

    in_order = factories.invoice(factories.debtor(kind="business"), number="b", amount="1000.00", due=DUE)
    claims.charge_interest(invoice=in_order, through=date(2026, 2, 9), by=factories.SETUP)
    pay(in_order.debtor, "300.00", on=date(2026, 2, 10))
    pay(in_order.debtor, "500.00", on=date(2026, 3, 15))
    for one in (claim, in_order):
        claims.charge_interest(invoice=one, through=date(2026, 6, 30), by=factories.SETUP)
    assert open_parts(claim) == open_parts(in_order)
    assert paid_on(early) == {"a": D("300.00")}
    assert paid_on(late) == {"a": D("500.00")}
