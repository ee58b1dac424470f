"""Credit and disputes about a claim that was paid in part, or meanwhile."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from invoices import operations
from invoices.models import CreditNote, Dispute, Invoice
from payments import operations as payments
from tenants.models import Tenant
from tests import factories
from tests.conftest import TODAY, actor

pytestmark = pytest.mark.django_db

D = Decimal


@pytest.fixture
def claim(inside: Tenant) -> Invoice:
    return factories.invoice(
        factories.debtor(kind="business"), amount="1000.00", due=date(2026, 1, 31), number="2026-1"
    )


def pay(claim: Invoice, amount: str) -> None:
    payments.book_payment(debtor=claim.debtor, amount=D(amount), received_on=TODAY, by=actor())


def test_a_credit_note_about_an_invoice_of_which_only_costs_are_left_stays_credit(claim: Invoice) -> None:
    """Refused it could not be imported at all: nothing of its principal is open to set it against."""
    operations.settle(invoice=claim, amount=D("1000.00"), kind="payment", booked_on=TODAY, by=actor())
    operations.charge_costs(invoice=claim, amount=D("40.00"), vat=D(0), calculation={}, by=actor())

    note = factories.credit_note(claim.debtor, amount="100.00", invoice_number="2026-1")

    claim.refresh_from_db()
    assert (note.unallocated, claim.costs_open) == (D("100.00"), D("40.00"))


def test_credit_is_set_against_what_is_open_now_and_not_what_somebody_saw(claim: Invoice) -> None:
    note = factories.credit_note(claim.debtor, amount="300.00")
    seen = Invoice.objects.get()
    pay(claim, "900.00")

    settlement = operations.allocate_credit_note(note=note, invoice=seen, by=actor())

    assert settlement.amount == D("100.00")


def test_credit_of_one_debtor_never_pays_for_another(claim: Invoice) -> None:
    note = factories.credit_note(factories.debtor(), amount="300.00")

    with pytest.raises(ValueError, match="two debtors"):
        operations.allocate_credit_note(note=note, invoice=claim, by=actor())
    claim.refresh_from_db()
    assert claim.principal_open == D("1000.00")


def opened(claim: Invoice, amount: str | None = None) -> Dispute:
    return operations.open_dispute(invoice=claim, reason="price", amount=D(amount) if amount else None, by=actor())


def test_what_is_credited_after_a_dispute_is_read_behind_the_lock(claim: Invoice) -> None:
    """A payment that is booked at this moment holds the debtor: until it is done nobody knows what is open."""
    dispute = opened(claim)

    with CaptureQueriesContext(connection) as captured:
        operations.resolve_dispute(dispute=dispute, outcome="accepted", resolution="x", credit_number="C-1", by=actor())

    said = [query["sql"] for query in captured.captured_queries]
    locked = next(place for place, sql in enumerate(said) if "debtors_debtor" in sql and "FOR UPDATE" in sql)
    amounts = [place for place, sql in enumerate(said) if sql.startswith("SELECT") and "principal_open" in sql]
    assert amounts
    assert min(amounts) > locked
    assert CreditNote.objects.get().amount == D("1000.00")


@pytest.mark.parametrize("how", [{"credit_number": "C-1"}, {"write_off": True}])
def test_a_dispute_about_what_was_paid_since_is_not_credited_nor_written_off(
    claim: Invoice, how: dict[str, Any]
) -> None:
    dispute = opened(claim)
    pay(claim, "2000.00")

    with pytest.raises(operations.NothingIsOpen):
        operations.resolve_dispute(dispute=dispute, outcome="accepted", resolution="x", by=actor(), **how)

    dispute.refresh_from_db()
    assert dispute.resolved_on is None
    operations.resolve_dispute(dispute=dispute, outcome="accepted", resolution="x", by=actor())


def test_a_dispute_that_a_colleague_just_answered_is_not_changed(claim: Invoice) -> None:
    seen = opened(claim)
    operations.resolve_dispute(dispute=seen, outcome="rejected", resolution="x", by=actor())

    with pytest.raises(operations.DisputeIsResolved):
        operations.change_dispute(dispute=seen, deadline=TODAY, owner=None, by=actor())
