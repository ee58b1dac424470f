"""The claim as a ledger: what is open is the sum of its rows, whoever tries to make it otherwise."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from audit.models import Entry
from common.actor import Actor
from invoices import operations, queries
from invoices.models import Invoice, Settlement
from invoices.operations.ledger import SettlementExceedsOpen
from tenants.context import tenant_context
from tenants.models import Tenant
from tests import factories
from tests.conftest import actor

pytestmark = pytest.mark.django_db

D = Decimal
DUE = date(2026, 1, 31)


@pytest.fixture
def claim(inside: Tenant) -> Invoice:
    """A business invoice of 1,000 euro that was due on 31 January 2026."""
    return factories.invoice(factories.debtor(kind="business"), amount="1000.00", due=DUE)


def settle(claim: Invoice, amount: str, day: date, by: Actor | None = None) -> Settlement:
    return operations.settle(invoice=claim, amount=D(amount), kind="payment", booked_on=day, by=by or actor())


def parts(claim: Invoice) -> tuple[Decimal, Decimal, Decimal]:
    claim.refresh_from_db()
    return claim.principal_open, claim.interest_open, claim.costs_open


def charge_costs(claim: Invoice, amount: str) -> None:
    operations.charge_costs(invoice=claim, amount=D(amount), vat=D(0), calculation={}, by=actor())


def sql(statement: str, *params: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, params)


def test_a_forged_balance_is_put_right_by_the_database(claim: Invoice) -> None:
    forged = Invoice(
        debtor=claim.debtor,
        number="vals",
        issue_date=DUE,
        due_date=DUE,
        principal=D("500.00"),
        principal_open=D("1.00"),
        interest_total=D("9.00"),
        interest_open=D("9.00"),
        acted_as_consumer=False,
        registered_on=DUE,
    )

    forged.save()

    assert parts(forged) == (D("500.00"), D(0), D(0))


def test_a_payment_goes_to_costs_then_interest_then_principal(claim: Invoice) -> None:
    operations.charge_interest(invoice=claim, through=date(2026, 3, 31), by=actor())
    charge_costs(claim, "150.00")
    _, interest, _ = parts(claim)

    settlement = settle(claim, "400.00", date(2026, 3, 31))

    assert (settlement.to_costs, settlement.to_interest) == (D("150.00"), interest)
    assert settlement.to_principal == D("250.00") - interest
    assert sum(parts(claim)) == D("1000.00") + interest + D("150.00") - D("400.00")


def test_interest_that_was_claimed_runs_on_to_the_day_of_payment(claim: Invoice) -> None:
    operations.charge_interest(invoice=claim, through=date(2026, 2, 28), by=actor())
    claim.refresh_from_db()
    due = queries.amount_due(claim, date(2026, 3, 31)).total

    settle(claim, str(due), date(2026, 3, 31))

    assert parts(claim) == (D(0), D(0), D(0))
    assert not claim.is_open
    assert claim.settled_on == date(2026, 3, 31)


def test_interest_that_nobody_claimed_is_not_added_by_a_payment(claim: Invoice) -> None:
    settle(claim, "1000.00", date(2026, 6, 1))

    claim.refresh_from_db()
    assert claim.interest_total == 0
    assert claim.settled_on == date(2026, 6, 1)


def test_what_a_letter_asks_is_full_discharge_while_its_term_runs(claim: Invoice) -> None:
    operations.charge_interest(invoice=claim, through=date(2026, 2, 28), by=actor())
    claim.refresh_from_db()
    asked = claim.open_amount
    operations.offer_amount(
        invoice=claim, amount=asked, from_day=date(2026, 3, 1), until_day=date(2026, 3, 24), notice_ref="n1"
    )

    during, after = (queries.amount_due(claim, day).total for day in (date(2026, 3, 24), date(2026, 3, 25)))
    settle(claim, str(asked), date(2026, 3, 24))

    assert during == asked
    assert after > asked
    assert parts(claim) == (D(0), D(0), D(0))


def test_more_than_is_open_is_refused_with_a_sentence_and_books_nothing(claim: Invoice) -> None:
    with pytest.raises(SettlementExceedsOpen, match=r"1\.000,01 is meer dan er openstaat"):
        settle(claim, "1000.01", DUE)

    assert not Settlement.objects.exists()


def test_the_database_refuses_it_too(claim: Invoice) -> None:
    with pytest.raises(IntegrityError, match="principal_is_not_over_settled"), transaction.atomic():
        Settlement.objects.create(invoice=claim, kind="payment", booked_on=DUE, to_principal=D("1000.01"))


def test_a_reversal_opens_the_claim_again_and_works_once(claim: Invoice) -> None:
    settlement = settle(claim, "1000.00", date(2026, 2, 10))

    operations.reverse_settlement(settlement=settlement, reason="storno", booked_on=date(2026, 2, 20), by=actor())

    assert parts(claim) == (D("1000.00"), D(0), D(0))
    assert claim.settled_on is None
    with pytest.raises(operations.AlreadyReversed):
        operations.reverse_settlement(settlement=settlement, reason="nog eens", booked_on=DUE, by=actor())


def test_the_database_refuses_a_reversal_that_does_not_mirror(claim: Invoice) -> None:
    settlement = settle(claim, "100.00", date(2026, 2, 10))

    with pytest.raises(IntegrityError, match="mirrors"), transaction.atomic():
        Settlement.objects.create(
            invoice=claim, kind="payment", booked_on=DUE, to_principal=D("-99.00"), reverses=settlement
        )


def test_no_interest_over_the_days_that_the_money_was_there(claim: Invoice) -> None:
    settlement = settle(claim, "1000.00", date(2026, 2, 10))
    operations.reverse_settlement(settlement=settlement, reason="storno", booked_on=date(2026, 2, 20), by=actor())

    claim.refresh_from_db()
    calculation = queries.interest_through(claim, date(2026, 2, 28), queries.claim_terms())

    assert calculation is not None
    assert [(line.start.day, line.end.day, line.days) for line in calculation.lines] == [(1, 11, 10), (21, 1, 8)]


def test_a_back_dated_payment_makes_later_ones_be_booked_anew(claim: Invoice) -> None:
    operations.charge_interest(invoice=claim, through=date(2026, 2, 1), by=actor())
    operations.charge_interest(invoice=claim, through=date(2026, 2, 28), by=actor())
    later = settle(claim, "500.00", date(2026, 3, 15))

    settle(claim, "300.00", date(2026, 2, 10))

    in_order = factories.invoice(claim.debtor, amount="1000.00", due=DUE)
    operations.charge_interest(invoice=in_order, through=date(2026, 2, 1), by=actor())
    settle(in_order, "300.00", date(2026, 2, 10))
    operations.charge_interest(invoice=in_order, through=date(2026, 2, 28), by=actor())
    settle(in_order, "500.00", date(2026, 3, 15))
    for one in (claim, in_order):
        operations.charge_interest(invoice=one, through=date(2026, 6, 30), by=actor())
    claim.refresh_from_db()
    in_order.refresh_from_db()
    assert later.reversals.count() == 1
    assert claim.interest_total == in_order.interest_total
    assert parts(claim) == parts(in_order)


def test_credit_takes_off_principal_and_what_is_left_is_credit_of_the_debtor(claim: Invoice) -> None:
    note = factories.credit_note(claim.debtor, amount="1200.00", invoice_number=claim.number)

    note.refresh_from_db()
    assert (note.allocated, note.unallocated) == (D("1000.00"), D("200.00"))
    assert not Invoice.objects.get().is_open
    assert queries.unallocated_credit(claim.debtor_id) == D("200.00")


def test_a_credit_note_that_was_allocated_cannot_be_cancelled(claim: Invoice) -> None:
    note = factories.credit_note(claim.debtor, amount="100.00", invoice_number=claim.number)

    with pytest.raises(operations.CreditIsAllocated, match=r"al verrekend"):
        operations.cancel_credit_note(note=note, reason="vergissing", by=actor())


def test_costs_that_are_waived_are_gone_but_never_charged_again(claim: Invoice) -> None:
    charge_costs(claim, "150.00")

    operations.waive(invoice=claim, part="costs", reason="coulance", by=actor())

    claim.refresh_from_db()
    assert (claim.costs_open, claim.costs_total) == (D(0), D("150.00"))
    with pytest.raises(operations.NothingToWaive):
        operations.waive(invoice=claim, part="costs", reason="nog eens", by=actor())


def test_a_known_number_is_never_overwritten(claim: Invoice) -> None:
    with pytest.raises(operations.InvoiceNumberTaken, match=r"nooit overschreven"):
        factories.invoice(claim.debtor, number=claim.number, amount="999.00", due=DUE)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE invoices_settlement SET to_principal = 1",
        "DELETE FROM invoices_settlement",
        "UPDATE invoices_charge SET amount = 1",
        "DELETE FROM invoices_charge",
        "UPDATE invoices_invoice SET principal = 1",
        "UPDATE invoices_invoice SET principal_open = 0",
        "UPDATE invoices_invoice SET costs_open = 0, interest_open = 0",
        "DELETE FROM invoices_invoice",
        "UPDATE invoices_creditnote SET amount = 1",
        "UPDATE invoices_creditnote SET allocated = 0",
        "DELETE FROM invoices_creditnote",
        "UPDATE payments_payment SET amount = 1",
        "UPDATE payments_payment SET allocated = 0",
        "DELETE FROM payments_payment",
        "UPDATE payments_allocation SET amount = 1",
        "DELETE FROM payments_allocation",
        "UPDATE audit_entry SET verb = 'x'",
        "DELETE FROM audit_entry",
        "UPDATE correspondence_document SET content = ''",
        "DELETE FROM correspondence_document",
        "TRUNCATE invoices_settlement",
    ],
)
def test_the_app_has_no_right_to_change_what_was_booked(claim: Invoice, statement: str) -> None:
    settle(claim, "100.00", DUE)

    with pytest.raises(DatabaseError, match="permission denied"):
        sql(statement)


def test_the_ledger_of_another_tenant_cannot_be_booked_on(bakkerij: Tenant, garage: Tenant) -> None:
    with tenant_context(garage.pk):
        theirs = factories.invoice(factories.debtor(kind="business"), due=DUE)
    booking = (
        "INSERT INTO invoices_settlement (tenant_id, public_id, invoice_id, kind, booked_on, to_costs, to_interest, "
        "to_principal, reason, created_at) VALUES (%s, 'x', %s, 'payment', now(), 0, 0, 1, '', now())"
    )

    with tenant_context(bakkerij.pk), pytest.raises(DatabaseError, match="row-level security"):
        sql(booking, garage.pk, theirs.pk)

    with tenant_context(garage.pk):
        theirs.refresh_from_db()
    assert theirs.principal_open == theirs.principal


def test_a_settlement_cannot_point_at_an_invoice_of_another_tenant(bakkerij: Tenant, garage: Tenant) -> None:
    with tenant_context(garage.pk):
        theirs = factories.invoice(factories.debtor(kind="business"), due=DUE)

    with tenant_context(bakkerij.pk), pytest.raises(IntegrityError, match="within_tenant"), transaction.atomic():
        Settlement.objects.create(invoice_id=theirs.pk, kind="payment", booked_on=DUE, to_principal=D("1.00"))


def test_a_consumer_owes_no_interest_before_default(inside: Tenant) -> None:
    claim = factories.invoice(factories.debtor(kind="consumer"), amount="1000.00", due=DUE)
    agreed = factories.invoice(claim.debtor, amount="1000.00", due=DUE, term_agreed=True)

    later = date(2026, 12, 31)

    assert claim.default_since is None
    assert queries.amount_due(claim, later).interest_running == 0
    assert agreed.default_since == date(2026, 2, 1)
    assert queries.amount_due(agreed, later).interest_running > 0


def test_an_invoice_without_a_due_date_gets_the_tenants_term_and_is_never_fatal(inside: Tenant) -> None:
    debtor = factories.debtor(kind="consumer", payment_term_days=21)
    draft = operations.InvoiceDraft(
        debtor=debtor, number="zonder", issue_date=date(2026, 1, 1), principal=D("10.00"), term_agreed=True
    )

    (claim,) = operations.register_invoices([draft], by=actor())

    assert (claim.due_date, claim.due_date_derived, claim.term_agreed) == (date(2026, 1, 22), True, False)
    assert claim.default_since is None


def test_a_due_date_is_moved_from_where_it_is_and_not_from_where_somebody_saw_it(claim: Invoice) -> None:
    seen = Invoice.objects.get(pk=claim.pk)
    operations.change_due_date(invoice=claim, due_date=date(2026, 3, 1), is_fixed=False, by=actor())

    operations.change_due_date(invoice=seen, due_date=date(2026, 4, 1), is_fixed=False, by=actor())

    said = Entry.objects.filter(verb="invoice.due_date_changed").order_by("pk").last()
    assert said is not None
    assert (said.data["was"], said.data["due_date"]) == ("2026-03-01", "2026-04-01")
